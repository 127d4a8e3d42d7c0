/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invented people. Names are put together from the most common syllables; identity numbers begin with 0000, which no
 * province has; telephone numbers with 0900 000.
 */
#include <inttypes.h>

#include "services/ctl/simulate.h"

/* splitmix64: small, and the same everywhere. */
uint64_t chance_next(struct chance *c)
{
    uint64_t z = (c->state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

size_t chance_below(struct chance *c, size_t n)
{
    return (size_t)(chance_next(c) % n);
}

double chance_share(struct chance *c)
{
    return (double)(chance_next(c) >> 11) * (1.0 / 9007199254740992.0);
}

bool chance_percent(struct chance *c, double percent)
{
    return chance_share(c) * 100 < percent;
}

static const char *const family[] = {"Nguyễn", "Trần", "Lê",   "Phạm", "Huỳnh", "Võ", "Phan",
                                     "Trương", "Bùi",  "Đặng", "Đỗ",   "Ngô",   "Hồ", "Dương"};
static const char *const middle[2][6] = {{"Thị", "Ngọc", "Thanh", "Mỹ", "Kim", "Thu"},
                                         {"Văn", "Hữu", "Đức", "Minh", "Quốc", "Thanh"}};
static const char *const given[2][12] = {
    {"Lan", "Hoa", "Hương", "Mai", "Hạnh", "Thảo", "Yến", "Nga", "Trang", "Phượng", "Tuyết", "Ánh"},
    {"Hùng", "Dũng", "Nam", "Sơn", "Tuấn", "Bình", "Phúc", "Lộc", "Thắng", "Quang", "Đạt", "Hải"},
};
static const char *const papers[] = {
    "Tờ khai theo mẫu", "Giấy tờ tùy thân", "Sổ hộ khẩu",
    "Giấy ủy quyền",    "Bản vẽ kèm theo",  "Giấy xác nhận của địa phương",
};

void people_applicant(struct chance *c, struct buf *b)
{
    size_t man = chance_below(c, 2);
    uint64_t number = chance_next(c);

    buf_printf(b, "\"applicant\":{\"name\":\"%s %s %s\"", family[chance_below(c, COUNT_OF(family))],
               middle[man][chance_below(c, 6)], given[man][chance_below(c, 12)]);
    if (number % 3)
        buf_printf(b, ",\"identity_number\":\"0000%08" PRIu64 "\"", number / 3 % 100000000);
    else
        buf_printf(b, ",\"identity_number\":\"0000%05" PRIu64 "\"", number / 3 % 100000);
    if (number & 4)
        buf_printf(b, ",\"phone\":\"0900 000 %03" PRIu64 "\"", number / 7 % 1000);
    if (number & 8)
        buf_printf(b, ",\"address\":\"Số nhà %" PRIu64 ", tổ dân phố %" PRIu64 " (giả định)\"", 1 + number / 11 % 300,
                   1 + number / 13 % 20);
    buf_str(b, "}");
}

void people_proxy(struct chance *c, struct buf *b)
{
    uint64_t number = chance_next(c);

    buf_printf(b,
               "\"proxy\":{\"name\":\"%s Văn %s\",\"identity_number\":\"0001%08" PRIu64
               "\",\"authorisation\":\"Giấy ủy quyền số %" PRIu64 " (giả định)\"},",
               family[chance_below(c, COUNT_OF(family))], given[1][chance_below(c, 12)], number % 100000000,
               1 + number / 7 % 900);
}

void people_collector(struct chance *c, struct buf *b)
{
    uint64_t number = chance_next(c);

    buf_printf(b, "\"collector\":{\"name\":\"%s Văn %s\",\"paper\":\"identity\",\"number\":\"0001%08" PRIu64 "\"}",
               family[chance_below(c, COUNT_OF(family))], given[1][chance_below(c, 12)], number % 100000000);
}

static void put_hash(struct chance *c, struct buf *b)
{
    buf_str(b, ",\"digitised\":\"");
    for (int i = 0; i < 4; i++)
        buf_printf(b, "%016" PRIx64, chance_next(c));
    buf_str(b, "\"");
}

/* How a paper is handed in: most are not said to be of a form, as clients did before they could; some are scanned. */
static void put_form(struct chance *c, struct buf *b)
{
    size_t which = chance_below(c, 4);

    if (which > 1)
        return;
    buf_str(b, ",\"form\":\"paper\"");
    if (which == 0)
        put_hash(c, b);
}

/* put_name begins the i-th paper; NULL: it is none of the procedure's list. */
static void put_name(size_t i, const struct listed *of, struct buf *b)
{
    buf_printf(b, "%s{\"name\":", i ? "," : "");
    buf_json_str(b, of ? of->name : papers[i]);
    if (of)
        buf_printf(b, ",\"listed\":\"%s\"", of->code);
}

/* brought_as gives what the i-th paper that a citizen brings is in the list: all of it first, then what he thinks of.
 */
static const struct listed *brought_as(const struct listing *l, size_t i)
{
    return i < l->count ? &l->items[i] : NULL;
}

/* wanted_as gives what the i-th paper is that he is asked for: nothing beside the list, which may be shorter. */
static const struct listed *wanted_as(const struct listing *l, size_t i)
{
    return l->count ? &l->items[i % l->count] : NULL;
}

/* The first `items` of them answer a request form. */
static void put_papers(const struct listing *l, bool lends, size_t items, struct chance *c, struct buf *b)
{
    size_t n = 1 + chance_below(c, 4);

    n = n < items ? items : n;
    n = n < l->count ? l->count : n;
    buf_str(b, "\"components\":[");
    for (size_t i = 0; i < n; i++) {
        put_name(i, brought_as(l, i), b);
        if (i && chance_below(c, 8) == 0) {
            buf_str(b, ",\"form\":\"electronic\"");
        } else {
            buf_printf(b, ",\"originals\":%d,\"certified\":%zu,\"copies\":%zu", i == 0, chance_below(c, 2),
                       chance_below(c, 3));
            put_form(c, b);
        }
        if (lends && i == 0)
            buf_str(b, ",\"to_return\":true");
        if (i < items)
            buf_printf(b, ",\"item\":%zu", i + 1);
        buf_str(b, "}");
    }
    buf_str(b, "]");
}

void people_components(struct chance *c, const struct listing *l, bool lends, struct buf *b)
{
    put_papers(l, lends, 0, c, b);
}

void people_files(struct chance *c, const struct listing *l, struct buf *b)
{
    size_t n = 1 + chance_below(c, 4);

    n = n < l->count ? l->count : n;
    buf_str(b, "\"components\":[");
    for (size_t i = 0; i < n; i++) {
        put_name(i, brought_as(l, i), b);
        buf_str(b, ",\"form\":\"electronic\"}");
    }
    buf_str(b, "]");
}

void people_missing(struct chance *c, const struct listing *l, struct buf *b)
{
    size_t n = 1 + chance_below(c, 4);

    buf_str(b, "\"missing\":[");
    for (size_t i = 0; i < n; i++) {
        put_name(i, wanted_as(l, i), b);
        buf_printf(b, ",\"originals\":%d,\"certified\":%zu,\"copies\":%zu}", i == 0, chance_below(c, 2),
                   chance_below(c, 3));
    }
    buf_str(b, "],");
}

void people_list(int count, const struct listing *l, struct buf *b)
{
    buf_str(b, "\"missing\":[");
    for (size_t i = 0; i < (size_t)count; i++) {
        put_name(i, wanted_as(l, i), b);
        buf_printf(b, ",\"originals\":%d,\"certified\":1,\"copies\":0}", i == 0);
    }
    buf_str(b, "],");
}

void people_supply(struct chance *c, int asked, int brought, struct buf *b)
{
    static const char *const reasons[] = {"held_by_agency", "replaced", "not_needed", "not_obtainable"};

    if (brought)
        put_papers(&(struct listing){0}, false, (size_t)brought, c, b);
    else
        buf_str(b, "\"components\":[]");
    for (int i = brought; i < asked; i++)
        buf_printf(b, "%s{\"item\":%d,\"reason\":\"%s\"}", i == brought ? ",\"without\":[" : ",", i + 1,
                   reasons[chance_below(c, COUNT_OF(reasons))]);
    buf_str(b, brought < asked ? "]" : "");
}
