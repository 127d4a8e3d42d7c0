/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recursive descent over the text that builds nothing. Its depth is bounded, and it remembers the way down, so that
 * an error can name the field in which it lies. Duplicate keys are left to io/json, which sees them unescaped.
 */
#include "common/io/json_private.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/io/text.h"

#define NUMBER_MAX    40 /* characters: nobody counts further */
#define EXACT_DIGITS  15 /* every decimal of so many digits survives a double */
#define INTEGER_BOUND 9007199254740992.0

/* One step of the way down: a member's raw key, or an item's number. */
struct step {
    const char *key;
    size_t key_n;
    size_t index;
};

struct scan {
    const char *at, *end;
    size_t values;
    size_t depth;
    struct step way[JSON_DEPTH_MAX + 1];
    struct err *reterr;
    const char *start;
};

static bool value(struct scan *s);

/* path writes the way down as "components[2].name"; bytes of a key that are not printable ASCII become '?'. */
static void path(const struct scan *s, char *ret, size_t size)
{
    size_t n = 0;
    ret[0] = '\0';
    for (size_t i = 0; i < s->depth && n + 1 < size; i++) {
        const struct step *step = &s->way[i];
        int more;
        if (step->key) {
            char key[64];
            size_t k = step->key_n < sizeof(key) - 1 ? step->key_n : sizeof(key) - 1;
            for (size_t c = 0; c < k; c++)
                key[c] = step->key[c] > 0x20 && step->key[c] < 0x7F ? step->key[c] : '?';
            key[k] = '\0';
            more = snprintf(ret + n, size - n, "%s%s", n ? "." : "", key);
        } else {
            more = snprintf(ret + n, size - n, "[%zu]", step->index);
        }
        n += more > 0 ? (size_t)more : 0;
    }
}

/* stop notes where and why; always false. */
static bool stop(struct scan *s, enum err_code code, const char *vi, const char *en)
{
    struct err *e = s->reterr;
    size_t byte = (size_t)(s->at - s->start) + 1;
    *e = (struct err){.code = code};
    path(s, e->field, sizeof(e->field));
    (void)snprintf(e->vi, sizeof(e->vi), "%s (byte thứ %zu)", vi, byte);
    (void)snprintf(e->en, sizeof(e->en), "%s (at byte %zu)", en, byte);
    return false;
}

static bool malformed(struct scan *s)
{
    return stop(s, ERR_MALFORMED, s->at == s->end ? "JSON bị cắt ngang" : "JSON sai cú pháp",
                s->at == s->end ? "the JSON text ends too early" : "this is not JSON");
}

static void space(struct scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r'))
        s->at++;
}

static bool take(struct scan *s, char c)
{
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

static bool literal(struct scan *s, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(s->end - s->at) < n || memcmp(s->at, word, n) != 0)
        return malformed(s);
    s->at += n;
    return true;
}

/* hex4 reads the four digits behind \u; -1 when they are not there. */
static int hex4(struct scan *s)
{
    int v = 0;
    for (int i = 0; i < 4; i++, s->at++) {
        if (s->at == s->end)
            return -1;
        char c = *s->at;
        if (c >= '0' && c <= '9')
            v = v * 16 + c - '0';
        else if (c >= 'a' && c <= 'f')
            v = v * 16 + c - 'a' + 10;
        else if (c >= 'A' && c <= 'F')
            v = v * 16 + c - 'A' + 10;
        else
            return -1;
    }
    return v;
}

static bool escape(struct scan *s)
{
    static const char half[] = "a surrogate without its other half";
    static const char half_vi[] = "ký tự thay thế (surrogate) thiếu một nửa";
    if (s->at == s->end || !strchr("\"\\/bfnrtu", *s->at) || *s->at == '\0')
        return malformed(s);
    if (*s->at++ != 'u')
        return true;
    int unit = hex4(s);
    if (unit < 0)
        return malformed(s);
    if (unit == 0)
        return stop(s, ERR_MALFORMED, "văn bản chứa ký tự NUL", "the text contains NUL");
    if (unit >= 0xDC00 && unit <= 0xDFFF)
        return stop(s, ERR_MALFORMED, half_vi, half);
    if (unit < 0xD800 || unit > 0xDBFF)
        return true;
    if (!take(s, '\\') || !take(s, 'u'))
        return stop(s, ERR_MALFORMED, half_vi, half);
    unit = hex4(s);
    if (unit < 0xDC00 || unit > 0xDFFF)
        return stop(s, ERR_MALFORMED, half_vi, half);
    return true;
}

/* string leaves the raw bytes between the quotes in *ret when it is asked to. */
static bool string(struct scan *s, struct step *ret)
{
    if (!take(s, '"'))
        return malformed(s);
    const char *first = s->at;
    while (s->at < s->end && *s->at != '"') {
        unsigned char c = (unsigned char)*s->at;
        if (c == 0)
            return stop(s, ERR_MALFORMED, "văn bản chứa ký tự NUL", "the text contains NUL");
        if (c < 0x20)
            return malformed(s);
        s->at++;
        if (c == '\\' && !escape(s))
            return false;
    }
    const char *last = s->at;
    if (!take(s, '"'))
        return malformed(s);
    if (!text_is_utf8(first, (size_t)(last - first))) {
        s->at = first;
        return stop(s, ERR_MALFORMED, "văn bản không phải là UTF-8", "the text is not UTF-8");
    }
    if (ret)
        *ret = (struct step){.key = first, .key_n = (size_t)(last - first)};
    return true;
}

static size_t digits(struct scan *s)
{
    const char *first = s->at;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
        s->at++;
    return (size_t)(s->at - first);
}

/* significant counts the digits of a mantissa without leading zeros. */
static size_t significant(const char *p, const char *end)
{
    size_t n = 0;
    for (; p < end && *p != 'e' && *p != 'E'; p++)
        if (*p >= '0' && *p <= '9' && (n > 0 || *p != '0'))
            n++;
    return n;
}

static bool number(struct scan *s)
{
    const char *first = s->at;
    bool whole = true;
    take(s, '-');
    const char *lead = s->at;
    size_t n = digits(s);
    if (n == 0 || (n > 1 && *lead == '0'))
        return malformed(s);
    if (take(s, '.')) {
        whole = false;
        if (digits(s) == 0)
            return malformed(s);
    }
    if (take(s, 'e') || take(s, 'E')) {
        whole = false;
        if (!take(s, '+'))
            take(s, '-');
        if (digits(s) == 0)
            return malformed(s);
    }
    char copy[NUMBER_MAX + 1];
    size_t size = (size_t)(s->at - first);
    double v = HUGE_VAL;
    if (size <= NUMBER_MAX) {
        memcpy(copy, first, size);
        copy[size] = '\0';
        v = strtod(copy, NULL);
    }
    size_t counted = significant(first, s->at);
    bool exact = whole ? fabs(v) <= INTEGER_BOUND && !(fabs(v) == INTEGER_BOUND && s->at[-1] != '2')
                       : isfinite(v) && counted <= EXACT_DIGITS && (counted == 0 || fabs(v) >= DBL_MIN);
    if (!exact) {
        s->at = first;
        return stop(s, ERR_INVALID, "số quá lớn hoặc quá nhiều chữ số để giữ nguyên giá trị",
                    "the number is too large or too long to keep its value");
    }
    return true;
}

/* enter takes the opening bracket of an object or an array. */
static bool enter(struct scan *s)
{
    if (s->depth == JSON_DEPTH_MAX)
        return stop(s, ERR_MALFORMED, "JSON lồng nhau quá sâu", "the JSON text is nested too deeply");
    s->at++;
    s->way[s->depth++] = (struct step){0};
    space(s);
    return true;
}

static bool object(struct scan *s)
{
    if (!enter(s))
        return false;
    struct step *here = &s->way[s->depth - 1];
    here->key = ""; /* until the first key is known */
    for (bool more = false; !take(s, '}'); more = true) {
        if (more) {
            if (!take(s, ','))
                return malformed(s);
            space(s);
        }
        if (!string(s, here))
            return false;
        space(s);
        if (!take(s, ':'))
            return malformed(s);
        if (!value(s))
            return false;
    }
    s->depth--;
    return true;
}

static bool array(struct scan *s)
{
    if (!enter(s))
        return false;
    struct step *here = &s->way[s->depth - 1];
    for (bool more = false; !take(s, ']'); more = true) {
        if (more) {
            if (!take(s, ','))
                return malformed(s);
            here->index++;
        }
        if (!value(s))
            return false;
    }
    s->depth--;
    return true;
}

/* value takes one value and the white space on both its sides. */
static bool value(struct scan *s)
{
    space(s);
    if (s->at == s->end)
        return malformed(s);
    if (++s->values > JSON_VALUES_MAX)
        return stop(s, ERR_TOO_LARGE, "JSON có quá nhiều giá trị", "the JSON text has too many values");
    bool good;
    switch (*s->at) {
    case '{':
        good = object(s);
        break;
    case '[':
        good = array(s);
        break;
    case '"':
        good = string(s, NULL);
        break;
    case 't':
        good = literal(s, "true");
        break;
    case 'f':
        good = literal(s, "false");
        break;
    case 'n':
        good = literal(s, "null");
        break;
    default:
        good = number(s);
    }
    space(s);
    return good;
}

enum err_code json_scan(const void *text, size_t n, struct err *reterr)
{
    struct err e = {0};
    if (n == 0)
        text = ""; /* an empty body has no address */
    struct scan s = {.at = text, .end = (const char *)text + n, .start = text, .reterr = &e};
    bool good = n > 0 ? value(&s) : malformed(&s);
    if (good && s.at < s.end)
        good = stop(&s, ERR_MALFORMED, "có nội dung thừa sau JSON", "something follows the JSON text");
    if (good)
        return ERR_OK;
    if (reterr)
        *reterr = e;
    return e.code;
}
