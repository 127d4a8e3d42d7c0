/* SPDX-License-Identifier: Apache-2.0 */
/* The names of the bodies are those of the generated descriptor, so a new event needs no line here. */
#include "common/flow/event.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/flow/wire.h"
#include "common/io/digest.h"
#include "taicho/v1/lifecycle.pb-c.h"

/* Numbers of bodies; those of the envelope are below (proto/taicho/v1/lifecycle.proto). */
#define FIRST_BODY 40
#define LATEST     INT64_C(253402300799999999) /* the end of the year 9999 */

#define SERVICE "service:" /* an actor that is no person: "service:intake" */

/* ---- who, and when */

bool event_is_late(const struct event *e)
{
    return e->late_reason && *e->late_reason;
}

bool event_by_person(const struct event *e)
{
    return e->actor && *e->actor && strncmp(e->actor, SERVICE, sizeof SERVICE - 1) != 0;
}

/* ---- sources */

static const char *const names[SOURCE_COUNT + 1] = {
#define X(symbol, name) name,
    SOURCE_MAP(X)
#undef X
        "audit"};

static const char *const topics[SOURCE_COUNT + 1] = {
#define X(symbol, name) "taicho." name ".v1",
    SOURCE_MAP(X)
#undef X
        ""};

const char *source_name(enum source s)
{
    BUG_IF((unsigned)s > SOURCE_COUNT, "source %d", (int)s);
    return names[s];
}

const char *source_topic(enum source s)
{
    BUG_IF((unsigned)s > SOURCE_COUNT, "source %d", (int)s);
    return topics[s];
}

enum source source_of_topic(const char *topic)
{
    int s = 0;
    while (s < SOURCE_COUNT && strcmp(topics[s], topic) != 0)
        s++;
    return (enum source)s;
}

int stage_partition(struct id subject)
{
    struct id_text key = id_text(subject);
    return hash_partition(key.s, strlen(key.s), STAGE_PARTITIONS);
}

/* ---- types */

/* The member of the oneof that a case number means, NULL when this release has none. */
static const ProtobufCFieldDescriptor *body_field(unsigned number)
{
    const ProtobufCFieldDescriptor *f =
        protobuf_c_message_descriptor_get_field(&taicho__v1__lifecycle_event__descriptor, number);
    return f && (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) ? f : NULL;
}

static const char *body_name(const ProtobufCFieldDescriptor *f)
{
    return ((const ProtobufCMessageDescriptor *)f->descriptor)->short_name;
}

#define TYPES_MAX 256
static const char *types[TYPES_MAX + 1];

static void list_types(void)
{
    const ProtobufCMessageDescriptor *d = &taicho__v1__lifecycle_event__descriptor;
    size_t n = 0;
    for (unsigned i = 0; i < d->n_fields; i++)
        if (d->fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
            BUG_IF(n == TYPES_MAX, "more than %d event types", TYPES_MAX);
            types[n++] = body_name(&d->fields[i]);
        }
}

const char *const *event_types(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, list_types);
    return types;
}

/* ---- reading */

static bool take_id(ProtobufCBinaryData b, bool may_be_nil, struct id *ret)
{
    if (b.len == 0 && may_be_nil) {
        *ret = id_nil;
        return true;
    }
    if (b.len != sizeof ret->b)
        return false;
    memcpy(ret->b, b.data, sizeof ret->b);
    return may_be_nil || !id_is_nil(*ret);
}

static bool is_time(int64_t t)
{
    return t >= 0 && t <= LATEST;
}

static enum err_code read_type(const Taicho__V1__LifecycleEvent *m, struct event *e, struct err *reterr)
{
    const ProtobufCFieldDescriptor *f = body_field((unsigned)m->body_case);
    if (f) {
        e->type = body_name(f);
        return ERR_OK;
    }
    for (unsigned i = 0; i < m->base.n_unknown_fields; i++)
        if (m->base.unknown_fields[i].tag >= FIRST_BODY) {
            e->type = "";
            return ERR_OK;
        }
    return err_set(reterr, ERR_MALFORMED, "the event has no body");
}

static enum err_code read_seen(const Taicho__V1__LifecycleEvent *m, struct event *e, struct err *reterr)
{
    for (size_t i = 0; i < m->n_seen; i++) {
        const Taicho__V1__Seen *s = m->seen[i];
        int source = (int)s->source - 1;
        if (source < 0 || s->version < 0)
            return err_set(reterr, ERR_MALFORMED, "seen names source %d with version %lld", (int)s->source,
                           (long long)s->version);
        if (source < SOURCE_COUNT && s->version > e->seen[source])
            e->seen[source] = s->version;
    }
    return ERR_OK;
}

/* read_clock reads how a step went that the event ends; a unit that is not said is the competent one. */
static enum err_code read_clock(const Taicho__V1__LifecycleEvent *m, struct arena *a, struct event *e,
                                struct err *reterr)
{
    const Taicho__V1__StepClock *from = m->step_clock;

    if (!from)
        return ERR_OK;
    if (!is_time(from->opened_at) || !is_time(from->due_at) || from->minutes_used < 0 || from->minutes_late < 0)
        return err_set(reterr, ERR_MALFORMED, "the step's clock holds no time, or minutes below 0");

    struct step_clock *c = ARENA_NEW(a, struct step_clock);
    *c = (struct step_clock){.unit = from->unit[0] ? from->unit : e->unit,
                             .opened = from->opened_at,
                             .due = from->due_at,
                             .minutes_used = from->minutes_used,
                             .minutes_late = from->minutes_late};
    e->clock = c;
    return ERR_OK;
}

enum err_code event_read(struct bytes value, struct arena *a, struct event *ret,
                         const struct Taicho__V1__LifecycleEvent **ret_message, struct err *reterr)
{
    const ProtobufCMessage *base;
    enum err_code rc = wire_read(&taicho__v1__lifecycle_event__descriptor, value, a, &base, reterr);
    if (rc)
        return rc;

    const Taicho__V1__LifecycleEvent *m = (const Taicho__V1__LifecycleEvent *)base;
    struct event e = {
        .subject_kind = m->subject_kind,
        .version = m->version,
        .release = m->release,
        .dossier_code = m->dossier_code,
        .occurred_at = m->occurred_at,
        .recorded_at = m->recorded_at,
        .actor = m->actor,
        .place = m->place,
        .route = (int)m->route > 0 && (int)m->route < ROUTE_COUNT ? (enum route)m->route : ROUTE_NONE,
        .unit = m->unit,
        .procedure = m->procedure,
        .process = m->process,
        .process_version = m->process_version,
        .step = m->step,
        .round = m->round,
        .last = m->last,
        .origin_reference = m->origin_reference,
        .late_reason = m->late_reason,
        .late_superior = m->late_superior,
    };
    if (!take_id(m->event_id, false, &e.id) || !take_id(m->subject_id, false, &e.subject) ||
        !take_id(m->document_id, true, &e.document) || !take_id(m->command_id, true, &e.command) ||
        !take_id(m->cause, true, &e.cause))
        return err_set(reterr, ERR_MALFORMED, "an id has not 16 bytes");
    if ((int)m->source < 1 || (int)m->source > SOURCE_COUNT)
        return err_set(reterr, ERR_MALFORMED, "source %d is none of the four", (int)m->source);
    e.source = (enum source)((int)m->source - 1);
    if (!*e.subject_kind)
        return err_set(reterr, ERR_MALFORMED, "the event has no subject_kind");
    if (e.version < 1)
        return err_set(reterr, ERR_MALFORMED, "version %lld is below 1", (long long)e.version);
    if (e.release < 0 || e.process_version < 0 || e.step < 0 || e.round < 0)
        return err_set(reterr, ERR_MALFORMED, "release %lld, process version %d, step %d or round %d is below 0",
                       (long long)e.release, e.process_version, e.step, e.round);
    if (!is_time(e.occurred_at) || !is_time(e.recorded_at))
        return err_set(reterr, ERR_MALFORMED, "occurred_at %lld or recorded_at %lld is no time",
                       (long long)e.occurred_at, (long long)e.recorded_at);
    if (!*e.late_reason != !*e.late_superior)
        return err_set(reterr, ERR_MALFORMED, "a late entry has a reason and a superior, not one of them");
    rc = read_seen(m, &e, reterr);
    if (!rc)
        rc = read_clock(m, a, &e, reterr);
    if (!rc)
        rc = read_type(m, &e, reterr);
    if (rc)
        return rc;
    *ret = e;
    *ret_message = m;
    return ERR_OK;
}

/* ---- packing */

static ProtobufCBinaryData give_id(struct id id, struct arena *a)
{
    if (id_is_nil(id))
        return (ProtobufCBinaryData){0};
    uint8_t *p = arena_alloc(a, sizeof id.b);
    memcpy(p, id.b, sizeof id.b);
    return (ProtobufCBinaryData){.len = sizeof id.b, .data = p};
}

static void give_seen(const struct event *e, Taicho__V1__LifecycleEvent *m, struct arena *a)
{
    m->n_seen = 0;
    m->seen = ARENA_ARRAY(a, SOURCE_COUNT, Taicho__V1__Seen *);
    for (int s = 0; s < SOURCE_COUNT; s++)
        if (e->seen[s] > 0) {
            Taicho__V1__Seen *seen = ARENA_NEW(a, Taicho__V1__Seen);
            taicho__v1__seen__init(seen);
            seen->source = (Taicho__V1__Source)(s + 1);
            seen->version = e->seen[s];
            m->seen[m->n_seen++] = seen;
        }
}

static Taicho__V1__StepClock *give_clock(const struct event *e, struct arena *a)
{
    if (!e->clock)
        return NULL;

    Taicho__V1__StepClock *m = ARENA_NEW(a, Taicho__V1__StepClock);
    bool competent = e->unit && e->clock->unit && strcmp(e->clock->unit, e->unit) == 0;

    taicho__v1__step_clock__init(m);
    m->unit = wire_text(competent ? "" : e->clock->unit);
    m->opened_at = e->clock->opened;
    m->due_at = e->clock->due;
    m->minutes_used = e->clock->minutes_used;
    m->minutes_late = e->clock->minutes_late;
    return m;
}

struct bytes event_pack(const struct event *e, struct Taicho__V1__LifecycleEvent *m, struct arena *a)
{
    const ProtobufCFieldDescriptor *f = body_field((unsigned)m->body_case);
    BUG_IF(!f, "an event without a body");
    BUG_IF(e->type && *e->type && strcmp(e->type, body_name(f)) != 0, "an event called %s with the body of %s", e->type,
           body_name(f));
    BUG_IF((unsigned)e->source >= SOURCE_COUNT || e->version < 1, "source %d, version %lld", (int)e->source,
           (long long)e->version);

    m->event_id = give_id(e->id, a);
    m->source = (Taicho__V1__Source)((int)e->source + 1);
    m->subject_kind = wire_text(e->subject_kind);
    m->subject_id = give_id(e->subject, a);
    m->version = e->version;
    give_seen(e, m, a);
    m->release = e->release;
    m->dossier_code = wire_text(e->dossier_code);
    m->occurred_at = e->occurred_at;
    m->recorded_at = e->recorded_at;
    m->actor = wire_text(e->actor);
    m->place = wire_text(e->place);
    m->route = (Taicho__V1__Route)e->route;
    m->unit = wire_text(e->unit);
    m->procedure = wire_text(e->procedure);
    m->process = wire_text(e->process);
    m->process_version = e->process_version;
    m->step = e->step;
    m->round = e->round;
    m->document_id = give_id(e->document, a);
    m->last = e->last;
    m->command_id = give_id(e->command, a);
    m->cause = give_id(e->cause, a);
    m->origin_reference = wire_text(e->origin_reference);
    m->late_reason = wire_text(e->late_reason);
    m->late_superior = wire_text(e->late_superior);
    m->step_clock = give_clock(e, a);
    return wire_pack(&m->base, a);
}

/* ---- handles of documents */

struct Taicho__V1__DocumentHandle *event_handle_pack(const struct document_handle *h, struct arena *a)
{
    Taicho__V1__DocumentHandle *m = ARENA_NEW(a, Taicho__V1__DocumentHandle);
    uint8_t *p = arena_alloc(a, sizeof h->sha256);

    taicho__v1__document_handle__init(m);
    memcpy(p, h->sha256, sizeof h->sha256);
    m->id = give_id(h->id, a);
    m->sha256 = (ProtobufCBinaryData){.len = sizeof h->sha256, .data = p};
    m->pages = h->pages;
    return m;
}

bool event_handle_read(const struct Taicho__V1__DocumentHandle *h, struct document_handle *ret)
{
    struct document_handle made = {0};
    if (!h || !take_id(h->id, false, &made.id) || h->sha256.len != sizeof made.sha256 || h->pages < 0)
        return false;
    memcpy(made.sha256, h->sha256.data, sizeof made.sha256);
    made.pages = h->pages;
    *ret = made;
    return true;
}
