/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of intake: what a dossier is here, what can be done to it, and what a decision says. Pure data and pure
 * functions; every text lives as long as the batch that decides.
 */
#ifndef TAICHO_INTAKE_H
#define TAICHO_INTAKE_H

#include <stdbool.h>
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
#include "common/domain/worktime.h"
#include "services/intake/acts.h"
#include "services/intake/children.h"

/*    symbol      name          Vietnamese, for the citizen                national status */
#define INTAKE_STATE_MAP(X)                                                                                            \
    X(SUBMITTED, "submitted", "mới đăng ký", 1)                                                                        \
    X(RECEIVED, "received", "đã tiếp nhận", 2)                                                                         \
    X(REFUSED, "refused", "không tiếp nhận", 3)                                                                        \
    X(GUIDED, "guided", "đã hướng dẫn hoàn thiện hồ sơ", 0)                                                            \
    X(IN_PROCESS, "in_process", "đang xử lý", 4)                                                                       \
    X(AWAITING_SUPPLEMENT, "awaiting_supplement", "chờ bổ sung hồ sơ", 5)                                              \
    X(AWAITING_OBLIGATION, "awaiting_obligation", "chờ thực hiện nghĩa vụ tài chính", 6)                               \
    X(CLOSING, "closing", "đã ký, đang phát hành", 4)                                                                  \
    X(WITHDRAWN, "withdrawn", "đã rút theo đề nghị của công dân", 7)                                                   \
    X(STOPPED, "stopped", "dừng giải quyết", 8)                                                                        \
    X(FINISHED, "finished", "đã có kết quả", 9)                                                                        \
    X(RETURNED, "returned", "đã trả kết quả", 10)

enum intake_state {
#define X(symbol, name, vi, national) INTAKE_##symbol,
    INTAKE_STATE_MAP(X)
#undef X
        INTAKE_STATE_COUNT
};

/* The acts of officers, of the clock, and of the other services' events. */
#define INTAKE_ACT_MAP(X)                                                                                              \
    X(SUBMIT, "submit", "nộp hồ sơ trực tuyến")                                                                        \
    X(RECEIVE, "receive", "tiếp nhận")                                                                                 \
    X(REFUSE, "refuse", "từ chối tiếp nhận")                                                                           \
    X(GUIDE, "guide", "hướng dẫn hoàn thiện hồ sơ")                                                                    \
    X(FILE_DOCUMENT, "file_document", "lưu tài liệu")                                                                  \
    X(GIVE_TRANSFER, "give_transfer", "giao hồ sơ")                                                                    \
    X(TAKE_TRANSFER, "take_transfer", "nhận hồ sơ")                                                                    \
    X(REFUSE_TRANSFER, "refuse_transfer", "từ chối nhận hồ sơ")                                                        \
    X(TAKE_TURN, "take_turn", "ký nhận giấy tờ đến lượt")                                                              \
    X(REFUSE_TURN, "refuse_turn", "từ chối nhận giấy tờ đến lượt")                                                     \
    X(OPEN_OBLIGATION, "open_obligation", "ghi nhận thông báo nghĩa vụ tài chính")                                     \
    X(MEET_OBLIGATION, "meet_obligation", "ghi nhận hoàn thành nghĩa vụ tài chính")                                    \
    X(REQUEST_SUPPLEMENT, "request_supplement", "yêu cầu bổ sung hồ sơ")                                               \
    X(RECEIVE_SUPPLEMENT, "receive_supplement", "nhận hồ sơ bổ sung")                                                  \
    X(REQUEST_WITHDRAWAL, "request_withdrawal", "ghi nhận đề nghị rút hồ sơ")                                          \
    X(REQUEST_STOP, "request_stop", "đề nghị dừng giải quyết hồ sơ")                                                   \
    X(REQUEST_EXTENSION, "request_extension", "đề nghị xin lỗi và hẹn lại")                                            \
    X(REQUEST_CORRECTION, "request_correction", "đề nghị đính chính kết quả")                                          \
    X(BRING_BACK, "bring_back", "giao giấy tờ về bộ phận Một cửa")                                                     \
    X(TAKE_BACK, "take_back", "nhận giấy tờ về bộ phận Một cửa")                                                       \
    X(REFUSE_BACK, "refuse_back", "từ chối nhận giấy tờ về bộ phận Một cửa")                                           \
    X(GIVE_BACK, "give_back", "trả lại giấy tờ cho công dân")                                                          \
    X(NOTE_LOSS, "note_loss", "ghi nhận giấy tờ bị mất, hư hỏng")                                                      \
    X(SETTLE_LOSS, "settle_loss", "giải quyết việc giấy tờ bị mất, hư hỏng")                                           \
    X(FIND, "find", "ghi nhận trường hợp làm thay đổi thời hạn")                                                       \
    X(EXCLUDE, "exclude", "ghi nhận thời gian không tính vào thời hạn")                                                \
    X(END_PERIOD, "end_period", "ghi nhận thời gian không tính kết thúc sớm")                                          \
    X(PAY_FEE, "pay_fee", "thu phí, lệ phí")                                                                           \
    X(REFUND_FEE, "refund_fee", "hoàn trả phí, lệ phí")                                                                \
    X(WAIVE_FEE, "waive_fee", "miễn phí, lệ phí")                                                                      \
    X(RATE, "rate", "ghi nhận đánh giá của công dân")                                                                  \
    X(COMPLAIN, "complain", "ghi nhận phản ánh, kiến nghị")                                                            \
    X(ANSWER_COMPLAINT, "answer_complaint", "trả lời phản ánh, kiến nghị")                                             \
    X(REFUSE_COMPLAINT, "refuse_complaint", "từ chối phản ánh, kiến nghị không thuộc thẩm quyền")                      \
    X(ASK_COMPLAINANT, "ask_complainant", "yêu cầu bổ sung nội dung phản ánh, kiến nghị")                              \
    X(SUPPLY_COMPLAINT, "supply_complaint", "nhận nội dung bổ sung của phản ánh, kiến nghị")                           \
    X(PUBLISH_ANSWER, "publish_answer", "công khai kết quả trả lời phản ánh, kiến nghị")                               \
    X(PASS_ANSWER, "pass_answer", "ghi nhận quá hạn trả lời, công khai phản ánh, kiến nghị")                           \
    X(PASS_DUE, "pass_due", "ghi nhận quá hạn")                                                                        \
    X(PASS_SUBMISSION, "pass_submission", "ghi nhận quá hạn trả lời hồ sơ nộp trực tuyến")                             \
    X(PASS_STEP, "pass_step", "nhắc, báo quá hạn bước")                                                                \
    X(RECOUNT, "recount", "tính lại hạn trả kết quả")                                                                  \
    X(TAKE_UP, "take_up", "đưa vào giải quyết")                                                                        \
    X(CONSULT, "consult", "ghi nhận đơn vị được lấy ý kiến")                                                           \
    X(END_CONSULT, "end_consult", "ghi nhận kết thúc lấy ý kiến")                                                      \
    X(OPEN_PARTS, "open_parts", "ghi nhận đến lượt đơn vị phối hợp")                                                   \
    X(END_PART, "end_part", "ghi nhận kết thúc phối hợp")                                                              \
    X(GO_ON, "go_on", "ghi nhận xong bước, chuyển hồ sơ sang bước sau")                                                \
    X(GO_BACK, "go_back", "ghi nhận trả hồ sơ về bước thẩm định")                                                      \
    X(DECIDE, "decide", "kết thúc giải quyết")                                                                         \
    X(GRANT_WITHDRAWAL, "grant_withdrawal", "ghi nhận cho rút hồ sơ")                                                  \
    X(REFUSE_WITHDRAWAL, "refuse_withdrawal", "ghi nhận không cho rút hồ sơ")                                          \
    X(STOP, "stop", "ghi nhận đã ký thông báo dừng giải quyết")                                                        \
    X(REFUSE_STOP, "refuse_stop", "ghi nhận không dừng giải quyết")                                                    \
    X(SEAL_NOTICE, "seal_notice", "ghi nhận thông báo dừng đã đóng dấu")                                               \
    X(GIVE_NOTICE, "give_notice", "ghi nhận đã giao thông báo dừng")                                                   \
    X(SIGN_CORRECTION, "sign_correction", "ghi nhận đã ký văn bản đính chính")                                         \
    X(REFUSE_CORRECTION, "refuse_correction", "ghi nhận không đính chính")                                             \
    X(SEAL_CORRECTION, "seal_correction", "ghi nhận văn bản đính chính đã đóng dấu")                                   \
    X(GIVE_CORRECTION, "give_correction", "ghi nhận đã trả văn bản đính chính")                                        \
    X(REFUSE_EXTENSION, "refuse_extension", "ghi nhận không được hẹn lại")                                             \
    X(EXTEND, "extend", "ghi nhận đã hẹn lại")                                                                         \
    X(SEAL, "seal", "ghi nhận kết quả đã đóng dấu")                                                                    \
    X(LIE_READY, "lie_ready", "ghi nhận kết quả đã có tại quầy")                                                       \
    X(REMIND, "remind", "nhắc nhận kết quả")                                                                           \
    X(HAND_OVER, "hand_over", "ghi nhận đã trả kết quả")                                                               \
    X(COME_BACK, "come_back", "ghi nhận bưu gửi bị trả lại")

enum intake_act {
#define X(symbol, name, vi) INTAKE_##symbol,
    INTAKE_ACT_MAP(X)
#undef X
        INTAKE_ACT_COUNT,
    /* Of the catalogue and of a recount, which are no dossiers and have no lifecycle: catalogue.h, recount.h. */
    INTAKE_RELEASE = INTAKE_ACT_COUNT,
    INTAKE_BEGIN_RECOUNT,
    /* Of a dossier, but they move nothing of it, wherever it stands: one more row of the control slip, or of who has
     * which document. */
    INTAKE_NOTE_HAND_OVER,
    INTAKE_NOTE_APOLOGY_GIVEN
};

struct intake_dossier {
    enum intake_state state;
    const struct intake_submission *submission; /* what waits for the counter's answer; NULL once it has it, or when it
                                                   was not filed on the portal */
    const char *code;                           /* NULL of a refusal: nothing was accepted */
    enum channel channel;
    const char *counter, *receiving_unit, *unit;
    const char *procedure, *process; /* process NULL of a refusal */
    int process_version;
    enum route route;
    const char *received_by;
    instant received_at;
    instant due_at;            /* by the legal clock: what the citizen is promised now */
    instant due_reported;      /* by the reported one, by which it is judged; INSTANT_NONE: not known (an old row) */
    instant promised_at;       /* the date on the receipt, once due_at has moved from it; INSTANT_NONE before */
    const char *due_rule;      /* "working_days:3@2": the procedure's version 2 */
    const char *due_explained; /* JSON, why this date; NULL: as it is stored */
    int64_t release;           /* the reference data that its dates were counted with */
    int calendar_last_year;    /* of their calendar */
    int component_count;
    const char *origin_reference;
    const char
        *step_unit; /* that has the step in hand, when it is neither of those two: it may see and file; NULL: none */
    const char *part_units;   /* whose turn it is to co-operate, with commas between; likewise; NULL: none */
    const char *asked_unit;   /* that is being consulted: it may see the dossier and file its answer; NULL: none */
    const char *silent_units; /* that kept silent: until it is decided they may still do so; with commas; NULL: none */
    enum outcome outcome;
    struct id sealed; /* the paper of the result that bears the seal; nil: none does, or it was not kept */
    instant finished_at, returned_at; /* sealed and handed over, of a stopped one its notice: when that was done */
    const char *returned_by;          /* the post that handed the result over; NULL: not yet */
    instant broken_off_at;            /* an approver ended it without a result; INSTANT_NONE: none has */
    struct intake_turn turn;
    struct intake_transfer transfers[INTAKE_TRANSFERS_MAX];
    int transfer_count;
    struct intake_obligation obligations[INTAKE_OBLIGATIONS_MAX];
    int obligation_count;
    struct intake_supplement supplements[INTAKE_SUPPLEMENTS_MAX]; /* the n-th one is number n + 1 */
    int supplement_count;
    struct intake_finding findings[INTAKE_FINDINGS_MAX]; /* in the order in which they were found */
    int finding_count;
    struct intake_exclusion exclusions[INTAKE_EXCLUSIONS_MAX]; /* in the order in which they were recorded */
    int exclusion_count;
    struct intake_withdrawal withdrawal;
    struct intake_extension extension;
    instant apology_due_at; /* the new date of the apology that the watch has prepared; INSTANT_NONE: none is */
    struct intake_stop stop;
    struct intake_stop lapsed_stop; /* another request, which has lapsed here; an approver may sign it all the same */
    struct intake_collection collection;
    bool rated;
    const struct intake_complaint *complaints; /* the n-th one is number n + 1; NULL: none, as mostly */
    int complaint_count;
    const struct intake_correction *corrections; /* the n-th one is number n + 1; NULL: none, as mostly */
    int correction_count;
    const struct intake_fee *fees; /* in the order of their codes; NULL: nothing is to be paid */
    int fee_count;
};

/* ---- deciding */

/* All that a decision may look at besides the dossier and the command. */
struct intake_facts {
    const struct catalogue *catalogue;
    instant now, recorded_at;       /* the act's, and the system's: a late entry lies behind */
    const char *actor, *actor_unit; /* NULL when nobody acts: events and timers */
    uint32_t actor_roles;
    /* Of a RECEIVE_SUPPLEMENT, BRING_BACK, TAKE_BACK, REFUSE_BACK, GIVE_BACK, TAKE_TURN, REFUSE_TURN, NOTE_LOSS,
     * SETTLE_LOSS or RATE: the components. */
    const struct intake_sheet *sheets;
    int sheet_count;
    const struct intake_wanted *wanted; /* of a RECEIVE_SUPPLEMENT: what the dossier's request forms list */
    int wanted_count;
    const struct intake_loss *losses; /* of the same: its cases; the n-th one is number n + 1 */
    int loss_count;
    const struct papers *papers; /* the dossier's papers of the kind that the act names one of; NULL: it names none */
    const struct intake_told *told; /* the citizen of a GUIDE, of a RECEIVE, or of a REFUSE
                                       for want of papers; NULL: nothing */
    struct arena *arena;
};

struct intake_decision {
    struct intake_dossier next; /* the dossier as it will be */
    const char *event;          /* what to tell the others; NULL: nothing */
    const char *why;            /* the sentence of the row */
    const char *place;          /* where the act was done; NULL: nowhere */
    int step, round;
    bool timed; /* a step has ended, and had a clock: */
    struct step_clock clock;
    struct step_told told;     /* of a PASS_STEP: which step, whose, until when */
    enum step_kind broken_off; /* what was open of intake's when the dossier ended; NONE: nothing */
    int transfer;              /* its index in next.transfers; -1: none */
    int obligation;            /* its index in next.obligations; -1: none */
    int supplement;            /* its index in next.supplements; -1: none */
    int finding, exclusion;    /* their index in next; -1: none */
    int complaint;             /* its index in next.complaints; -1: none */
    int correction;            /* its index in next.corrections; -1: none */
    int fee;                   /* its index in next.fees, of an act about one; -1: none */
    bool fees;                 /* next.fees have moved */
    int64_t release;           /* of a recount: the reference data that it was counted with */
    const char *ordered_by;    /* of a recount: the post that ordered its batch */
    bool stays;                /* nothing has moved, nobody is told */
    bool recounted;            /* what is open at the counter has moved with the calendar */
    bool was_late;             /* the nearest date had passed before the act; of a pause that ends: before it began */
    const struct same_day *same_day;    /* of a receipt: what the others are told of AT_ONCE; NULL: nothing */
    const struct intake_submit *submit; /* what came with the act, NULL when it was another */
    const struct intake_receive *receive;
    const struct intake_visit *refuse;
    const struct intake_guide *guide;
    int guidance;                             /* its number, of a GUIDE */
    struct id follows;                        /* of a RECEIVE: the guidance; nil: he was told of nothing */
    const struct intake_submission *answered; /* of a RECEIVE, REFUSE or GUIDE: what it answers; NULL: nothing */
    instant answer_due_at;                    /* of a PASS_SUBMISSION: what passed */
    const struct intake_document *document;
    const struct document_handle *named; /* the paper that the act names, filed before; NULL: none */
    const struct intake_supply *supply;
    int asked_count;           /* of a RECEIVE_SUPPLEMENT: how many the list asked for; 0: there was none */
    enum intake_medium medium; /* of a RECEIVE_SUPPLEMENT: of the dossier, with what came */
    const struct intake_rate *rate;
    struct intake_points points;  /* of the rate */
    const struct intake_way *way; /* as it will be, of a BRING_BACK, TAKE_BACK or REFUSE_BACK */
    const int *given_back;        /* of a GIVE_BACK: the numbers of what the citizen has back */
    int given_back_count, given_back_originals;
    struct intake_holder given_back_by;          /* who had them until then */
    const char *given_back_consignment;          /* NULL: at the counter */
    enum collector given_back_who;               /* NONE: by post */
    const struct document_handle *given_back_to; /* the record of who came; NULL: none */
    const struct intake_loss *loss;              /* the case as it will be, of a NOTE_LOSS or SETTLE_LOSS */
    const int *lost;                             /* the numbers of what is in it */
    int lost_count, lost_originals;
    bool turn;               /* next.turn has brought the papers somewhere, or was signed for, or refused */
    struct intake_work gave; /* of what has brought them: the work of whoever had them until then */
    bool readdressed;        /* what a supplement brought goes to another unit: it follows the others */
    const char *not_taken;   /* of a REFUSE_TURN: why; NULL of all others */
    const char *took_part;   /* units whose turn has come, with commas between; NULL: none */
    bool withdrawal;         /* next.withdrawal has moved */
    bool extension;          /* next.extension has */
    bool stop;               /* next.stop has */
    bool collection;         /* next.collection has */
    bool breach;             /* of an extension: it was issued later than the law lets it (rules.h, intake_judged) */
};

/* What a decision begins with: no child of the dossier is touched. */
#define INTAKE_DECISION_NONE                                                                                           \
    .transfer = -1, .obligation = -1, .supplement = -1, .finding = -1, .exclusion = -1, .complaint = -1,               \
    .correction = -1, .fee = -1

/*
 * intake_decide says what an act would do to a dossier; d is NULL when there is none yet.
 * Pure: no clock, no database, no log. On refusal *ret is untouched. `command` is the struct of the act.
 */
enum err_code intake_decide(const struct intake_dossier *d, enum intake_act act, const void *command,
                            const struct intake_facts *f, struct intake_decision *ret, struct err *reterr) MUST_CHECK;

/* intake_handle is what the others are told of a document. */
struct document_handle intake_handle(const struct intake_document *d);

/* intake_copy makes a copy in its own memory, as it is read again once it is stored. */
struct intake_dossier intake_copy(const struct intake_dossier *d, struct arena *a);

extern const char *const intake_act_names[], *const intake_act_vis[];
extern const struct fsm intake_fsm, intake_transfer_fsm, intake_turn_fsm, intake_obligation_fsm, intake_complaint_fsm,
    intake_correction_fsm, intake_loss_fsm, intake_way_fsm, intake_fee_fsm;
extern const char *const intake_state_names[], *const intake_transfer_state_names[],
                                                   *const intake_obligation_state_names[];
extern const char *const intake_turn_state_names[], *const intake_complaint_state_names[]; /* end with NULL, as the
                                                                                              next three */
extern const char *const intake_correction_state_names[], *const intake_loss_state_names[],
                                                              *const intake_fee_state_names[];

/* intake_state_parse gives -1 for a word that is none. */
int intake_state_parse(const char *name);
const char *intake_state_vi(enum intake_state s);
/* 1 to 10, derived, never typed; 0: the portal knows nothing of it, as of a visit to the counter without a receipt that
 * was not filed there. */
int intake_national_status(enum intake_state s, bool filed);
bool intake_is_closed(enum intake_state s); /* nothing is left to be done at the counter */
int intake_transfer_state_parse(const char *name);
int intake_turn_state_parse(const char *name);
int intake_obligation_state_parse(const char *name);
int intake_complaint_state_parse(const char *name);
int intake_correction_state_parse(const char *name);
int intake_fee_state_parse(const char *name);

#endif
