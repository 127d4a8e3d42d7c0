/* SPDX-License-Identifier: Apache-2.0 */
/* The sentences are templates in the table of the header; here the words between braces are filled in. */
#include "common/domain/worktime_trace.h"

#include <inttypes.h>
#include <string.h>

#include "common/base/err.h"

static const struct {
    const char *name;
    const char *sentence[WORKTIME_TONGUES];
} whys[WORKTIME_WHY_COUNT] = {
#define X(symbol, name_, vi_, en_)                                                                                     \
    [WORKTIME_WHY_##symbol] = {.name = name_, .sentence = {[WORKTIME_VI] = vi_, [WORKTIME_EN] = en_}},
    WORKTIME_WHYS(X)
#undef X
};

static const struct {
    const char *name;
    const char *word[WORKTIME_TONGUES];
} units[WORKTIME_UNIT_COUNT] = {
#define X(symbol, name_, vi_, en_)                                                                                     \
    [WORKTIME_##symbol] = {.name = name_, .word = {[WORKTIME_VI] = vi_, [WORKTIME_EN] = en_}},
    WORKTIME_UNITS(X)
#undef X
};

static const char *const weekdays[WORKTIME_TONGUES][7] = {
    [WORKTIME_VI] = {"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"},
    [WORKTIME_EN] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
};

const char *worktime_why_name(enum worktime_why why)
{
    BUG_IF((unsigned)why >= WORKTIME_WHY_COUNT, "%d", (int)why);
    return whys[why].name;
}

const char *worktime_unit_name(enum worktime_unit unit)
{
    BUG_IF((unsigned)unit >= WORKTIME_UNIT_COUNT, "%d", (int)unit);
    return units[unit].name;
}

bool worktime_unit_parse(const char *name, enum worktime_unit *ret)
{
    for (size_t i = 0; name && i < WORKTIME_UNIT_COUNT; i++)
        if (strcmp(name, units[i].name) == 0) {
            *ret = (enum worktime_unit)i;
            return true;
        }
    return false;
}

void worktime_trace_begin(struct worktime_trace *trace, struct worktime_span span)
{
    if (!trace)
        return;
    trace->span = span;
    trace->count = 0;
    trace->cut = false;
}

void worktime_trace_add(struct worktime_trace *trace, enum worktime_why why, instant from, instant to)
{
    if (!trace)
        return;
    if (trace->count == WORKTIME_STEPS) {
        trace->cut = true;
        trace->count--; /* the newest step replaces the last, so that the due moment is never the one that is lost */
    }
    trace->step[trace->count++] = (struct worktime_step){.why = why, .from = from, .to = to, .span = trace->span};
}

void worktime_trace_add_span(struct worktime_trace *trace, enum worktime_why why, struct worktime_span span,
                             instant from)
{
    worktime_trace_add(trace, why, from, from);
    if (trace)
        trace->step[trace->count - 1].span = span;
}

static void print_clock(instant t, struct buf *out)
{
    struct civil c = instant_civil(t);
    buf_printf(out, "%02d:%02d", c.hour, c.minute);
    if (c.second)
        buf_printf(out, ":%02d", c.second);
}

void worktime_say_day(instant t, enum worktime_tongue tongue, struct buf *out)
{
    struct civil c = instant_civil(t);
    buf_printf(out, "%s %02d/%02d/%04d", weekdays[tongue][c.weekday], c.day, c.month, c.year);
}

void worktime_say_moment(instant t, enum worktime_tongue tongue, struct buf *out)
{
    print_clock(t, out);
    buf_str(out, " ");
    worktime_say_day(t, tongue, out);
}

/* say_part writes a number with its word, a space before it when it is not the first. */
static void say_part(int64_t n, const char *vi, const char *en, enum worktime_tongue tongue, bool first,
                     struct buf *out)
{
    buf_printf(out, "%s%" PRId64 " %s", first ? "" : " ", n, tongue == WORKTIME_VI ? vi : en);
}

void worktime_say_length(int64_t us, enum worktime_tongue tongue, struct buf *out)
{
    int64_t hours = us / INSTANT_HOUR, minutes = us / INSTANT_MINUTE % 60, seconds = us / INSTANT_SECOND % 60;
    bool first = true;
    if (hours) {
        say_part(hours, "giờ", "h", tongue, first, out);
        first = false;
    }
    if (minutes) {
        say_part(minutes, "phút", "min", tongue, first, out);
        first = false;
    }
    if (seconds || first)
        say_part(seconds, "giây", "s", tongue, first, out);
}

static void print_days(const struct worktime_step *s, enum worktime_tongue tongue, struct buf *out)
{
    worktime_say_day(s->from, tongue, out);
    if (s->to - s->from > INSTANT_DAY) {
        buf_str(out, tongue == WORKTIME_VI ? " đến " : " to ");
        worktime_say_day(s->to - INSTANT_DAY, tongue, out);
    }
}

void worktime_say_span(const struct worktime_span *span, enum worktime_tongue tongue, struct buf *out)
{
    const char *word = units[span->unit].word[tongue];
    if (span->unit != WORKTIME_HOURS)
        buf_printf(out, "%" PRId64 " %s", span->amount, word);
    else if (span->minutes % 60 == 0)
        buf_printf(out, "%" PRId64 " %s", span->minutes / 60, word);
    else
        buf_printf(out, "%" PRId64 ":%02d %s", span->minutes / 60, (int)(span->minutes % 60), word);
}

static bool is_word(const char *word, size_t n, const char *name)
{
    return strlen(name) == n && memcmp(word, name, n) == 0;
}

static void print_word(const struct worktime_step *s, const char *word, size_t n, enum worktime_tongue tongue,
                       struct buf *out)
{
    if (is_word(word, n, "from"))
        worktime_say_moment(s->from, tongue, out);
    else if (is_word(word, n, "to"))
        worktime_say_moment(s->to, tongue, out);
    else if (is_word(word, n, "clock"))
        print_clock(s->from, out);
    else if (is_word(word, n, "days"))
        print_days(s, tongue, out);
    else if (is_word(word, n, "count"))
        buf_printf(out, "%" PRId64, (s->to - s->from) / INSTANT_DAY);
    else if (is_word(word, n, "length"))
        worktime_say_length(s->to - s->from, tongue, out);
    else if (is_word(word, n, "span"))
        worktime_say_span(&s->span, tongue, out);
    else
        BUG_IF(true, "no word {%.*s}", (int)n, word);
}

void worktime_say_step(const struct worktime_step *s, enum worktime_tongue tongue, struct buf *out)
{
    const char *at = whys[s->why].sentence[tongue];
    for (const char *brace; (brace = strchr(at, '{')) != NULL;) {
        const char *end = strchr(brace, '}');
        BUG_IF(!end, "%s", at);
        buf_add(out, at, (size_t)(brace - at));
        print_word(s, brace + 1, (size_t)(end - brace - 1), tongue, out);
        at = end + 1;
    }
    buf_str(out, at);
    buf_str(out, "\n");
}

static void explain(const struct worktime_trace *trace, enum worktime_tongue tongue, struct buf *out)
{
    for (int i = 0; i < trace->count; i++) {
        if (trace->cut && i == trace->count - 1)
            buf_str(out, "...\n");
        worktime_say_step(&trace->step[i], tongue, out);
    }
}

void worktime_explain_vi(const struct worktime_trace *trace, struct buf *out)
{
    explain(trace, WORKTIME_VI, out);
}

void worktime_explain_en(const struct worktime_trace *trace, struct buf *out)
{
    explain(trace, WORKTIME_EN, out);
}
