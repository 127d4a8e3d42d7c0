/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reference data that intake owns: a release brings records, each is checked against the others and against the
 * snapshot in use, and what is new gets a version. A record is known by kind, id and first day: one with the same first
 * day replaces the other as a new version; one with another first day follows it and may not overlap.
 */
#ifndef TAICHO_INTAKE_CATALOGUE_H
#define TAICHO_INTAKE_CATALOGUE_H

#include "common/domain/catalogue.h"
#include "common/flow/batch.h"
#include "common/io/digest.h"

#define INTAKE_KIND_MAP(X)                                                                                             \
    X(UNIT, "unit")                                                                                                    \
    X(COUNTER, "counter")                                                                                              \
    X(OFFICER, "officer")                                                                                              \
    X(PROCEDURE, "procedure")                                                                                          \
    X(PROCESS, "process")                                                                                              \
    X(CALENDAR, "calendar")                                                                                            \
    X(TERM, "term")

enum intake_kind {
#define X(symbol, name) INTAKE_KIND_##symbol,
    INTAKE_KIND_MAP(X)
#undef X
        INTAKE_KIND_COUNT
};
extern const char *const intake_kind_names[];

#define INTAKE_FEE_UNKNOWN (-1) /* set by a resolution that was not found; 0 is free */

struct intake_calendar {
    struct record record;
    int first_year, last_year;
    const int32_t *days_off, *make_up_days;
    size_t off_count, make_up_count;
};

/* One record of a release as it was sent. */
struct intake_entry {
    size_t index; /* its place in the request: records[index] */
    enum intake_kind kind;
    union {
        struct record record; /* all begin with it; its version is 0 until the release gives one */
        struct unit unit;
        struct counter counter;
        struct officer officer;
        struct procedure procedure;
        struct process process;
        struct intake_calendar calendar;
        struct legal_term term;
    } u;
    const char *successor, *field_name, *basis; /* of units, procedures, terms */
    bool verified;
    const char *json; /* the record as it is shown, and what its digest is of */
    struct digest digest;
};

struct intake_release {
    struct intake_entry *entries;
    size_t count;
};

/* What is stored, by (kind, id, first day). */
struct intake_stored {
    const char *kind, *id;
    int32_t valid_from, valid_to;
    int version;
    struct digest digest;
    const char *agency_code; /* of a unit; NULL of all others */
};

/* What the subject "catalogue" carries through a batch. */
struct intake_shelf {
    const struct intake_stored *stored; /* sorted by kind, id, first day, as bytes */
    size_t stored_count;
    int64_t version_count;             /* how many version records exist */
    int64_t release;                   /* closed by this batch; 0: none */
    const struct intake_entry **added; /* what this batch adds, in the order of (kind, id, first day) */
    size_t added_count;
};

/* intake_release_sort gives the entries in the order of (kind, id, first day), and refuses two that are the same. */
enum err_code intake_release_sort(const struct intake_release *r, struct arena *a, const struct intake_entry ***ret,
                                  struct err *reterr) MUST_CHECK;

/* intake_release_check finds what is wrong among the records of a release, given in that order. Pure. */
enum err_code intake_release_check(const struct intake_entry *const *sorted, size_t count, const struct catalogue *c,
                                   const struct intake_shelf *s, struct err *reterr) MUST_CHECK;

/* intake_decide_release is the act INTAKE_RELEASE. */
enum err_code intake_decide_release(struct item *i, struct err *reterr) MUST_CHECK;

/* catalogue_events.c: the records as messages of taicho.catalogue.v1. */
struct bytes intake_record_pack(const struct intake_entry *e, int version, int64_t release, struct arena *a);
struct bytes intake_pointer_pack(const struct intake_entry *e, int version, int64_t release, struct arena *a);
struct bytes intake_release_pack(int64_t release, int64_t records, struct arena *a);

#endif
