/* SPDX-License-Identifier: Apache-2.0 */
/* What the night shift's commands share: an operator's token, and posts to a service's own port. */
#ifndef TAICHO_CTL_OPERATE_H
#define TAICHO_CTL_OPERATE_H

#include "common/base/buf.h"
#include "services/ctl/api.h"

struct operate {
    struct arena *arena;
    struct api api;
};

bool operate_open(struct operate *o); /* false after it has said what is wrong */
void operate_close(struct operate *o);

/* operate_service finds a service by name; -1 after it has said which there are. */
int operate_service(const char *name);

/* operate_post posts a body and reads the JSON of the answer (ret_in NULL: not needed); an exit code. */
int operate_post(struct operate *o, const char *url, const char *body, struct json_in **ret_in,
                 const struct json **ret_root);

#endif
