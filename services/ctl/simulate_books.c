/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The books of the five schemas against what was done. Each is read with one connection of the database's owner, since
 * no service may look into another's. First everything must have come to rest: what one emitted, every listener
 * applied.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/flow/event.h"
#include "services/ctl/simulate.h"
#include "services/ctl/simulate_books.h"

#define QUIET_US (60 * INSTANT_SECOND)
#define POLL_MS  150
#define SHOWN    20

/* Who hears whom: DESIGN 2, "listens to". */
static const bool listens[CTL_SERVICES][SOURCE_COUNT] = {
    [CTL_INTAKE] = {false, true, true, true},   [CTL_APPRAISAL] = {true, false, true, false},
    [CTL_APPROVAL] = {true, true, false, true}, [CTL_RETURN] = {true, false, true, false},
    [CTL_AUDIT] = {true, true, true, true},
};

/* ---- one connection per schema */

static bool open_all(struct books *b)
{
    for (int i = 0; i < CTL_SERVICES; i++) {
        struct err e = {0};
        const char *path = arena_printf(b->arena, "\"%s\",ext", ctl_services[i].name);
        if (ctl_database(path, 2000, &b->db[i], &e))
            return ctl_fail_err("opening the books", &e) == CTL_OK;
    }
    return true;
}

static int by_id(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;

    return id_cmp(a->id, b->id);
}

struct entry *books_find(struct books *b, struct id id)
{
    const struct entry key = {.id = id};

    return bsearch(&key, b->entries, b->count, sizeof *b->entries, by_id);
}

/* Only what got an id was accepted, refused or guided by intake. */
static void list_entries(struct books *b, struct simulation *s)
{
    size_t dossiers = (size_t)s->dossier_count, all = dossiers + s->visit_count;

    b->entries = ARENA_ARRAY(b->arena, all + 1, struct entry);
    for (size_t i = 0; i < all; i++) {
        struct entry e = {.d = i < dossiers ? &s->dossiers[i] : &s->visits[i - dossiers]};
        if (id_parse(e.d->id, &e.id))
            b->entries[b->count++] = e;
    }
    qsort(b->entries, b->count, sizeof *b->entries, by_id);
    b->ids = db_array_new(b->arena, DB_UUID);
    for (size_t i = 0; i < b->count; i++)
        db_array_uuid(b->ids, b->entries[i].id);
}

void books_differ(struct books *b, int service, const struct entry *e, const char *fmt, ...)
{
    va_list ap;

    b->differences++;
    if (e)
        b->wrong[service]++;
    if (b->shown++ >= SHOWN)
        return;
    fprintf(b->out, "  %s: %s: ", ctl_services[service].name, e ? e->d->code[0] ? e->d->code : e->d->id : "books");
    va_start(ap, fmt);
    vfprintf(b->out, fmt, ap);
    va_end(ap);
    fputc('\n', b->out);
}

/* ---- coming to rest */

static const struct db_stmt read_subjects = {"ctl_books_subjects",
                                             "SELECT id, version, applied, hold IS NOT NULL AS held,"
                                             "       (SELECT count(*) FROM waiting w WHERE w.subject = s.id) AS waiting"
                                             "  FROM subject s WHERE id = ANY ($1)"};

static bool read_versions(struct books *b, int service)
{
    struct arena *a = arena_new((size_t)1 << 32);
    struct db_answer *q;
    struct err e = {0};

    if (db_run(b->db[service], a, &read_subjects, DB_ARGS(db_items(b->ids)), &q, &e)) {
        arena_free(a);
        return ctl_fail_err("reading the books", &e) == CTL_OK;
    }
    for (size_t i = 0; i < db_count(q); i++) {
        struct entry *x = books_find(b, db_get_uuid(q, i, db_column(q, "id")));
        int64_t applied[SOURCE_COUNT] = {0};
        db_get_ints(q, i, db_column(q, "applied"), applied, SOURCE_COUNT);
        for (int k = 0; x && k < SOURCE_COUNT; k++)
            x->applied[service][k] = (int32_t)applied[k];
        if (!x)
            continue;
        x->version[service] = (int32_t)db_get_int(q, i, db_column(q, "version"));
        x->held[service] = db_get_bool(q, i, db_column(q, "held"));
        x->waiting[service] = (int32_t)db_get_int(q, i, db_column(q, "waiting"));
    }
    db_forget(b->db[service]);
    arena_free(a);
    return true;
}

/* behind gives the first source of which a service has not applied what was emitted; -1 when it has all. */
static int behind(const struct entry *e, int service)
{
    for (int k = 0; k < SOURCE_COUNT; k++)
        if (listens[service][k] && e->applied[service][k] != e->version[k])
            return k;
    return -1;
}

/* await_rest reads all versions again and again until every listener has applied what was emitted, at most 60 s. */
static bool await_rest(struct books *b)
{
    int64_t begun = instant_mono();

    for (;;) {
        bool quiet = true;
        for (int service = 0; service < CTL_SERVICES; service++)
            if (!read_versions(b, service))
                return false;
        for (size_t i = 0; i < b->count && quiet; i++)
            for (int service = 0; service < CTL_SERVICES; service++)
                quiet = quiet && behind(&b->entries[i], service) < 0;
        b->rest_us = instant_mono() - begun;
        if (quiet || b->rest_us > QUIET_US)
            return true;
        ctl_pause(POLL_MS);
    }
}

/* events_in counts the words of an echo. */
static int events_in(const char *echo)
{
    int n = echo != NULL;

    for (; echo && *echo; echo++)
        n += *echo == ' ';
    return n;
}

static int emitted_by(const struct books *b, const struct entry *e, int service)
{
    int n = e->watched[service];

    if (service == CTL_INTAKE)
        n += dossier_is_told(e->d, b->months) + dossier_is_unpublished(e->d, b->months);
    for (const char *p = e->d->acts; *p; p++)
        for (int k = 0; k < DEED_COUNT; k++)
            if (deeds[k].letter == *p)
                n += (deeds[k].service == service ? (deeds[k].event != NULL) + events_in(deed_prelude((enum deed)k))
                                                  : 0) +
                     events_in(deed_echo((enum deed)k, service));
    return n;
}

/* What watches told is no answer to an act; audit has it as it has everything by now. */
static const struct db_stmt read_watched = {
    "ctl_books_watched", "SELECT subject AS id, count(*) FILTER (WHERE type ~ '^(Intake|Submission|Due)') AS intake,"
                         "       count(*) FILTER (WHERE type ~ '^Appraisal') AS appraisal,"
                         "       count(*) FILTER (WHERE type ~ '^Approval') AS approval,"
                         "       count(*) FILTER (WHERE type ~ '^Return') AS \"return\""
                         "  FROM entry WHERE subject = ANY ($1)"
                         "   AND type ~ " BOOKS_WATCHES " GROUP BY subject"};

static bool read_watches(struct books *b)
{
    struct db_answer *q;
    struct err e = {0};

    if (db_run(b->db[CTL_AUDIT], b->arena, &read_watched, DB_ARGS(db_items(b->ids)), &q, &e))
        return ctl_fail_err("reading the watches of steps", &e) == CTL_OK;
    for (size_t i = 0; i < db_count(q); i++) {
        struct entry *x = books_find(b, db_get_uuid(q, i, db_column(q, "id")));
        if (!x)
            continue;
        for (int service = 0; service < SOURCE_COUNT; service++)
            x->watched[service] = (int32_t)db_get_int(q, i, db_column(q, ctl_services[service].name));
    }
    db_forget(b->db[CTL_AUDIT]);
    return true;
}

/* The owner's version is the number of acts that were answered, and of those that it answered by an event of its own;
 * every listener has applied just as many. */
static void compare_versions(struct books *b)
{
    for (size_t i = 0; i < b->count; i++) {
        const struct entry *e = &b->entries[i];
        for (int service = 0; service < CTL_SERVICES; service++) {
            int source = behind(e, service);
            if (service < SOURCE_COUNT && e->version[service] != emitted_by(b, e, service))
                books_differ(b, service, e, "%d acts were answered, %d events emitted", emitted_by(b, e, service),
                             e->version[service]);
            else if (source >= 0)
                books_differ(b, service, e, "applied %d of %d events of %s", e->applied[service][source],
                             e->version[source], ctl_services[source].name);
            else if (e->held[service] || e->waiting[service])
                books_differ(b, service, e, "%s, %d events wait", e->held[service] ? "on hold" : "not on hold",
                             e->waiting[service]);
            else
                b->agree[service]++;
        }
    }
}

/* ---- trouble of the whole service since the run began */

static const struct db_stmt read_trouble = {
    "ctl_books_trouble", "SELECT (SELECT count(*) FROM waiting) AS waiting,"
                         "       (SELECT count(*) FROM subject WHERE hold IS NOT NULL) AS held,"
                         "       (SELECT count(*) FROM dead_letter WHERE state = 'open' AND at >= $1) AS dead,"
                         "       (SELECT count(*) FROM missing_sequence WHERE noticed_at >= $1) AS missing"};

static bool compare_trouble(struct books *b, instant begun)
{
    for (int i = 0; i < CTL_SERVICES; i++) {
        struct db_answer *q;
        struct err e = {0};
        if (db_run(b->db[i], b->arena, &read_trouble, DB_ARGS(db_time(begun)), &q, &e))
            return ctl_fail_err("reading the books", &e) == CTL_OK;
        b->dead[i] = db_get_int(q, 0, db_column(q, "dead"));
        b->missing[i] = db_get_int(q, 0, db_column(q, "missing"));
        b->all_waiting[i] = db_get_int(q, 0, db_column(q, "waiting"));
        b->all_held[i] = db_get_int(q, 0, db_column(q, "held"));
        if (b->dead[i] || b->missing[i])
            books_differ(b, i, NULL,
                         "%" PRId64 " dead letters and %" PRId64
                         " missing sequences since the run began; `taichoctl dead list`",
                         b->dead[i], b->missing[i]);
        db_forget(b->db[i]);
    }
    return true;
}

/* ---- the table */

static void print_row(struct books *b, const char *vi, const char *en, const int64_t *numbers)
{
    char head[96];
    int blanks;

    (void)snprintf(head, sizeof head, "%s (%s)", vi, en);
    blanks = 50 - (int)text_length(head);
    fprintf(b->out, "%s%*s", head, blanks > 0 ? blanks : 1, "");
    for (int i = 0; i < CTL_SERVICES; i++)
        fprintf(b->out, " %10" PRId64, numbers[i]);
    fputc('\n', b->out);
}

static void print_table(struct books *b, const struct simulation *s)
{
    fprintf(b->out, "\n%-53s", "books | sổ sách");
    for (int i = 0; i < CTL_SERVICES; i++)
        fprintf(b->out, " %10s", ctl_services[i].name);
    fputc('\n', b->out);
    print_row(b, "hồ sơ kết thúc đúng", "ended as they were done", b->right);
    print_row(b, "phiên bản khớp", "versions agree", b->agree);
    print_row(b, "sự kiện đang chờ", "events waiting", b->all_waiting);
    print_row(b, "hồ sơ bị tạm giữ", "on hold", b->all_held);
    print_row(b, "thông điệp lỗi", "dead letters of this run", b->dead);
    print_row(b, "số thứ tự thiếu", "missing sequences of this run", b->missing);
    print_row(b, "dãy số bị hở", "series with gaps or repeats", b->gaps);
    fprintf(b->out,
            "%" PRId64 " were accepted in all, %" PRId64 " have ended, %" PRId64
            " are open (đã tiếp nhận = đã kết thúc + "
            "đang giải quyết); %" PRId64 " sheets of paper are accounted for\n",
            b->accepted, b->finished, b->accepted - b->finished, b->sheets);
    if (s->oracle)
        fprintf(b->out,
                "the dates of %" PRId64 " dossiers were counted again by %s (hạn trả kết quả đã được tính lại)\n",
                b->clocks, s->oracle);
    else
        fprintf(b->out, "THE DATES WERE NOT COUNTED AGAIN: there is no second engine; --oracle COMMAND names one (hạn "
                        "trả kết quả chưa được tính lại)\n");
    fprintf(b->out, "%zu of %" PRId64 " dossiers and %zu guidances are in the books; at rest after %.1f s; %s\n",
            b->count - s->visit_count, s->dossier_count, s->visit_count, (double)b->rest_us / 1e6,
            b->differences ? "THERE ARE DIFFERENCES (có sai lệch)" : "no difference (không sai lệch)");
}

bool simulation_books(struct simulation *s, FILE *out)
{
    struct books b = {.arena = s->arena, .out = out, .months = s->months};

    list_entries(&b, s);
    bool read = open_all(&b) && await_rest(&b) && read_watches(&b);
    s->clocks = -1;
    if (read) {
        compare_versions(&b);
        read = books_compare_ends(&b) && books_compare_sums(&b, s) && (!s->oracle || books_ask_oracle(&b, s->oracle)) &&
               compare_trouble(&b, s->begun_at);
        s->clocks = read && s->oracle ? b.clocks : -1;
    }
    for (size_t i = 0; (int64_t)i < s->dossier_count && read; i++)
        if (s->dossiers[i].failed)
            b.differences++;
    if (read)
        print_table(&b, s);
    if (b.shown > SHOWN)
        fprintf(out, "  ... and %d more differences\n", b.shown - SHOWN);
    for (int i = 0; i < CTL_SERVICES; i++)
        db_close(b.db[i]);
    return read && !b.differences;
}
