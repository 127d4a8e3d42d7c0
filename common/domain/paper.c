/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/paper.h"

#include <stdio.h>
#include <string.h>

bool handle_same_content(const struct document_handle *a, const struct document_handle *b)
{
    return memcmp(a->sha256, b->sha256, sizeof a->sha256) == 0;
}

const struct paper *papers_find(const struct papers *p, struct id id)
{
    for (size_t i = 0; i < p->count; i++)
        if (id_eq(p->items[i].handle.id, id))
            return &p->items[i];
    return NULL;
}

void papers_add(struct papers *p, const struct paper *paper, struct arena *a)
{
    p->items = arena_room(a, p->items, p->count, &p->room, sizeof *p->items);
    p->items[p->count++] = *paper;
}

enum err_code papers_may_file(const struct papers *p, struct id id, struct err *reterr)
{
    if (!papers_find(p, id))
        return ERR_OK;
    return err_say(reterr, ERR_CONFLICT, "document", "tài liệu %s đã có", "document %s is known already",
                   id_text(id).s);
}

enum err_code papers_named(const struct papers *p, const struct document_handle *asked, const char *field,
                           const struct paper **ret, struct err *reterr)
{
    char path[64];
    const struct paper *known = papers_find(p, asked->id);
    if (!known) {
        (void)snprintf(path, sizeof path, "%s.id", field);
        return err_say(reterr, ERR_INVALID, path, "hồ sơ không có tài liệu %s", "the dossier has no document %s",
                       id_text(asked->id).s);
    }
    if (!handle_same_content(&known->handle, asked)) {
        (void)snprintf(path, sizeof path, "%s.sha256", field);
        return err_say(reterr, ERR_INVALID, path, "mã băm không khớp với tài liệu đã lưu",
                       "the hash is not that of the stored document");
    }
    if (known->handle.pages != asked->pages) {
        (void)snprintf(path, sizeof path, "%s.pages", field);
        return err_say(reterr, ERR_INVALID, path, "số trang không khớp với tài liệu đã lưu (%d)",
                       "the pages are not those of the stored document (%d)", known->handle.pages);
    }
    *ret = known;
    return ERR_OK;
}

struct papers papers_copy(const struct papers *p, struct arena *a)
{
    struct papers copy = {.items = ARENA_ARRAY(a, p->count, struct paper), .room = p->count};

    for (; copy.count < p->count; copy.count++) {
        copy.items[copy.count] = p->items[copy.count];
        copy.items[copy.count].filed = false;
    }
    return copy;
}
