/* SPDX-License-Identifier: Apache-2.0 */
/* The sentences are templates in the table of the header; here the words between braces are filled in. */
#include "common/domain/worktime_trace.h"

#include <inttypes.h>
#include <string.h>

#include "common/base/err.h"

enum tongue { VI, EN, TONGUES };

static const struct {
    const char *name;
    const char *sentence[TONGUES];
} whys[WORKTIME_WHY_COUNT] = {
#define X(symbol, name_, vi_, en_) [WORKTIME_WHY_##symbol] = {.name = name_, .sentence = {[VI] = vi_, [EN] = en_}},
    WORKTIME_WHYS(X)
#undef X
};

static const struct {
    const char *name;
    const char *word[TONGUES];
} units[WORKTIME_UNIT_COUNT] = {
#define X(symbol, name_, vi_, en_) [WORKTIME_##symbol] = {.name = name_, .word = {[VI] = vi_, [EN] = en_}},
    WORKTIME_UNITS(X)
#undef X
};

static const char *const weekdays[TONGUES][7] = {
    [VI] = {"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"},
    [EN] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
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
    trace->step[trace->count++] = (struct worktime_step){.why = why, .from = from, .to = to};
}

static void print_clock(instant t, struct buf *out)
{
    struct civil c = instant_civil(t);
    buf_printf(out, "%02d:%02d", c.hour, c.minute);
    if (c.second)
        buf_printf(out, ":%02d", c.second);
}

static void print_day(instant t, enum tongue tongue, struct buf *out)
{
    struct civil c = instant_civil(t);
    buf_printf(out, "%s %02d/%02d/%04d", weekdays[tongue][c.weekday], c.day, c.month, c.year);
}

static void print_days(const struct worktime_step *s, enum tongue tongue, struct buf *out)
{
    print_day(s->from, tongue, out);
    if (s->to - s->from > INSTANT_DAY) {
        buf_str(out, tongue == VI ? " đến " : " to ");
        print_day(s->to - INSTANT_DAY, tongue, out);
    }
}

static void print_span(const struct worktime_span *span, enum tongue tongue, struct buf *out)
{
    const char *word = units[span->unit].word[tongue];
    if (span->unit != WORKTIME_HOURS)
        buf_printf(out, "%" PRId64 " %s", span->amount, word);
    else if (span->minutes % 60 == 0)
        buf_printf(out, "%" PRId64 " %s", span->minutes / 60, word);
    else
        buf_printf(out, "%" PRId64 ":%02d %s", span->minutes / 60, (int)(span->minutes % 60), word);
}

static void print_word(const struct worktime_trace *trace, const struct worktime_step *s, const char *word, size_t n,
                       enum tongue tongue, struct buf *out)
{
    if (n == 4 && memcmp(word, "from", n) == 0) {
        print_clock(s->from, out);
        buf_str(out, " ");
        print_day(s->from, tongue, out);
    } else if (n == 2 && memcmp(word, "to", n) == 0) {
        print_clock(s->to, out);
        buf_str(out, " ");
        print_day(s->to, tongue, out);
    } else if (n == 5 && memcmp(word, "clock", n) == 0) {
        print_clock(s->from, out);
    } else if (n == 4 && memcmp(word, "days", n) == 0) {
        print_days(s, tongue, out);
    } else if (n == 4 && memcmp(word, "span", n) == 0) {
        print_span(&trace->span, tongue, out);
    } else {
        BUG_IF(true, "no word {%.*s}", (int)n, word);
    }
}

static void explain(const struct worktime_trace *trace, enum tongue tongue, struct buf *out)
{
    for (int i = 0; i < trace->count; i++) {
        const struct worktime_step *s = &trace->step[i];
        if (trace->cut && i == trace->count - 1)
            buf_str(out, "...\n");
        const char *at = whys[s->why].sentence[tongue];
        for (const char *brace; (brace = strchr(at, '{')) != NULL;) {
            const char *end = strchr(brace, '}');
            BUG_IF(!end, "%s", at);
            buf_add(out, at, (size_t)(brace - at));
            print_word(trace, s, brace + 1, (size_t)(end - brace - 1), tongue, out);
            at = end + 1;
        }
        buf_str(out, at);
        buf_str(out, "\n");
    }
}

void worktime_explain_vi(const struct worktime_trace *trace, struct buf *out)
{
    explain(trace, VI, out);
}

void worktime_explain_en(const struct worktime_trace *trace, struct buf *out)
{
    explain(trace, EN, out);
}
