/* SPDX-License-Identifier: Apache-2.0 */
/* The units that co-operate in a step, as one cell names them: "H11.10:32 H11.11:32", each with its hours, in the order
 * of their turns. */
#include <string.h>

#include "services/ctl/catalogue.h"

size_t with_read(struct arena *a, const char *cell, int step, struct process_with **ret)
{
    struct process_with *with = ARENA_ARRAY(a, strlen(cell) / 2 + 1, struct process_with);
    size_t n = 0;

    for (const char *p = cell; *p; p += *p == ' ') {
        size_t length = strcspn(p, " "), unit = strcspn(p, ": ");
        const char *hours = unit < length ? arena_strndup(a, p + unit + 1, length - unit - 1) : "0";

        with[n++] = (struct process_with){
            .step = step, .unit = arena_strndup(a, p, unit), .minutes = (int)(quarters(hours) * 15)};
        p += length;
    }
    *ret = with;
    return n;
}

void check_cooperating(struct reference *ref, const struct row *s, const struct shelf *staff)
{
    struct process_with *with;
    size_t count = with_read(ref->arena, cell(s, "with"), 0, &with), found, n;
    int32_t day;

    for (size_t i = 0; i < count; i++) {
        const struct row *const *units = refer_to(ref, s, "with", with[i].unit, TABLE_UNITS, &found);
        const struct row *const *all = shelf_find(staff, with[i].unit, &n);
        const struct row **who = ARENA_ARRAY(ref->arena, n + 1, const struct row *);
        size_t those = 0;

        for (size_t k = 0; k < n; k++)
            if (has_word(cell(all[k], "roles"), cell(s, "role")))
                who[those++] = all[k];
        for (size_t k = 0; k < found; k++) {
            int32_t from = units[k]->from > s->from ? units[k]->from : s->from,
                    to = units[k]->to < s->to ? units[k]->to : s->to;
            if (from < to && uncovered(from, to, who, those, &day))
                say(ref, s, "with", "đơn vị %s không có %s ngày %s", "unit %s has no %s on %s", with[i].unit,
                    cell(s, "role"), day_text(day).s);
        }
    }
}
