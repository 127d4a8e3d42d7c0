/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The papers of a dossier as the other stages know them: intake keeps the paper, they keep its handle. What is decided
 * on, signed and sealed is one of them, hash for hash.
 */
#ifndef TAICHO_DOMAIN_PAPER_H
#define TAICHO_DOMAIN_PAPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/id.h"

struct document_handle {
    struct id id;
    uint8_t sha256[32];
    int pages;
};

/* handle_same_content tells whether two papers have the same bytes; they may be two filings of them. */
bool handle_same_content(const struct document_handle *a, const struct document_handle *b);

struct paper {
    struct document_handle handle;
    int kind;    /* enum document_kind */
    int missing; /* of a request form: how many papers its list asks the citizen for; 0: it has none */
    bool filed;  /* not stored yet */
};

/* All papers of one dossier, in an arena. */
struct papers {
    struct paper *items;
    size_t count, room;
};

const struct paper *papers_find(const struct papers *p, struct id id); /* NULL: there is none */
void papers_add(struct papers *p, const struct paper *paper, struct arena *a);
struct papers papers_copy(const struct papers *p, struct arena *a); /* all of them stored */

/* papers_may_file refuses a paper that is known already: ERR_CONFLICT. */
enum err_code papers_may_file(const struct papers *p, struct id id, struct err *reterr) MUST_CHECK;

/*
 * papers_named finds the very paper that a command names by its whole handle: ERR_INVALID, with the field that is
 * wrong, when there is none or it has another hash or number of pages. `field` is where the handle stands ("draft").
 */
enum err_code papers_named(const struct papers *p, const struct document_handle *asked, const char *field,
                           const struct paper **ret, struct err *reterr) MUST_CHECK;

#endif
