/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/wire.h"

#include <string.h>

#include "common/io/text.h"
#include "taicho/v1/lifecycle.pb-c.h"

/* ---- memory: the arena, with a bound by the length of the bytes, so that no small message becomes a huge tree */

struct budget {
    struct arena *arena;
    size_t left;
};

static void *budget_alloc(void *data, size_t size)
{
    struct budget *b = data;
    if (size > b->left)
        return NULL;
    b->left -= size;
    return arena_alloc(b->arena, size);
}

static void budget_free(void *data, void *p)
{
}

/* ---- checks */

static enum err_code check(const ProtobufCMessage *m, struct err *reterr);

static enum err_code check_text(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f, const char *s,
                                struct err *reterr)
{
    if (!s || text_is_utf8(s, strlen(s)))
        return ERR_OK;
    return err_set(reterr, ERR_MALFORMED, "%s.%s is not UTF-8", m->descriptor->short_name, f->name);
}

/* The members of a field: one, or the array of a repeated one. Only texts and messages can be wrong in themselves. */
static enum err_code check_field(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f, struct err *reterr)
{
    const char *base = (const char *)m;
    const char *member = base + f->offset;
    size_t n = 1;

    if (f->type != PROTOBUF_C_TYPE_STRING && f->type != PROTOBUF_C_TYPE_MESSAGE)
        return ERR_OK;
    if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
        uint32_t chosen;
        memcpy(&chosen, base + f->quantifier_offset, sizeof chosen);
        if (chosen != f->id)
            return ERR_OK;
    }
    if (f->label == PROTOBUF_C_LABEL_REPEATED) {
        memcpy(&n, base + f->quantifier_offset, sizeof n);
        const void *items;
        memcpy(&items, member, sizeof items);
        member = items;
    }
    for (size_t i = 0; i < n; i++) {
        const void *p;
        memcpy(&p, member + i * sizeof p, sizeof p);
        enum err_code rc = f->type == PROTOBUF_C_TYPE_STRING ? check_text(m, f, p, reterr)
                           : p                               ? check(p, reterr)
                                                             : ERR_OK;
        if (rc)
            return rc;
    }
    return ERR_OK;
}

static enum err_code check(const ProtobufCMessage *m, struct err *reterr)
{
    if (m->descriptor == &taicho__v1__document_handle__descriptor) {
        const Taicho__V1__DocumentHandle *h = (const Taicho__V1__DocumentHandle *)m;
        if (h->id.len != 16 || h->sha256.len != 32 || h->pages < 0)
            return err_set(reterr, ERR_MALFORMED,
                           "a document's handle has an id of %zu bytes, a digest of %zu and %d pages", h->id.len,
                           h->sha256.len, (int)h->pages);
    }
    for (unsigned i = 0; i < m->n_unknown_fields; i++)
        if (m->unknown_fields[i].tag == 0 || m->unknown_fields[i].tag > 536870911)
            return err_set(reterr, ERR_MALFORMED, "%s has a field of number %u", m->descriptor->short_name,
                           (unsigned)m->unknown_fields[i].tag);
    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        enum err_code rc = check_field(m, &m->descriptor->fields[i], reterr);
        if (rc)
            return rc;
    }
    return ERR_OK;
}

/* ---- */

enum err_code wire_read(const ProtobufCMessageDescriptor *type, struct bytes value, struct arena *a,
                        const ProtobufCMessage **ret, struct err *reterr)
{
    if (!value.p || value.n > WIRE_MAX)
        return err_set(reterr, ERR_MALFORMED, "%zu bytes are no %s", value.n, type->short_name);

    struct budget budget = {.arena = a, .left = 16 * value.n + 8192};
    ProtobufCAllocator allocator = {.alloc = budget_alloc, .free = budget_free, .allocator_data = &budget};
    const ProtobufCMessage *m = protobuf_c_message_unpack(type, &allocator, value.n, value.p);
    if (!m)
        return err_set(reterr, ERR_MALFORMED, "the bytes cannot be read as a %s", type->short_name);
    enum err_code rc = check(m, reterr);
    if (!rc)
        *ret = m;
    return rc;
}

struct bytes wire_pack(const ProtobufCMessage *m, struct arena *a)
{
    size_t n = protobuf_c_message_get_packed_size(m);
    uint8_t *p = arena_alloc(a, n ? n : 1);
    return (struct bytes){.p = p, .n = protobuf_c_message_pack(m, p)};
}

char *wire_text(const char *s)
{
    union {
        const char *from;
        char *to;
    } same = {.from = s ? s : ""};
    return same.to;
}
