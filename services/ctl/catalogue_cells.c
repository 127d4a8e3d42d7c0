/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that can be said about one cell alone: form, choice, normal form, dates. */
#include <stdio.h>
#include <string.h>

#include "common/base/instant.h"
#include "common/domain/code.h"
#include "common/io/text.h"
#include "services/ctl/catalogue.h"

#define LONGEST 2000

static void refuse(struct reference *ref, struct row *r, int column, const char *vi, const char *en)
{
    r->broken = true;
    say(ref, r, forms[r->table].columns[column], "%s%.0s", "%.0s%s", vi, en);
}

/* ---- forms */

static bool digits(const char *s, size_t min, size_t max)
{
    size_t n = strspn(s, "0123456789");

    return s[n] == '\0' && n >= min && n <= max;
}

/* A number without leading zeros, of at most `max` digits. */
static bool counting(const char *s, size_t max)
{
    return digits(s, 1, max) && s[0] != '0';
}

static bool is_id(const char *s)
{
    size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    return s[n] == '\0' && n >= 1 && n <= 64;
}

/* H11, H11.35 or H11.35.21 */
static bool is_unit(const char *s)
{
    size_t n = strlen(s);

    return code_unit_valid(s) && s[0] <= 'Y' &&
           (n == 3 || (n == 6 && s[3] == '.') || (n == 9 && s[3] == '.' && s[6] == '.'));
}

static bool is_statistical(const char *s)
{
    return digits(s, 2, 3) || digits(s, 5, 5);
}

static bool is_procedure(const char *s)
{
    return s[0] >= '1' && s[0] <= '9' && s[1] == '.' && digits(s + 2, 6, 6);
}

static bool is_time_count(const char *s)
{
    return counting(s, 4);
}

static bool is_step(const char *s)
{
    return counting(s, 2);
}

static bool is_wait(const char *s)
{
    return is_time_count(s) && strtol(s, NULL, 10) <= 366;
}

static bool is_fee(const char *s)
{
    return strcmp(s, "0") == 0 || counting(s, 12);
}

static bool is_small_code(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");

    return s[n] == '\0' && n >= 1 && n <= 32;
}

static bool is_count(const char *s)
{
    return strcmp(s, "0") == 0 || counting(s, 3);
}

static bool is_dashed_code(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return s[n] == '\0' && n >= 1 && n <= 32;
}

static bool is_year(const char *s)
{
    return digits(s, 4, 4) && (strncmp(s, "19", 2) == 0 || strncmp(s, "20", 2) == 0);
}

static bool is_pattern(const char *s)
{
    const char *n = strstr(s, "{n}");

    return n && strcspn(s, "{}") == (size_t)(n - s) && n[3 + strcspn(n + 3, "{}")] == '\0';
}

static bool is_percent(const char *s)
{
    return strcmp(s, "0") == 0 || counting(s, 2) || strcmp(s, "100") == 0;
}

static bool is_phase(const char *s)
{
    return counting(s, 1);
}

static bool is_time_of_day(const char *s)
{
    return strlen(s) == 5 && s[2] == ':' && strspn(s, "0123456789") == 2 && digits(s + 3, 2, 2) &&
           (s[0] < '2' || (s[0] == '2' && s[1] <= '3')) && s[3] <= '5';
}

/* "07:00-11:30 13:30-17:00": spans that rise and do not touch */
static bool is_office_hours(const char *s)
{
    char before[6] = "", word[6];

    for (int times = 0; times < 2 * WORKTIME_INTERVALS; times++, s += 6) {
        (void)snprintf(word, sizeof word, "%.5s", s);
        if (!is_time_of_day(word) || strcmp(before, word) >= 0)
            return false;
        memcpy(before, word, sizeof before);
        if (times % 2 && s[5] == '\0')
            return true;
        if (s[5] != (times % 2 ? ' ' : '-'))
            return false;
    }
    return false;
}

static bool is_hours(const char *s)
{
    size_t n = strspn(s, "0123456789");

    if (n < 1 || n > 5 || (s[0] == '0' && n > 1))
        return false;
    return s[n] == '\0' || strcmp(s + n, ".25") == 0 || strcmp(s + n, ".5") == 0 || strcmp(s + n, ".50") == 0 ||
           strcmp(s + n, ".75") == 0 || strcmp(s + n, ".0") == 0 || strcmp(s + n, ".00") == 0;
}

/* "H11.10:32 H11.11:0.5": no other blanks */
static bool is_with(const char *s)
{
    for (; *s; s += *s == ' ') {
        char word[40] = "";
        size_t n = strcspn(s, " ");

        if (n == 0 || n >= sizeof word)
            return false;
        memcpy(word, s, n);
        char *colon = strchr(word, ':');
        if (!colon)
            return false;
        *colon = '\0';
        if (!is_unit(word) || !is_hours(colon + 1))
            return false;
        s += n;
        if (s[0] == ' ' && s[1] == '\0')
            return false;
    }
    return true;
}

static bool is_date(const char *s)
{
    int32_t day;

    return strlen(s) == 10 && instant_day_parse(s, &day);
}

int64_t quarters(const char *s)
{
    int64_t whole = 0;

    for (; *s >= '0' && *s <= '9'; s++)
        whole = whole * 10 + (*s - '0');
    return whole * 4 + (s[0] == '.' ? (s[1] == '2') + 2 * (s[1] == '5') + 3 * (s[1] == '7') : 0);
}

/* ---- which column has which form; a table of -1 means all */

#define ANY (-1)
static const struct {
    int table;
    const char *column;
    bool (*is)(const char *);
    const char *vi, *en;
} shapes[] = {
    {TABLE_UNITS, "unit", is_unit, "không phải mã đơn vị dạng H11.35.21", "is no unit code like H11.35.21"},
    {TABLE_UNITS, "agency_code", code_agency_valid, "không phải mã cơ quan dạng 000.21.35.H11",
     "is no agency code like 000.21.35.H11"},
    {TABLE_UNITS, "statistical_code", is_statistical, "phải có 2, 3 hoặc 5 chữ số", "has 2, 3 or 5 digits"},
    {TABLE_UNITS, "successor", is_unit, "không phải mã đơn vị", "is no unit code"},
    {TABLE_UNITS, "office_hours", is_office_hours, "không có dạng 07:00-11:30 13:30-17:00 (tăng dần)",
     "is not like 07:00-11:30 13:30-17:00 (rising)"},
    {TABLE_PROCEDURES, "procedure", is_procedure, "không phải mã thủ tục dạng 1.001193",
     "is no procedure code like 1.001193"},
    {TABLE_PROCEDURES, "statutory_time", is_time_count, "phải là số từ 1 đến 9999", "is a number from 1 to 9999"},
    {TABLE_PROCEDURES, "fee_vnd", is_fee, "phải là số tiền đồng, không có số 0 ở đầu",
     "is an amount in dong without leading zeros"},
    {TABLE_FEES, "procedure", is_procedure, "không phải mã thủ tục dạng 1.001193",
     "is no procedure code like 1.001193"},
    {TABLE_FEES, "fee", is_dashed_code, "không phải mã khoản thu (a-z 0-9 -, nhiều nhất 32)",
     "is no code of a fee (a-z 0-9 -, at most 32)"},
    {TABLE_FEES, "amount_vnd", is_fee, "phải là số tiền đồng, không có số 0 ở đầu",
     "is an amount in dong without leading zeros"},
    {TABLE_FEES, "online_vnd", is_fee, "phải là số tiền đồng, không có số 0 ở đầu",
     "is an amount in dong without leading zeros"},
    {TABLE_FEES, "post_vnd", is_fee, "phải là số tiền đồng, không có số 0 ở đầu",
     "is an amount in dong without leading zeros"},
    {TABLE_COMPONENTS, "procedure", is_procedure, "không phải mã thủ tục dạng 1.001193",
     "is no procedure code like 1.001193"},
    {TABLE_COMPONENTS, "component", is_dashed_code, "không phải mã giấy tờ (a-z 0-9 -, nhiều nhất 32)",
     "is no code of a paper (a-z 0-9 -, at most 32)"},
    {TABLE_COMPONENTS, "originals", is_count, "phải là số từ 0 đến 999", "is a number from 0 to 999"},
    {TABLE_COMPONENTS, "certified", is_count, "phải là số từ 0 đến 999", "is a number from 0 to 999"},
    {TABLE_COMPONENTS, "copies", is_count, "phải là số từ 0 đến 999", "is a number from 0 to 999"},
    {TABLE_PROCEDURES, "supplement_wait", is_wait, "phải là số ngày từ 1 đến 366", "is a number of days from 1 to 366"},
    {TABLE_VARIANTS, "procedure", is_procedure, "không phải mã thủ tục dạng 1.001193",
     "is no procedure code like 1.001193"},
    {TABLE_VARIANTS, "finding", is_small_code, "không phải mã trường hợp (a-z 0-9 _, nhiều nhất 32)",
     "is no code of a finding (a-z 0-9 _, at most 32)"},
    {TABLE_VARIANTS, "time", is_time_count, "phải là số từ 1 đến 9999", "is a number from 1 to 9999"},
    {TABLE_EXCLUDED, "procedure", is_procedure, "không phải mã thủ tục dạng 1.001193",
     "is no procedure code like 1.001193"},
    {TABLE_EXCLUDED, "period", is_small_code, "không phải mã khoảng thời gian (a-z 0-9 _, nhiều nhất 32)",
     "is no code of a period (a-z 0-9 _, at most 32)"},
    {TABLE_TERMS, "value", is_time_count, "phải là số từ 1 đến 9999", "is a number from 1 to 9999"},
    {TABLE_PROCESSES, "version", is_time_count, "phải là số từ 1 đến 9999", "is a number from 1 to 9999"},
    {TABLE_STEPS, "version", is_time_count, "phải là số từ 1 đến 9999", "is a number from 1 to 9999"},
    {TABLE_STEPS, "step", is_step, "phải là số từ 1 đến 99", "is a number from 1 to 99"},
    {TABLE_YEARS, "year", is_year, "không phải một năm", "is no year"},
    {TABLE_SERIES, "pattern", is_pattern, "phải có {n} đúng một lần", "needs {n} exactly once"},
    {TABLE_TARGETS, "share_percent", is_percent, "phải là số từ 0 đến 100", "is a number from 0 to 100"},
    {TABLE_TARGETS, "phase", is_phase, "phải là số từ 1 đến 9", "is a number from 1 to 9"},
    {TABLE_COUNTERS, "opens", is_time_of_day, "không phải giờ dạng hh:mm", "is no time of day (hh:mm)"},
    {TABLE_COUNTERS, "closes", is_time_of_day, "không phải giờ dạng hh:mm", "is no time of day (hh:mm)"},
    {TABLE_COUNTERS, "break_from", is_time_of_day, "không phải giờ dạng hh:mm", "is no time of day (hh:mm)"},
    {TABLE_COUNTERS, "break_to", is_time_of_day, "không phải giờ dạng hh:mm", "is no time of day (hh:mm)"},
    {TABLE_PROCESSES, "total_hours", is_hours, "phải là số giờ, bội số của 0.25", "is no number of quarter hours"},
    {TABLE_STEPS, "hours", is_hours, "phải là số giờ, bội số của 0.25", "is no number of quarter hours"},
    {TABLE_STEPS, "with", is_with, "không có dạng H11.10:32 H11.11:32 (đơn vị:số giờ)",
     "is not like H11.10:32 H11.11:32 (unit:hours)"},
    {TABLE_CALENDAR, "date", is_date, "không phải ngày dạng 2019-10-01", "is no date (yyyy-mm-dd)"},
    {ANY, "valid_from", is_date, "không phải ngày dạng 2019-10-01", "is no date (yyyy-mm-dd)"},
    {ANY, "valid_to", is_date, "không phải ngày dạng 2019-10-01", "is no date (yyyy-mm-dd)"},
};

/* Columns that hold ids, in every table. */
static const char ids[] =
    "unit parent counter officer keeper procedure process field calendar mandate seal series target "
    "unit_ref place successor";
static const char optional[] =
    "parent statistical_code successor office_hours fee_vnd supplement_wait supplement_basis counter permission with valid_to "
    "online_vnd post_vnd refund exemptions";

static const char levels[] = "province department district commune";
static const char roles[] = "receiver appraiser endorser approver clerk returner head admin inspector";
static const struct {
    int table;
    const char *column, *words;
    bool several;
} choices[] = {
    {TABLE_UNITS, "level", levels, false},
    {TABLE_COUNTERS, "kind", "one_stop shared", false},
    {TABLE_OFFICERS, "roles", roles, true},
    {TABLE_PROCEDURES, "level", levels, true},
    {TABLE_PROCEDURES, "time_unit", "hours days working_days months", false},
    {TABLE_PROCEDURES, "on_the_spot", "yes no", false},
    {TABLE_PROCEDURES, "same_day", "yes no", false},
    {TABLE_PROCEDURES, "cutoff_1500", "yes no", false},
    {TABLE_PROCEDURES, "one_officer", "yes no", false},
    {TABLE_VARIANTS, "effect", "replaces adds", false},
    {TABLE_VARIANTS, "time_unit", "hours days working_days months", false},
    {TABLE_EXCLUDED, "reported", "yes no", false},
    {TABLE_TERMS, "term",
     "transfer_cutoff supplement_ask submission_answer apology_notice complaint_refusal complaint_answer "
     "complaint_supplement complaint_wait complaint_publish "
     "collection_remind collection_reminders late_entry turn_signature",
     false},
    {TABLE_COMPONENTS, "needed", "always sometimes", false},
    {TABLE_FEES, "kind", "fee charge", false},
    {TABLE_FEES, "due", "intake supplement return", false},
    {TABLE_FEES, "refund", "refused withdrawn stopped", true},
    {TABLE_FEES, "exemptions", "child elderly disabled merit poor_household hardship_area", true},
    {TABLE_PROCESSES, "level", levels, false},
    {TABLE_PROCESSES, "route", "on_the_spot back_office", false},
    {TABLE_STEPS, "kind",
     "receive transfer appraise verify consult endorse approve obligation number_seal hand_over return", false},
    {TABLE_STEPS, "role", roles, false},
    {TABLE_STEPS, "place", "counter office", false},
    {TABLE_CALENDAR, "kind", "day_off make_up", false},
    {TABLE_MANDATES, "form", "TM KT TL TUQ", false},
    {TABLE_SEALS, "ordinal", "first second", false},
    {TABLE_SERIES, "document", "result refusal apology stop_notice correction", false},
    {TABLE_TARGETS, "level", levels, false},
    {ANY, "verified", "yes unverified", false},
};

/* ---- text */

static uint32_t next_point(const unsigned char **p)
{
    uint32_t c = *(*p)++;
    int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;

    if (more)
        c &= 0x3fu >> more;
    while (more-- > 0)
        c = c << 6 | (*(*p)++ & 0x3fu);
    return c;
}

/* Characters that nobody sees: formatting, private use, noncharacters. Controls are text_nfc's. */
static bool is_unseen(uint32_t c)
{
    return c == 0xad || (c >= 0x80 && c < 0xa0) || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xe000 && c <= 0xf8ff) ||
           (c >= 0xfff0 && c <= 0xfffb) || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef) || c >= 0xe0000;
}

static void check_text(struct reference *ref, struct row *r, int column)
{
    const char *s = r->cells[column];
    size_t n = strlen(s);
    const char *nfc = text_nfc(ref->arena, s, n);
    bool unseen = !nfc || strpbrk(s, "\t\n") != NULL, space = n && (s[0] == ' ' || s[n - 1] == ' ');

    if (nfc && strcmp(nfc, s) != 0)
        refuse(ref, r, column, "không ở dạng chuẩn Unicode NFC", "not in Unicode normal form C");
    for (const unsigned char *p = (const unsigned char *)s; *p;) {
        uint32_t c = next_point(&p);
        unseen |= is_unseen(c);
        space |= c == 0xa0;
    }
    if (space)
        refuse(ref, r, column, "có dấu cách ở đầu, ở cuối, hoặc dấu cách không ngắt",
               "blanks at an end, or a no-break space");
    if (unseen)
        refuse(ref, r, column, "có ký tự điều khiển hoặc ký tự ẩn", "a control or unseen character");
    if (text_length(s) > LONGEST)
        refuse(ref, r, column, "dài hơn 2000 ký tự", "longer than 2000 characters");
}

static void check_words(struct reference *ref, struct row *r, int column, const char *words, bool several)
{
    const char *s = r->cells[column];

    for (const char *p = s; *p;) {
        size_t n = several ? strcspn(p, " ") : strlen(p);
        const char *word = arena_strndup(ref->arena, p, n);
        if (!n || strchr(word, ' ') || !has_word(words, word)) {
            r->broken = true;
            say(ref, r, forms[r->table].columns[column], "\"%s\" không thuộc: %s", "\"%s\" is none of: %s", word,
                words);
        } else if (several && has_word(p + n, word)) {
            refuse(ref, r, column, "một từ có hai lần", "a word is there twice");
        }
        p += n + (p[n] == ' ');
    }
}

static void check_form(struct reference *ref, struct row *r, int column)
{
    const char *name = forms[r->table].columns[column], *s = r->cells[column];

    if (has_word(ids, name) && !is_id(s))
        refuse(ref, r, column, "không phải mã (A-Z a-z 0-9 . _ -, nhiều nhất 64)",
               "is no id (A-Z a-z 0-9 . _ -, at most 64)");
    for (size_t i = 0; i < COUNT_OF(choices); i++)
        if ((choices[i].table == ANY || choices[i].table == (int)r->table) && strcmp(choices[i].column, name) == 0)
            check_words(ref, r, column, choices[i].words, choices[i].several);
    for (size_t i = 0; i < COUNT_OF(shapes); i++)
        if ((shapes[i].table == ANY || shapes[i].table == (int)r->table) && strcmp(shapes[i].column, name) == 0 &&
            !shapes[i].is(s)) {
            r->broken = true;
            say(ref, r, name, "\"%s\" %s%.0s", "\"%s\" %.0s%s", s, shapes[i].vi, shapes[i].en);
        }
}

void check_cells(struct reference *ref, struct row *r)
{
    for (int i = 0; forms[r->table].columns[i]; i++) {
        check_text(ref, r, i);
        if (r->cells[i][0])
            check_form(ref, r, i);
        else if (!has_word(optional, forms[r->table].columns[i]))
            refuse(ref, r, i, "thiếu", "missing");
    }
    if (!instant_day_parse(cell(r, "valid_from"), &r->from))
        r->from = 0;
    if (!instant_day_parse(cell(r, "valid_to"), &r->to))
        r->to = FOREVER;
    if (!r->broken && r->from >= r->to) {
        r->broken = true;
        say(ref, r, "valid_to", "không sau valid_from (ngày cuối không tính)",
            "not after valid_from (the end is exclusive)");
    }
}
