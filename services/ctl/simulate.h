/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated day: dossiers of the real procedures are carried through the five services over the public HTTP API, each
 * act by an officer whose post may do it; then the books of all five are compared with what was done.
 */
#ifndef TAICHO_CTL_SIMULATE_H
#define TAICHO_CTL_SIMULATE_H

#include <stdio.h>

#include "common/base/buf.h"
#include "common/base/instant.h"
#include "common/base/role.h"
#include "common/domain/process.h"
#include "services/ctl/api.h"

/* ---- simulate_people.c: chance that can be repeated, and people who do not exist */
struct chance {
    uint64_t state;
};
uint64_t chance_next(struct chance *c);
size_t chance_below(struct chance *c, size_t n); /* n > 0 */
double chance_share(struct chance *c);           /* from 0 on, below 1 */
bool chance_percent(struct chance *c, double percent);
/* What a procedure asks for by its published list; count 0: it has none. */
struct listed {
    const char *code, *name;
};
struct listing {
    const char *procedure;
    struct listed *items;
    size_t count;
};
void people_applicant(struct chance *c, struct buf *b); /* "applicant":{...} */
/* people_components writes "components":[...], of which the first one goes back; all of the list is among them. */
void people_components(struct chance *c, const struct listing *l, bool lends, struct buf *b);
void people_files(struct chance *c, const struct listing *l, struct buf *b);   /* the same of an online filing */
void people_proxy(struct chance *c, struct buf *b);                            /* "proxy":{...}, and a comma */
void people_collector(struct chance *c, struct buf *b);                        /* "collector":{...} */
void people_missing(struct chance *c, const struct listing *l, struct buf *b); /* "missing":[...], and a comma */
void people_list(int count, const struct listing *l, struct buf *b);           /* the same, of so many papers */
/* people_supply brings the first `brought` papers of such a list, and perhaps more; of the others it says why not. */
void people_supply(struct chance *c, int asked, int brought, struct buf *b);

/* ---- simulate_world.c: the reference data of the day, as the services answer it (read by simulate_read.c) */
struct post {
    const char *id, *unit, *counter; /* counter "" at the office */
    uint32_t roles;
    const char *authorization; /* made on first use */
};
struct place {
    const char *id, *unit;
    enum level level; /* of its unit */
    bool shared;
    int open[8], open_count; /* minutes of the day, in pairs */
    struct post *device;     /* that citizens rate at: no officer's */
};
struct mandate {
    const char *code, *officer, *unit;
    const char **procedures;
    size_t procedure_count;
};
struct seal {
    const char *code, *unit, *keeper;
    bool second;
};
struct series {
    const char *code, *unit;
    const char *document; /* of which: result, refusal, apology, stop_notice, correction */
};
/* A rule of what is to be paid, as far as the day needs it. */
struct price {
    const char *procedure, *code;
    uint32_t refund, exemptions; /* bit per enum fee_refund, fee_exemption */
};
struct candidate {
    const struct place *counter;
    const struct process *process;
    const char *own; /* the competent unit */
};
struct candidates {
    struct candidate *items;
    size_t count, room;
};

/* How many days a procedure waits for a supplement before the dossier may be stopped. */
struct wait {
    const char *procedure;
    int32_t days;
};

/* What the law says of a procedure beside its time: a finding that gives it another one, or a period that it leaves
 * out. */
struct proviso {
    const char *procedure, *code;
};
struct provisos {
    struct proviso *items;
    size_t count, room;
};

#define LATER 200 /* days */
struct world {
    struct arena *arena;
    int32_t day;
    struct post *posts;
    size_t post_count;
    struct place *places;
    size_t place_count;
    struct process *processes;
    size_t process_count;
    struct mandate *mandates;
    size_t mandate_count;
    struct seal *seals;
    size_t seal_count;
    struct series *series;
    size_t series_count;
    struct price *prices;
    size_t price_count, price_room;
    struct post portal; /* of what is paid online */
    bool working_day;
    bool off[32];       /* the days from LATER days on: no working days */
    bool soon_off[128]; /* the days behind the day */
    /* By level of the receiving unit and route: what may be received where. */
    struct candidates offers[LEVEL_COUNT][ROUTE_COUNT];
    /* Processes of several rounds or with other steps than the usual ones, and where they can be received. */
    struct candidates rare;
    /* Where one officer appraises and decides at once, and of what. */
    struct candidates at_once;
    const char **one_officer; /* procedures */
    size_t one_officer_count;
    struct provisos findings, periods;
    struct wait *waits;
    size_t wait_count, wait_room;
    struct listing *listings;
    size_t listing_count, listing_room;
    const struct process **rare_processes;
    size_t rare_count;
};

/* world_load reads it with a token of its own; false after it has said what is wrong. units: "a,b", NULL for all. */
bool world_load(struct world *w, struct arena *a, int32_t day, const char *units);
/* world_read fills the lists; false after it has said what is wrong. For world_load. */
bool world_read(struct world *w, struct api *api);
/* world_post finds an officer of a unit with a role, at a counter when asked (at `counter` if there is one), none of
 * the `not` ones; NULL when there is none. */
struct post *world_post(struct world *w, struct chance *c, const char *unit, uint32_t roles, bool at_counter,
                        const char *counter, const struct post *const * not, size_t not_count);
struct post *world_post_of(struct world *w, const char *id);
/* world_at_once finds the officer at a counter who may do all of a process up to the signature, and his mandate; NULL
 * when there is none. */
struct post *world_at_once(struct world *w, const struct candidate *at, const char **ret_mandate);
/* world_adviser finds an appraiser of another unit of the same kind, who can be consulted; NULL when there is none. */
struct post *world_adviser(struct world *w, struct chance *c, const char *unit);
/* world_price finds the rule of a fee, of any of a procedure when the code is NULL; NULL when there is none. */
const struct price *world_price(const struct world *w, const char *procedure, const char *code);
/* world_proviso finds one of a procedure; NULL when there is none. */
const char *world_proviso(const struct provisos *of, struct chance *c, const char *procedure);
bool mandate_covers(const struct mandate *m, const char *procedure);
/* world_wait tells how many times 30 days behind the day a supplement that a procedure asks for need not be waited for
 * any longer; 0: no rule says so, or no run goes on until then. world_waits: whether that is of any procedure. */
int world_wait(const struct world *w, const char *procedure);
bool world_waits(const struct world *w);
/* world_listing gives the published list of a procedure; of one that has none it is empty. */
const struct listing *world_listing(const struct world *w, const char *procedure);
/* world_later is a working day behind every promised date. */
int32_t world_later(const struct world *w);
int32_t world_after(const struct world *w, int32_t days); /* that many days later, and until it is a working day */
const char *world_authorization(struct world *w, struct post *p); /* NULL after it has said what is wrong */
bool world_is_open(const struct world *w, const struct place *p, int minute);

/* ---- simulate_deeds.c: what can be done with a dossier; simulate_dossier.c: its acts, one by one (simulate_plan.h) */
/* clang-format off */
/*    symbol           service       method suffix                 event               Vietnamese */
#define DEEDS(X)                                                                                                        \
    X(SUBMIT,          CTL_INTAKE,    "",                          "Submitted",        "nộp trực tuyến")            \
    X(RECEIVE,         CTL_INTAKE,    "",                          "Received",         "tiếp nhận")                 \
    X(AT_ONCE,         CTL_INTAKE,    "",                          "Received",         "tiếp nhận, giải quyết ngay") \
    X(REFUSE_AT_ONCE,  CTL_INTAKE,    "",                          "Received",         "tiếp nhận, từ chối giải quyết ngay") \
    X(STUDY_AT_ONCE,   CTL_INTAKE,    "",                          "Received",         "tiếp nhận, thẩm định ngay") \
    X(TURN_AWAY,       CTL_INTAKE,    "",                          "Refused",          "từ chối tiếp nhận")         \
    X(GUIDE,           CTL_INTAKE,    "",                          "Guided",           "hướng dẫn hoàn thiện hồ sơ") \
    X(GIVE,            CTL_INTAKE,    "/transfers/give",           "TransferGiven",    "giao hồ sơ")                \
    X(TAKE,            CTL_INTAKE,    "/transfers/take",           "TransferTaken",    "nhận hồ sơ")                \
    X(TAKE_LINKED,     CTL_INTAKE,    "/transfers/take",           "TransferTaken",    "nhận hồ sơ liên thông")     \
    X(NOT_TAKE,        CTL_INTAKE,    "/transfers/refuse",         "TransferRefused",  "không nhận hồ sơ")          \
    X(TAKE_TURN,       CTL_INTAKE,    "/turn/take",                "TurnTaken",        "ký nhận giấy tờ đến lượt")  \
    X(REFUSE_TURN,     CTL_INTAKE,    "/turn/refuse",              "TurnRefused",      "không nhận giấy tờ đến lượt") \
    X(OBLIGATION,      CTL_INTAKE,    "/obligation",               "ObligationOpened", "thông báo thuế")            \
    X(MET,             CTL_INTAKE,    "/obligation/met",           "ObligationMet",    "hoàn thành nghĩa vụ")       \
    X(GIVE_SUPPLY,     CTL_INTAKE,    "/transfers/give",           "SupplyGiven",      "giao giấy tờ bổ sung")      \
    X(TAKE_SUPPLY,     CTL_INTAKE,    "/transfers/take",           "SupplyTaken",      "nhận giấy tờ bổ sung")      \
    X(NOT_TAKE_SUPPLY,  CTL_INTAKE,   "/transfers/refuse",         "SupplyRefused",    "không nhận giấy tờ bổ sung") \
    X(SUPPLY,          CTL_INTAKE,    "/supplement",               "SupplementReceived", "nhận bổ sung")            \
    X(BRING_BACK,      CTL_INTAKE,   "/papers/bring-back",        "PapersBroughtBack", "giao giấy tờ về bộ phận Một cửa") \
    X(NOT_TAKE_BACK,   CTL_INTAKE,    "/papers/refuse-back",       "PapersBackRefused", "không nhận giấy tờ giao về") \
    X(TAKE_BACK,       CTL_INTAKE,   "/papers/take-back",         "PapersTakenBack",  "nhận giấy tờ giao về")      \
    X(GIVE_BACK,       CTL_INTAKE,    "/papers/give-back",         "PapersGivenBack",  "trả lại giấy tờ")           \
    X(LOSE,            CTL_INTAKE,    "/loss",                     "PaperLost",        "ghi nhận mất, hỏng giấy tờ") \
    X(SETTLE,          CTL_INTAKE,    "/loss/settle",              "LossSettled",      "khắc phục mất, hỏng giấy tờ") \
    X(ASK_BACK,        CTL_INTAKE,    "/withdrawal",               "WithdrawalRequested", "đề nghị rút hồ sơ")      \
    X(ASK_MORE,        CTL_INTAKE,    "/extension",                "ExtensionRequested", "đề nghị hẹn lại")         \
    X(FIND,            CTL_INTAKE,    "/finding",                  "FindingRecorded",  "ghi nhận trường hợp")       \
    X(LEAVE_OUT,       CTL_INTAKE,    "/exclude",                  "PeriodExcluded",   "trừ thời gian")             \
    X(END_PERIOD,      CTL_INTAKE,    "/exclude/end",              "PeriodEnded",      "kết thúc sớm thời gian trừ") \
    X(ASK_STOP,        CTL_INTAKE,    "/stop",                     "StopRequested",    "đề nghị dừng giải quyết")   \
    X(ASK_STOP_EARLY,  CTL_INTAKE,    "/stop",                     NULL,               "đề nghị dừng khi còn hạn bổ sung") \
    X(ASK_STOP_UNANSWERED,  CTL_INTAKE, "/stop",                   "StopRequested",    "đề nghị dừng vì không bổ sung") \
    X(CORRECT,         CTL_INTAKE,    "/correct",                  "CorrectionRequested", "đề nghị đính chính")     \
    X(PAY_FEE,         CTL_INTAKE,    "/fees/pay",                 "FeePaid",          "thu phí, lệ phí")           \
    X(PAY_ONLINE,      CTL_INTAKE,    "/fees/pay",                 "FeePaid",          "nộp phí trực tuyến")        \
    X(WAIVE_FEE,       CTL_INTAKE,    "/fees/waive",               "FeeWaived",        "miễn phí, lệ phí")          \
    X(REFUND_FEE,      CTL_INTAKE,    "/fees/refund",              "FeeRefunded",      "hoàn trả phí, lệ phí")      \
    X(RATE,            CTL_INTAKE,    "/rating",                   "RatingGiven",      "đánh giá")                  \
    X(COMPLAIN,        CTL_INTAKE,    "/complaints",               "ComplaintFiled",   "phản ánh, kiến nghị")       \
    X(REPLY,           CTL_INTAKE,    "/complaints/1/answer",      "ComplaintAnswered", "trả lời phản ánh")         \
    X(REPLY_LATE,      CTL_INTAKE,    "/complaints/1/answer",      "ComplaintAnswered", "trả lời phản ánh muộn")    \
    X(REFUSE_REPLY,    CTL_INTAKE,    "/complaints/1/refuse",      "ComplaintAnswered", "từ chối phản ánh")         \
    X(QUESTION,        CTL_INTAKE,    "/complaints/1/ask",         "ComplaintMoreAsked", "yêu cầu bổ sung phản ánh") \
    X(ADD,             CTL_INTAKE,    "/complaints/1/supply",      "ComplaintSupplied", "nhận bổ sung phản ánh")    \
    X(PUBLISH,         CTL_INTAKE,    "/complaints/1/publish",     "ComplaintPublished", "công khai trả lời phản ánh") \
    X(WANT,            CTL_APPRAISAL, "/ask-supplement",           "SupplementAsked",  "yêu cầu bổ sung")           \
    X(ASSIGN,          CTL_APPRAISAL, "/assign",                   "Assigned",         "phân công")                 \
    X(FILE,            CTL_INTAKE,    "/documents",                "DocumentFiled",    "lưu dự thảo")               \
    X(CONCLUDE,        CTL_APPRAISAL, "/conclude",                 "Appraised",        "kết luận thẩm định")        \
    X(CONCLUDE_ALONE,  CTL_APPRAISAL, "/conclude",                 "Appraised",        "kết luận, thiếu ý kiến phối hợp") \
    X(VERIFY,          CTL_APPRAISAL, "/verify",                   "Verified",         "xác minh")                  \
    X(VERIFY_BESIDE,   CTL_APPRAISAL, "/verify-beside",            "VerifiedBeside",   "xác minh thêm")             \
    X(ASK_OPINION,     CTL_APPRAISAL, "/ask-opinion",              "OpinionAsked",     "lấy thêm ý kiến")           \
    X(ASK,             CTL_APPRAISAL, "/ask",                      "ConsultationAsked", "lấy ý kiến")               \
    X(ASK_IN_VAIN,     CTL_APPRAISAL, "/ask",                      "ConsultationAsked", "lấy ý kiến, không trả lời") \
    X(ANSWER,          CTL_APPRAISAL, "/answer",                   "Consulted",        "trả lời ý kiến")            \
    X(PASS_ON,         CTL_APPRAISAL, "/contribute",               "Contributed",      "phối hợp, chuyển tiếp")     \
    X(CONTRIBUTE,      CTL_APPRAISAL, "/contribute",               "Contributed",      "cho ý kiến phối hợp")       \
    X(ENDORSE,         CTL_APPRAISAL, "/endorse",                  "Endorsed",         "trình ký")                  \
    X(RETURN_DRAFT,    CTL_APPRAISAL, "/send-back",                "DraftReturned",    "trả lại dự thảo")           \
    X(GRANT,           CTL_APPROVAL,  "/grant",                    "Granted",          "đồng ý")                    \
    X(DENY,            CTL_APPROVAL,  "/refuse",                   "DecisionRefused",  "từ chối giải quyết")        \
    X(SEND_BACK,       CTL_APPROVAL,  "/send-back",                "SentBack",         "trả lại thẩm định")         \
    X(LET_GO,          CTL_APPROVAL,  "/withdrawal/grant",         "WithdrawalGranted", "cho rút hồ sơ")            \
    X(NOT_LET_GO,      CTL_APPROVAL,  "/withdrawal/refuse",        "WithdrawalRefused", "không cho rút hồ sơ")      \
    X(NOT_APOLOGISE,   CTL_APPROVAL,  "/extension/refuse",         "ExtensionRefused", "không hẹn lại")             \
    X(NOT_STOP,        CTL_APPROVAL,  "/stop/refuse",              "StopRefused",      "không dừng giải quyết")     \
    X(APOLOGISE,       CTL_APPROVAL,  "/extension/sign",           "ApologySigned",    "ký phiếu xin lỗi")          \
    X(STOP,            CTL_APPROVAL,  "/stop/sign",                "StopSigned",       "ký thông báo dừng")         \
    X(SIGN_CORRECTION,  CTL_APPROVAL, "/correction/sign",          "CorrectionSigned", "ký văn bản đính chính")     \
    X(NOT_CORRECT,     CTL_APPROVAL,  "/correction/refuse",        "CorrectionRefused", "không đồng ý đính chính")  \
    X(SIGN,            CTL_APPROVAL,  "/sign",                     "Signed",           "ký")                        \
    X(NUMBER,          CTL_RETURN,    "/number",                   "Numbered",         "vào số")                    \
    X(SEAL,            CTL_RETURN,    "/seal",                     "Sealed",           "đóng dấu")                  \
    X(HURRY_SEAL,      CTL_RETURN,    "/seal",                     NULL,               "đóng dấu khi chưa vào số")  \
    X(HURRY,           CTL_RETURN,    "/archive",                  NULL,               "lưu trữ khi chưa đóng dấu") \
    X(ISSUE,           CTL_RETURN,    "/seal",                     "ApologyIssued",    "phát hành phiếu xin lỗi")   \
    X(CLOSE,           CTL_RETURN,    "/seal",                     "NoticeIssued",     "phát hành thông báo dừng")  \
    X(SEAL_CORRECTION,  CTL_RETURN,   "/seal",                     "CorrectionIssued", "phát hành đính chính")      \
    X(HAND_GIVE,       CTL_RETURN,    "/hand-over/give",           "HandOverGiven",    "giao kết quả")              \
    X(HAND_TAKE,       CTL_RETURN,    "/hand-over/take",           "HandOverTaken",    "nhận kết quả")              \
    X(HAND_REFUSE,     CTL_RETURN,    "/hand-over/refuse",         "HandOverRefused",  "không nhận kết quả")        \
    X(READY,           CTL_RETURN,    "/ready",                    "Ready",            "sẵn sàng trả")              \
    X(HURRY_DELIVER,   CTL_RETURN,    "/deliver",                  NULL,               "trả kết quả khi chưa sẵn sàng") \
    X(DELIVER,         CTL_RETURN,    "/deliver",                  "HandedOver",       "trả kết quả")               \
    X(SEND,            CTL_RETURN,    "/deliver",                  "HandedOver",       "gửi kết quả bưu chính")     \
    X(COME_BACK,       CTL_RETURN,    "/came-back",                "CameBack",         "bưu gửi bị trả lại")        \
    X(TRANSMIT,        CTL_RETURN,    "/deliver",                  "HandedOver",       "trả kết quả điện tử")       \
    X(AUTHORISE,       CTL_INTAKE,    "/documents",                "DocumentFiled",    "lưu giấy ủy quyền, ai đến nhận") \
    X(DELIVER_PROXY,   CTL_RETURN,    "/deliver",                  "HandedOver",       "trả cho người được ủy quyền") \
    X(TELL,            CTL_RETURN,    "/deliver",                  "ApologyHandedOver", "trả phiếu xin lỗi")        \
    X(NOTIFY,          CTL_RETURN,    "/deliver",                  "NoticeHandedOver", "trả thông báo dừng")        \
    X(KEEP,            CTL_RETURN,    "/archive",                  "Archived",         "lưu trữ, không có người nhận") \
    X(GIVE_CORRECTION,  CTL_RETURN,   "/deliver",                  "CorrectionHandedOver", "trả văn bản đính chính") \
    X(ARCHIVE,         CTL_RETURN,    "/archive",                  "Archived",         "lưu trữ")
/* clang-format on */

enum deed {
#define X(symbol, service, suffix, event, vi) DO_##symbol,
    DEEDS(X)
#undef X
        DEED_COUNT
};
struct deed_row {
    const char *name;
    char letter; /* in the text of what was done: its place in the table, from 1 */
    int service;
    const char *suffix, *event, *vi; /* event NULL: it is to be refused */
};
extern const struct deed_row deeds[DEED_COUNT];

enum plan {
    PLAN_GRANT,
    PLAN_REJECT,
    PLAN_BACK,
    PLAN_TURN_AWAY,
    PLAN_SUPPLEMENT,
    PLAN_EXTEND,
    PLAN_WITHDRAW,
    PLAN_STOP,
    PLAN_UNANSWERED, /* stopped, since the supplement that was asked for never came */
    PLAN_GUIDE,      /* told what is missing; most come back with all of it */
    PLAN_AT_ONCE
};

/* deed_at_once tells whether the officer at the counter has his opinion with the receipt, and mostly his decision. */
bool deed_at_once(enum deed deed);
/* As what an act that is to be refused is refused: the slug of its problem. */
const char *deed_refusal(enum deed deed);
/* What an act makes another stage say when it hears of it, or its own beside its event, separated by a space; NULL:
 * nothing. */
const char *deed_echo(enum deed deed, int service);
/* What the clock says before an act that is done late, events separated by a space; NULL: nothing. */
const char *deed_prelude(enum deed deed);

/* How a dossier is filed: as it comes, or so that it goes to linked units in order or at once. */
enum filing { FILED_ANYHOW, FILED_ON_PAPER, FILED_AS_FILES };

struct act {
    enum deed deed;
    struct post *who;
    const char *what;         /* the mandate, seal, series or officer that is named */
    bool against;             /* an opinion against; a paper is damaged, not lost */
    enum filing filing;       /* of a receipt */
    bool by_post;             /* a receipt */
    bool lends;               /* a receipt: the first paper is to go back to the citizen */
    bool justified;           /* a complaint is answered so */
    bool overnight;           /* not before the next working day */
    int months;               /* so many times 30 days behind the day; 0: on the day itself */
    bool of_letter;           /* at return: the document is a letter, not the result */
    enum document_kind paper; /* FILE: what is filed */
    int listed;               /* in a request form, that is filed or answered: so many papers */
    int brought;              /* SUPPLY: of these the first ones */
    instant late_at;          /* when it was done on paper, to be entered late; INSTANT_NONE: it is done at once */
    const char *superior;     /* who answers for that, for a waiver, or for guiding once more */
    const char *ground;       /* of a waiver, of what is asked late, or once more */
};

#define ACTS_MAX 96

/* What stays of a dossier until the books are checked. */
struct dossier {
    char id[37], code[49];
    enum plan plan;
    uint8_t done; /* how many acts were answered */
    uint8_t late; /* how many of them were entered late */
    bool failed;
    uint8_t complained;      /* months that had passed when he complained */
    uint8_t justified;       /* complaints that were answered so */
    uint8_t found;           /* lost papers that were found again */
    char acts[ACTS_MAX + 1]; /* the letters of what was done, in order */
};

/* What the citizen says once it has ended; and whether the result is wrong. */
struct voices {
    bool rates, complains, corrects;
    bool late; /* nobody answers in time */
};

/* How it goes on the way, in percent. Of the results: how they are returned; the others are given to the applicants at
 * the counter. */
struct ways {
    double proxy, post, electronic;
    double combined;     /* of those whose date moves, by a supplement, a finding or a tax: an apology moves it, too */
    double hand_refused; /* of the hand-overs to the counter: it does not take them at first */
    double found;        /* of the dossiers whose procedure has another time for some: it is one of these */
    double left_out;     /* of the dossiers whose procedure leaves out some period: there was one */
    double ended_early;  /* of these periods: it ended earlier than was recorded */
    double came_back;    /* of those that are sent by post */
    double unclaimed;    /* nobody comes for them: the clerk keeps them in the end */
    double filed;        /* of the dossiers that are files, or nothing of which is to go back: on the portal */
    double lost;         /* of the originals that are to go back: lost or damaged before they do */
    double posted;       /* of the receipts: it came by post */
    double online;       /* of the others without such a paper: received online */
    double for_another;  /* of the receipts: brought by a proxy */
    double on_paper;     /* of the dossiers that go from unit to unit; the others are files */
    double lends;        /* of the dossiers: an original goes back */
    double at_counter, damaged, settled; /* of what is lost or damaged */
    double by_head;                      /* of the steps of appraisal: he assigns them */
    double signed_for;                   /* of the turns on paper */
    double partly;                       /* of the supplements: not all that was asked for comes */
    double initials;                     /* of what is sent back and endorsed: who endorses sends it */
    double early, in_hand; /* of what is withdrawn or stopped: before it is appraised, and of these while one has it */
    double files_later;    /* of the guided: they come back */
    double slip, answered, questioned, reply_refused, justified, published; /* of ratings and complaints */
    double by_citizen;                                                      /* of the corrections: reported by him */
    double beside;     /* of the steps in which it is appraised: its officer looks at something, and asks a unit */
    double reassigned; /* of the steps of appraisal: the head gives it to another officer than who took it */
    double
        not_taken; /* of the transfers, the turns and the ways back: the receiver does not take the papers at first */
    double no_at_once; /* of those that are decided at once: refused */
    double left;       /* of those: his mandate does not cover it, so that the decision is left to an approver */
    double hurried;    /* of the results, and stop notices: to be sealed, archived or given before their time, each */
    double denied;     /* of the dossiers that are granted at once: something was asked for that the approver denied */
    double overnight;  /* of the supplements and taxes: they come on the next working day, not at once */
    double twice;      /* of the supplemented, and of the guided: something is asked for once more */
    double unanswered; /* of the supplemented whose procedure says how long it waits: it never comes */
    double elsewhere;  /* of the overdue: not with who appraises it */
    double overdue;    /* of all: somebody does nothing for a month, at the office, or at one that is asked; somebody
                          comes for these, and answers in time */
};

/* dossier_is_told tells whether the clock has said of a complaint, in the months that have passed, that nobody answers.
 */
bool dossier_is_told(const struct dossier *d, int months);
/* dossier_is_unpublished tells the same of an answer that nobody publishes. */
bool dossier_is_unpublished(const struct dossier *d, int months);

/* dossier_plan writes the acts; returns how many, 0 when a post, mandate, seal or series is missing (*ret_missing). */
size_t dossier_plan(struct world *w, struct chance *c, const struct candidate *at, enum plan plan,
                    const struct ways *ways, struct voices voices, struct arena *a, struct act *ret,
                    const char **ret_missing);

/* ---- simulate_outage.c: at one counter the system was away, at most an hour long, until the run began */
struct outage {
    const struct place *counter; /* NULL: nowhere */
    instant begun, ended;        /* business time */
};
/* outage_choose takes one of the counters that are open now, and have been for some minutes. The chance is a copy: what
 * else the day brings does not hang on the hour. */
void outage_choose(const struct world *w, struct chance c, instant now, struct outage *ret);
/* outage_some finds something that is received at the dark counter; NULL: nothing is. */
const struct candidate *outage_some(const struct world *w, struct chance *c, const struct outage *o);
/* outage_mark marks the first acts of a dossier as done on paper meanwhile, up to one for which nobody there answers.
 */
void outage_mark(struct world *w, struct chance *c, const struct outage *o, struct act *acts, size_t count);

/* ---- simulate_run.c: the acts over the wire */
struct samples {
    int32_t *us;        /* of the answers that counted */
    int32_t *arrive_us; /* from the moment it was next to the answer */
    size_t count, room;
    uint64_t repeats;
    int64_t usual_us; /* what an event usually takes to arrive before this act can be done */
};

struct later;                          /* a dossier that goes on behind the day: simulate_runner.h */
#define MONTH       (30 * INSTANT_DAY) /* the usual setting of return: so often it is told that nobody came */
#define MONTHS_MOST 3                  /* and so many times, before a result may be archived */

struct simulation {
    struct world *world;
    struct arena *arena;
    struct chance chance;
    const char *run;    /* the mark of this run, in every Idempotency-Key */
    const char *oracle; /* the command that counts the dates again; NULL: none does */
    int64_t clocks;     /* of so many dossiers it has; -1: none does, or it could not */
    int64_t dossier_count, connections;
    double rate; /* dossiers per second; 0: as fast as it goes */
    double on_spot, refused, rejected, back, supplement, extended, withdrawn, stopped, guided, at_once, outage;
    struct outage dark;
    struct ways ways;
    double paid_online, exempt; /* of the fees that are due; of those whose rule exempts somebody */
    double rated, complained;   /* of all, whatever becomes of them */
    double late_answers;        /* of complaints that would be answered */
    double corrected;           /* of those that have a result */
    struct later **later;       /* in the order in which their days ended */
    size_t later_count, later_room, later_next;
    size_t overnights; /* of these, how many wait for the next working day */
    bool next_day;     /* it has come */
    int months;        /* that have passed since the day */
    int32_t days;      /* by which the clock was moved */
    struct dossier *dossiers;
    struct dossier *visits; /* guidances: each a subject of its own */
    size_t visit_count, visit_room;
    struct samples samples[DEED_COUNT];
    uint64_t requests, repeats;
    int64_t finished, failed, received, turned_away, late;
    int64_t wall_us;
    instant begun_at;           /* real time */
    int64_t business_less_mono; /* business time less instant_mono */
    int shown;                  /* failures that were printed */
};

/* ---- simulate_mix.c: the shares of a day, in percent */
/* mix_read reads "on_spot=70,refused=4"; what is not named has its usual share, or, beside the word "days", the one
 * that it has where the clock may go on. False: it is not like that. */
bool mix_read(struct simulation *s, const char *text);
void mix_print(FILE *out, struct simulation *s); /* their names, what they are, of what, and where they come from */
/* mix_plan draws the way of a dossier as a whole, at once: each has just its share. Ways that come to more than all
 * have their part of the sum. */
enum plan mix_plan(struct simulation *s);

bool simulation_run(struct simulation *s); /* false after it has said what is wrong */

/* ---- simulate_later.c: what lies behind the day. It moves the clock, so it happens only where a share asks for it. */
/* later_day lets the time go on to the next working day, at the same hour; false after it has said
 * what is wrong. */
bool later_day(struct simulation *s);
/* later_month lets 30 days pass, and more until it is a working day, and waits until what the clock has to say was
 * said; false after it has said what is wrong. */
bool later_month(struct simulation *s);

/* ---- simulate_clocks.c */
/* clocks_oracle finds the second engine beside this project, tests/oracle/dossiers.py in a folder above that of the
 * program, and a python3 to run it, as a command of the shell; NULL: it is not there. */
const char *clocks_oracle(struct arena *a);

/* ---- simulate_books.c */
/* simulation_books waits until all is quiet, compares, prints the table; false on any difference. */
bool simulation_books(struct simulation *s, FILE *out);

#endif
