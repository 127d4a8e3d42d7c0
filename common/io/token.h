/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bearer tokens: JWS compact with RS256, ES256 or EdDSA, verified against a local JWKS file by librhonabwy (no remote
 * fetching). A verified token is remembered by its SHA-256 until it expires. Thread-safe.
 */
#ifndef TAICHO_IO_TOKEN_H
#define TAICHO_IO_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/err.h"
#include "common/base/instant.h"

#define TOKEN_ROLES_MAX 16

/* Who is asking. Plain data; copied into each piece of work. */
struct actor {
    char subject[80]; /* the officer's id in the catalogue: "H11.35.21-tn01", or "citizen:..." or "service:..." */
    char unit[40];    /* the unit whose dossiers this actor may see */
    uint32_t roles;   /* bit set over role.h's list */
    instant expires;
};

struct token_verifier;
enum err_code token_verifier_new(const char *jwks_path, const char *issuer, const char *audience,
                                 struct token_verifier **ret, struct err *reterr) MUST_CHECK;
void token_verifier_free(struct token_verifier *v);
/* token_verify checks signature, algorithm, issuer, audience, exp and nbf (60 s leeway); claims: sub, unit, roles
 * (array of names). ERR_UNAUTHENTICATED. */
enum err_code token_verify(struct token_verifier *v, const char *jws, struct actor *ret, struct err *reterr) MUST_CHECK;

/* ---- making tokens and keys: taichoctl and tests only */
enum err_code token_keys_make(const char *dir, struct err *reterr)
    MUST_CHECK; /* token.key (0600, private JWK, EdDSA) and jwks.json; keeps existing ones */
enum err_code token_sign(const char *key_path, const char *issuer, const char *audience, const struct actor *actor,
                         int lifetime_s, char *ret, size_t size, struct err *reterr) MUST_CHECK;

#endif
