/* SPDX-License-Identifier: Apache-2.0 */
#include "services/ctl/api.h"

#include <stdio.h>
#include <string.h>

#include "common/base/instant.h"

#define TIMEOUT_MS 60000
#define AGAIN_MS   200
#define LIFETIME_S 3600

bool api_open(struct api *api, struct arena *a, size_t connections, const char *subject, const char *unit,
              uint32_t roles)
{
    const char *token = ctl_token(a, subject, unit, roles, LIFETIME_S);

    if (!token)
        return false;
    *api = (struct api){.arena = a, .authorization = arena_printf(a, "Authorization: Bearer %s", token)};
    api->fetch = fetch_new(connections);
    return true;
}

void api_close(struct api *api)
{
    fetch_free(api->fetch);
}

const char *const *api_headers(const struct api *api, struct arena *a, const char *key)
{
    const char **h = ARENA_ARRAY(a, 4, const char *);

    h[0] = api->authorization;
    if (key) {
        h[1] = "Content-Type: application/json";
        h[2] = arena_printf(a, "Idempotency-Key: %s", key);
    }
    return h;
}

enum err_code api_call(struct api *api, const char *url, const char *key, const char *body, struct fetch_answer *ret,
                       struct err *reterr)
{
    const struct fetch_request r = {
        .method = body ? "POST" : "GET",
        .url = url,
        .headers = api_headers(api, api->arena, body ? key : NULL),
        .body = {(const uint8_t *)body, body ? strlen(body) : 0},
        .timeout_ms = TIMEOUT_MS,
    };

    return fetch_one(api->fetch, &r, api->arena, ret, reterr);
}

bool api_get(struct api *api, const char *url, struct json_in **ret_in, const struct json **ret_root)
{
    return api_get_within(api, url, 0, ret_in, ret_root);
}

bool api_get_within(struct api *api, const char *url, int away_ms, struct json_in **ret_in,
                    const struct json **ret_root)
{
    struct fetch_answer answer;
    struct err e = {0};
    instant begun = instant_mono();
    enum err_code rc = api_call(api, url, NULL, NULL, &answer, &e);

    while ((rc || (answer.status != 200 && api_may_repeat(api->arena, &answer))) &&
           instant_mono() - begun < away_ms * INSTANT_MS) {
        ctl_pause(AGAIN_MS);
        rc = api_call(api, url, NULL, NULL, &answer, &e);
    }
    if (rc) {
        ctl_fail_err("no answer", &e);
        ctl_fail("does the service run? `make status` tells");
        return false;
    }
    if (answer.status != 200) {
        api_fail(api->arena, url, &answer);
        return false;
    }
    if (json_read(api->arena, answer.body.p, answer.body.n, ret_in, &e)) {
        ctl_fail_err(url, &e);
        return false;
    }
    *ret_root = json_root(*ret_in);
    return true;
}

static const char *text_of(struct json_in *in, const char *name)
{
    const char *s = json_text(in, json_root(in), name, JSON_OPTIONAL, 0, 4000);

    return s ? s : "";
}

struct problem api_problem(struct arena *a, const struct fetch_answer *answer)
{
    static const char type[] = "urn:taicho:problem:";
    struct problem p = {.slug = "", .field = "", .vi = answer->why, .en = answer->why};
    struct json_in *in;

    if (!answer->status)
        return p;
    p.vi = p.en = arena_printf(a, "HTTP %d %.200s", answer->status, (const char *)answer->body.p);
    if (json_read(a, answer->body.p, answer->body.n, &in, NULL))
        return p;
    const char *slug = text_of(in, "type");
    if (strncmp(slug, type, sizeof type - 1) != 0)
        return p;
    p.slug = slug + sizeof type - 1;
    p.field = text_of(in, "field");
    p.vi = text_of(in, "detail");
    p.en = text_of(in, "detail_en");
    return p;
}

int api_fail(struct arena *a, const char *doing, const struct fetch_answer *answer)
{
    struct problem p = api_problem(a, answer);

    return ctl_fail("%s: %d %s%s%s%s: %s (%s)", doing, answer->status, p.slug, p.field[0] ? " [" : "", p.field,
                    p.field[0] ? "]" : "", p.en, p.vi);
}

bool api_may_repeat(struct arena *a, const struct fetch_answer *answer)
{
    if (answer->status == 429 || answer->status == 502 || answer->status == 503 || answer->status == 504 ||
        !answer->status)
        return true;
    if (answer->status != 409)
        return false;
    const char *slug = api_problem(a, answer).slug;
    return strcmp(slug, "not-yet") == 0 || strcmp(slug, "held") == 0;
}
