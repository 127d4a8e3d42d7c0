/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The envelope of an event as plain data, and the one place that packs and reads taicho.v1.LifecycleEvent.
 * Bodies are the services': events.c sets them, projections.c reads them.
 */
#ifndef TAICHO_FLOW_EVENT_H
#define TAICHO_FLOW_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/id.h"
#include "common/base/instant.h"
#include "common/domain/paper.h"
#include "common/domain/step_clock.h"
#include "common/domain/words.h"

/* Numbered as taicho.v1.Source minus one; audit listens only and numbers nothing. */
#define SOURCE_MAP(X)                                                                                                  \
    X(INTAKE, "intake")                                                                                                \
    X(APPRAISAL, "appraisal")                                                                                          \
    X(APPROVAL, "approval")                                                                                            \
    X(RETURN, "return")

enum source {
#define X(symbol, name) SOURCE_##symbol,
    SOURCE_MAP(X)
#undef X
        SOURCE_COUNT,
    SOURCE_NONE = SOURCE_COUNT /* audit, taichoctl */
};

/* An event's bytes: a longer one is not read, and not written. audit's entries count their length in 16 bits. */
#define EVENT_MOST 65535

#define STAGE_PARTITIONS 12 /* never changes: more partitions = a new topic version */

const char *source_name(enum source s);         /* "intake"; "audit" for SOURCE_NONE */
const char *source_topic(enum source s);        /* "taicho.intake.v1" */
enum source source_of_topic(const char *topic); /* SOURCE_NONE when it is no stage topic */
int stage_partition(struct id subject);         /* the partition of a subject's text id */

#define CATALOGUE_TOPIC "taicho.catalogue.v1"
#define ENTRY_TOPIC     "taicho.audit.entry.v1"
#define KPI_TOPIC       "taicho.audit.kpi.v1"

struct event {
    struct id id;
    enum source source;
    const char *subject_kind;
    struct id subject;
    int64_t version;
    int64_t seen[SOURCE_COUNT];
    int64_t release;
    const char *dossier_code;
    instant occurred_at, recorded_at;
    const char *actor, *place;
    enum route route;
    const char *unit, *procedure, *process;
    int process_version, step, round;
    struct id document;
    bool last;
    struct id command, cause;
    const char *origin_reference;
    const char *late_reason, *late_superior; /* "": it is no late entry, and none is behind it (domain/late_entry.h) */
    const struct step_clock *clock;          /* of the step that it ends; NULL: none */
    const char *type; /* "Received": the message name of the body; "": a body that this release does not know */
};

/* event_is_late tells of an act that was entered late, or of what followed from its entry. */
bool event_is_late(const struct event *e);
/* event_by_person tells whether an event says what a person did; a service's own follows from others, or from the
 * clock.
 */
bool event_by_person(const struct event *e);

/* The generated message; only event.c, events.c and projections.c look inside. */
struct Taicho__V1__LifecycleEvent;

/*
 * event_read decodes bytes into an envelope and the generated message, both in the arena. Every string is checked for
 * UTF-8, ids for their length, numbers for sense (a version below 1 cannot be true). ERR_MALFORMED says what is wrong.
 * What a newer release may say is readable: a body of a number unknown here gives type "", an unknown route ROUTE_NONE,
 * the version seen of a source unknown here is left out.
 */
enum err_code event_read(struct bytes value, struct arena *a, struct event *ret,
                         const struct Taicho__V1__LifecycleEvent **ret_message, struct err *reterr) MUST_CHECK;

/* event_pack writes the envelope around the body that `message` already holds, in the arena. Equal input gives equal
 * bytes. */
struct bytes event_pack(const struct event *e, struct Taicho__V1__LifecycleEvent *message, struct arena *a);

/* event_types lists the body types that exist in this release, NULL-terminated. */
const char *const *event_types(void);

/* Shared by events.c and projections.c of all services: handles of documents on the wire. */
struct Taicho__V1__DocumentHandle;
struct Taicho__V1__DocumentHandle *event_handle_pack(const struct document_handle *h, struct arena *a);
bool event_handle_read(const struct Taicho__V1__DocumentHandle *h, struct document_handle *ret) MUST_CHECK;

#endif
