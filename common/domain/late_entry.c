/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/late_entry.h"

#include <string.h>

#include "common/base/role.h"
#include "common/domain/term.h"

#define OCCURRED_AT LATE_ENTRY_HEADER ".occurred_at"
#define REASON      LATE_ENTRY_HEADER ".reason"
#define SUPERIOR    LATE_ENTRY_HEADER ".superior"

#define BLANKS     " \t"
#define TEXT_MAX   300
#define POST_MAX   64
#define UNITS_MOST 8 /* above one another: far more than there are levels */

const char *const late_reasons[] = {LATE_REASON_MAP(WORD_CODE) NULL};

/* ---- reading */

static enum err_code no_entry(struct err *reterr)
{
    return err_say(reterr, ERR_INVALID, LATE_ENTRY_HEADER,
                   LATE_ENTRY_HEADER
                   " phải có dạng \"occurred_at=2019-10-01T09:10:00+07:00, reason=power, superior=H11.35.21-pd01\"",
                   LATE_ENTRY_HEADER
                   " must look like \"occurred_at=2019-10-01T09:10:00+07:00, reason=power, superior=H11.35.21-pd01\"");
}

/* part_of gives where the value of "name=" is to go, NULL when there is no such part. */
static const char **part_of(const char *name, size_t n, const char *parts[3])
{
    static const char *const names[3] = {"occurred_at", "reason", "superior"};

    for (int i = 0; i < 3; i++)
        if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
            return &parts[i];
    return NULL;
}

/* read_parts cuts the text at its commas; each of the three is there, once. */
static bool read_parts(const char *text, struct arena *a, const char *parts[3])
{
    const char *p = text;
    int count = 0;

    for (;; count++) {
        p += strspn(p, BLANKS);
        size_t name = strcspn(p, "=," BLANKS);
        const char **to = part_of(p, name, parts);
        p += name;
        if (!to || *to || *p != '=')
            return false;
        size_t value = strcspn(++p, "," BLANKS);
        *to = arena_strndup(a, p, value);
        p += value;
        p += strspn(p, BLANKS);
        if (*p != ',')
            return *p == '\0' && count == 2;
        p++;
    }
}

/* Its words are said again when they are refused, so they are what can be printed. */
static bool is_ascii(const char *s)
{
    size_t n = strlen(s);

    for (size_t i = 0; i < n; i++)
        if ((s[i] < 0x20 && s[i] != '\t') || s[i] > 0x7e)
            return false;
    return n <= TEXT_MAX;
}

enum err_code late_entry_read(const char *text, struct arena *a, struct late_entry *ret, struct err *reterr)
{
    const char *parts[3] = {NULL, NULL, NULL};

    if (!is_ascii(text) || !read_parts(text, a, parts))
        return no_entry(reterr);
    *ret = (struct late_entry){.reason = parts[1], .superior = parts[2]};
    if (!instant_parse(parts[0], &ret->occurred_at))
        return err_say(reterr, ERR_INVALID, OCCURRED_AT, "\"%s\" không phải thời điểm dạng 2019-10-01T09:10:00+07:00",
                       "\"%s\" is no moment like 2019-10-01T09:10:00+07:00", parts[0]);
    if (words_find(late_reasons, ret->reason) < 0)
        return err_say(reterr, ERR_INVALID, REASON,
                       "lý do \"%s\" không thuộc danh mục: power, network, software, other",
                       "reason \"%s\" is none of power, network, software, other", ret->reason);
    if (!ret->superior[0] || strlen(ret->superior) > POST_MAX)
        return err_say(reterr, ERR_INVALID, SUPERIOR, "\"%s\" không phải mã vị trí công tác", "\"%s\" is no post's id",
                       ret->superior);
    return ERR_OK;
}

/* ---- the moment */

static enum err_code when(const struct late_entry *l, const struct late_facts *f, struct err *reterr)
{
    int days = term_value(f->catalogue, TERM_LATE_ENTRY, instant_day(f->now));

    if (l->occurred_at > f->now)
        return err_say(reterr, ERR_INVALID, OCCURRED_AT, "thời điểm đã làm trên giấy không được ở tương lai",
                       "what was done on paper lies in the past, not in the future");
    if (f->now - l->occurred_at > days * INSTANT_DAY)
        return err_say(reterr, ERR_INVALID, OCCURRED_AT, "chỉ được nhập sau trong vòng %d ngày",
                       "an act is entered within %d days", days);
    if (f->last_act != INSTANT_NONE && l->occurred_at < f->last_act)
        return err_say(reterr, ERR_INVALID, OCCURRED_AT, "không được trước việc gần nhất đã làm với hồ sơ này, lúc %s",
                       "it lies before the newest act on this dossier, of %s", instant_text(f->last_act).s);
    return ERR_OK;
}

/* ---- who answers for it */

static bool is_head(const struct officer *o)
{
    return (o->roles & ROLE_BIT(HEAD)) != 0;
}

/* is_above tells whether `above` is a unit over `unit`, on that day. */
static bool is_above(const struct catalogue *c, const char *above, const char *unit, int32_t day)
{
    const struct unit *u = catalogue_unit(c, unit, day);

    for (int i = 0; u && u->parent && u->parent[0] && i < UNITS_MOST; i++) {
        if (strcmp(u->parent, above) == 0)
            return true;
        u = catalogue_unit(c, u->parent, day);
    }
    return false;
}

static enum err_code who(const struct late_entry *l, const struct late_facts *f, struct err *reterr)
{
    int32_t day = instant_day(l->occurred_at);
    const struct officer *superior = catalogue_officer(f->catalogue, l->superior, day),
                         *actor = catalogue_officer(f->catalogue, f->actor, day);
    bool by_head = actor && is_head(actor) && strcmp(actor->unit, f->actor_unit) == 0;

    if (strcmp(l->superior, f->actor) == 0)
        return err_say(reterr, ERR_INVALID, SUPERIOR, "người nhập không tự chịu trách nhiệm thay cấp trên",
                       "who enters it is not his own superior");
    if (superior && is_head(superior) &&
        (strcmp(superior->unit, f->actor_unit) == 0 ||
         (by_head && is_above(f->catalogue, superior->unit, f->actor_unit, day))))
        return ERR_OK;
    if (by_head)
        return err_say(reterr, ERR_INVALID, SUPERIOR,
                       "vị trí \"%s\" không phải người đứng đầu đơn vị %s hoặc đơn vị cấp trên vào ngày đó",
                       "post \"%s\" was no head of unit %s, or of a unit above it, on that day", l->superior,
                       f->actor_unit);
    return err_say(reterr, ERR_INVALID, SUPERIOR, "vị trí \"%s\" không phải người đứng đầu đơn vị %s vào ngày đó",
                   "post \"%s\" was no head of unit %s on that day", l->superior, f->actor_unit);
}

enum err_code late_entry_may(const struct late_entry *l, const struct late_facts *f, struct err *reterr)
{
    enum err_code rc = when(l, f, reterr);

    return rc ? rc : who(l, f, reterr);
}
