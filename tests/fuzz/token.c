/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens that were signed, changed in every way, and anything else: accepted is only what our three keys signed, byte
 * for byte. The keys are new in each run, so an input is a recipe:
 *
 *   0 text            as it is
 *   1 K edits         a right token of key K (0 to 2) with edits of four bytes: place (2), what, byte
 *   2 K text          a right token of key K with another header
 *   3 K text          a right token of key K with other claims under the old signature
 *   4 K text          these claims, signed with key K: what a wrong issuer could say; they must be understood or
 * refused 5 K               signed by a stranger's key under the name of key K
 */
#include <jansson.h>
#include <rhonabwy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/role.h"
#include "common/io/text.h"
#include "common/io/token.h"
#include "tests/fuzz/lib/fuzz.h"

#define ISSUER   "taicho-local"
#define AUDIENCE "taicho"
#define KEYS     3

static struct key {
    jwk_t *private, *stranger;
    jwa_alg alg;
    char *token;
} keys[KEYS];
static struct token_verifier *verifier;

static jwk_t *generate(int type, unsigned bits, const char *kid, json_t *set)
{
    jwk_t *private = NULL, *public = NULL;

    HOLDS(r_jwk_init(&private) == RHN_OK && r_jwk_init(&public) == RHN_OK &&
              r_jwk_generate_key_pair(private, public, type, bits, kid) == RHN_OK,
          "no key");
    if (set)
        json_array_append(set, public);
    r_jwk_free(public);
    return private;
}

static char *sign(jwk_t *key, jwa_alg alg, const char *kid, const void *payload, size_t n)
{
    jws_t *jws = NULL;

    HOLDS(r_jws_init(&jws) == RHN_OK && r_jws_set_alg(jws, alg) == RHN_OK &&
              r_jws_set_header_str_value(jws, "kid", kid) == RHN_OK && r_jws_set_payload(jws, payload, n) == RHN_OK,
          "no token");
    char *text = r_jws_serialize(jws, key, R_FLAG_IGNORE_REMOTE);
    r_jws_free(jws);
    HOLDS(text, "not signed");
    return text;
}

static const char *kid_of(const struct key *k)
{
    return json_string_value(json_object_get(k->private, "kid"));
}

static void make_keys(void)
{
    static const struct {
        int type;
        unsigned bits;
        const char *kid;
        jwa_alg alg;
    } kinds[KEYS] = {{R_KEY_TYPE_EDDSA, 256, "ed", R_JWA_ALG_EDDSA},
                     {R_KEY_TYPE_EC, 256, "ec", R_JWA_ALG_ES256},
                     {R_KEY_TYPE_RSA, 2048, "rsa", R_JWA_ALG_RS256}};
    static const char claims[] = "{\"iss\":\"" ISSUER "\",\"aud\":\"" AUDIENCE
                                 "\",\"sub\":\"H11.35.21-tn01\",\"unit\":\"H11.35.21\",\"roles\":[\"receiver\"],"
                                 "\"nbf\":1569889800,\"exp\":4102444800}";
    char path[] = "/tmp/taicho-fuzz-jwks-XXXXXX";
    json_t *list = json_array(), *set = json_pack("{s:o}", "keys", list);
    struct err e = {0};

    r_global_init();
    for (int i = 0; i < KEYS; i++) {
        keys[i].private = generate(kinds[i].type, kinds[i].bits, kinds[i].kid, list);
        keys[i].stranger = generate(kinds[i].type, kinds[i].bits, kinds[i].kid, NULL);
        keys[i].alg = kinds[i].alg;
        keys[i].token = sign(keys[i].private, keys[i].alg, kinds[i].kid, claims, sizeof claims - 1);
    }
    int fd = mkstemp(path);
    HOLDS(fd >= 0 && json_dumpfd(set, fd, 0) == 0 && close(fd) == 0, "%s", path);
    HOLDS(token_verifier_new(path, ISSUER, AUDIENCE, &verifier, &e) == ERR_OK, "%s", e.en);
    unlink(path);
    json_decref(set);
}

/* ---- recipes */

static char *base64url(struct arena *a, const uint8_t *p, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *out = arena_alloc(a, n * 2 + 4), *at = out;

    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)p[i] << 16 | (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0);
        for (size_t k = 0; k < (n - i >= 3 ? 4 : n - i + 1); k++)
            *at++ = digits[v >> (18 - 6 * k) & 63];
    }
    return out;
}

/* edited changes, adds or drops bytes of a token. */
static char *edited(struct arena *a, const char *token, const uint8_t *edit, size_t size)
{
    size_t n = strlen(token), room = n + size + 1;
    char *s = arena_alloc(a, room);

    memcpy(s, token, n + 1);
    for (; size >= 4; edit += 4, size -= 4) {
        size_t place = ((size_t)edit[0] << 8 | edit[1]) % (n + 1);
        if (edit[2] % 3 == 0 && place < n) {
            s[place] = (char)edit[3];
        } else if (edit[2] % 3 == 1 && place < n) {
            memmove(s + place, s + place + 1, n - place);
            n--;
        } else if (edit[2] % 3 == 2) {
            memmove(s + place + 1, s + place, n - place + 1);
            s[place] = (char)edit[3];
            n++;
        }
    }
    return s;
}

static bool we_signed(const char *token)
{
    for (int i = 0; i < KEYS; i++)
        if (strcmp(token, keys[i].token) == 0)
            return true;
    return false;
}

static void holds_actor(const struct actor *who)
{
    HOLDS(who->subject[0] && memchr(who->subject, 0, sizeof who->subject) && memchr(who->unit, 0, sizeof who->unit),
          "nobody");
    holds_utf8(who->subject);
    holds_utf8(who->unit);
    HOLDS(who->roles < UINT32_C(1) << ROLE_COUNT, "roles %x", who->roles);
    HOLDS(who->expires > instant_real() - 2 * INSTANT_MINUTE, "expired");
}

static void verify(const char *token, bool ours)
{
    struct actor who = {0};
    struct err e = {0};
    enum err_code rc = token_verify(verifier, token, &who, &e);

    if (rc) {
        HOLDS(rc == ERR_UNAUTHENTICATED, "%s", err_row(rc)->symbol);
        holds_refusal(&e, rc, false);
        HOLDS(!who.subject[0] && !who.roles, "refused, and yet somebody");
        return;
    }
    HOLDS(ours, "accepted what nobody signed: %s", token);
    holds_actor(&who);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!verifier)
        make_keys();
    if (size < 2)
        return 0;
    struct arena *a = arena_new((size_t)4 << 20);
    const struct key *k = &keys[data[1] % KEYS];
    const char *dot = strchr(k->token, '.'), *last = strrchr(k->token, '.');
    const uint8_t *rest = data + 2;
    size_t n = size - 2;
    const char *token;
    char *made;

    switch (data[0] % 6) {
    case 0:
        verify(copy_text(a, data + 1, size - 1), false);
        break;
    case 1:
        token = edited(a, k->token, rest, n);
        verify(token, we_signed(token));
        break;
    case 2:
        token = arena_printf(a, "%s%s", base64url(a, rest, n), dot);
        verify(token, we_signed(token));
        break;
    case 3:
        token = arena_printf(a, "%.*s.%s%s", (int)(dot - k->token), k->token, base64url(a, rest, n), last);
        verify(token, we_signed(token));
        break;
    case 4:
        if (k->alg == R_JWA_ALG_EDDSA && n > 0) { /* the quickest */
            made = sign(k->private, k->alg, kid_of(k), rest, n);
            verify(made, true);
            r_free(made);
        }
        break;
    default:
        made = sign(k->stranger, k->alg, kid_of(k), "{}", 2);
        verify(made, false);
        r_free(made);
    }
    arena_free(a);
    return 0;
}
