/* SPDX-License-Identifier: Apache-2.0 */
/* The sentences are templates in the tables of the headers; here the words between braces are filled in. */
#include "common/domain/deadline_explain.h"

#include <inttypes.h>
#include <string.h>

#define X(symbol, name, vi, en) [DEADLINE_##symbol] = {[WORKTIME_VI] = vi, [WORKTIME_EN] = en},
static const char *const facts[][WORKTIME_TONGUES] = {DEADLINE_FACTS(X)};
static const char *const breaches[][WORKTIME_TONGUES] = {DEADLINE_BREACHES(X)};
#undef X
#define X(symbol, vi, en) [DEADLINE_TELL_##symbol] = {[WORKTIME_VI] = vi, [WORKTIME_EN] = en},
static const char *const tells[][WORKTIME_TONGUES] = {DEADLINE_TELLS(X)};
#undef X

void deadline_trace_add(struct deadline_trace *trace, const struct deadline_line *line)
{
    if (!trace)
        return;
    if (trace->count == DEADLINE_LINES) {
        trace->cut = true;
        trace->count--; /* the newest line replaces the last, so that the due moment is never the one that is lost */
    }
    trace->line[trace->count++] = *line;
}

static void say_change(const struct deadline_variant *v, enum worktime_tongue tongue, struct buf *out)
{
    static const char *const how[2][WORKTIME_TONGUES] = {
        {[WORKTIME_VI] = "cộng thêm ", [WORKTIME_EN] = "more by "},
        {[WORKTIME_VI] = "thời hạn là ", [WORKTIME_EN] = "the time is "},
    };
    buf_str(out, how[v->replaces][tongue]);
    worktime_say_span(&v->span, tongue, out);
}

static bool is_word(const char *word, size_t n, const char *name)
{
    return strlen(name) == n && memcmp(word, name, n) == 0;
}

static void say_text(const char *text, struct buf *out)
{
    buf_str(out, text && *text ? text : "-");
}

static void say_word(const struct deadline_line *line, const char *word, size_t n, enum worktime_tongue tongue,
                     struct buf *out)
{
    if (is_word(word, n, "at"))
        worktime_say_moment(line->at, tongue, out);
    else if (is_word(word, n, "due"))
        worktime_say_moment(line->due, tongue, out);
    else if (is_word(word, n, "code"))
        say_text(line->code, out);
    else if (is_word(word, n, "reference"))
        say_text(line->reference, out);
    else if (is_word(word, n, "article"))
        say_text(line->article, out);
    else if (is_word(word, n, "number"))
        buf_printf(out, "%" PRId64, line->number);
    else if (is_word(word, n, "calendar"))
        buf_printf(out, "%" PRId64, line->calendar);
    else if (is_word(word, n, "change"))
        say_change(line->variant, tongue, out);
    else
        BUG_IF(true, "no word {%.*s}", (int)n, word);
}

static const char *sentence(const struct deadline_line *line, enum worktime_tongue tongue)
{
    switch (line->tell) {
    case DEADLINE_TELL_FACT:
        return facts[line->what][tongue];
    case DEADLINE_TELL_BREACH:
        return breaches[line->what][tongue];
    case DEADLINE_TELL_RULE:
    case DEADLINE_TELL_LEGAL:
    case DEADLINE_TELL_LEGAL_STOPPED:
    case DEADLINE_TELL_REPORTED:
    case DEADLINE_TELL_REDUCED:
    case DEADLINE_TELL_FORETOLD:
    case DEADLINE_TELL_EARLY:
    case DEADLINE_TELL_LATER:
    case DEADLINE_TELL_COUNTED:
    case DEADLINE_TELL_COUNT:
        break;
    }
    return tells[line->tell][tongue];
}

void deadline_explain(const struct deadline_trace *trace, enum worktime_tongue tongue, struct buf *out)
{
    for (int i = 0; i < trace->count; i++) {
        const struct deadline_line *line = &trace->line[i];
        if (trace->cut && i == trace->count - 1)
            buf_str(out, "...\n");
        if (line->tell == DEADLINE_TELL_COUNTED) {
            worktime_say_step(&line->step, tongue, out);
            continue;
        }
        const char *at = sentence(line, tongue);
        for (const char *brace; (brace = strchr(at, '{')) != NULL;) {
            const char *end = strchr(brace, '}');
            BUG_IF(!end, "%s", at);
            buf_add(out, at, (size_t)(brace - at));
            say_word(line, brace + 1, (size_t)(end - brace - 1), tongue, out);
            at = end + 1;
        }
        buf_str(out, at);
        buf_str(out, "\n");
    }
}
