/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words that all services share, each list once: enum, stored name, Vietnamese. The numbers are those of
 * proto/taicho/v1 (a test compares them). Names go to PostgreSQL, JSON and logs.
 */
#ifndef TAICHO_DOMAIN_WORDS_H
#define TAICHO_DOMAIN_WORDS_H

#include <stddef.h>

#define LEVEL_MAP(X)                                                                                                   \
    X(NONE, "", "")                                                                                                    \
    X(PROVINCE, "province", "cấp tỉnh")                                                                                \
    X(DEPARTMENT, "department", "sở, ngành")                                                                           \
    X(DISTRICT, "district", "cấp huyện")                                                                               \
    X(COMMUNE, "commune", "cấp xã")

#define ROUTE_MAP(X)                                                                                                   \
    X(NONE, "", "")                                                                                                    \
    X(ON_THE_SPOT, "on_the_spot", "tại chỗ")                                                                           \
    X(BACK_OFFICE, "back_office", "luân chuyển")

#define TIME_UNIT_MAP(X)                                                                                               \
    X(NONE, "", "")                                                                                                    \
    X(HOURS, "hours", "giờ làm việc")                                                                                  \
    X(DAYS, "days", "ngày")                                                                                            \
    X(WORKING_DAYS, "working_days", "ngày làm việc")                                                                   \
    X(MONTHS, "months", "tháng")

#define STEP_MAP(X)                                                                                                    \
    X(NONE, "", "")                                                                                                    \
    X(RECEIVE, "receive", "tiếp nhận")                                                                                 \
    X(TRANSFER, "transfer", "chuyển hồ sơ")                                                                            \
    X(APPRAISE, "appraise", "thẩm định")                                                                               \
    X(VERIFY, "verify", "xác minh")                                                                                    \
    X(CONSULT, "consult", "lấy ý kiến")                                                                                \
    X(ENDORSE, "endorse", "trình ký")                                                                                  \
    X(APPROVE, "approve", "phê duyệt")                                                                                 \
    X(OBLIGATION, "obligation", "nghĩa vụ tài chính")                                                                  \
    X(NUMBER_SEAL, "number_seal", "vào số, đóng dấu")                                                                  \
    X(HAND_OVER, "hand_over", "chuyển kết quả ra quầy")                                                                \
    X(RETURN, "return", "trả kết quả")

#define CHANNEL_MAP(X)                                                                                                 \
    X(NONE, "", "")                                                                                                    \
    X(COUNTER, "counter", "trực tiếp")                                                                                 \
    X(ONLINE, "online", "trực tuyến")                                                                                  \
    X(POST, "post", "bưu chính công ích")

#define DOCUMENT_MAP(X)                                                                                                \
    X(NONE, "", "")                                                                                                    \
    X(COMPONENT, "component", "thành phần hồ sơ")                                                                      \
    X(DRAFT_RESULT, "draft_result", "dự thảo kết quả")                                                                 \
    X(DRAFT_REFUSAL, "draft_refusal", "dự thảo từ chối")                                                               \
    X(SIGNED, "signed", "văn bản đã ký")                                                                               \
    X(MINUTES, "minutes", "biên bản xác minh")                                                                         \
    X(REQUEST, "request", "văn bản đề nghị (lấy ý kiến, rút hồ sơ)")                                                   \
    X(OPINION, "opinion", "văn bản trả lời ý kiến")                                                                    \
    X(APOLOGY, "apology", "phiếu xin lỗi và hẹn lại ngày trả kết quả")                                                 \
    X(STOP_NOTICE, "stop_notice", "thông báo dừng giải quyết hồ sơ")                                                   \
    X(AUTHORISATION, "authorisation", "giấy ủy quyền nhận kết quả")                                                    \
    X(CORRECTION, "correction", "văn bản đính chính kết quả")                                                          \
    X(LOSS_MINUTES, "loss_minutes", "biên bản về giấy tờ bị mất, hư hỏng")                                             \
    X(EVIDENCE, "evidence", "giấy tờ chứng minh")                                                                      \
    X(COLLECTOR, "collector", "ghi nhận người đến nhận tại quầy")

#define OPINION_MAP(X)                                                                                                 \
    X(NONE, "", "")                                                                                                    \
    X(FOR, "for", "đủ điều kiện")                                                                                      \
    X(AGAINST, "against", "không đủ điều kiện")                                                                        \
    X(NEEDS_SUPPLEMENT, "needs_supplement", "cần bổ sung")

#define FORM_MAP(X)                                                                                                    \
    X(NONE, "", "")                                                                                                    \
    X(TM, "TM", "thay mặt")                                                                                            \
    X(KT, "KT", "ký thay")                                                                                             \
    X(TL, "TL", "thừa lệnh")                                                                                           \
    X(TUQ, "TUQ", "thừa ủy quyền")

#define SIGNATURE_MAP(X)                                                                                               \
    X(NONE, "", "")                                                                                                    \
    X(INK_ATTESTED, "ink_attested", "chữ ký tay, văn thư xác nhận")                                                    \
    X(DIGITAL, "digital", "chữ ký số")

/* What a signed document says: how the dossier ends, or (of return's documents alone) that it goes on with a new date.
 * Stopped: a notice says that it is not handled any further. Correction: a letter corrects the result, and its end
 * stays. */
#define OUTCOME_MAP(X)                                                                                                 \
    X(NONE, "", "")                                                                                                    \
    X(GRANTED, "granted", "đồng ý giải quyết")                                                                         \
    X(REFUSED, "refused", "từ chối giải quyết")                                                                        \
    X(APOLOGY, "apology", "xin lỗi và hẹn lại")                                                                        \
    X(STOPPED, "stopped", "dừng giải quyết")                                                                           \
    X(CORRECTION, "correction", "đính chính kết quả")

/* A citizen's request to withdraw an accepted dossier: approval decides on it. Lapsed: the last decision was signed
 * before. */
#define WITHDRAWAL_MAP(X)                                                                                              \
    X(NONE, "", "")                                                                                                    \
    X(REQUESTED, "requested", "chờ quyết định cho rút")                                                                \
    X(GRANTED, "granted", "đã cho rút")                                                                                \
    X(REFUSED, "refused", "không cho rút")                                                                             \
    X(LAPSED, "lapsed", "đã ký kết quả trước đó")

/* An extension with its apology (form 04): signed by approval, issued by return; from the seal on the date is the new
 * one.
 */
#define EXTENSION_MAP(X)                                                                                               \
    X(NONE, "", "")                                                                                                    \
    X(REQUESTED, "requested", "chờ ký phiếu xin lỗi")                                                                  \
    X(SIGNED, "signed", "đã ký phiếu xin lỗi, chờ phát hành")                                                          \
    X(REFUSED, "refused", "không được hẹn lại")                                                                        \
    X(ISSUED, "issued", "đã hẹn lại")

/* The competent unit's request to stop a dossier (dừng giải quyết): approval signs the notice. Lapsed: the last
 * decision was signed before, or the supplement came that was waited for in vain. */
#define STOP_MAP(X)                                                                                                    \
    X(NONE, "", "")                                                                                                    \
    X(REQUESTED, "requested", "chờ ký thông báo dừng")                                                                 \
    X(SIGNED, "signed", "đã ký thông báo dừng")                                                                        \
    X(REFUSED, "refused", "không dừng giải quyết")                                                                     \
    X(LAPSED, "lapsed", "không còn căn cứ")

/* Why: the supplement was not brought in time; the applicant died or was dissolved; a court or an authority ordered it.
 */
#define STOP_GROUND_MAP(X)                                                                                             \
    X(NONE, "", "")                                                                                                    \
    X(NO_SUPPLEMENT, "no_supplement", "quá hạn bổ sung hồ sơ")                                                         \
    X(OBJECT_GONE, "object_gone", "người nộp đã chết hoặc tổ chức đã giải thể")                                        \
    X(AUTHORITY_ORDER, "authority_order", "theo quyết định của tòa án hoặc cơ quan có thẩm quyền")                     \
    X(OTHER, "other", "căn cứ khác")

/* A correction of a wrong result (D61 Art. 21(1)), as far as approval knows of it: it signs the letter. */
#define CORRECTION_MAP(X)                                                                                              \
    X(NONE, "", "")                                                                                                    \
    X(REQUESTED, "requested", "chờ ký văn bản đính chính")                                                             \
    X(SIGNED, "signed", "đã ký văn bản đính chính")                                                                    \
    X(REFUSED, "refused", "không đính chính")

/* Why a result was wrong. What the citizen himself stated wrongly is no agency's fault, and is not corrected this way.
 */
#define CORRECTION_CAUSE_MAP(X)                                                                                        \
    X(NONE, "", "")                                                                                                    \
    X(TYPING, "typing", "lỗi đánh máy")                                                                                \
    X(WRONG_DATA, "wrong_data", "sai số liệu, nội dung")                                                               \
    X(WRONG_LAW, "wrong_law", "áp dụng sai quy định")                                                                  \
    X(WRONG_PERSON_DATA, "wrong_person_data", "sai thông tin của người nộp hồ sơ")                                     \
    X(SYSTEM, "system", "lỗi phần mềm, thiết bị")                                                                      \
    X(CITIZEN_DATA, "citizen_data", "thông tin do người nộp hồ sơ khai sai")                                           \
    X(OTHER, "other", "nguyên nhân khác")

/* Who found out that a result is wrong. */
#define REPORTER_MAP(X)                                                                                                \
    X(NONE, "", "")                                                                                                    \
    X(CITIZEN, "citizen", "người dân, tổ chức")                                                                        \
    X(AGENCY, "agency", "cơ quan giải quyết")

#define DELIVERY_MAP(X)                                                                                                \
    X(NONE, "", "")                                                                                                    \
    X(COUNTER, "counter", "tại quầy")                                                                                  \
    X(POST, "post", "bưu chính")                                                                                       \
    X(ELECTRONIC, "electronic", "điện tử")

/* Who came to the counter for a result, and with which paper (Decree 61/2018 Art. 6(2)(b)). */
#define COLLECTOR_MAP(X)                                                                                               \
    X(NONE, "", "")                                                                                                    \
    X(APPLICANT, "applicant", "người nộp hồ sơ")                                                                       \
    X(PROXY, "proxy", "người được ủy quyền")

#define PROOF_MAP(X)                                                                                                   \
    X(NONE, "", "")                                                                                                    \
    X(RECEIPT, "receipt", "giấy tiếp nhận hồ sơ và hẹn trả kết quả")                                                   \
    X(IDENTITY, "identity", "giấy tờ tùy thân")                                                                        \
    X(PASSPORT, "passport", "hộ chiếu")

/* Why the post brought a consignment back. */
#define UNDELIVERED_MAP(X)                                                                                             \
    X(NONE, "", "")                                                                                                    \
    X(ABSENT, "absent", "không có người nhận")                                                                         \
    X(MOVED, "moved", "người nhận đã chuyển đi")                                                                       \
    X(UNKNOWN, "unknown", "không có người nhận hoặc địa chỉ này")                                                      \
    X(REFUSED, "refused", "người nhận từ chối")                                                                        \
    X(NOT_COLLECTED, "not_collected", "quá thời hạn lưu giữ tại bưu cục")                                              \
    X(OTHER, "other", "lý do khác")

/* Why what is handed over between two desks is not taken. */
#define HAND_OVER_FAULT_MAP(X)                                                                                         \
    X(NONE, "", "")                                                                                                    \
    X(INCOMPLETE, "incomplete", "thiếu trang hoặc giấy tờ kèm theo")                                                   \
    X(DAMAGED, "damaged", "bị hư hỏng")                                                                                \
    X(MISTAKEN, "mistaken", "không đúng văn bản hoặc không đúng hồ sơ")                                                \
    X(OTHER, "other", "lý do khác")

/* How a thing with a date went. None: it has not ended, or had no date. */
#define TIMING_MAP(X)                                                                                                  \
    X(NONE, "", "")                                                                                                    \
    X(EARLY, "early", "trước hạn")                                                                                     \
    X(ON_TIME, "on_time", "đúng hạn")                                                                                  \
    X(LATE, "late", "quá hạn")

/* What is to be paid for a procedure: a fee (phí) or a charge (lệ phí) of the Law on Fees and Charges (97/2015). A
 * financial obligation (a tax) is none: its clock stops, theirs never does. */
#define FEE_KIND_MAP(X)                                                                                                \
    X(NONE, "", "")                                                                                                    \
    X(FEE, "fee", "phí")                                                                                               \
    X(CHARGE, "charge", "lệ phí")

/* What the law, or the province, says once, for every procedure: common/domain/term.h. */
#define TERM_MAP(X)                                                                                                    \
    X(NONE, "", "")                                                                                                    \
    X(TRANSFER_CUTOFF, "transfer_cutoff", "giờ tiếp nhận để chuyển hồ sơ trong ngày")                                  \
    X(SUPPLEMENT_ASK, "supplement_ask", "thời hạn yêu cầu bổ sung hồ sơ")                                              \
    X(SUBMISSION_ANSWER, "submission_answer", "thời hạn trả lời hồ sơ nộp trực tuyến")                                 \
    X(APOLOGY_NOTICE, "apology_notice", "số ngày phải xin lỗi trước ngày hẹn trả kết quả")                             \
    X(COMPLAINT_REFUSAL, "complaint_refusal", "thời hạn từ chối phản ánh, kiến nghị")                                  \
    X(COMPLAINT_ANSWER, "complaint_answer", "thời hạn trả lời phản ánh, kiến nghị")                                    \
    X(COMPLAINT_SUPPLEMENT, "complaint_supplement", "thời hạn yêu cầu bổ sung nội dung phản ánh, kiến nghị")           \
    X(COMPLAINT_WAIT, "complaint_wait", "thời gian chờ bổ sung nội dung phản ánh, kiến nghị")                          \
    X(COMPLAINT_PUBLISH, "complaint_publish", "thời hạn công khai kết quả trả lời phản ánh, kiến nghị")                \
    X(COLLECTION_REMIND, "collection_remind", "số ngày chờ nhận kết quả giữa các lần nhắc")                            \
    X(COLLECTION_REMINDERS, "collection_reminders", "số lần nhắc trước khi lưu trữ kết quả không có người nhận")       \
    X(LATE_ENTRY, "late_entry", "số ngày tối đa được nhập sau, kể từ khi làm trên giấy")                               \
    X(TURN_SIGNATURE, "turn_signature", "thời hạn ký nhận giấy tờ luân chuyển giữa các đơn vị")

/* When it falls due: with the receipt, when a supplement was received, when a result that grants lies ready. */
#define FEE_DUE_MAP(X)                                                                                                 \
    X(NONE, "", "")                                                                                                    \
    X(INTAKE, "intake", "khi nộp hồ sơ")                                                                               \
    X(SUPPLEMENT, "supplement", "khi bổ sung hồ sơ")                                                                   \
    X(RETURN, "return", "khi nhận kết quả")

/* How a dossier ends for which the rule of a fee gives it back. */
#define FEE_REFUND_MAP(X)                                                                                              \
    X(NONE, "", "")                                                                                                    \
    X(REFUSED, "refused", "bị từ chối giải quyết")                                                                     \
    X(WITHDRAWN, "withdrawn", "được rút theo đề nghị của công dân")                                                    \
    X(STOPPED, "stopped", "dừng giải quyết")

/* Whom the rule of a fee may exempt. */
#define FEE_EXEMPTION_MAP(X)                                                                                           \
    X(NONE, "", "")                                                                                                    \
    X(CHILD, "child", "trẻ em")                                                                                        \
    X(ELDERLY, "elderly", "người cao tuổi")                                                                            \
    X(DISABLED, "disabled", "người khuyết tật")                                                                        \
    X(MERIT, "merit", "người có công với cách mạng")                                                                   \
    X(POOR_HOUSEHOLD, "poor_household", "người thuộc hộ nghèo")                                                        \
    X(HARDSHIP_AREA, "hardship_area", "người ở xã đặc biệt khó khăn")

/* How it is paid: to the agency, through the postal operator, or online (Decree 61/2018 Art. 22). */
#define PAY_MEANS_MAP(X)                                                                                               \
    X(NONE, "", "")                                                                                                    \
    X(CASH, "cash", "tiền mặt")                                                                                        \
    X(TRANSFER, "transfer", "chuyển khoản")                                                                            \
    X(POST, "post", "qua bưu chính công ích")                                                                          \
    X(ONLINE, "online", "trực tuyến")

/* For tables made of such a list, and of lists of a symbol and a name alone. */
#define WORD_NAME(symbol, name, vi) name,
#define WORD_VI(symbol, name, vi)   vi,
#define WORD_CODE(symbol, name)     name,

/* words_find gives the index of a name in a table that ends with NULL, -1 when it is not there or NULL. */
int words_find(const char *const *names, const char *name);
size_t words_count(const char *const *names); /* of such a table */
/* words_in finds a word in a text of words with commas between; NULL when it is not there, or the text is NULL. */
const char *words_in(const char *list, const char *word);

/* The last member is ..._COUNT; ..._name() gives the stored name, ..._vi() the Vietnamese, ..._parse() the number, -1
 * when unknown. */
#define WORDS_DECLARE(MAP, tag, PREFIX)                                                                                \
    enum tag { MAP(WORDS_MEMBER_##PREFIX) PREFIX##_COUNT };                                                            \
    extern const char *const tag##_names[];                                                                            \
    const char *tag##_name(int v);                                                                                     \
    const char *tag##_vi(int v);                                                                                       \
    int tag##_parse(const char *name);

#define WORDS_MEMBER_LEVEL(s, n, v)            LEVEL_##s,
#define WORDS_MEMBER_ROUTE(s, n, v)            ROUTE_##s,
#define WORDS_MEMBER_TIME(s, n, v)             TIME_##s,
#define WORDS_MEMBER_STEP(s, n, v)             STEP_##s,
#define WORDS_MEMBER_CHANNEL(s, n, v)          CHANNEL_##s,
#define WORDS_MEMBER_DOCUMENT(s, n, v)         DOCUMENT_##s,
#define WORDS_MEMBER_OPINION(s, n, v)          OPINION_##s,
#define WORDS_MEMBER_FORM(s, n, v)             FORM_##s,
#define WORDS_MEMBER_SIGNATURE(s, n, v)        SIGNATURE_##s,
#define WORDS_MEMBER_OUTCOME(s, n, v)          OUTCOME_##s,
#define WORDS_MEMBER_DELIVERY(s, n, v)         DELIVERY_##s,
#define WORDS_MEMBER_COLLECTOR(s, n, v)        COLLECTOR_##s,
#define WORDS_MEMBER_PROOF(s, n, v)            PROOF_##s,
#define WORDS_MEMBER_UNDELIVERED(s, n, v)      UNDELIVERED_##s,
#define WORDS_MEMBER_HAND_OVER_FAULT(s, n, v)  HAND_OVER_FAULT_##s,
#define WORDS_MEMBER_TIMING(s, n, v)           TIMING_##s,
#define WORDS_MEMBER_WITHDRAWAL(s, n, v)       WITHDRAWAL_##s,
#define WORDS_MEMBER_EXTENSION(s, n, v)        EXTENSION_##s,
#define WORDS_MEMBER_STOP(s, n, v)             STOP_##s,
#define WORDS_MEMBER_STOP_GROUND(s, n, v)      STOP_GROUND_##s,
#define WORDS_MEMBER_CORRECTION(s, n, v)       CORRECTION_##s,
#define WORDS_MEMBER_CORRECTION_CAUSE(s, n, v) CORRECTION_CAUSE_##s,
#define WORDS_MEMBER_REPORTER(s, n, v)         REPORTER_##s,
#define WORDS_MEMBER_FEE_KIND(s, n, v)         FEE_KIND_##s,
#define WORDS_MEMBER_FEE_DUE(s, n, v)          FEE_DUE_##s,
#define WORDS_MEMBER_TERM(s, n, v)             TERM_##s,
#define WORDS_MEMBER_FEE_REFUND(s, n, v)       FEE_REFUND_##s,
#define WORDS_MEMBER_FEE_EXEMPT(s, n, v)       FEE_EXEMPT_##s,
#define WORDS_MEMBER_PAY(s, n, v)              PAY_##s,

WORDS_DECLARE(LEVEL_MAP, level, LEVEL)
WORDS_DECLARE(ROUTE_MAP, route, ROUTE)
WORDS_DECLARE(TIME_UNIT_MAP, time_unit, TIME)
WORDS_DECLARE(STEP_MAP, step_kind, STEP)
WORDS_DECLARE(CHANNEL_MAP, channel, CHANNEL)
WORDS_DECLARE(DOCUMENT_MAP, document_kind, DOCUMENT)
WORDS_DECLARE(OPINION_MAP, opinion, OPINION)
WORDS_DECLARE(FORM_MAP, signature_form, FORM)
WORDS_DECLARE(SIGNATURE_MAP, signature_kind, SIGNATURE)
WORDS_DECLARE(OUTCOME_MAP, outcome, OUTCOME)
WORDS_DECLARE(DELIVERY_MAP, delivery, DELIVERY)
WORDS_DECLARE(COLLECTOR_MAP, collector, COLLECTOR)
WORDS_DECLARE(PROOF_MAP, proof, PROOF)
WORDS_DECLARE(UNDELIVERED_MAP, undelivered, UNDELIVERED)
WORDS_DECLARE(HAND_OVER_FAULT_MAP, hand_over_fault, HAND_OVER_FAULT)
WORDS_DECLARE(TIMING_MAP, timing, TIMING)
WORDS_DECLARE(FEE_KIND_MAP, fee_kind, FEE_KIND)
WORDS_DECLARE(FEE_DUE_MAP, fee_due, FEE_DUE)
WORDS_DECLARE(TERM_MAP, term, TERM)
WORDS_DECLARE(FEE_REFUND_MAP, fee_refund, FEE_REFUND)
WORDS_DECLARE(FEE_EXEMPTION_MAP, fee_exemption, FEE_EXEMPT)
WORDS_DECLARE(PAY_MEANS_MAP, pay_means, PAY)
WORDS_DECLARE(WITHDRAWAL_MAP, withdrawal, WITHDRAWAL)
WORDS_DECLARE(EXTENSION_MAP, extension, EXTENSION)
WORDS_DECLARE(STOP_MAP, stop, STOP)
WORDS_DECLARE(STOP_GROUND_MAP, stop_ground, STOP_GROUND)
WORDS_DECLARE(CORRECTION_MAP, correction, CORRECTION)
WORDS_DECLARE(CORRECTION_CAUSE_MAP, correction_cause, CORRECTION_CAUSE)
WORDS_DECLARE(REPORTER_MAP, reporter, REPORTER)

#endif
