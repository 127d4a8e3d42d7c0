/* SPDX-License-Identifier: Apache-2.0 */
/* The small readers of text: times, days, ids, codes, parts of addresses. What is read is written the same again. */
#include <regex.h>
#include <string.h>
#include <strings.h>

#include "common/base/id.h"
#include "common/base/instant.h"
#include "common/base/role.h"
#include "common/domain/code.h"
#include "common/domain/words.h"
#include "common/io/http_route.h"
#include "common/io/text.h"
#include "tests/fuzz/lib/fuzz.h"

static void times(const char *s)
{
    instant t, again;
    int32_t day, same;

    if (instant_parse(s, &t)) {
        struct civil c = instant_civil(t);
        struct instant_text text = instant_text(t);
        HOLDS(instant_from_civil(&c) == t && c.month >= 1 && c.month <= 12 && c.hour <= 23, "civil time");
        HOLDS(instant_day_civil(instant_day(t)).day == c.day, "another day");
        if (c.year >= 1 && c.year <= 9999)
            HOLDS(instant_parse(text.s, &again) && again == t, "%s became %s", s, text.s);
    }
    if (instant_day_parse(s, &day)) {
        struct civil c = instant_day_civil(day);
        struct instant_text text = instant_text(instant_of_day(day, 0));
        HOLDS(strlen(s) == 10 && strncmp(text.s, s, 10) == 0, "%s became %s", s, text.s);
        HOLDS(instant_day(instant_of_day(day, 0)) == day && instant_day(instant_from_civil(&c)) == day, "%s", s);
        text.s[10] = '\0';
        HOLDS(instant_day_parse(text.s, &same) && same == day, "%s", s);
    }
}

static void ids(const char *s)
{
    struct id id, again;

    if (!id_parse(s, &id))
        return;
    struct id_text text = id_text(id);
    HOLDS(strcasecmp(text.s, s) == 0 && id_parse(text.s, &again) && id_eq(id, again), "%s became %s", s, text.s);
}

/* The forms as regular expressions, by the C library. */
static bool is(const char *s, const char *form)
{
    regex_t r;

    HOLDS(regcomp(&r, form, REG_EXTENDED | REG_NOSUB) == 0, "%s", form);
    bool fits = regexec(&r, s, 0, NULL, 0) == 0;
    regfree(&r);
    return fits;
}

#define AGENCY "[0-9A-Z]{3}\\.[0-9A-Z]{2}\\.[0-9A-Z]{2}\\.[A-Y][0-9]{2}"
#define UNIT   "([A-Y][0-9]{2}|Z[0-9A-Z]{2})(\\.[0-9A-Z]+)*"

static void codes(const char *s)
{
    char made[CODE_DOSSIER_SIZE];
    struct err e = {0};
    bool unit = is(s, "^" UNIT "$") && strlen(s) <= 35;
    const char *tail = strchr(s, '-');
    bool dossier = is(s, "^(" AGENCY "|" UNIT ")-[0-9]{6}-[0-9]{4,5}$") && tail - s <= 35;

    HOLDS(code_agency_valid(s) == is(s, "^" AGENCY "$"), "agency %s", s);
    HOLDS(code_unit_valid(s) == unit, "unit %s", s);
    HOLDS(code_dossier_valid(s) == dossier, "dossier %s", s);
    HOLDS(code_procedure_valid(s) == is(s, "^[123]\\.[0-9]{6}(\\." AGENCY ")?$"), "procedure %s", s);
    for (int32_t day = 18519; day <= 18520; day++) { /* before and since the units' new codes */
        enum err_code rc = code_dossier_format(made, sizeof made, s, s, day, 12, &e);
        if (rc && text_is_utf8(s, strlen(s))) /* the sentence says the code */
            holds_refusal(&e, rc, false);
        else if (!rc)
            HOLDS(code_dossier_valid(made) && strncmp(made, s, strlen(s)) == 0, "%s gave %s", s, made);
    }
}

static void parts(struct arena *a, const char *s, size_t n)
{
    const char *decoded = url_decode(a, s, n);

    holds_text(a, decoded, 0, n);
    const char *nfc = text_nfc(a, s, n);
    HOLDS(!nfc || text_is_utf8(s, n), "NFC of what is not UTF-8");
    if (nfc)
        HOLDS(strcmp(text_nfc(a, nfc, strlen(nfc)), nfc) == 0, "NFC of NFC is another");
    HOLDS(!role_parse(s) || (role_parse(s) & (role_parse(s) - 1)) == 0, "role %s is several", s);
    int level = level_parse(s), step = step_kind_parse(s);
    HOLDS(level < 0 || strcmp(level_name(level), s) == 0, "level %s", s);
    HOLDS(step < 0 || strcmp(step_kind_name(step), s) == 0, "step %s", s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)1 << 20);
    const char *s = copy_text(a, data, size < 4096 ? size : 4096);

    times(s);
    ids(s);
    codes(s);
    parts(a, s, strlen(s));
    arena_free(a);
    return 0;
}
