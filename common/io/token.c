/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verification: the header's algorithm is held against a short list and against the kind of the key that its kid names;
 * keys come from the local set alone, never from the token. Then the claims. What passed is remembered by its hash.
 */
#include "common/io/token.h"

#include <errno.h>
#include <jansson.h>
#include <orcania.h>
#include <pthread.h>
#include <rhonabwy.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/base/role.h"
#include "common/io/digest.h"
#include "common/io/token_private.h"

#define TOKEN_MAX   ((size_t)8192) /* characters; ours have about 400 */
#define LEEWAY      (60 * INSTANT_SECOND)
#define LAST_SECOND INT64_C(253402300799) /* of the year 9999: keeps microseconds in range */
#define CACHE_SETS  1024
#define CACHE_WAYS  4
#define CACHE_LOCKS 64

struct cached {
    struct digest of;
    struct actor actor; /* expires = 0: free */
};

/* A token can only be in one small set, chosen by its hash, so a flood of tokens costs no more than the table. */
struct cache_set {
    struct cached ways[CACHE_WAYS];
    unsigned next; /* the way to give up when all are taken */
};

struct token_verifier {
    json_t *keys; /* array of public JWK; read only after birth */
    char *issuer, *audience;
    pthread_mutex_t locks[CACHE_LOCKS];
    struct cache_set *cache;
};

/* The algorithms we take, and the one kind of key each works with. */
static const struct algorithm {
    jwa_alg alg;
    const char *name, *kty, *crv;
    unsigned bits_min;
} algorithms[] = {
    {R_JWA_ALG_RS256, "RS256", "RSA", NULL, 2048},
    {R_JWA_ALG_ES256, "ES256", "EC", "P-256", 256},
    {R_JWA_ALG_EDDSA, "EdDSA", "OKP", "Ed25519", 256},
};

void token_free_json(json_t **j)
{
    json_decref(*j);
}

static void free_jws(jws_t **jws)
{
    r_jws_free(*jws);
}

static void initialise(void)
{
    r_global_init();
}

void token_library(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, initialise);
}

static const char *text_of(const json_t *o, const char *name)
{
    return json_string_value(json_object_get(o, name)); /* NULL when absent or another type */
}

/* ---- the key set */

/* algorithm_of gives the row that a key can serve, NULL for kinds that are not ours: symmetric ones above all. */
static const struct algorithm *algorithm_of(json_t *jwk)
{
    const char *kty = text_of(jwk, "kty"), *crv = text_of(jwk, "crv"), *alg = text_of(jwk, "alg"),
               *use = text_of(jwk, "use");
    unsigned bits = 0;
    if (!kty || (use && strcmp(use, "sig") != 0) || !text_of(jwk, "kid"))
        return NULL;
    if (!(r_jwk_key_type(jwk, &bits, R_FLAG_IGNORE_REMOTE) & (R_KEY_TYPE_PUBLIC | R_KEY_TYPE_PRIVATE)))
        return NULL;
    for (size_t i = 0; i < COUNT_OF(algorithms); i++) {
        const struct algorithm *a = &algorithms[i];
        if (strcmp(kty, a->kty) != 0 || (a->crv && (!crv || strcmp(crv, a->crv) != 0)) || bits < a->bits_min)
            continue;
        return alg && strcmp(alg, a->name) != 0 ? NULL : a;
    }
    return NULL;
}

enum err_code token_verifier_new(const char *jwks_path, const char *issuer, const char *audience,
                                 struct token_verifier **ret, struct err *reterr)
{
    token_library();
    json_error_t why;
    CLEANUP(token_free_json) json_t *file = json_load_file(jwks_path, JSON_REJECT_DUPLICATES, &why);
    if (!file)
        return err_set(reterr, ERR_INVALID, "cannot read the key set %s: %s", jwks_path, why.text);
    json_t *keys = json_array(), *jwk;
    size_t i;
    json_array_foreach(json_object_get(file, "keys"), i, jwk)
    {
        if (!algorithm_of(jwk))
            continue;
        jwk_t *public = NULL;
        /* A private key that slipped into the set is of no use here and must not lie about in memory. */
        if (r_jwk_init(&public) == RHN_OK && r_jwk_key_type(jwk, NULL, R_FLAG_IGNORE_REMOTE) & R_KEY_TYPE_PRIVATE)
            (void)r_jwk_extract_pubkey(jwk, public, R_FLAG_IGNORE_REMOTE);
        else
            json_object_update(public, jwk);
        json_array_append_new(keys, public);
    }
    if (json_array_size(keys) == 0) {
        json_decref(keys);
        return err_set(reterr, ERR_INVALID,
                       "the key set %s has no key for RS256 (2048 bits), ES256 or EdDSA (Ed25519) with a kid",
                       jwks_path);
    }
    struct token_verifier *v = calloc(1, sizeof(*v));
    BUG_IF(!v, "out of memory");
    v->keys = keys;
    v->issuer = strdup(issuer);
    v->audience = strdup(audience);
    v->cache = calloc(CACHE_SETS, sizeof(*v->cache));
    BUG_IF(!v->issuer || !v->audience || !v->cache, "out of memory");
    for (i = 0; i < CACHE_LOCKS; i++)
        pthread_mutex_init(&v->locks[i], NULL);
    *ret = v;
    return ERR_OK;
}

void token_verifier_free(struct token_verifier *v)
{
    if (!v)
        return;
    for (size_t i = 0; i < CACHE_LOCKS; i++)
        pthread_mutex_destroy(&v->locks[i]);
    json_decref(v->keys);
    free(v->issuer);
    free(v->audience);
    free(v->cache);
    free(v);
}

/* ---- the cache */

static size_t set_of(const struct digest *d)
{
    return ((size_t)d->b[0] << 8 | d->b[1]) % CACHE_SETS;
}

static bool recall(struct token_verifier *v, const struct digest *d, instant now, struct actor *ret)
{
    struct cache_set *set = &v->cache[set_of(d)];
    pthread_mutex_t *lock = &v->locks[set_of(d) % CACHE_LOCKS];
    bool found = false;
    pthread_mutex_lock(lock);
    for (size_t i = 0; i < CACHE_WAYS && !found; i++) {
        struct cached *c = &set->ways[i];
        found = c->actor.expires + LEEWAY > now && memcmp(c->of.b, d->b, DIGEST_SIZE) == 0;
        if (found)
            *ret = c->actor;
    }
    pthread_mutex_unlock(lock);
    return found;
}

static void remember(struct token_verifier *v, const struct digest *d, instant now, const struct actor *actor)
{
    struct cache_set *set = &v->cache[set_of(d)];
    pthread_mutex_t *lock = &v->locks[set_of(d) % CACHE_LOCKS];
    pthread_mutex_lock(lock);
    size_t way = set->next % CACHE_WAYS;
    for (size_t i = 0; i < CACHE_WAYS; i++)
        if (set->ways[i].actor.expires + LEEWAY <= now)
            way = i;
    set->ways[way] = (struct cached){.of = *d, .actor = *actor};
    set->next++;
    pthread_mutex_unlock(lock);
}

/* ---- one token */

/* refuse: the libraries that read a token say no more than that they cannot; for want of memory nothing is known of it,
 * and its bearer may come again. */
static enum err_code refuse(struct err *reterr, const char *vi, const char *en)
{
    if (errno == ENOMEM)
        return err_say(reterr, ERR_UNAVAILABLE, NULL, "tạm thời thiếu bộ nhớ", "out of memory for the moment");
    return err_say(reterr, ERR_UNAUTHENTICATED, NULL, "mã truy cập không hợp lệ: %s%.0s",
                   "the token is not valid: %.0s%s", vi, en);
}

/*
 * well_spelled holds of three parts in base64url without padding or stray bits (RFC 7515, 2; RFC 4648, 3.5). The
 * library verifies what a part decodes to, while a signature is of the characters (RFC 7515, 5.2): another spelling of
 * the same claims is a token that nobody signed.
 */
static bool well_spelled(const char *token)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
                      *const last[4] = {digits, "", "AQgw", "AEIMQUYcgkosw048"}; /* by how many are in the last group */
    const char *part = token;

    for (int i = 0; i < 3; i++) {
        size_t n = strspn(part, digits);
        if (n == 0 || part[n] != (i < 2 ? '.' : '\0') || !strchr(last[n % 4], part[n - 1]))
            return false;
        part += n + 1;
    }
    return true;
}

/*
 * header_of reads the header of a token that is well spelled; NULL when it is no JSON. The library would do more than
 * read it: told by "zip" (RFC 7516, not for signed tokens), it inflates the claims before it knows who wrote them.
 */
static json_t *header_of(const char *token)
{
    size_t n = strcspn(token, ".");
    struct _o_datum text = {0};
    if (!o_base64url_decode_alloc((const unsigned char *)token, n, &text))
        return NULL;
    json_t *header = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    o_free(text.data);
    return header;
}

/* find_key gives the key that the header names, when the algorithm is one of ours and fits it. */
static jwk_t *find_key(struct token_verifier *v, jws_t *jws)
{
    const char *kid = r_jws_get_header_str_value(jws, "kid");
    jwa_alg alg = r_jws_get_alg(jws);
    size_t i;
    json_t *jwk;
    if (!kid)
        return NULL;
    json_array_foreach(v->keys, i, jwk)
    {
        const struct algorithm *a = algorithm_of(jwk);
        if (a && a->alg == alg && strcmp(text_of(jwk, "kid"), kid) == 0)
            return jwk;
    }
    return NULL;
}

static bool for_us(const json_t *aud, const char *audience)
{
    size_t i;
    json_t *one;
    if (json_is_string(aud))
        return strcmp(json_string_value(aud), audience) == 0;
    json_array_foreach(aud, i, one)
    {
        if (json_is_string(one) && strcmp(json_string_value(one), audience) == 0)
            return true;
    }
    return false;
}

/* seconds reads a NumericDate (RFC 7519), which may have a fraction; false when it is not a sensible number. */
static bool seconds(const json_t *j, instant *ret)
{
    double s = json_is_number(j) ? json_number_value(j) : -1;
    if (!(s >= 0))
        return false;
    *ret = (s > (double)LAST_SECOND ? LAST_SECOND : (int64_t)s) * INSTANT_SECOND;
    return true;
}

static bool copy_text(const json_t *o, const char *name, char *ret, size_t size)
{
    const char *s = text_of(o, name);
    size_t n = s ? strlen(s) : 0;
    if (n == 0 || n >= size || n != json_string_length(json_object_get(o, name)))
        return false;
    memcpy(ret, s, n + 1);
    return true;
}

static enum err_code read_claims(struct token_verifier *v, const json_t *claims, instant now, struct actor *ret,
                                 struct err *reterr)
{
    struct actor actor = {0};
    instant from;
    const char *iss = text_of(claims, "iss");
    const json_t *nbf = json_object_get(claims, "nbf"), *roles = json_object_get(claims, "roles");
    if (!iss || strcmp(iss, v->issuer) != 0)
        return refuse(reterr, "nơi cấp không đúng", "wrong issuer");
    if (!for_us(json_object_get(claims, "aud"), v->audience))
        return refuse(reterr, "không cấp cho dịch vụ này", "not for this audience");
    if (!seconds(json_object_get(claims, "exp"), &actor.expires))
        return refuse(reterr, "thiếu thời điểm hết hạn", "no expiry");
    if (actor.expires + LEEWAY <= now)
        return refuse(reterr, "đã hết hạn", "it has expired");
    if (nbf && (!seconds(nbf, &from) || from - LEEWAY > now))
        return refuse(reterr, "chưa đến lúc có hiệu lực", "it is not valid yet");
    if (!copy_text(claims, "sub", actor.subject, sizeof(actor.subject)))
        return refuse(reterr, "thiếu hoặc sai người dùng (sub)", "no subject (sub), or too long");
    if (json_object_get(claims, "unit") && !copy_text(claims, "unit", actor.unit, sizeof(actor.unit)))
        return refuse(reterr, "đơn vị (unit) không đúng", "a unit that is no text, empty or too long");
    size_t i;
    json_t *one;
    if (roles && (!json_is_array(roles) || json_array_size(roles) > TOKEN_ROLES_MAX))
        return refuse(reterr, "vai trò (roles) không đúng", "roles that are no list, or too many");
    json_array_foreach(roles, i, one)
    {
        /* Another system's roles may be in the same token; they give no right here. */
        if (json_is_string(one))
            actor.roles |= role_parse(json_string_value(one));
    }
    *ret = actor;
    return ERR_OK;
}

enum err_code token_verify(struct token_verifier *v, const char *token, struct actor *ret, struct err *reterr)
{
    size_t n = strnlen(token, TOKEN_MAX + 1);
    errno = 0;
    if (n == 0 || n > TOKEN_MAX)
        return refuse(reterr, "trống hoặc quá dài", "it is empty or too long");
    instant now = instant_real();
    struct digest d = digest_of(token, n);
    if (recall(v, &d, now, ret))
        return ERR_OK;
    CLEANUP(token_free_json) json_t *header = well_spelled(token) ? header_of(token) : NULL;
    if (!json_is_object(header))
        return refuse(reterr, "không phải là JWS", "it is not a JWS");
    if (json_object_get(header, "crit") || json_object_get(header, "zip"))
        return refuse(reterr, "yêu cầu mở rộng không được hỗ trợ", "it demands an extension that is not supported");
    CLEANUP(free_jws) jws_t *jws = NULL;
    if (r_jws_init(&jws) != RHN_OK)
        return err_set(reterr, ERR_BUG, "librhonabwy is out of memory");
    /* R_PARSE_NONE: a key or an address of one inside the header is not even looked at, and "none" is not taken. */
    if (r_jws_advanced_compact_parsen(jws, token, n, R_PARSE_NONE, R_FLAG_IGNORE_REMOTE) != RHN_OK)
        return refuse(reterr, "không phải là JWS", "it is not a JWS");
    jwk_t *key = find_key(v, jws);
    if (!key)
        return refuse(reterr, "thuật toán hoặc khóa không được chấp nhận", "its algorithm or key is not accepted");
    if (r_jws_verify_signature(jws, key, R_FLAG_IGNORE_REMOTE) != RHN_OK)
        return refuse(reterr, "chữ ký sai", "the signature is wrong");
    size_t payload_n = 0;
    const unsigned char *payload = r_jws_get_payload(jws, &payload_n);
    CLEANUP(token_free_json)
    json_t *claims = payload ? json_loadb((const char *)payload, payload_n, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (!json_is_object(claims))
        return refuse(reterr, "nội dung không phải là JSON", "its claims are not JSON");
    struct actor actor;
    enum err_code rc = read_claims(v, claims, now, &actor, reterr);
    if (rc)
        return rc;
    remember(v, &d, now, &actor);
    *ret = actor;
    return ERR_OK;
}
