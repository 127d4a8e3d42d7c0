/* SPDX-License-Identifier: Apache-2.0 */
/* Who sits where: an officer as the catalogue knows the post on a day, and the place where an act of this officer is
 * done. */
#ifndef TAICHO_DOMAIN_DESK_H
#define TAICHO_DOMAIN_DESK_H

#include "common/base/err.h"
#include "common/domain/process.h"

#define PLACE_OFFICE "office"

struct desk {
    const struct officer *officer;
    const char *place; /* the counter's id, or "office": so that "on the spot" is a fact that is measured */
};

/*
 * desk_find looks up the officer behind a token: ERR_FORBIDDEN when the catalogue has no such post on that day, or the
 * post belongs to another unit than the token says.
 */
enum err_code desk_find(const struct catalogue *c, const char *officer, const char *token_unit, int32_t day,
                        struct desk *ret, struct err *reterr) MUST_CHECK;

/*
 * desk_may_do tells whether the officer may do a step: it lies with the officer's unit and asks for a role the post
 * has. ERR_FORBIDDEN names which of the two fails.
 */
enum err_code desk_may_do(const struct desk *d, const struct process_step *s, const char *own, const char *receiving,
                          struct err *reterr) MUST_CHECK;
/* desk_has_any tells whether the post has one of these roles, whatever the token says; ERR_FORBIDDEN names the actor.
 */
enum err_code desk_has_any(const struct desk *d, uint32_t roles, struct err *reterr) MUST_CHECK;
/* desk_has_role tells whether the post has a role for the step; a refusal has the code and names the field. */
enum err_code desk_has_role(const struct officer *o, const struct process_step *s, const char *field,
                            enum err_code code, struct err *reterr) MUST_CHECK;

#endif
