/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Return (trả kết quả) in its own words: a signed document, be it a result, a refusal or a letter, gets a number and a
 * seal, comes to the counter, is handed over and archived. Plain data and pure functions; memory is the arena's that
 * the caller hands in.
 */
#ifndef TAICHO_RETURN_H
#define TAICHO_RETURN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/fsm.h"
#include "common/base/id.h"
#include "common/base/instant.h"
#include "common/domain/catalogue.h"
#include "common/domain/dossier.h"
#include "common/domain/paper.h"
#include "common/domain/step_clock.h"
#include "common/domain/step_watch.h"
#include "common/domain/words.h"
#include "services/return/delivery.h"
#include "services/return/owed.h"
#include "services/return/register.h"

/* State of one document. */
#define RETURN_STATES(X)                                                                                               \
    X(AWAITING_ISSUE, "awaiting_issue", "chờ phát hành")                                                               \
    X(NUMBERED, "numbered", "đã vào số")                                                                               \
    X(SEALED, "sealed", "đã đóng dấu")                                                                                 \
    X(READY, "ready", "chờ trả kết quả")                                                                               \
    X(HANDED_OVER, "handed_over", "đã trả kết quả")                                                                    \
    X(ARCHIVED, "archived", "đã lưu trữ")                                                                              \
    X(UNCLAIMED, "unclaimed", "đã lưu trữ, chưa có người nhận")

/* The acts of events and timers are acts too. The first four and the last two move no document: they have no row. */
#define RETURN_ACTS(X)                                                                                                 \
    X(RECEIVE, "receive", "tiếp nhận")                                                                                 \
    X(MOVE_DUE, "move_due", "dời hạn trả kết quả")                                                                     \
    X(RECOUNT, "recount", "tính lại hạn của bước")                                                                     \
    X(FILE_DOCUMENT, "file_document", "ghi nhận giấy ủy quyền")                                                        \
    X(SETTLE_FEE, "settle_fee", "ghi nhận khoản phí, lệ phí đã nộp hoặc được miễn")                                    \
    X(SIGN, "sign", "ký quyết định")                                                                                   \
    X(NUMBER, "number", "vào số")                                                                                      \
    X(SEAL, "seal", "đóng dấu")                                                                                        \
    X(GIVE, "give", "giao kết quả ra quầy")                                                                            \
    X(TAKE, "take", "nhận kết quả tại quầy")                                                                           \
    X(REFUSE_HAND_OVER, "refuse_hand_over", "từ chối nhận kết quả tại quầy")                                           \
    X(MAKE_READY, "make_ready", "báo sẵn sàng trả")                                                                    \
    X(REMIND, "remind", "nhắc nhận kết quả")                                                                           \
    X(WARN, "warn", "nhắc sắp hết hạn bước")                                                                           \
    X(PASS, "pass", "báo quá hạn bước")                                                                                \
    X(DELIVER, "deliver", "trả kết quả")                                                                               \
    X(COME_BACK, "come_back", "ghi nhận bưu gửi bị trả lại")                                                           \
    X(ARCHIVE, "archive", "lưu trữ")                                                                                   \
    X(RECORD_SEAL, "record_seal", "ghi nhận con dấu")                                                                  \
    X(RECORD_SERIES, "record_series", "ghi nhận dãy số")

/* What a decision says to the others. */
#define RETURN_EVENTS(X)                                                                                               \
    X(NONE, "")                                                                                                        \
    X(NUMBERED, "Numbered")                                                                                            \
    X(SEALED, "Sealed")                                                                                                \
    X(CORRECTION_ISSUED, "CorrectionIssued")                                                                           \
    X(NOTICE_ISSUED, "NoticeIssued")                                                                                   \
    X(APOLOGY_ISSUED, "ApologyIssued")                                                                                 \
    X(HAND_OVER_GIVEN, "HandOverGiven")                                                                                \
    X(HAND_OVER_TAKEN, "HandOverTaken")                                                                                \
    X(HAND_OVER_REFUSED, "HandOverRefused")                                                                            \
    X(READY, "Ready")                                                                                                  \
    X(COLLECTION_REMINDED, "CollectionReminded")                                                                       \
    X(NEAR, "ReturnNear")                                                                                              \
    X(PASSED, "ReturnPassed")                                                                                          \
    X(HANDED_OVER, "HandedOver")                                                                                       \
    X(CORRECTION_HANDED_OVER, "CorrectionHandedOver")                                                                  \
    X(NOTICE_HANDED_OVER, "NoticeHandedOver")                                                                          \
    X(CAME_BACK, "CameBack")                                                                                           \
    X(APOLOGY_HANDED_OVER, "ApologyHandedOver")                                                                        \
    X(ARCHIVED, "Archived")                                                                                            \
    X(SEAL_RECORDED, "SealRecorded")                                                                                   \
    X(SERIES_RECORDED, "SeriesRecorded")

enum return_state {
#define X(symbol, name, vi) RETURN_##symbol,
    RETURN_STATES(X)
#undef X
        RETURN_STATE_COUNT
};
enum return_act {
#define X(symbol, name, vi) RETURN_ACT_##symbol,
    RETURN_ACTS(X)
#undef X
        RETURN_ACT_COUNT
};
enum return_event {
#define X(symbol, type) RETURN_EVENT_##symbol,
    RETURN_EVENTS(X)
#undef X
        RETURN_EVENT_COUNT
};

extern const char *const return_state_names[]; /* "awaiting_issue"; ends with NULL */
extern const char *const return_act_names[];
extern const char *const return_state_vi[];
extern const char *const return_act_vi[];
extern const char *const return_event_types[];
extern const struct fsm return_fsm;

int return_state_parse(const char *name); /* -1 when there is none */
bool return_is_open(int state);           /* somebody has still to do something */

/* One signed document. The paper itself is intake's; here are its handle and what became of it. */
struct return_document {
    struct document_handle handle;
    int outcome; /* enum outcome: a result, a refusal, an apology, a stop notice or a correction */
    enum return_state state;
    int signed_step; /* the approve step */
    const char *signer, *mandate;
    int form, signature;
    instant signed_at;
    const char *unit; /* whose number and seal it bears */
    int issue_step;   /* its number_seal step */
    int step, round;  /* the open step, or the last one */
    instant opened_at;
    instant step_opened_at, step_due_at; /* of the open step; INSTANT_NONE: it has no clock */
    instant step_near_at;                /* when little of its time is left */
    enum step_warning step_warning;      /* what its watch has told */
    const char *series;                  /* NULL until numbered */
    int year;
    int64_t number;
    const char *number_text, *numbered_by;
    instant numbered_at;
    const char *seal; /* NULL until sealed */
    int ordinal;
    const char *keeper, *seal_place;
    instant sealed_at;
    const char *giver, *taker; /* of the hand-over to the counter; NULL until then */
    instant given_at, taken_at, ready_at, handed_over_at, archived_at;
    int fault;           /* enum hand_over_fault: why the counter did not take it, until it is given again */
    const char *refuser; /* who said so, at the counter */
    instant refused_at;
    int delivery;
    struct return_handing handing; /* of its papers only the ids */
    int undelivered;               /* enum undelivered: why the post brought it back last */
    instant came_back_at;
    int reminders;                 /* since it lies ready */
    instant unclaimed_at;          /* when it was archived since nobody came for it */
    bool opened, numbered, sealed; /* not stored yet: the document, its number, its imprint */
    bool changed, reopened;        /* reopened: nobody had anything to do with it, as it is stored */
};

struct return_dossier {
    struct dossier_facts facts;
    struct papers brought; /* authorisations of proxies, and who came; other papers are no business of return's */
    struct return_document *documents;
    size_t document_count, document_room;
    struct return_fees fees; /* what is to be paid before a result that grants is handed over */
};

struct return_command {
    enum return_act act;
    bool from_event;
    instant at;                      /* when it happened: the event's time, or now */
    int step;                        /* of a command: 0 is the open one; of an event: the step it ended */
    struct id document;              /* of a command: which document; nil: the one that is open */
    struct dossier_facts received;   /* RECEIVE */
    instant due_at;                  /* MOVE_DUE, RECOUNT: to which the dossier's date has moved; 0: it has not */
    struct left_out_period left_out; /* MOVE_DUE: by a period that is left out, or by what is counted again of one that
                                        ended early; until 0: by something else */
    const struct left_out *all_left_out; /* MOVE_DUE: then all that is left out since; else NULL */
    struct return_fees fees;             /* RECEIVE */
    bool supplemented;                   /* MOVE_DUE: a supplement was received */
    bool on_paper;                       /* MOVE_DUE: and with it the dossier is not files alone */
    const char *fee;                     /* SETTLE_FEE */
    struct paper filed;                  /* FILE_DOCUMENT */
    struct return_document signed_;      /* SIGN: handle, outcome, signature */
    bool last;
    const struct same_day *same_day;    /* SIGN: the officer at the counter has issued it, too, NULL: nobody has; else:
                                           this    is one of his acts */
    const char *series;                 /* NUMBER */
    const char *seal;                   /* SEAL */
    int delivery;                       /* DELIVER */
    struct return_handing handing;      /* DELIVER */
    int fault;                          /* REFUSE_HAND_OVER: why */
    int undelivered;                    /* COME_BACK: why */
    struct return_seal seal_record;     /* RECORD_SEAL */
    struct return_series series_record; /* RECORD_SERIES */
};

/* What a decision may know beside the dossier. */
struct return_facts {
    const struct catalogue *catalogue;
    instant now, recorded_at;       /* the act's, and the system's: a late entry lies behind */
    const char *actor, *actor_unit; /* of the token */
    uint32_t actor_roles;
    const struct return_series *series; /* the one the command names, as locked; NULL: there is none */
    const struct return_seal *seal;
};

struct return_decision {
    const struct fsm_edge *edge; /* NULL: no document moves */
    enum return_event event;
    struct document_handle document;
    int outcome;
    int step, round;  /* that the act belongs to */
    int next_step;    /* that is open afterwards */
    bool opens;       /* another step opens */
    instant next_due; /* until when that is allowed; INSTANT_NONE: it has no clock */
    instant next_near;
    const struct return_document *moved; /* whose open step has moved, by what is left out or another calendar */
    struct step_watch watch;             /* how that is watched from then on */
    bool timed;                          /* a step has ended, and had a clock: */
    struct step_clock clock;
    const char *unit;          /* SIGN: who issues it; WARN, PASS: who has the step */
    enum step_warning warning; /* WARN, PASS: what is told of it */
    enum step_kind kind;
    instant opened_at, due_at;
    const char *place, *actor;
    const struct return_series *series;
    int year;
    int64_t number; /* taken by the caller when the decision stands */
    const char *number_text;
    const struct return_seal *seal;
    const char *from_unit, *to_unit; /* of the hand-over */
    int fault;                       /* why it is not taken */
    int delivery;
    struct return_handing handing; /* of a result; of COME_BACK the consignment */
    int undelivered;
    int reminder;     /* REMIND: its number */
    instant ready_at; /* REMIND: since when it lies ready */
    bool unclaimed;   /* ARCHIVE: nobody came for it */
    bool last;
    const struct same_day *same_day; /* an act of the officer at the counter, done at once; NULL: another's */
};

/*
 * return_decide says what a command or an event would do to a dossier (NULL: none is known here yet).
 * Pure: no clock, no database, no log. On a refusal *ret is untouched.
 */
enum err_code return_decide(const struct return_dossier *d, const struct return_command *c,
                            const struct return_facts *f, struct return_decision *ret, struct err *reterr) MUST_CHECK;

/*
 * return_at_once gives what the officer at the counter did with the signed document at once, in its order: he has
 * numbered and sealed it, made it ready and handed it over. return_at_once_may refuses (ERR_FORBIDDEN, field
 * "same_day") an act for which his token had no role when he received the dossier; all else is return_decide's.
 */
#define RETURN_AT_ONCE 4
void return_at_once(const struct same_day *s, struct id document, instant at,
                    struct return_command ret[RETURN_AT_ONCE]);
enum err_code return_at_once_may(const struct return_command *c, struct err *reterr) MUST_CHECK;

/* return_apply does what was decided: the one place where a state is set. Gives the dossier, made anew for RECEIVE. */
struct return_dossier *return_apply(struct return_dossier *d, const struct return_command *c,
                                    const struct return_decision *x, struct arena *a);

/* return_copy makes a copy in its own memory, as it is read again once it is stored. */
struct return_dossier *return_copy(const struct return_dossier *d, struct arena *a);

/* return_find_document gives the document, NULL when there is none. */
struct return_document *return_find_document(const struct return_dossier *d, struct id id);
/* return_document_open gives the document whose open step is `step` (0: any); one that is not archived before one
 * that is, what ended the dossier (a result, a stop notice) before an apology or a correction. */
const struct return_document *return_document_open(const struct return_dossier *d, int step);
/* return_is_result tells a result or refusal, which ends the dossier, from a letter. */
bool return_is_result(int outcome);

/* return_reminders gives how often is told that nobody came for it before it may be archived: by the day since which it
 * lies ready. */
int return_reminders(const struct return_document *n, const struct catalogue *c);
/* return_is_collected tells what the citizen comes for in person or by proxy: a result, a refusal, or its correction.
 */
bool return_is_collected(int outcome);
/* return_ends tells what ends the dossier: a result, a refusal or a stop notice. */
bool return_ends(int outcome);
/* return_result gives the one document that ends the dossier; NULL: none is signed yet. */
const struct return_document *return_result(const struct return_dossier *d);
/* return_hand_over gives "", "given", "taken", or "refused" until it is given again. */
const char *return_hand_over(const struct return_document *x);

/* The watch of the step that is open for the result, until it lies ready (common/domain/step_watch.h). watch_next gives
 * when it looks next, INSTANT_NONE: no more; watch_tells what it tells then; false: nothing. */
instant return_watch_next(const struct return_dossier *d, instant now);
bool return_watch_tells(const struct return_dossier *d, instant now, enum return_act *ret);
/* return_may_tell refuses what was told of the document's step already, or is not true now; gives its times. */
enum err_code return_may_tell(const struct return_document *n, enum step_warning what, instant now,
                              struct return_decision *ret, struct err *reterr) MUST_CHECK;

/* return_leaves_out moves the time of that step when a period is left out of the dossier's, or has ended early. */
enum err_code return_leaves_out(const struct return_dossier *d, const struct return_command *c,
                                const struct return_facts *f, struct return_decision *ret,
                                struct err *reterr) MUST_CHECK;

/* return_is_recounted moves it to where the calendar in use puts it. */
enum err_code return_is_recounted(const struct return_dossier *d, const struct return_facts *f,
                                  struct return_decision *ret, struct err *reterr) MUST_CHECK;

/* For apply and the repository: room for one more document, zeroed. */
struct return_document *return_add_document(struct return_dossier *d, struct arena *a);

#endif
