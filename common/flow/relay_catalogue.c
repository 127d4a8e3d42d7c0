/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalogue's topic is compacted and its first records are older than the outbox: when the broker lost it, or an
 * operator asks for it, it is written anew from the owner's table, as new rows of the outbox. A repeat does no harm.
 * All of the table goes out, also what a release that is not closed yet has brought so far: nobody publishes that a
 * second time.
 *
 *   R2  What names the newest versions and the release stands on the topic in the order of releases. A release
 *       draws the numbers of its rows under the lock of its subject: so what they say is read, and their numbers are
 *       drawn, under that lock.
 */
#include "common/flow/event.h"
#include "common/flow/relay_private.h"
#include "common/flow/wire.h"
#include "taicho/v1/catalogue.pb-c.h"

#define COLUMNS "topic, \"partition\", key, event_id, type, time, content, value"
#define NOW     "now() + (SELECT offset_us FROM clock) * interval '1 microsecond'"

const struct db_stmt relay_catalogue_begin = {"relay_catalogue_begin", "BEGIN ISOLATION LEVEL READ COMMITTED"};
const struct db_stmt relay_catalogue_lock = {"relay_catalogue_lock",
                                             "SELECT id FROM subject WHERE kind = 'catalogue' FOR UPDATE"};
const struct db_stmt relay_catalogue_newest = {
    "relay_catalogue_newest", "SELECT DISTINCT ON (kind, id) kind, id, version, release FROM catalogue_record"
                              " ORDER BY kind, id, version DESC"};
const struct db_stmt relay_catalogue_release = {
    "relay_catalogue_release",
    "SELECT number, (SELECT count(*) FROM catalogue_record WHERE release <= number) AS records FROM catalogue_release"};
const struct db_stmt relay_catalogue_add_records = {
    "relay_catalogue_add_records",
    "INSERT INTO outbox_row (" COLUMNS ")"
    " SELECT '" CATALOGUE_TOPIC "', 0, kind || '/' || id || '/' || version, gen_random_uuid(), 'catalogue.Record', " NOW
    ","
    "        'application/protobuf', record FROM catalogue_record ORDER BY release, kind, id, version"};
const struct db_stmt relay_catalogue_add_others = {
    "relay_catalogue_add_others",
    "INSERT INTO outbox_row (" COLUMNS ")"
    " SELECT '" CATALOGUE_TOPIC "', 0, key, gen_random_uuid(), type, " NOW ", 'application/protobuf', value"
    "   FROM unnest($1::text[], $2::text[], $3::bytea[]) AS n(key, type, value)"};
const struct db_stmt relay_catalogue_commit = {"relay_catalogue_commit", "COMMIT"};
const struct db_stmt relay_catalogue_rollback = {"relay_catalogue_rollback", "ROLLBACK"};

static struct bytes pointer_pack(const char *key, int version, int64_t brought_by, struct arena *a)
{
    Taicho__V1__CatalogueRecord m = TAICHO__V1__CATALOGUE_RECORD__INIT;
    Taicho__V1__Pointer p = TAICHO__V1__POINTER__INIT;
    p.version = version;
    m.kind = wire_text("pointer");
    m.id = wire_text(key);
    m.version = version;
    m.release = brought_by;
    m.body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_POINTER;
    m.pointer = &p;
    return wire_pack(&m.base, a);
}

static struct bytes release_pack(int64_t number, int64_t records, struct arena *a)
{
    Taicho__V1__CatalogueRecord m = TAICHO__V1__CATALOGUE_RECORD__INIT;
    Taicho__V1__Release closed = TAICHO__V1__RELEASE__INIT;
    closed.number = number;
    closed.records = (int32_t)records;
    m.kind = wire_text("release");
    m.id = wire_text("release");
    m.version = 1;
    m.release = number;
    m.body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_RELEASE_CLOSED;
    m.release_closed = &closed;
    return wire_pack(&m.base, a);
}

/* After an error nothing of it stays, and the connection is free for the next step; one that is lost has nothing. */
static enum err_code undone(struct relay *r, enum err_code rc)
{
    struct err ignored = {0};
    if (!db_lost(r->db)) {
        db_ask(r->db, r->arena, &relay_catalogue_rollback, DB_NO_ARGS);
        if (db_flush(r->db, &ignored))
            db_drop(r->db);
    }
    return rc;
}

enum err_code relay_begin_catalogue(struct relay *r, struct err *reterr)
{
    struct arena *a = r->arena;
    db_ask(r->db, a, &relay_catalogue_begin, DB_NO_ARGS);
    db_ask(r->db, a, &relay_catalogue_lock, DB_NO_ARGS);
    struct db_answer *pointers = db_ask(r->db, a, &relay_catalogue_newest, DB_NO_ARGS);
    struct db_answer *closed = db_ask(r->db, a, &relay_catalogue_release, DB_NO_ARGS);
    enum err_code rc = db_flush(r->db, reterr);
    if (rc)
        return undone(r, rc);
    int64_t number = db_get_int(closed, 0, db_column(closed, "number"));
    struct db_array *keys = db_array_new(a, DB_TEXT), *types = db_array_new(a, DB_TEXT),
                    *values = db_array_new(a, DB_BYTES);
    for (size_t i = 0; i < db_count(pointers); i++) {
        const char *key = arena_printf(a, "%s/%s", db_get_text(pointers, i, db_column(pointers, "kind")),
                                       db_get_text(pointers, i, db_column(pointers, "id")));
        db_array_text(keys, key);
        db_array_text(types, "catalogue.Pointer");
        db_array_bytes(values, pointer_pack(key, (int)db_get_int(pointers, i, db_column(pointers, "version")),
                                            db_get_int(pointers, i, db_column(pointers, "release")), a));
    }
    if (number > 0) {
        db_array_text(keys, "release");
        db_array_text(types, "catalogue.Release");
        db_array_bytes(values, release_pack(number, db_get_int(closed, 0, db_column(closed, "records")), a));
    }
    db_ask(r->db, a, &relay_catalogue_add_records, DB_NO_ARGS);
    db_ask(r->db, a, &relay_catalogue_add_others, DB_ARGS(db_items(keys), db_items(types), db_items(values)));
    return ERR_OK;
}

enum err_code relay_commit_catalogue(struct relay *r, struct err *reterr)
{
    db_ask(r->db, r->arena, &relay_catalogue_commit, DB_NO_ARGS);
    enum err_code rc = db_flush(r->db, reterr);
    return rc ? undone(r, rc) : ERR_OK;
}
