/* SPDX-License-Identifier: Apache-2.0 */
#include "services/ctl/operate.h"

#include "common/base/id.h"
#include "common/base/role.h"

bool operate_open(struct operate *o)
{
    o->arena = arena_new((size_t)256 << 20);
    if (api_open(&o->api, o->arena, 2, "taichoctl", "taichoctl", ROLE_BIT(OPERATOR)))
        return true;
    arena_free(o->arena);
    return false;
}

void operate_close(struct operate *o)
{
    api_close(&o->api);
    arena_free(o->arena);
}

int operate_service(const char *name)
{
    int service = ctl_service_find(name);

    if (service < 0)
        ctl_fail("there is no service \"%s\"; there are intake, appraisal, approval, return, audit", name);
    return service;
}

int operate_post(struct operate *o, const char *url, const char *body, struct json_in **ret_in,
                 const struct json **ret_root)
{
    struct fetch_answer answer;
    struct err e = {0};

    if (api_call(&o->api, url, id_text(id_new()).s, body, &answer, &e)) {
        ctl_fail_err("no answer", &e);
        return ctl_fail("does the service run? `make status` tells");
    }
    if (answer.status != 200)
        return api_fail(o->arena, url, &answer);
    if (!ret_in)
        return CTL_OK;
    if (json_read(o->arena, answer.body.p, answer.body.n, ret_in, &e))
        return ctl_fail_err(url, &e);
    *ret_root = json_root(*ret_in);
    return CTL_OK;
}
