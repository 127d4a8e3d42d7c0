/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sums of the books. Of money and of dossiers: what intake has stored and what audit has counted, of all that there
 * are. Of the paper of this run: where each sheet is; of its refusals: that each is kept.
 */
#include <inttypes.h>
#include <string.h>

#include "services/ctl/simulate_books.h"

#define SUMS_MAX 4
#define AGREE_US (10 * INSTANT_SECOND)
#define POLL_MS  100

struct sums {
    int64_t at[SUMS_MAX];
};

/* read_sums reads one row, the columns in their order; it gives the run's dossiers to a statement that asks for them.
 */
static bool read_sums(struct books *b, int service, const struct db_stmt *stmt, bool of_run, int count,
                      struct sums *ret)
{
    const struct db_arg ids = db_items(b->ids);
    struct db_answer *q;
    struct err err = {0};

    if (db_run(b->db[service], b->arena, stmt, of_run ? &ids : NULL, of_run, &q, &err))
        return ctl_fail_err("reading the books", &err) == CTL_OK;
    *ret = (struct sums){0};
    for (int i = 0; i < count; i++)
        ret->at[i] = db_get_int(q, 0, i);
    db_forget(b->db[service]);
    return true;
}

/* agree reads what intake has stored and what audit has counted until they are the same: others may be at work beside
 * the run. What they differ in then, they differ in. */
static bool agree(struct books *b, const struct db_stmt *stored, const struct db_stmt *counted, int count,
                  struct sums *ret_stored, struct sums *ret_counted)
{
    int64_t until = instant_mono() + AGREE_US;

    for (;;) {
        if (!read_sums(b, CTL_INTAKE, stored, false, count, ret_stored) ||
            !read_sums(b, CTL_AUDIT, counted, false, count, ret_counted))
            return false;
        if (memcmp(ret_stored, ret_counted, sizeof *ret_stored) == 0 || instant_mono() > until)
            return true;
        ctl_pause(POLL_MS);
    }
}

/* ---- dossiers: accepted = ended + open */

static const struct db_stmt accepted_of_run = {"ctl_accepted_of_run",
                                               "SELECT count(*) FROM dossier WHERE id = ANY ($1) AND code IS NOT NULL"};

static const struct db_stmt dossiers_stored = {
    "ctl_dossiers_stored",
    "SELECT count(*), count(*) FILTER (WHERE state IN ('finished', 'returned', 'withdrawn', 'stopped')),"
    "       count(*) FILTER (WHERE state IN ('received', 'in_process', 'awaiting_supplement', 'awaiting_obligation',"
    "                                        'closing'))"
    "  FROM dossier WHERE code IS NOT NULL"};
static const struct db_stmt dossiers_counted = {
    "ctl_dossiers_counted", "SELECT coalesce(sum(received), 0)::int8,"
                            "       coalesce(sum(early + on_time + late - late_open + withdrawn + stopped), 0)::int8,"
                            "       (SELECT count(*) FROM fact WHERE result = 'open')"
                            "  FROM kpi"};

/* accepted: by the answers of this run. */
static bool compare_dossiers(struct books *b, int64_t accepted)
{
    struct sums stored, counted, run;

    if (!agree(b, &dossiers_stored, &dossiers_counted, 3, &stored, &counted) ||
        !read_sums(b, CTL_INTAKE, &accepted_of_run, true, 1, &run))
        return false;
    if (run.at[0] != accepted)
        books_differ(b, CTL_INTAKE, NULL, "%" PRId64 " of this run are accepted; %" PRId64 " were answered so",
                     run.at[0], accepted);
    b->accepted = stored.at[0];
    b->finished = stored.at[1];
    if (stored.at[0] != stored.at[1] + stored.at[2])
        books_differ(b, CTL_INTAKE, NULL, "%" PRId64 " were accepted; %" PRId64 " have ended and %" PRId64 " are open",
                     stored.at[0], stored.at[1], stored.at[2]);
    if (memcmp(&stored, &counted, sizeof stored) != 0)
        books_differ(b, CTL_AUDIT, NULL,
                     "of all runs %" PRId64 " accepted, %" PRId64 " ended, %" PRId64
                     " open are counted; intake has %" PRId64 ", %" PRId64 ", %" PRId64,
                     counted.at[0], counted.at[1], counted.at[2], stored.at[0], stored.at[1], stored.at[2]);
    return true;
}

/* ---- money: due, paid, waived, given back */

#define FEE_SUMS(due, paid, waived, refunded)                                                                          \
    "SELECT coalesce(sum(" due "), 0)::int8, coalesce(sum(" paid "), 0)::int8, coalesce(sum(" waived "), 0)::int8,"    \
    "       coalesce(sum(" refunded "), 0)::int8"

static const struct db_stmt fees_stored = {"ctl_fees_stored",
                                           FEE_SUMS("amount) FILTER (WHERE state <> 'expected'",
                                                    "amount) FILTER (WHERE paid_at IS NOT NULL",
                                                    "amount) FILTER (WHERE state = 'waived'", "refunded") " FROM fee"};
static const struct db_stmt fees_counted = {
    "ctl_fees_counted", FEE_SUMS("due_vnd", "paid_vnd", "waived_vnd", "refunded_vnd") " FROM fee_kpi"};

/* What is due was paid, waived, or is owed; nothing is given back that was not paid. */
static bool compare_money(struct books *b)
{
    struct sums stored, counted;

    if (!agree(b, &fees_stored, &fees_counted, 4, &stored, &counted))
        return false;
    if (memcmp(&stored, &counted, sizeof stored) != 0)
        books_differ(b, CTL_AUDIT, NULL,
                     "%" PRId64 " VND due, %" PRId64 " paid, %" PRId64 " waived, %" PRId64
                     " given back are counted; intake has %" PRId64 ", %" PRId64 ", %" PRId64 ", %" PRId64,
                     counted.at[0], counted.at[1], counted.at[2], counted.at[3], stored.at[0], stored.at[1],
                     stored.at[2], stored.at[3]);
    if (stored.at[1] + stored.at[2] > stored.at[0] || stored.at[3] > stored.at[1])
        books_differ(b, CTL_INTAKE, NULL, "more was paid, or given back, than was due");
    return true;
}

/* ---- paper: each sheet that was handed in went back, is a case of loss, or lies with a unit: none is under way when
 * all have ended */

/* Papers of a supplement, and those that went back to the counter, lie where it is said of them, or with the others. On
 * their way to a unit they lie nowhere. */
static const struct db_stmt sheets_kept = {
    "ctl_sheets_kept",
    "SELECT coalesce(sum(x.sheets), 0)::int8,"
    "       coalesce(sum(x.sheets) FILTER (WHERE x.given_back_at IS NOT NULL), 0)::int8,"
    "       coalesce(sum(x.sheets) FILTER (WHERE x.loss IS NOT NULL), 0)::int8,"
    "       coalesce(sum(x.sheets) FILTER (WHERE x.given_back_at IS NULL AND x.loss IS NULL AND x.unit IS NOT NULL), 0)"
    "           ::int8"
    "  FROM (SELECT c.originals + c.certified + c.copies AS sheets, c.given_back_at, c.loss,"
    "               CASE WHEN w.unit IS NULL THEN h.unit WHEN w.going_to IS NULL THEN w.unit END AS unit"
    "          FROM component c JOIN dossier d ON d.id = c.dossier"
    "          LEFT JOIN LATERAL way_of(c) w ON true"
    "          LEFT JOIN LATERAL (SELECT CASE WHEN y.going_to IS NULL THEN y.unit END AS unit FROM holdings_of(d.id) y"
    "                              WHERE y.supplement IN (0, coalesce(c.supplement, 0))"
    "                              ORDER BY y.supplement DESC, y.n DESC LIMIT 1) h ON true"
    "         WHERE d.id = ANY ($1) AND d.code IS NOT NULL AND c.form = 'paper' AND NOT c.to_show) x"};

static bool compare_paper(struct books *b)
{
    struct sums is;

    if (!read_sums(b, CTL_INTAKE, &sheets_kept, true, 4, &is))
        return false;
    b->sheets = is.at[0];
    if (is.at[0] != is.at[1] + is.at[2] + is.at[3])
        books_differ(b, CTL_INTAKE, NULL,
                     "of %" PRId64 " sheets of paper %" PRId64 " went back, %" PRId64
                     " are lost or damaged and %" PRId64 " lie with a unit",
                     is.at[0], is.at[1], is.at[2], is.at[3]);
    return true;
}

/* ---- refusals: what was to be refused was, and the answer is kept under its key, to be given again */

static const struct db_stmt refusals_kept = {
    "ctl_refusals_kept", "SELECT count(*) FROM idempotency WHERE starts_with(key, $1) AND status = 409"};

/* refusals_of counts the acts of the run that a service was to refuse. */
static int64_t refusals_of(const struct books *b, int service)
{
    int64_t n = 0;

    for (size_t i = 0; i < b->count; i++)
        for (const char *p = b->entries[i].d->acts; *p; p++)
            for (int k = 0; k < DEED_COUNT; k++)
                n += deeds[k].letter == *p && deeds[k].service == service && !deeds[k].event;
    return n;
}

/* A service forgets an answer when a day has passed. */
static bool compare_refusals(struct books *b, const struct simulation *s)
{
    const struct db_arg run = db_text(arena_printf(b->arena, "sim-%s-", s->run));
    bool forgotten = instant_real() - s->begun_at >= INSTANT_DAY;

    for (int service = 0; service < CTL_SERVICES; service++) {
        int64_t refused = refusals_of(b, service), kept;
        struct db_answer *q;
        struct err err = {0};
        if (db_run(b->db[service], b->arena, &refusals_kept, &run, 1, &q, &err))
            return ctl_fail_err("reading the books", &err) == CTL_OK;
        kept = db_get_int(q, 0, 0);
        db_forget(b->db[service]);
        if (kept > refused || (kept < refused && !forgotten))
            books_differ(b, service, NULL, "%" PRId64 " refusals of this run are kept; %" PRId64 " acts were refused",
                         kept, refused);
    }
    return true;
}

bool books_compare_sums(struct books *b, const struct simulation *s)
{
    return compare_dossiers(b, s->received) && compare_money(b) && compare_paper(b) && compare_refusals(b, s);
}
