/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the acts of intake bring with them, one struct per act: of officers as they are read from a request, of other
 * services as their events say it. Every text lives as long as the batch that decides.
 */
#ifndef TAICHO_INTAKE_ACTS_H
#define TAICHO_INTAKE_ACTS_H

#include "common/base/arena.h"
#include "common/domain/paper.h"
#include "common/domain/remark.h"
#include "services/intake/children.h"

struct intake_applicant {
    const char *name, *identity_number, *phone, *email, *address;
};

/* Who files for the applicant, and what authorises him (D61 Art. 16). */
struct intake_proxy {
    const char *name, *identity_number, *authorisation; /* name NULL: the applicant files himself */
};

/* How a component is handed in; unsaid is paper, as it was before anyone could say. */
#define INTAKE_FORM_MAP(X)                                                                                             \
    X(UNSAID, "")                                                                                                      \
    X(PAPER, "paper")                                                                                                  \
    X(ELECTRONIC, "electronic")

enum intake_form {
#define X(symbol, name) INTAKE_FORM_##symbol,
    INTAKE_FORM_MAP(X)
#undef X
        INTAKE_FORM_COUNT
};
extern const char *const intake_form_names[];

/* How the whole dossier is: the numbers are those of proto/taicho/v1. */
#define INTAKE_MEDIUM_MAP(X)                                                                                           \
    X(NONE, "")                                                                                                        \
    X(PAPER, "paper")                                                                                                  \
    X(ELECTRONIC, "electronic")                                                                                        \
    X(MIXED, "mixed")

enum intake_medium {
#define X(symbol, name) INTAKE_MEDIUM_##symbol,
    INTAKE_MEDIUM_MAP(X)
#undef X
        INTAKE_MEDIUM_COUNT
};

struct intake_component {
    const char *name;
    int originals, certified, copies; /* on paper */
    enum intake_form form;
    bool to_return;           /* its originals go back to the citizen, at the latest with the result (D61 Art. 20) */
    bool to_show;             /* of an online filing: the originals are shown at the counter later, and not kept */
    const uint8_t *digitised; /* SHA-256 of the scan (D61 Art. 17(1)); NULL: it was not scanned, or is no paper */
    const char *listed;       /* what it is in the published list of the procedure, by its code; NULL: not said */
    int item; /* of a supplement: what it answers in the list of the request form, by its number; 0: nothing there */
};

/* How many there are, by what they are. */
struct intake_papers {
    int paper, electronic, digitised, originals, certified, copies;
};

/* SUBMIT: a citizen's filing, as the portal hands it on. */
struct intake_submit {
    const char *reference, *unit, *procedure; /* the portal's number of it; whose counter is to answer */
    struct intake_applicant applicant;
    struct intake_proxy proxy;
    const char *content;
    const struct intake_component *components;
    int component_count;
};

/* What is known of a filing that waits for its answer. */
struct intake_submission {
    const char *reference, *identity_number; /* the applicant's */
    instant at, answer_due_at;
    const char *listed; /* which papers of the published list are in it, codes with commas between; "": none */
};

struct intake_document;

/* What the officer at the counter did at once, with the receipt. */
struct intake_at_once {
    int opinion; /* for or against */
    const char **reasons;
    size_t reason_count;
    const struct intake_document *draft;
    const char *mandate;                    /* NULL: the decision is left to an approver */
    const struct same_day_return *returned; /* NULL: issuing it is left to the clerk */
};

/* PAY_FEE, or with a receipt */
struct intake_pay {
    const char *fee, *receipt; /* receipt: the number of the receipt, or of the transaction */
    enum pay_means means;
};

struct intake_receive {
    const char *counter, *procedure, *unit; /* unit NULL: whichever is competent */
    enum channel channel;
    struct intake_applicant applicant;
    struct intake_proxy proxy;
    const char *content, *origin_reference;
    const struct intake_component *components;
    int component_count;
    const struct intake_at_once *at_once; /* NULL: it goes its usual way */
    struct id guidance;   /* that the citizen has followed; nil: none is named, and whatever he was told of is */
    struct id submission; /* that it answers; nil: he came to the counter */
    const struct intake_pay *payments; /* of what falls due with it */
    int payment_count;
};

/* A visit to the counter that ends without a dossier, and why: REFUSE. */
struct intake_visit {
    const char *counter, *procedure;
    enum channel channel;
    struct intake_applicant applicant;
    const char *content; /* what is asked for; NULL: not said */
    const char *const *reasons;
    int reason_count;
    const char *explanation;
    struct id submission;    /* that it answers; nil: he came to the counter */
    const char *consignment; /* under which what came by post goes back with the form; NULL: it came another way */
};

/* GUIDE: one that ends with the request form (form 02): what is to be completed. */
struct intake_guide {
    struct intake_visit visit;
    const struct intake_component *missing;
    int missing_count;
    const char *ground, *superior; /* why it is said once more, and who allowed it; NULL: for the first time */
};

/* Why a citizen is guided once more, as a code. */
#define INTAKE_GUIDANCE_GROUND_MAP(X)                                                                                  \
    X(NEW_MATTER, "new_matter")                                                                                        \
    X(NEW_FINDING, "new_finding")                                                                                      \
    X(OTHER_UNIT, "other_unit")                                                                                        \
    X(INCOMPLETE_ANSWER, "incomplete_answer")                                                                          \
    X(OTHER, "other")
extern const char *const intake_guidance_grounds[]; /* ends with NULL */

/* What a citizen was told about a procedure at a unit since he last filed there. */
struct intake_told {
    const struct id *guidances; /* the first one first */
    int count;
    int last; /* the number of the last one; 0: none */
};

struct intake_document {
    struct id id;
    enum document_kind kind;
    const char *media_type;
    int pages;
    int component; /* that it is the scan of; 0: of none */
    uint8_t sha256[32];
    struct bytes content;
    const struct intake_component *missing; /* of a request form (form 02): what the citizen is to bring */
    int missing_count;                      /* 0: no list came with it */
};

/* REQUEST_WITHDRAWAL: the citizen's paper, and how it came. */
struct intake_ask_back {
    enum channel channel;
    struct intake_document request;
};

/* REQUEST_EXTENSION */
struct intake_ask_more {
    instant due_at;
    const char *reason;
    struct intake_document apology;
};

/* REQUEST_STOP */
struct intake_ask_stop {
    enum stop_ground ground;
    struct intake_document notice;
};

/* REQUEST_CORRECTION: the paper was filed before. */
struct intake_ask_correction {
    struct document_handle correction;
    enum correction_cause cause;
    enum reporter reported_by;
    const char *unit; /* at fault */
};

/* RATE: what the citizen said. */
struct intake_rate {
    enum intake_means means;
    int satisfaction, attitude; /* places in intake_satisfactions and intake_attitudes */
    int contacts;               /* with the counter to complete the dossier; the applicant's own faults left out */
    int agencies;               /* that were contacted */
    const char *remark;         /* NULL: none; never leaves intake */
};

struct intake_complain {
    enum channel channel;
    const char *category, *about, *text; /* about NULL: nobody is named */
};

/* ANSWER_COMPLAINT, REFUSE_COMPLAINT, ASK_COMPLAINANT, PUBLISH_ANSWER */
struct intake_reply {
    int number;
    bool justified;   /* of an answer */
    const char *text; /* NULL: of a publication there is none */
};

/* SUPPLY_COMPLAINT */
struct intake_complain_more {
    int number;
    enum channel channel;
    const char *text;
};

/* REFUND_FEE */
struct intake_refund {
    const char *fee;
    int64_t amount; /* 0: all that was paid */
};

/* WAIVE_FEE */
struct intake_waive {
    const char *fee, *superior;
    enum fee_exemption ground;
};

struct intake_move {
    int supplement; /* whose papers are meant, by its number; 0: the dossier's own */
    int step;       /* 0: the one that is open */
    const char *reason;
};

/* TAKE_TURN, REFUSE_TURN */
struct intake_sign_turn {
    const char *reason; /* of a refusal */
};

struct intake_notice {
    int step;           /* 0: the one that is open */
    const char *notice; /* OPEN_OBLIGATION: its number */
    struct id document; /* MEET_OBLIGATION: the proof of the payment; nil: none */
};

struct intake_find {
    const char *finding; /* a code */
    struct id document;  /* the evidence */
};

struct intake_exclude {
    const char *period; /* a code */
    instant from, until;
    struct id document; /* the evidence */
};

struct intake_end_period {
    const char *period; /* a code */
    instant until;      /* its real end */
    struct id document; /* the evidence */
};

/* Of a RECEIVE_SUPPLEMENT: one row of the dossier's request forms. */
struct intake_wanted {
    struct id dossier, request; /* request: the document */
    int number;                 /* in its list, from 1 */
    const char *name;
};

/* Why a dossier is taken as complete though the citizen does not bring what the list asks for. */
#define INTAKE_LACKING_MAP(X)                                                                                          \
    X(HELD_BY_AGENCY, "held_by_agency") /* the agency has it already */                                                \
    X(REPLACED, "replaced")             /* by another paper, that he brings */                                         \
    X(NOT_NEEDED, "not_needed")         /* any more */                                                                 \
    X(NOT_OBTAINABLE, "not_obtainable") /* by anyone */

enum intake_lacking {
#define X(symbol, name) INTAKE_LACKING_##symbol,
    INTAKE_LACKING_MAP(X)
#undef X
        INTAKE_LACKING_COUNT
};
extern const char *const intake_lacking_names[]; /* ends with NULL */

struct intake_without {
    int item; /* of the list, by its number */
    enum intake_lacking reason;
};

/* RECEIVE_SUPPLEMENT: what the citizen brought, or sent, and what he does not bring. */
struct intake_supply {
    enum channel channel;
    const struct intake_component *components;
    int component_count;
    const struct intake_without *without;
    int without_count;
};

/* BRING_BACK: which components, by their numbers; count 0: all that are to go back and lie with the giver's unit.
 * TAKE_BACK, REFUSE_BACK: what is on its way. */
struct intake_move_back {
    const int *components;
    int count;
    const char *reason; /* of a refusal */
};

/* GIVE_BACK: which components, by their numbers; count 0: all that are to go back. */
struct intake_give_back {
    const int *components;
    int count;
    enum delivery delivery;  /* counter or post; NONE: at the counter */
    const char *consignment; /* by post */
    enum collector who;      /* who comes for them to the counter; NONE: the applicant, as when nothing is said */
    struct id collector;     /* the record of that, filed before; nil: none */
};

/* Who has the papers: a post of a unit, and the unit that they are on their way to. */
struct intake_holder {
    const char *unit;
    const char *post;     /* NULL: nobody of the unit has signed for them */
    const char *going_to; /* NULL: they lie there */
    instant since;
    const char *act; /* by which they came there */
};

/* A component as far as keeping it and giving it back is concerned. */
struct intake_sheet {
    int number, originals;
    bool paper; /* that was handed in, not only shown */
    bool file;
    bool to_return, given_back;
    instant given_back_at;
    const char *given_back_by;
    int loss;                  /* the number of the case that it is in; 0: of none, or it was found again */
    int supplement;            /* that it came with, by its number; 0: with the receipt */
    int way;                   /* the number of the newest way on which it went back to the counter; 0: of none */
    instant left_at;           /* on that way */
    struct intake_holder lies; /* who has it by that way; unit NULL: whoever has the others */
};

/* NOTE_LOSS: which components, by their numbers. */
struct intake_note_loss {
    const int *components;
    int count;
    enum intake_harm what;
    enum intake_found found;
    struct intake_document minutes;
};

/* SETTLE_LOSS */
struct intake_settle_loss {
    int number;
    enum intake_remedy remedy;
    const char *responsible;               /* a unit or a post */
    int64_t paid_vnd;                      /* 0: nothing was paid */
    const struct intake_document *apology; /* NULL: none came */
};

/* What an event of another service says. */
struct intake_progress {
    int step;
    bool last;
    enum outcome outcome;
    const char *asked;  /* CONSULT, END_PART: the unit; OPEN_PARTS: the units, with commas between */
    const char *lead;   /* OPEN_PARTS: the unit that leads, where they have their turns in order; NULL: all at once */
    bool waits;         /* of the same: other units' turns come behind */
    struct id document; /* REFUSE_STOP: the notice that was not signed; of a correction: the letter; SEAL, HAND_OVER:
                           the result; GIVE_NOTICE: the notice; NOTE_APOLOGY_GIVEN: the apology */
    instant at; /* of a letter, of parts and of what breaks it off, of LIE_READY, REMIND, COME_BACK: when it happened */
    int number; /* REMIND: how often by now */
    instant ready_at; /* REMIND: since when it lies there */
    const char *by;   /* HAND_OVER: the post */
    /* HAND_OVER, GIVE_NOTICE, GIVE_CORRECTION, NOTE_APOLOGY_GIVEN: the record of who came; nil: none */
    struct id collector;
    const struct step_clock *clock; /* END_PART, GO_ON, GO_BACK: of the work that it ends; NULL: that had no time */
    enum step_judged judged;        /* of the same */
    bool silent;                    /* END_CONSULT, END_PART: the unit kept silent */
    const struct remark *remark;    /* REFUSE_*: why an approver does not sign what was asked; NULL: another act */
};

/* REQUEST_SUPPLEMENT: what appraisal asks the citizen for. */
struct intake_supplement_asked {
    int step, round;
    struct id request;
    const char *by, *ground, *superior; /* NULL: none */
    instant at;                         /* when it was asked for */
    const struct remark *remark;        /* why */
};

/* Of NOTE_HAND_OVER: half of a hand-over between office and counter, as return tells of it. */
struct intake_hand_over {
    struct id document;
    int step;
    const char *act; /* "given", "taken" or "refused" */
    const char *from_unit, *to_unit, *post;
    const char *fault;       /* of a refusal, as a code; NULL else */
    struct intake_work went; /* of a taking: how the step went that it ends */
    instant at;
};

#endif
