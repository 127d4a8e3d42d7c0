/* SPDX-License-Identifier: Apache-2.0 */
/* Codes are matched against patterns of one letter per character, so each form can be read off its pattern. */
#include "common/domain/code.h"

#include <stdio.h>
#include <string.h>

#include "common/base/instant.h"

#define AGENCY_PATTERN  "xxx.xx.xx.a99"
#define SUFFIX_PATTERN  "-999999-9999"
#define UNIT_LENGTH_MAX 35

/* 2020-09-15, the day Decision 20/2020/QD-TTg came into force. */
static const int32_t unit_codes_since = 18520;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper_or_digit(char c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z');
}

/* match: 9 a digit, x a digit or capital, a a capital A-Y, l one of 1 2 3; all else is itself. Behind it, where it
 * ends; or NULL. */
static const char *match(const char *s, const char *pattern)
{
    for (; *pattern; pattern++, s++) {
        bool fits = *pattern == '9'   ? is_digit(*s)
                    : *pattern == 'x' ? is_upper_or_digit(*s)
                    : *pattern == 'a' ? *s >= 'A' && *s <= 'Y'
                    : *pattern == 'l' ? *s >= '1' && *s <= '3'
                                      : *s == *pattern;
        if (!fits)
            return NULL;
    }
    return s;
}

static bool matches(const char *s, const char *pattern)
{
    const char *end = match(s, pattern);
    return end && *end == '\0';
}

/* unit_end gives the first character behind a unit code, NULL when there is none at s. */
static const char *unit_end(const char *s)
{
    const char *at = match(s, "a99");
    if (!at)
        at = match(s, "Zxx");
    while (at && *at == '.') {
        const char *group = ++at;
        while (is_upper_or_digit(*at))
            at++;
        if (at == group)
            return NULL;
    }
    return at && at - s <= UNIT_LENGTH_MAX ? at : NULL;
}

bool code_agency_valid(const char *code)
{
    return code && matches(code, AGENCY_PATTERN);
}

bool code_unit_valid(const char *code)
{
    const char *end = code ? unit_end(code) : NULL;
    return end && *end == '\0';
}

static bool is_suffix(const char *s)
{
    return s && (matches(s, SUFFIX_PATTERN) || matches(s, SUFFIX_PATTERN "9"));
}

bool code_dossier_valid(const char *code)
{
    if (!code)
        return false;
    /* A unit's code may begin like an agency's and go on. */
    return is_suffix(match(code, AGENCY_PATTERN)) || is_suffix(unit_end(code));
}

bool code_procedure_valid(const char *code)
{
    return code && (matches(code, "l.999999") || matches(code, "l.999999." AGENCY_PATTERN));
}

enum err_code code_dossier_format(char *ret, size_t size, const char *agency_2018, const char *unit_2020, int32_t day,
                                  int sequence, struct err *reterr)
{
    bool by_unit = day >= unit_codes_since;
    const char *owner = by_unit ? unit_2020 : agency_2018;
    if (by_unit ? !code_unit_valid(owner) : !code_agency_valid(owner))
        return err_say(reterr, ERR_INVALID, "agency", "mã cơ quan không hợp lệ: \"%s\"", "not an agency code: \"%s\"",
                       owner ? owner : "");
    if (sequence < 1 || sequence > CODE_SEQUENCE_MAX)
        return err_say(reterr, ERR_CONFLICT, "sequence",
                       "số thứ tự hồ sơ trong ngày của %s phải từ 1 đến %d, không thể là %d",
                       "the number of a dossier within a day of %s is 1 to %d, it cannot be %d", owner,
                       CODE_SEQUENCE_MAX, sequence);
    struct civil c = instant_day_civil(day);
    if (c.year < 2000 || c.year > 2099)
        return err_say(reterr, ERR_INVALID, "day", "năm %d không ghi được vào mã hồ sơ",
                       "the year %d cannot be written into a dossier code", c.year);
    char made[CODE_DOSSIER_SIZE];
    int n = snprintf(made, sizeof(made), "%s-%02d%02d%02d-%04d", owner, c.year % 100, c.month, c.day, sequence);
    if (n < 0 || (size_t)n >= sizeof(made) || (size_t)n >= size)
        return err_set(reterr, ERR_INVALID, "no room for a dossier code of %d characters", n);
    memcpy(ret, made, (size_t)n + 1);
    return ERR_OK;
}
