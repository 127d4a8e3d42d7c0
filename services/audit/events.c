/* SPDX-License-Identifier: Apache-2.0 */
/* SealedEntry, without the event's bytes: those are stored behind it and never twice. */
#include "services/audit/events.h"

#include <string.h>

#include "taicho/v1/audit.pb-c.h"

#define VARINT_MOST 10
#define EVENT_TAG   ((8 << 3) | 2) /* field 8, length-delimited */

static size_t put_varint(uint8_t *p, uint64_t v)
{
    size_t n = 0;

    for (; v >= 0x80; v >>= 7)
        p[n++] = (uint8_t)(v | 0x80);
    p[n++] = (uint8_t)v;
    return n;
}

struct bytes audit_sealed_head(int64_t number, instant sealed_at, const struct work *w, const struct digest *sha256,
                               struct arena *a)
{
    Taicho__V1__SealedEntry m = TAICHO__V1__SEALED_ENTRY__INIT;
    struct id subject = w->event.subject;
    struct digest digest = *sha256;

    m.number = number;
    m.sealed_at = sealed_at;
    m.topic = arena_strdup(a, w->place.topic ? w->place.topic : "");
    m.partition = w->place.partition;
    m.offset = w->place.offset;
    m.type = arena_strdup(a, w->event.type ? w->event.type : "");
    m.subject_id = (ProtobufCBinaryData){.len = sizeof subject.b, .data = subject.b};
    m.event_sha256 = (ProtobufCBinaryData){.len = sizeof digest.b, .data = digest.b};

    uint8_t *p = arena_alloc(a, taicho__v1__sealed_entry__get_packed_size(&m) + 1 + VARINT_MOST);
    size_t n = taicho__v1__sealed_entry__pack(&m, p);

    p[n++] = EVENT_TAG;
    n += put_varint(p + n, w->raw.n);
    return (struct bytes){p, n};
}
