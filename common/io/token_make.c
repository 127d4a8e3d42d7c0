/* SPDX-License-Identifier: Apache-2.0 */
/* Making a local key and tokens: for taichoctl and tests. A real installation has its own issuer and gives us a JWKS.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <rhonabwy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/cleanup.h"
#include "common/base/role.h"
#include "common/io/token.h"
#include "common/io/token_private.h"

static void free_jws(jws_t **jws)
{
    r_jws_free(*jws);
}

static void free_text(char **s)
{
    free(*s);
}

static void free_library_text(char **s)
{
    r_free(*s);
}

/* write_new writes a file that is not there yet; a half-written one does not stay. */
static enum err_code write_new(const char *path, const char *text, mode_t mode, struct err *reterr)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        return err_set(reterr, ERR_INVALID, "cannot make %s: %s", path, strerror(errno));
    size_t n = strlen(text);
    bool written = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    int why = errno;
    written = close(fd) == 0 && written;
    if (written)
        return ERR_OK;
    unlink(path);
    return err_set(reterr, ERR_INVALID, "cannot write %s: %s", path, strerror(why));
}

/* generate gives a new private JWK whose kid is its thumbprint (RFC 7638), NULL on failure. */
static json_t *generate(void)
{
    jwk_t *private = NULL, *public = NULL;
    if (r_jwk_init(&private) != RHN_OK || r_jwk_init(&public) != RHN_OK ||
        r_jwk_generate_key_pair(private, public, R_KEY_TYPE_EDDSA, 256, NULL) != RHN_OK) {
        r_jwk_free(private);
        r_jwk_free(public);
        return NULL;
    }
    CLEANUP(free_library_text) char *thumb = r_jwk_thumbprint(public, R_JWK_THUMB_SHA256, R_FLAG_IGNORE_REMOTE);
    r_jwk_free(public);
    if (!thumb) {
        r_jwk_free(private);
        return NULL;
    }
    json_object_set_new(private, "kid", json_string(thumb));
    json_object_set_new(private, "alg", json_string("EdDSA"));
    json_object_set_new(private, "use", json_string("sig"));
    return private;
}

/* public_set gives the JWKS of a private key. Members are named one by one, so that none that is secret can slip in. */
static json_t *public_set(const json_t *private)
{
    static const char *const open[] = {"kty", "crv", "x", "kid", "alg", "use"};
    json_t *public = json_object(), *keys = json_array(), *set = json_object();
    for (size_t i = 0; i < COUNT_OF(open); i++)
        json_object_set(public, open[i], json_object_get(private, open[i]));
    json_array_append_new(keys, public);
    json_object_set_new(set, "keys", keys);
    return set;
}

enum err_code token_keys_make(const char *dir, struct err *reterr)
{
    char key_path[1024], set_path[1024];
    token_library();
    if (snprintf(key_path, sizeof(key_path), "%s/token.key", dir) >= (int)sizeof(key_path) ||
        snprintf(set_path, sizeof(set_path), "%s/jwks.json", dir) >= (int)sizeof(set_path))
        return err_set(reterr, ERR_INVALID, "the path %s is too long", dir);
    bool have_key = access(key_path, F_OK) == 0, have_set = access(set_path, F_OK) == 0;
    if (have_key && have_set)
        return ERR_OK;
    if (have_set)
        return err_set(reterr, ERR_INVALID, "%s is there but its key %s is not; remove it first", set_path, key_path);
    /* A key alone is what an interrupted run leaves; its set is made from it. */
    CLEANUP(token_free_json) json_t *private = have_key ? json_load_file(key_path, 0, NULL) : generate();
    if (!private)
        return err_set(reterr, ERR_INVALID, have_key ? "cannot read the key %s" : "cannot make the key %s", key_path);
    CLEANUP(token_free_json) json_t *set = public_set(private);
    CLEANUP(free_text) char *key_text = json_dumps(private, JSON_COMPACT);
    CLEANUP(free_text) char *set_text = json_dumps(set, JSON_INDENT(2));
    BUG_IF(!key_text || !set_text, "out of memory");
    enum err_code rc = have_key ? ERR_OK : write_new(key_path, key_text, 0600, reterr);
    return rc ? rc : write_new(set_path, set_text, 0644, reterr);
}

static json_t *claims_of(const char *issuer, const char *audience, const struct actor *actor, int lifetime_s)
{
    json_int_t now = instant_real() / INSTANT_SECOND;
    json_t *roles = json_array();
    for (int r = 0; r < (int)ROLE_COUNT; r++)
        if (actor->roles & UINT32_C(1) << r)
            json_array_append_new(roles, json_string(role_name((enum role)r)));
    json_t *claims = json_pack("{s:s, s:s, s:s, s:I, s:I, s:I}", "iss", issuer, "aud", audience, "sub", actor->subject,
                               "iat", now, "nbf", now, "exp", now + lifetime_s);
    if (actor->unit[0])
        json_object_set_new(claims, "unit", json_string(actor->unit));
    json_object_set_new(claims, "roles", roles);
    return claims;
}

enum err_code token_sign(const char *key_path, const char *issuer, const char *audience, const struct actor *actor,
                         int lifetime_s, char *ret, size_t size, struct err *reterr)
{
    token_library();
    json_error_t why;
    CLEANUP(token_free_json) json_t *key = json_load_file(key_path, JSON_REJECT_DUPLICATES, &why);
    if (!key)
        return err_set(reterr, ERR_INVALID, "cannot read the key %s: %s", key_path, why.text);
    CLEANUP(token_free_json) json_t *claims = claims_of(issuer, audience, actor, lifetime_s);
    CLEANUP(free_text) char *payload = claims ? json_dumps(claims, JSON_COMPACT) : NULL;
    const char *kid = json_string_value(json_object_get(key, "kid"));
    const char *alg = json_string_value(json_object_get(key, "alg"));
    if (!payload || !kid)
        return err_set(reterr, ERR_INVALID, "the key %s has no kid, or the actor is not UTF-8", key_path);
    CLEANUP(free_jws) jws_t *jws = NULL;
    CLEANUP(free_library_text) char *text = NULL;
    if (r_jws_init(&jws) == RHN_OK && r_jws_set_alg(jws, r_str_to_jwa_alg(alg ? alg : "EdDSA")) == RHN_OK &&
        r_jws_set_header_str_value(jws, "typ", "JWT") == RHN_OK &&
        r_jws_set_header_str_value(jws, "kid", kid) == RHN_OK &&
        r_jws_set_payload(jws, (const unsigned char *)payload, strlen(payload)) == RHN_OK)
        text = r_jws_serialize(jws, key, R_FLAG_IGNORE_REMOTE);
    if (!text)
        return err_set(reterr, ERR_INVALID, "cannot sign with the key %s", key_path);
    if (strlen(text) >= size)
        return err_set(reterr, ERR_INVALID, "the token has %zu characters, room is for %zu", strlen(text), size - 1);
    memcpy(ret, text, strlen(text) + 1);
    return ERR_OK;
}
