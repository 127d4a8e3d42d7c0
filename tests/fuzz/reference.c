/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `taichoctl catalogue check` and what `import` sends: one table is the input, the first byte says which; the others
 * are those of the province that is there. What nobody complains of, intake's own reader takes.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "services/ctl/catalogue.h"
#include "services/ctl/ctl.h"
#include "services/intake/catalogue_json.h"
#include "tests/fuzz/lib/fuzz.h"

#define FOLDER "deploy/reference/binh-thuan"

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '.' || c == '-';
}

/* known tells of a word whether it names nothing that was left out: one commune with what stands above it, and six of
 * its procedures. */
static bool known(const char *word, size_t n)
{
    static const char *const units[] = {"H11", "H11.35", "H11.35.21"};
    static const char *const procedures[] = {"1.001193", "1.000894", "2.001019", "2.000889", "1.001612", "1.001022"};
    size_t unit = strcspn(word, "-"), of = unit < n ? unit : n;

    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (strlen(units[i]) == of && strncmp(units[i], word, of) == 0)
            return true;
    for (size_t i = 0; i < COUNT_OF(procedures); i++)
        if (of >= 8 && strncmp(procedures[i], word, 8) == 0)
            return true;
    return strncmp(word, "H11", 3) != 0 && !(of == 8 && word[1] == '.' && isdigit((unsigned char)word[7]));
}

static bool stays(const char *line, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t k = i;
        while (k < n && is_word(line[k]))
            k++;
        if (k > i && !known(line + i, k - i))
            return false;
        i = k + (k == i);
    }
    return true;
}

/* shorten keeps the header and the rows that belong to so little that thousands can be tried. */
static struct bytes shorten(struct arena *a, const char *text, size_t size)
{
    char *to = arena_alloc(a, size + 1);
    size_t kept = 0;

    for (size_t i = 0; i < size;) {
        const char *end = memchr(text + i, '\n', size - i);
        size_t n = (end ? (size_t)(end - (text + i)) : size - i - 1) + 1;
        if (i == 0 || stays(text + i, n)) {
            memcpy(to + kept, text + i, n);
            kept += n;
        }
        i += n;
    }
    return (struct bytes){.p = (uint8_t *)to, .n = kept};
}

/* texts gives the shortened files, read once; nobody complains of them. */
static const struct bytes *texts(void)
{
    static struct bytes read[TABLE_COUNT];
    static struct arena *kept;

    if (kept)
        return read;
    kept = arena_new((size_t)64 << 20);
    for (int t = 0; t < TABLE_COUNT; t++) {
        struct bytes whole;
        struct err e = {0};
        HOLDS(ctl_file(kept, arena_printf(kept, FOLDER "/%s.csv", forms[t].file), (size_t)1 << 20, &whole, &e) ==
                  ERR_OK,
              "%s", e.en);
        read[t] = shorten(kept, (const char *)whole.p, whole.n);
    }
    struct reference *ref = reference_of(kept, FOLDER, read);
    if (!ref->unread)
        reference_check(ref);
    bool said = reference_print_complaints(ref);
    fflush(stdout);
    HOLDS(!ref->unread && !said, "the shortened tables are wrong");
    return read;
}

static void holds_complaints(const struct reference *ref)
{
    for (size_t i = 0; i < ref->complaint_count; i++) {
        const struct complaint *c = &ref->complaints[i];
        HOLDS((int)c->table >= 0 && c->table < TABLE_COUNT, "of no table");
        HOLDS(c->line >= 1 && c->column >= 1, "at %d:%d", c->line, c->column);
        holds_utf8(c->vi);
        holds_utf8(c->en);
        HOLDS(c->vi[0] && c->en[0], "nothing is said");
    }
}

static void holds_release(struct reference *ref, struct arena *a)
{
    struct json_in *in;
    struct err e = {0};
    size_t count = 0;
    const char *text = records_release(ref, &count);
    HOLDS(json_read(a, (const uint8_t *)text, strlen(text), &in, &e) == ERR_OK, "no JSON: %s", e.en);
    const struct intake_release *r = intake_release_read(in, a);
    HOLDS(json_done(in, &e) == ERR_OK, "intake refuses it: %s: %s", e.field, e.en);
    HOLDS(r->count == count, "%zu records became %zu", count, r->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes tables[TABLE_COUNT];

    if (size == 0)
        return 0;
    struct arena *a = arena_new((size_t)256 << 20);
    memcpy(tables, texts(), sizeof tables);
    tables[data[0] % TABLE_COUNT] = (struct bytes){.p = data + 1, .n = size - 1};
    struct reference *ref = reference_of(a, FOLDER, tables);
    if (!ref->unread)
        reference_check(ref);
    holds_complaints(ref);
    if (!ref->unread && ref->complaint_count == 0)
        holds_release(ref, a);
    arena_free(a);
    return 0;
}
