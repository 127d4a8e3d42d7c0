/* SPDX-License-Identifier: Apache-2.0 */
/* A message as the caller gets it: a copy that depends on nothing, so it outlives rebalances and the consumer. */
#include <stdlib.h>
#include <string.h>

#include "common/io/bus_rd.h"
#include "common/io/text.h"

/* Everything of a message in one block: headers first, then the bytes, each followed by a zero. */
struct copy {
    struct bus_header *headers;
    char *at;
};

static const char *put(struct copy *c, const void *p, size_t n)
{
    char *to = c->at;
    if (n > 0)
        memcpy(to, p, n);
    to[n] = 0;
    c->at += n + 1;
    return to;
}

static struct bytes put_bytes(struct copy *c, const void *p, size_t n)
{
    return p ? (struct bytes){.p = (const uint8_t *)put(c, p, n), .n = n} : (struct bytes){0};
}

void bus_message_copy(const rd_kafka_message_t *m, struct bus_message *ret)
{
    const char *topic = rd_kafka_topic_name(m->rkt), *name;
    const void *value;
    size_t size, count = 0;
    rd_kafka_timestamp_type_t kind;
    int64_t time_ms = rd_kafka_message_timestamp(m, &kind);
    rd_kafka_headers_t *h = NULL;
    if (rd_kafka_message_headers(m, &h))
        h = NULL;

    size_t room = strlen(topic) + 1 + m->key_len + 1 + m->len + 1;
    for (; h && !rd_kafka_header_get_all(h, count, &name, &value, &size); count++)
        room += strlen(name) + 1 + size + 1;
    char *block = malloc(count * sizeof(struct bus_header) + room);
    BUG_IF(!block, "out of memory");

    struct copy c = {.headers = (struct bus_header *)(void *)block, .at = block + count * sizeof(struct bus_header)};
    for (size_t i = 0; i < count && !rd_kafka_header_get_all(h, i, &name, &value, &size); i++) {
        bool text = value && !memchr(value, 0, size) && text_is_utf8(value, size);
        c.headers[i] =
            (struct bus_header){.name = put(&c, name, strlen(name)), .value = text ? put(&c, value, size) : ""};
    }
    *ret = (struct bus_message){.topic = put(&c, topic, strlen(topic)),
                                .partition = m->partition,
                                .offset = m->offset,
                                .time_ms = time_ms > 0 ? time_ms : 0,
                                .key = put_bytes(&c, m->key, m->key_len),
                                .value = put_bytes(&c, m->payload, m->len),
                                .headers = c.headers,
                                .header_count = count,
                                .handle = block};
}

void bus_message_done(struct bus_message *m)
{
    free(m->handle);
    *m = (struct bus_message){0};
}
