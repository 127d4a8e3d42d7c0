/* SPDX-License-Identifier: Apache-2.0 */
/* Calls to the services' APIs, one at a time; and reading what they answer. */
#ifndef TAICHO_CTL_API_H
#define TAICHO_CTL_API_H

#include "common/io/fetch.h"
#include "common/io/json.h"
#include "services/ctl/ctl.h"

/* Who calls and over which connections. */
struct api {
    struct arena *arena;
    struct fetch *fetch;
    const char *authorization; /* "Authorization: Bearer ..." */
};

/* api_open signs a token; false after it has said what is wrong. */
bool api_open(struct api *api, struct arena *a, size_t connections, const char *subject, const char *unit,
              uint32_t roles);
void api_close(struct api *api);

/* api_headers gives the headers of a POST (or, without a key, of a GET) in the arena. */
const char *const *api_headers(const struct api *api, struct arena *a, const char *key);

/* api_call asks once. Any answer is ERR_OK; none is ERR_UNAVAILABLE. body NULL: GET. */
enum err_code api_call(struct api *api, const char *url, const char *key, const char *body, struct fetch_answer *ret,
                       struct err *reterr) MUST_CHECK;

/* api_get gives the JSON of a 200, with its reader; false after it has said what is wrong. */
bool api_get(struct api *api, const char *url, struct json_in **ret_in, const struct json **ret_root);
/* api_get_within asks again for so long while nobody answers, or the service says that it may be asked again: it, or
 * its database, is being started. */
bool api_get_within(struct api *api, const char *url, int away_ms, struct json_in **ret_in,
                    const struct json **ret_root);

/* A problem document (RFC 9457), as far as people need it. Texts are never NULL. */
struct problem {
    const char *slug, *field, *vi, *en;
};
struct problem api_problem(struct arena *a, const struct fetch_answer *answer);
/* api_fail says that a call was not answered as hoped; CTL_FAILED. */
int api_fail(struct arena *a, const char *doing, const struct fetch_answer *answer);

/* api_may_repeat tells whether the same call may succeed a little later: 409 not-yet or held, 429, 503. */
bool api_may_repeat(struct arena *a, const struct fetch_answer *answer);

#endif
