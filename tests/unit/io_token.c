/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens: what is accepted for each of the three algorithms, and every way in which a token may be wrong. The tokens
 * are made here with librhonabwy itself, so that the wrong ones are signed as well as the right ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <pthread.h>
#include <cmocka.h>

#include <errno.h>
#include <jansson.h>
#include <rhonabwy.h>

#include "common/base/role.h"
#include "common/io/token.h"

#define ISSUER   "https://id.example.vn"
#define AUDIENCE "taicho"

static char dir[64], keys_path[128], set_path[128];
static jwk_t *rsa, *ec, *ed, *other, *secret, *p384; /* private keys; `other` is not in the set */
static struct token_verifier *verifier;

static jwk_t *make_key(int type, unsigned bits, const char *kid, json_t *set)
{
    jwk_t *private, *public;
    assert_int_equal(r_jwk_init(&private), RHN_OK);
    assert_int_equal(r_jwk_init(&public), RHN_OK);
    assert_int_equal(r_jwk_generate_key_pair(private, public, type, bits, kid), RHN_OK);
    if (set)
        json_array_append(set, public);
    r_jwk_free(public);
    return private;
}

static int set_up(void **state)
{
    (void)snprintf(dir, sizeof(dir), "/tmp/taicho-token-XXXXXX");
    assert_non_null(mkdtemp(dir));
    (void)snprintf(keys_path, sizeof(keys_path), "%s/token.key", dir);
    (void)snprintf(set_path, sizeof(set_path), "%s/set.json", dir);
    json_t *keys = json_array();
    r_global_init();
    rsa = make_key(R_KEY_TYPE_RSA, 2048, "rsa", keys);
    ec = make_key(R_KEY_TYPE_EC, 256, "ec", keys);
    ed = make_key(R_KEY_TYPE_EDDSA, 256, "ed", keys);
    p384 = make_key(R_KEY_TYPE_EC, 384, "p384", keys);
    other = make_key(R_KEY_TYPE_EDDSA, 256, "ed", NULL);
    /* A symmetric key that really is in the file: HS256 must be refused all the same. */
    secret =
        json_pack("{s:s, s:s, s:s}", "kty", "oct", "kid", "secret", "k", "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXg");
    json_array_append(keys, secret);
    json_t *set = json_pack("{s:o}", "keys", keys);
    assert_int_equal(json_dump_file(set, set_path, 0), 0);
    json_decref(set);
    struct err e = {0};
    enum err_code rc = token_verifier_new(set_path, ISSUER, AUDIENCE, &verifier, &e);
    if (rc)
        print_error("%s\n", e.en);
    return (int)rc;
}

static int tear_down(void **state)
{
    char path[128];
    jwk_t *keys[] = {rsa, ec, ed, other, secret, p384};
    token_verifier_free(verifier);
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        r_jwk_free(keys[i]);
    (void)snprintf(path, sizeof(path), "%s/jwks.json", dir);
    unlink(path);
    unlink(keys_path);
    unlink(set_path);
    return rmdir(dir);
}

static json_int_t now(void)
{
    return instant_real() / INSTANT_SECOND;
}

/* claims gives good claims; `change`, an object, is laid over them, where null removes. */
static json_t *claims(json_t *change)
{
    json_t *c = json_pack("{s:s, s:[s,s], s:s, s:s, s:I, s:I, s:[s,s,s]}", "iss", ISSUER, "aud", "other", AUDIENCE,
                          "sub", "H11.35.21-tn01", "unit", "H11.35.21", "nbf", now() - 5, "exp", now() + 300, "roles",
                          "receiver", "mayor-of-the-moon", "clerk");
    const char *name;
    json_t *value;
    json_object_foreach(change, name, value)
    {
        if (json_is_null(value))
            json_object_del(c, name);
        else
            json_object_set(c, name, value);
    }
    json_decref(change);
    return c;
}

/* sign gives the text of a token. Its caller frees it. */
static char *sign(jwk_t *key, jwa_alg alg, const char *kid, json_t *header, json_t *body)
{
    jws_t *jws;
    const char *name;
    json_t *value;
    char *payload = json_dumps(body, JSON_COMPACT);
    assert_int_equal(r_jws_init(&jws), RHN_OK);
    r_jws_set_alg(jws, alg);
    if (kid)
        r_jws_set_header_str_value(jws, "kid", kid);
    json_object_foreach(header, name, value)
    {
        r_jws_set_header_json_t_value(jws, name, value);
    }
    r_jws_set_payload(jws, (const unsigned char *)payload, strlen(payload));
    char *library = alg == R_JWA_ALG_NONE ? r_jws_serialize_unsecure(jws, NULL, 0) : r_jws_serialize(jws, key, 0);
    assert_non_null(library);
    char *text = strdup(library);
    r_free(library);
    r_jws_free(jws);
    free(payload);
    json_decref(header);
    json_decref(body);
    return text;
}

static enum err_code verify(char *token, struct actor *ret, const char *why)
{
    struct err e = {0};
    enum err_code rc = token_verify(verifier, token, ret, &e);
    if (why && !strstr(e.en, why)) {
        print_error("expected \"%s\", got \"%s\" (%d)\n", why, e.en, (int)rc);
        rc = ERR_COUNT;
    }
    if (rc)
        assert_true(!why || (e.vi[0] != '\0'));
    else if (why)
        print_error("accepted: %s\n", why);
    free(token);
    return rc;
}

#define ACCEPTED(token)                                                                                                \
    do {                                                                                                               \
        struct actor actor_ = {0};                                                                                     \
        assert_int_equal(verify((token), &actor_, NULL), ERR_OK);                                                      \
    } while (0)

#define REFUSED(token, why)                                                                                            \
    do {                                                                                                               \
        struct actor actor_ = {.subject = "untouched"};                                                                \
        assert_int_equal(verify((token), &actor_, (why)), ERR_UNAUTHENTICATED);                                        \
        assert_string_equal(actor_.subject, "untouched");                                                              \
    } while (0)

static void three_algorithms_are_accepted(void **state)
{
    struct actor a = {0};
    assert_int_equal(verify(sign(ed, R_JWA_ALG_EDDSA, "ed", NULL, claims(NULL)), &a, NULL), ERR_OK);
    assert_string_equal(a.subject, "H11.35.21-tn01");
    assert_string_equal(a.unit, "H11.35.21");
    assert_true(a.roles == (ROLE_BIT(RECEIVER) | ROLE_BIT(CLERK)));
    assert_true(a.expires > instant_real() && a.expires <= instant_real() + 300 * INSTANT_SECOND);
    ACCEPTED(sign(rsa, R_JWA_ALG_RS256, "rsa", NULL, claims(NULL)));
    ACCEPTED(sign(ec, R_JWA_ALG_ES256, "ec", NULL, claims(NULL)));
    ACCEPTED(sign(ed, R_JWA_ALG_EDDSA, "ed", NULL, claims(json_pack("{s:s}", "aud", AUDIENCE))));
}

static void other_algorithms_are_refused(void **state)
{
    const char *why = "algorithm or key";
    REFUSED(sign(rsa, R_JWA_ALG_RS512, "rsa", NULL, claims(NULL)), why);
    REFUSED(sign(rsa, R_JWA_ALG_PS256, "rsa", NULL, claims(NULL)), why);
    REFUSED(sign(secret, R_JWA_ALG_HS256, "secret", NULL, claims(NULL)), why);
    REFUSED(sign(p384, R_JWA_ALG_ES384, "p384", NULL, claims(NULL)), why);
    REFUSED(sign(NULL, R_JWA_ALG_NONE, "ed", NULL, claims(NULL)), "");
}

/* The classic confusion: HMAC over the token with the bytes of a public key that everybody knows. */
static void a_public_key_is_no_secret(void **state)
{
    unsigned char pem[4096];
    size_t n = sizeof(pem);
    jwk_t *public, *mac;
    r_jwk_init(&public);
    r_jwk_init(&mac);
    assert_int_equal(r_jwk_extract_pubkey(rsa, public, 0), RHN_OK);
    assert_int_equal(r_jwk_export_to_pem_der(public, R_FORMAT_PEM, pem, &n, 0), RHN_OK);
    assert_int_equal(r_jwk_import_from_symmetric_key(mac, pem, n), RHN_OK);
    REFUSED(sign(mac, R_JWA_ALG_HS256, "rsa", NULL, claims(NULL)), "algorithm or key");
    r_jwk_free(public);
    r_jwk_free(mac);
}

static void keys_come_from_the_set_alone(void **state)
{
    REFUSED(sign(other, R_JWA_ALG_EDDSA, "ed", NULL, claims(NULL)), "signature");
    REFUSED(sign(ed, R_JWA_ALG_EDDSA, "nobody", NULL, claims(NULL)), "algorithm or key");
    jwk_t *nameless = json_deep_copy(ed); /* librhonabwy puts the key's own kid into the header */
    json_object_del(nameless, "kid");
    REFUSED(sign(nameless, R_JWA_ALG_EDDSA, NULL, NULL, claims(NULL)), "algorithm or key");
    r_jwk_free(nameless);
    REFUSED(sign(ec, R_JWA_ALG_ES256, "ed", NULL, claims(NULL)), "algorithm or key"); /* alg does not fit the key */
    jwk_t *public;
    r_jwk_init(&public);
    r_jwk_extract_pubkey(other, public, 0);
    REFUSED(sign(other, R_JWA_ALG_EDDSA, "ed", json_pack("{s:O}", "jwk", public), claims(NULL)), "signature");
    r_jwk_free(public);
    REFUSED(sign(other, R_JWA_ALG_EDDSA, "ed", json_pack("{s:s}", "jku", "http://127.0.0.1:1/jwks"), claims(NULL)),
            "signature");
    REFUSED(sign(ed, R_JWA_ALG_EDDSA, "ed", json_pack("{s:[s]}", "crit", "b64"), claims(NULL)), "extension");
    /* What is compressed is not inflated for a stranger; nor for anybody else: our tokens are short. */
    REFUSED(sign(ed, R_JWA_ALG_EDDSA, "ed", json_pack("{s:s}", "zip", "DEF"), claims(NULL)), "extension");
}

static void a_changed_token_is_refused(void **state)
{
    char *token = sign(ed, R_JWA_ALG_EDDSA, "ed", NULL, claims(NULL));
    size_t n = strlen(token), dot = (size_t)(strchr(token, '.') - token);
    struct actor a;
    assert_int_equal(token_verify(verifier, token, &a, NULL), ERR_OK);
    for (size_t i = 0; i < n; i++) {
        char *copy = strdup(token);
        copy[i] = copy[i] == 'A' ? 'B' : 'A';
        REFUSED(copy, "");
    }
    char *cut = strdup(token);
    cut[n - 10] = '\0';
    REFUSED(cut, "");
    REFUSED(strndup(token, dot), "");
    REFUSED(strdup(""), "empty");
    REFUSED(strdup("..."), "");
    REFUSED(strdup("a.b.c"), "");
    char *long_one = calloc(1, 9000);
    memset(long_one, 'a', 8999);
    REFUSED(long_one, "too long");
    free(token);
}

/* Of the last characters of a part some bits carry nothing: with them set, the same bytes are spelled otherwise. */
static void another_spelling_of_what_was_signed_is_refused(void **state)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *token = sign(ed, R_JWA_ALG_EDDSA, "ed", NULL, claims(NULL));
    size_t n = strlen(token), ends[] = {(size_t)(strchr(token, '.') - token), (size_t)(strrchr(token, '.') - token), n};
    size_t begin = 0, spare = 0;
    struct actor a;
    assert_int_equal(token_verify(verifier, token, &a, NULL), ERR_OK);
    for (size_t i = 0; i < COUNT_OF(ends); begin = ends[i++] + 1) {
        for (size_t bit = 1; (ends[i] - begin) % 4 && bit < ((ends[i] - begin) % 4 == 2 ? 16u : 4u); bit++, spare++) {
            char *copy = strdup(token);
            copy[ends[i] - 1] = digits[(size_t)(strchr(digits, copy[ends[i] - 1]) - digits) | bit];
            REFUSED(copy, "not a JWS");
        }
        char *padded = NULL;
        assert_true(asprintf(&padded, "%.*s=%s", (int)ends[i], token, token + ends[i]) > 0);
        REFUSED(padded, "not a JWS");
    }
    assert_true(spare >= 3 + 15); /* header and signature at the least */
    free(token);
}

static void claims_are_checked(void **state)
{
#define WITH(...) sign(ed, R_JWA_ALG_EDDSA, "ed", NULL, claims(json_pack(__VA_ARGS__)))
    REFUSED(WITH("{s:s}", "iss", "https://evil.example"), "issuer");
    REFUSED(WITH("{s:n}", "iss"), "issuer");
    REFUSED(WITH("{s:s}", "aud", "somebody else"), "audience");
    REFUSED(WITH("{s:[]}", "aud"), "audience");
    REFUSED(WITH("{s:n}", "aud"), "audience");
    REFUSED(WITH("{s:n}", "exp"), "no expiry");
    REFUSED(WITH("{s:s}", "exp", "tomorrow"), "no expiry");
    REFUSED(WITH("{s:i}", "exp", -1), "no expiry");
    REFUSED(WITH("{s:I}", "exp", now() - 61), "expired");
    ACCEPTED(WITH("{s:I}", "exp", now() - 30)); /* leeway */
    REFUSED(WITH("{s:I}", "nbf", now() + 90), "not valid yet");
    REFUSED(WITH("{s:s}", "nbf", "now"), "not valid yet");
    ACCEPTED(WITH("{s:I}", "nbf", now() + 30));
    ACCEPTED(WITH("{s:n}", "nbf"));
    ACCEPTED(WITH("{s:f}", "exp", 1e300));
    REFUSED(WITH("{s:n}", "sub"), "subject");
    REFUSED(WITH("{s:s}", "sub", ""), "subject");
    REFUSED(WITH("{s:s}", "sub", "12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
            "subject");
    ACCEPTED(WITH("{s:s}", "sub", "1234567890123456789012345678901234567890123456789012345678901234567890123456789"));
    REFUSED(WITH("{s:s}", "unit", "1234567890123456789012345678901234567890"), "unit");
    REFUSED(WITH("{s:i}", "unit", 7), "unit");
    REFUSED(WITH("{s:s}", "roles", "receiver"), "roles");
    struct actor a = {0};
    assert_int_equal(verify(WITH("{s:[s,i]}", "roles", "admiral", 3), &a, NULL), ERR_OK);
    assert_true(a.roles == 0);
    assert_int_equal(verify(WITH("{s:n, s:n}", "roles", "unit"), &a, NULL), ERR_OK);
    assert_true(a.roles == 0 && a.unit[0] == '\0');
}

/* The leeway ends while the token lies in the cache. */
static void the_cache_forgets_in_time(void **state)
{
    char *token = WITH("{s:I}", "exp", now() - 59);
    struct actor a = {0};
    struct err e = {0};
    int64_t until = instant_mono() + 5 * INSTANT_SECOND;
    assert_int_equal(token_verify(verifier, token, &a, &e), ERR_OK);
    while (token_verify(verifier, token, &a, &e) == ERR_OK) {
        assert_true(instant_mono() < until);
        usleep(20000);
    }
    assert_non_null(strstr(e.en, "expired"));
    free(token);
}

static void *verify_many(void *arg)
{
    char **tokens = arg;
    for (int i = 0; i < 400; i++) {
        struct actor a = {0};
        char want[32];
        (void)snprintf(want, sizeof(want), "officer-%d", i % 40);
        if (token_verify(verifier, tokens[i % 40], &a, NULL) != ERR_OK || strcmp(a.subject, want) != 0)
            return arg;
    }
    return NULL;
}

static void threads_share_a_verifier(void **state)
{
    char *tokens[40], sub[32];
    pthread_t threads[4];
    for (int i = 0; i < 40; i++) {
        (void)snprintf(sub, sizeof(sub), "officer-%d", i);
        tokens[i] = WITH("{s:s}", "sub", sub);
    }
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, verify_many, tokens), 0);
    for (int i = 0; i < 4; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    for (int i = 0; i < 40; i++)
        free(tokens[i]);
}

static void keys_are_made_once_and_sign(void **state)
{
    char jwks[128], token[2048], again[2048];
    struct err e = {0};
    struct stat st;
    (void)snprintf(jwks, sizeof(jwks), "%s/jwks.json", dir);
    assert_int_equal(token_keys_make(dir, &e), ERR_OK);
    assert_int_equal(stat(keys_path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    json_t *set = json_load_file(jwks, 0, NULL);
    json_t *key = json_array_get(json_object_get(set, "keys"), 0);
    assert_non_null(json_object_get(key, "x"));
    assert_null(json_object_get(key, "d")); /* nothing secret is given away */
    json_decref(set);

    struct actor officer = {.subject = "H11-tn01", .unit = "H11", .roles = ROLE_BIT(APPROVER) | ROLE_BIT(HEAD)},
                 a = {0};
    struct token_verifier *v;
    assert_int_equal(token_sign(keys_path, ISSUER, AUDIENCE, &officer, 60, token, sizeof(token), &e), ERR_OK);
    assert_int_equal(token_verifier_new(jwks, ISSUER, AUDIENCE, &v, &e), ERR_OK);
    assert_int_equal(token_verify(v, token, &a, &e), ERR_OK);
    assert_string_equal(a.subject, officer.subject);
    assert_string_equal(a.unit, officer.unit);
    assert_true(a.roles == officer.roles);

    assert_int_equal(token_keys_make(dir, &e), ERR_OK); /* keeps what is there */
    assert_int_equal(token_sign(keys_path, ISSUER, AUDIENCE, &officer, 61, again, sizeof(again), &e), ERR_OK);
    assert_int_equal(token_verify(v, again, &a, &e), ERR_OK);
    unlink(jwks); /* an interrupted run: the set is made again from the key */
    assert_int_equal(token_keys_make(dir, &e), ERR_OK);
    token_verifier_free(v);
    assert_int_equal(token_verifier_new(jwks, ISSUER, AUDIENCE, &v, &e), ERR_OK);
    assert_int_equal(token_verify(v, token, &a, &e), ERR_OK);
    token_verifier_free(v);

    assert_int_equal(token_sign(keys_path, ISSUER, AUDIENCE, &officer, 60, token, 20, &e), ERR_INVALID);
    unlink(keys_path);
    assert_int_equal(token_keys_make(dir, &e), ERR_INVALID);
    assert_int_equal(token_keys_make("/nowhere/at/all", &e), ERR_INVALID);
}

static void a_bad_key_set_is_refused(void **state)
{
    static const char *const bad[] = {"", "[]", "{\"keys\":[]}",
                                      "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"c2VjcmV0\"}]}"};
    char path[160];
    struct token_verifier *v = NULL;
    struct err e;
    (void)snprintf(path, sizeof(path), "%s/bad.json", dir);
    assert_int_equal(token_verifier_new(path, ISSUER, AUDIENCE, &v, &e), ERR_INVALID);
    assert_non_null(strstr(e.en, path));
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fputs(bad[i], f);
        fclose(f);
        assert_int_equal(token_verifier_new(path, ISSUER, AUDIENCE, &v, &e), ERR_INVALID);
        assert_null(v);
    }
    unlink(path);
}

static void *no_memory(size_t size)
{
    (void)size;
    errno = ENOMEM;
    return NULL;
}

/* A token that could not be read for want of memory is not said to be a bad one: its bearer may come again. */
static void want_of_memory_is_no_bad_token(void **state)
{
    char *token = sign(ed, R_JWA_ALG_EDDSA, "ed", NULL, claims(json_pack("{s:s}", "sub", "of-want")));
    struct actor a;
    struct err e = {0};

    (void)state;
    json_set_alloc_funcs(no_memory, free);
    enum err_code rc = token_verify(verifier, token, &a, &e);
    json_set_alloc_funcs(malloc, free);
    assert_int_equal(rc, ERR_UNAVAILABLE);
    assert_true(e.vi[0] && e.en[0]);
    assert_int_equal(token_verify(verifier, token, &a, NULL), ERR_OK);
    token[strlen(token) - 3] = token[strlen(token) - 3] == 'A' ? 'B' : 'A';
    assert_int_equal(token_verify(verifier, token, &a, NULL), ERR_UNAUTHENTICATED);
    free(token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_algorithms_are_accepted),
        cmocka_unit_test(want_of_memory_is_no_bad_token),
        cmocka_unit_test(other_algorithms_are_refused),
        cmocka_unit_test(a_public_key_is_no_secret),
        cmocka_unit_test(keys_come_from_the_set_alone),
        cmocka_unit_test(a_changed_token_is_refused),
        cmocka_unit_test(another_spelling_of_what_was_signed_is_refused),
        cmocka_unit_test(claims_are_checked),
        cmocka_unit_test(the_cache_forgets_in_time),
        cmocka_unit_test(threads_share_a_verifier),
        cmocka_unit_test(keys_are_made_once_and_sign),
        cmocka_unit_test(a_bad_key_set_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
