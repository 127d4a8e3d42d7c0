/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every expected failure of the system, as one table: what HTTP is told, whether the same work may
 * succeed when it is repeated, and what the failure is called in logs and problem documents.
 *
 * Functions in base/, domain/, io/ and flow/ return errors and never log them; exactly one place logs,
 * the edge that ends the work. A broken invariant is not an error: BUG_IF prints and aborts.
 */
#ifndef TAICHO_BASE_ERR_H
#define TAICHO_BASE_ERR_H

#include <stdbool.h>

#include "common/base/attr.h"

/* clang-format off */
/*    symbol         http  retry  slug                   Vietnamese title                        English title */
#define ERR_MAP(X)                                                                                                  \
    X(OK,             200, false, "ok",                  "Thành công",                           "OK")              \
    X(MALFORMED,      400, false, "malformed-request",   "Yêu cầu không đọc được",               "Malformed request") \
    X(UNAUTHENTICATED, 401, false, "unauthenticated",    "Chưa xác thực",                        "Not authenticated") \
    X(FORBIDDEN,      403, false, "forbidden",           "Không có quyền",                       "Forbidden")       \
    X(NOT_FOUND,      404, false, "not-found",           "Không tìm thấy",                       "Not found")       \
    X(METHOD,         405, false, "method-not-allowed",  "Phương thức không được phép",          "Method not allowed") \
    X(ILLEGAL_MOVE,   409, false, "illegal-transition",  "Trạng thái không cho phép",            "Illegal transition") \
    X(CONFLICT,       409, false, "conflict",            "Xung đột",                             "Conflict")        \
    X(HELD,           409, true,  "held",                "Hồ sơ đang bị tạm giữ để kiểm tra",    "Subject is on hold") \
    X(NOT_YET,        409, true,  "not-yet",             "Chưa nhận được dữ liệu liên quan",     "Not yet known here") \
    X(TOO_LARGE,      413, false, "too-large",           "Dữ liệu quá lớn",                      "Too large")       \
    X(MEDIA_TYPE,     415, false, "unsupported-media-type", "Kiểu nội dung không được hỗ trợ",   "Unsupported media type") \
    X(INVALID,        422, false, "invalid-request",     "Dữ liệu không hợp lệ",                 "Invalid request") \
    X(KEY_REUSED,     422, false, "idempotency-key-reused", "Khóa chống lặp đã dùng cho nội dung khác", "Idempotency key reused") \
    X(RATE_LIMITED,   429, true,  "rate-limited",        "Quá nhiều yêu cầu",                    "Rate limited")    \
    X(BUG,            500, false, "internal",            "Lỗi hệ thống",                         "Internal error")  \
    X(BUSY,           503, true,  "busy",                "Hệ thống đang bận",                    "Busy")            \
    X(UNAVAILABLE,    503, true,  "unavailable",         "Tạm thời không phục vụ được",          "Unavailable")     \
    X(IN_DOUBT,       503, true,  "outcome-unknown",     "Chưa rõ kết quả, hãy gửi lại với cùng khóa", "Outcome unknown, repeat with the same key")
/* clang-format on */

enum err_code {
#define X(symbol, http, retry, slug, vi, en) ERR_##symbol,
    ERR_MAP(X)
#undef X
        ERR_COUNT
};

/* The texts are cut, never allocated: the failure path cannot fail. */
struct err {
    enum err_code code;
    char field[96];    /* dotted path of the offending input, "" when none: "applicant.identity_number" */
    char vi[320];      /* what is wrong, in Vietnamese, for the person at the counter */
    char en[320];      /* the same in English */
    char sqlstate[6];  /* set by io/db only */
    int retry_after_s; /* 0: the default of the code */
};

struct err_row {
    const char *symbol;
    int http;
    bool retry;
    const char *slug;
    const char *vi;
    const char *en;
};

/* err_row tells what a code means to each audience. Never NULL. */
const struct err_row *err_row(enum err_code code);

/* err_set fills *e with one English text, for failures that only operators read; returns code. e may be NULL. */
enum err_code err_set(struct err *e, enum err_code code, const char *en, ...) PRINTF_LIKE(3, 4);

/*
 * err_say fills *e for a person: the field, the Vietnamese and the English sentence, both formatted with the same
 * arguments in the same order. Returns code. field may be NULL. e may be NULL.
 */
enum err_code err_say(struct err *e, enum err_code code, const char *field, const char *vi, const char *en, ...)
    PRINTF_LIKE(4, 6) PRINTF_LIKE(5, 6);

/* err_english gives what err_say has said another English sentence, with arguments of its own: of a word that has a
 * name in each language. Returns code. e may be NULL. */
enum err_code err_english(struct err *e, enum err_code code, const char *en, ...) PRINTF_LIKE(3, 4);

/*
 * The compiler is shown that all return their code, so `return err_set(...)` is known to fail and outputs that are set
 * only on success are not called uninitialised.
 */
static inline enum err_code err_same(enum err_code made UNUSED, enum err_code code)
{
    return code;
}
#define err_set(e, code, ...)     err_same(err_set((e), (code), __VA_ARGS__), (code))
#define err_say(e, code, ...)     err_same(err_say((e), (code), __VA_ARGS__), (code))
#define err_english(e, code, ...) err_same(err_english((e), (code), __VA_ARGS__), (code))

/* BUG_IF ends the process when an invariant is broken; the supervisor starts it again. A sentence is needed. */
#define BUG_IF(cond, ...)                                                                                              \
    do {                                                                                                               \
        if (__builtin_expect(!!(cond), 0))                                                                             \
            err_bug(__FILE__, __LINE__, #cond, "" __VA_ARGS__);                                                        \
    } while (0)
void err_bug(const char *file, int line, const char *cond, const char *fmt, ...) NORETURN PRINTF_LIKE(4, 5);

#endif
