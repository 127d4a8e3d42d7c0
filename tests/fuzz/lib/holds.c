/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/io/text.h"
#include "tests/fuzz/lib/fuzz.h"
#include "tests/fuzz/lib/strict.h"

void holds_text(struct arena *a, const char *s, size_t min, size_t max)
{
    if (!s)
        return;
    size_t n = strlen(s);
    HOLDS(text_is_utf8(s, n), "not UTF-8");
    const char *nfc = text_nfc(a, s, n);
    HOLDS(nfc, "a control character in \"%s\"", s);
    HOLDS(strcmp(nfc, s) == 0, "\"%s\" is not NFC", s);
    size_t length = text_length(s);
    HOLDS(length >= min && length <= max, "%zu characters, %zu to %zu were asked for", length, min, max);
}

void holds_code(struct arena *a, const char *s, size_t max)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-";

    holds_text(a, s, 1, max);
    HOLDS(!s || strspn(s, allowed) == strlen(s), "\"%s\" is no code", s);
}

void holds_utf8(const char *s)
{
    HOLDS(s, "a text is missing");
    HOLDS(text_is_utf8(s, strlen(s)), "not UTF-8");
}

void holds_refusal(const struct err *e, enum err_code rc, bool field)
{
    HOLDS(rc != ERR_OK && rc < ERR_COUNT, "code %d", (int)rc);
    HOLDS(e->code == rc, "refused with %s, noted as %s", err_row(rc)->symbol, err_row(e->code)->symbol);
    HOLDS(e->vi[0] && e->en[0], "a refusal without words");
    holds_utf8(e->vi);
    holds_utf8(e->en);
    holds_utf8(e->field);
    HOLDS(!field || e->field[0], "no field is named: %s", e->en);
}

void holds_json(const char *s)
{
    struct strict *j = s ? strict_read(s, strlen(s)) : NULL;

    HOLDS(j, "this is not JSON: %s", s ? s : "NULL");
    strict_free(j);
}

char *copy_text(struct arena *a, const uint8_t *data, size_t size)
{
    char *s = arena_alloc(a, size + 1);

    if (size)
        memcpy(s, data, size);
    return s;
}
