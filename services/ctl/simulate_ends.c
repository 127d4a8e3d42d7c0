/* SPDX-License-Identifier: Apache-2.0 */
/* How each dossier ended in each of the five schemas: exactly once, and as it was done. One statement per schema. */
#include <inttypes.h>
#include <string.h>

#include "services/ctl/simulate_books.h"

static int acts_of(const struct entry *e, enum deed deed)
{
    int n = 0;

    for (const char *p = e->d->acts; *p; p++)
        n += *p == deeds[deed].letter;
    return n;
}

/* He had his opinion with the receipt. */
static int at_once(const struct entry *e)
{
    return acts_of(e, DO_AT_ONCE) + acts_of(e, DO_REFUSE_AT_ONCE) + acts_of(e, DO_STUDY_AT_ONCE);
}

static bool stopped(const struct entry *e)
{
    return e->d->plan == PLAN_STOP || e->d->plan == PLAN_UNANSWERED;
}

static const char *outcome_of(const struct entry *e)
{
    return e->d->plan == PLAN_REJECT || acts_of(e, DO_REFUSE_AT_ONCE) ? "refused" : stopped(e) ? "stopped" : "granted";
}

static bool turned_away(const struct entry *e)
{
    return e->d->plan == PLAN_TURN_AWAY;
}

/* Told what is missing, and nothing else; the dossier that came of it has an entry of its own. */
static bool guided(const struct entry *e)
{
    return acts_of(e, DO_GUIDE) > 0;
}

static bool not_accepted(const struct entry *e)
{
    return turned_away(e) || guided(e);
}

static bool withdrawn(const struct entry *e)
{
    return e->d->plan == PLAN_WITHDRAW;
}

/* The result lies archived, since nobody came for it. */
static bool unclaimed(const struct entry *e)
{
    return acts_of(e, DO_KEEP) > 0;
}

/* Approval ended it before the last decision: the open step was stopped, that of appraisal cancelled. */
static bool broken_off(const struct entry *e)
{
    return withdrawn(e) || stopped(e);
}

/* ---- intake: returned, withdrawn, stopped, or refused or guided without a code */

static const struct db_stmt read_intake = {
    "ctl_ends_intake",
    "SELECT id, state, coalesce(code, '') AS code, coalesce(outcome, '') AS outcome,"
    "       (SELECT count(*) FROM rating r WHERE r.dossier = d.id) AS ratings,"
    "       (SELECT count(*) FROM correction c WHERE c.dossier = d.id) AS corrections,"
    "       (SELECT count(*) FROM correction c WHERE c.dossier = d.id AND c.state = 'handed_over') AS corrected,"
    "       (SELECT count(*) FROM complaint c WHERE c.dossier = d.id) AS complaints,"
    "       (SELECT count(*) FROM complaint c WHERE c.dossier = d.id AND c.justified) AS justified,"
    "       (SELECT count(*) FROM complaint c WHERE c.dossier = d.id AND c.state = 'open') AS waiting,"
    "       (SELECT count(*) FROM complaint c WHERE c.dossier = d.id AND c.state = 'published') AS published,"
    "       (SELECT count(*) FROM complaint c WHERE c.dossier = d.id AND c.supplied_at IS NOT NULL) AS supplied,"
    "       (SELECT coalesce(sum(c.originals), 0) FROM component c WHERE c.dossier = d.id AND c.to_return) AS lent,"
    "       (SELECT coalesce(sum(c.originals), 0) FROM component c WHERE c.dossier = d.id AND c.to_return"
    "           AND c.given_back_at IS NOT NULL) AS back,"
    "       (SELECT coalesce(sum(c.originals), 0) FROM component c WHERE c.dossier = d.id AND c.to_return"
    "           AND standing_of(c) = 'held') AS held,"
    "       (SELECT coalesce(sum(c.originals), 0) FROM loss l JOIN loss_component x USING (dossier, number)"
    "          JOIN component c ON c.dossier = x.dossier AND c.number = x.component"
    "         WHERE l.dossier = d.id AND c.to_return AND l.remedy IS DISTINCT FROM 'found') AS gone,"
    "       (SELECT count(*) FROM loss l WHERE l.dossier = d.id) AS losses,"
    "       (SELECT count(*) FROM loss l WHERE l.dossier = d.id AND l.state = 'open') AS losses_open,"
    "       (SELECT count(*) FROM fee f WHERE f.dossier = d.id AND f.state = 'due') AS owed,"
    "       (SELECT count(*) FROM fee f WHERE f.dossier = d.id AND f.paid_at IS NOT NULL) AS paid,"
    "       (SELECT count(*) FROM fee f WHERE f.dossier = d.id AND f.state = 'waived') AS waived,"
    "       (SELECT count(*) FROM fee f WHERE f.dossier = d.id AND f.state = 'refunded') AS refunded,"
    "       (SELECT count(*) FROM finding x WHERE x.dossier = d.id) AS findings,"
    "       (SELECT count(*) FROM exclusion x WHERE x.dossier = d.id) AS periods,"
    "       (SELECT count(*) FROM exclusion x WHERE x.dossier = d.id AND x.ended_at IS NOT NULL) AS ended,"
    "       (SELECT count(*) FROM hand_over h WHERE h.dossier = d.id AND h.act = 'refused') AS refused,"
    "       (SELECT count(*) FROM turns_of(d.id) w WHERE w.state = 'taken') AS turns,"
    "       (SELECT count(*) FROM way_back w WHERE w.dossier = d.id AND w.state = 'taken') AS ways,"
    "       coalesce(d.stop_ground, '') AS ground,"
    "       (SELECT count(*) FROM document x WHERE x.dossier = d.id AND x.kind = 'stop_notice') AS notices"
    "  FROM dossier d WHERE id = ANY ($1)"};

/* What the citizen said, and what was answered. */
static bool check_voices(struct books *b, int service, const struct entry *e, const struct db_answer *q, size_t i)
{
    int64_t ratings = db_get_int(q, i, db_column(q, "ratings")),
            complaints = db_get_int(q, i, db_column(q, "complaints")),
            justified = db_get_int(q, i, db_column(q, "justified")),
            waiting = db_get_int(q, i, db_column(q, "waiting")),
            published = db_get_int(q, i, db_column(q, "published")),
            supplied = db_get_int(q, i, db_column(q, "supplied"));
    int rated = acts_of(e, DO_RATE), complained = acts_of(e, DO_COMPLAIN),
        left = complained - acts_of(e, DO_REPLY) - acts_of(e, DO_REPLY_LATE) - acts_of(e, DO_REFUSE_REPLY);

    if (ratings == rated && complaints == complained && justified == e->d->justified && waiting == left &&
        published == acts_of(e, DO_PUBLISH) && supplied == acts_of(e, DO_ADD))
        return true;
    books_differ(b, service, e,
                 "%" PRId64 " ratings, %" PRId64 " complaints, %" PRId64 " justified, %" PRId64 " unanswered, %" PRId64
                 " published, %" PRId64 " added to; should be %d, %d, %d, %d, %d, %d",
                 ratings, complaints, justified, waiting, published, supplied, rated, complained, e->d->justified, left,
                 acts_of(e, DO_PUBLISH), acts_of(e, DO_ADD));
    return false;
}

/* Each case of loss, and whether it was settled. */
static bool check_losses(struct books *b, int service, const struct entry *e, const struct db_answer *q, size_t i)
{
    int64_t losses = db_get_int(q, i, db_column(q, "losses")), open = db_get_int(q, i, db_column(q, "losses_open"));
    int lost = acts_of(e, DO_LOSE), left = lost - acts_of(e, DO_SETTLE);

    if (losses == lost && open == left)
        return true;
    books_differ(b, service, e, "%" PRId64 " cases of loss, %" PRId64 " of them open; should be %d, %d", losses, open,
                 lost, left);
    return false;
}

/* Every original that was to go back did, is held, is lost, or something else is in its place. */
static bool check_papers(struct books *b, const struct entry *e, const struct db_answer *q, size_t i)
{
    int64_t lent = db_get_int(q, i, db_column(q, "lent")), back = db_get_int(q, i, db_column(q, "back")),
            held = db_get_int(q, i, db_column(q, "held")), gone = db_get_int(q, i, db_column(q, "gone"));
    bool lost = acts_of(e, DO_LOSE) > e->d->found, given = acts_of(e, DO_GIVE_BACK) > 0;

    if (lent == back + held + gone && (gone > 0) == lost && (back > 0) == given)
        return true;
    books_differ(b, CTL_INTAKE, e,
                 "of %" PRId64 " originals %" PRId64 " went back, %" PRId64 " are held, %" PRId64
                 " lost; given back %s, lost %s",
                 lent, back, held, gone, given ? "yes" : "no", lost ? "yes" : "no");
    return false;
}

/* A result that was wrong is corrected, and the citizen has the correction. */
static bool check_corrections(struct books *b, int service, const struct entry *e, const struct db_answer *q, size_t i)
{
    int64_t asked = db_get_int(q, i, db_column(q, "corrections")), had = db_get_int(q, i, db_column(q, "corrected"));
    int want = acts_of(e, DO_CORRECT), ended = want - acts_of(e, DO_NOT_CORRECT);

    if (asked == want && had == ended)
        return true;
    books_differ(b, service, e, "%" PRId64 " corrections, %" PRId64 " of them with the citizen; should be %d, %d",
                 asked, had, want, ended);
    return false;
}

/* All that fell due was paid or waived. */
static bool check_fees(struct books *b, const struct entry *e, const struct db_answer *q, size_t i)
{
    int64_t owed = db_get_int(q, i, db_column(q, "owed")), paid = db_get_int(q, i, db_column(q, "paid")),
            waived = db_get_int(q, i, db_column(q, "waived")), refunded = db_get_int(q, i, db_column(q, "refunded"));
    int pays = acts_of(e, DO_PAY_FEE) + acts_of(e, DO_PAY_ONLINE), waives = acts_of(e, DO_WAIVE_FEE),
        refunds = acts_of(e, DO_REFUND_FEE);

    if (owed == 0 && paid == pays && waived == waives && refunded == refunds)
        return true;
    books_differ(b, CTL_INTAKE, e,
                 "%" PRId64 " fees paid, %" PRId64 " waived, %" PRId64 " given back, %" PRId64
                 " owed; should be %d, %d, %d, none",
                 paid, waived, refunded, owed, pays, waives, refunds);
    return false;
}

/* What gives it another time by law, each kept, and the periods that ended earlier than was recorded. */
static bool check_times(struct books *b, const struct entry *e, const struct db_answer *q, size_t i)
{
    int64_t findings = db_get_int(q, i, db_column(q, "findings")), periods = db_get_int(q, i, db_column(q, "periods")),
            ended = db_get_int(q, i, db_column(q, "ended"));
    int found = acts_of(e, DO_FIND), left_out = acts_of(e, DO_LEAVE_OUT), early = acts_of(e, DO_END_PERIOD);

    if (findings == found && periods == left_out && ended == early)
        return true;
    books_differ(b, CTL_INTAKE, e,
                 "%" PRId64 " findings, %" PRId64 " periods left out, %" PRId64
                 " of them ended early; should be %d, %d, %d",
                 findings, periods, ended, found, left_out, early);
    return false;
}

/* What stands on the slip: what the counter did not take at first, the turns that were signed for in the end, and the
 * ways back to the counter. */
static bool check_slips(struct books *b, const struct entry *e, const struct db_answer *q, size_t i)
{
    int64_t refused = db_get_int(q, i, db_column(q, "refused")), turns = db_get_int(q, i, db_column(q, "turns")),
            ways = db_get_int(q, i, db_column(q, "ways"));
    int returned = acts_of(e, DO_HAND_REFUSE), taken = acts_of(e, DO_TAKE_TURN), back = acts_of(e, DO_TAKE_BACK);

    if (refused == returned && turns == taken && ways == back)
        return true;
    books_differ(b, CTL_INTAKE, e,
                 "%" PRId64 " hand-overs refused, %" PRId64 " turns signed for, %" PRId64
                 " ways back; should be %d, %d, %d",
                 refused, turns, ways, returned, taken, back);
    return false;
}

/* The ground on which a stop was asked for last; what was asked for too early, and refused, has left no notice. */
static bool check_stop(struct books *b, const struct entry *e, const struct db_answer *q, size_t i)
{
    const char *ground = db_get_text(q, i, db_column(q, "ground"));
    int64_t notices = db_get_int(q, i, db_column(q, "notices"));
    int in_vain = acts_of(e, DO_ASK_STOP_UNANSWERED), asked = acts_of(e, DO_ASK_STOP) + in_vain;
    const char *as = in_vain ? "no_supplement" : asked ? "object_gone" : "";

    if (notices == asked && strcmp(ground, as) == 0)
        return true;
    books_differ(b, CTL_INTAKE, e, "%" PRId64 " stop notices, ground \"%s\"; should be %d, \"%s\"", notices, ground,
                 asked, as);
    return false;
}

static bool check_intake(struct books *b, const struct entry *e, const struct db_answer *q, size_t i)
{
    const char *state = db_get_text(q, i, db_column(q, "state")), *outcome = db_get_text(q, i, db_column(q, "outcome"));
    const char *want = turned_away(e) ? "refused"
                       : guided(e)    ? "guided"
                       : withdrawn(e) ? "withdrawn"
                       : stopped(e)   ? "stopped"
                       : unclaimed(e) ? "finished"
                                      : "returned";
    const char *as = not_accepted(e) || withdrawn(e) ? "" : outcome_of(e);

    if (strcmp(state, want) == 0 && strcmp(outcome, as) == 0 &&
        strcmp(db_get_text(q, i, db_column(q, "code")), e->d->code) == 0)
        return check_voices(b, CTL_INTAKE, e, q, i) && check_losses(b, CTL_INTAKE, e, q, i) &&
               check_papers(b, e, q, i) && check_times(b, e, q, i) && check_slips(b, e, q, i) &&
               check_corrections(b, CTL_INTAKE, e, q, i) && check_fees(b, e, q, i) && check_stop(b, e, q, i);
    books_differ(b, CTL_INTAKE, e, "state %s, outcome \"%s\"; should be %s, \"%s\"", state, outcome, want, as);
    return false;
}

/* ---- appraisal: every step and round has ended, each by its act; of what was withdrawn or stopped, one may be
 * cancelled */

static const struct db_stmt read_appraisal = {
    "ctl_ends_appraisal",
    "SELECT dossier AS id, count(*) AS steps, "
    "       count(*) FILTER (WHERE state IN ('verified', 'consulted', 'appraised', 'endorsed', 'sent_back', "
    "'supplemented', 'unanswered')) AS done,"
    "       count(*) FILTER (WHERE state = 'cancelled') AS cancelled,"
    "       (SELECT count(*) FROM part p WHERE p.dossier = step.dossier AND p.state = 'given') AS parts,"
    "       (SELECT count(*) FROM part p WHERE p.dossier = step.dossier AND p.state = 'lapsed') AS silent,"
    "       (SELECT count(*) FROM part p WHERE p.dossier = step.dossier AND p.state IN ('waiting', 'queued')) AS "
    "waiting"
    "  FROM step WHERE dossier = ANY ($1) GROUP BY dossier"};

static bool check_appraisal(struct books *b, const struct entry *e, const struct db_answer *q, size_t i)
{
    int64_t steps = db_get_int(q, i, db_column(q, "steps")), done = db_get_int(q, i, db_column(q, "done"));
    int want = acts_of(e, DO_VERIFY) + acts_of(e, DO_ANSWER) + acts_of(e, DO_ASK_IN_VAIN) + acts_of(e, DO_CONCLUDE) +
               acts_of(e, DO_CONCLUDE_ALONE) + at_once(e) + acts_of(e, DO_ENDORSE) + acts_of(e, DO_RETURN_DRAFT) +
               acts_of(e, DO_SUPPLY);

    int64_t cancelled = db_get_int(q, i, db_column(q, "cancelled")), parts = db_get_int(q, i, db_column(q, "parts")),
            silent = db_get_int(q, i, db_column(q, "silent")), waiting = db_get_int(q, i, db_column(q, "waiting"));
    int given = acts_of(e, DO_PASS_ON) + acts_of(e, DO_CONTRIBUTE), alone = acts_of(e, DO_CONCLUDE_ALONE);

    if (parts != given || silent != alone || (waiting && !broken_off(e))) {
        books_differ(b, CTL_APPRAISAL, e,
                     "%" PRId64 " parts given, %" PRId64 " not, %" PRId64 " open; should be %d, %d and none", parts,
                     silent, waiting, given, alone);
        return false;
    }
    if (steps == want + cancelled && done == want && cancelled <= broken_off(e))
        return true;
    books_differ(b, CTL_APPRAISAL, e, "%" PRId64 " of %" PRId64 " steps ended; should be %d", done, steps, want);
    return false;
}

/* ---- approval: each step signed, or sent back and opened anew; the last one decides, or is stopped */

static const struct db_stmt read_approval = {
    "ctl_ends_approval", "SELECT dossier AS id, count(*) AS steps, count(*) FILTER (WHERE state = 'signed') AS signed,"
                         "       count(*) FILTER (WHERE state = 'sent_back') AS sent_back,"
                         "       count(*) FILTER (WHERE state = 'stopped') AS stopped,"
                         "       (array_agg(outcome ORDER BY step DESC, round DESC))[1] AS outcome,"
                         "       (SELECT count(*) FROM dossier d WHERE d.id = step.dossier AND d.forbidden IS NOT NULL)"
                         "           AS forbidden"
                         "  FROM step WHERE dossier = ANY ($1) GROUP BY dossier"};

static bool check_approval(struct books *b, const struct entry *e, const struct db_answer *q, size_t i)
{
    int64_t steps = db_get_int(q, i, db_column(q, "steps")), is_signed = db_get_int(q, i, db_column(q, "signed"));
    int64_t sent_back = db_get_int(q, i, db_column(q, "sent_back")), broken = db_get_int(q, i, db_column(q, "stopped"));
    const char *outcome = db_get_text(q, i, db_column(q, "outcome"));
    int want = acts_of(e, DO_SIGN) + acts_of(e, DO_AT_ONCE) + acts_of(e, DO_REFUSE_AT_ONCE),
        back = acts_of(e, DO_SEND_BACK);
    const char *as = broken_off(e) ? "" : outcome_of(e);
    int64_t forbidden = db_get_int(q, i, db_column(q, "forbidden"));

    if (forbidden != acts_of(e, DO_STUDY_AT_ONCE)) {
        books_differ(b, CTL_APPROVAL, e, "a decision at once was %s", forbidden ? "forbidden" : "not forbidden");
        return false;
    }
    if (steps == want + back + broken && is_signed == want && sent_back == back && broken == broken_off(e) &&
        strcmp(outcome, as) == 0)
        return true;
    books_differ(b, CTL_APPROVAL, e,
                 "%" PRId64 " steps, %" PRId64 " signed, %" PRId64 " sent back, %" PRId64
                 " stopped, \"%s\"; should be %d signed, %d sent back, %d stopped, \"%s\"",
                 steps, is_signed, sent_back, broken, outcome, want, back, broken_off(e), as);
    return false;
}

/* ---- return: the result, or the stop notice, and its letters where there were any, archived */

static const struct db_stmt read_return = {
    "ctl_ends_return",
    "SELECT d.dossier AS id, count(*) AS documents, count(*) FILTER (WHERE d.state = 'archived') AS archived,"
    "       count(*) FILTER (WHERE d.outcome = 'apology') AS apologies,"
    "       count(*) FILTER (WHERE d.outcome = 'correction') AS corrections,"
    "       coalesce(min(d.delivery || coalesce(' ' || d.collector, ''))"
    "                FILTER (WHERE d.outcome NOT IN ('apology', 'correction')), '') AS way,"
    "       coalesce(min(d.outcome) FILTER (WHERE d.outcome NOT IN ('apology', 'correction')), '') AS outcome,"
    "       count(n.number) AS numbers, "
    "count(u.seal) AS seals,"
    "       (SELECT count(*) FROM refused_act r WHERE r.dossier = d.dossier"
    "           AND (r.act, r.missing) IN (('seal', 'number'), ('archive', 'seal'), ('deliver', 'ready'))) AS hurried"
    "  FROM document d LEFT JOIN issued_number n ON n.dossier = d.dossier AND n.document = d.id"
    "                  LEFT JOIN seal_use u ON u.dossier = d.dossier AND u.document = d.id"
    " WHERE d.dossier = ANY ($1) GROUP BY d.dossier"};

/* way_of gives how the result was returned in the end. */
static const char *way_of(const struct entry *e)
{
    const char *way = "";

    for (const char *p = e->d->acts; *p; p++)
        way = *p == deeds[DO_DELIVER].letter         ? "counter applicant"
              : *p == deeds[DO_DELIVER_PROXY].letter ? "counter proxy"
              : *p == deeds[DO_SEND].letter          ? "post"
              : *p == deeds[DO_TRANSMIT].letter      ? "electronic"
              : *p == deeds[DO_NOTIFY].letter        ? "counter"
                                                     : way;
    return way;
}

static bool check_return(struct books *b, const struct entry *e, const struct db_answer *q, size_t i)
{
    int64_t documents = db_get_int(q, i, db_column(q, "documents")),
            archived = db_get_int(q, i, db_column(q, "archived"));
    int64_t numbers = db_get_int(q, i, db_column(q, "numbers")), seals = db_get_int(q, i, db_column(q, "seals"));
    const char *outcome = db_get_text(q, i, db_column(q, "outcome"));

    int64_t apologies = db_get_int(q, i, db_column(q, "apologies"));
    const char *way = db_get_text(q, i, db_column(q, "way"));
    int64_t corrections = db_get_int(q, i, db_column(q, "corrections"));
    int late = acts_of(e, DO_ISSUE), wrong = acts_of(e, DO_CORRECT) - acts_of(e, DO_NOT_CORRECT),
        want = 1 + late + wrong;

    int64_t hurried = db_get_int(q, i, db_column(q, "hurried"));
    int too_early = acts_of(e, DO_HURRY_SEAL) + acts_of(e, DO_HURRY) + acts_of(e, DO_HURRY_DELIVER);

    if (hurried != too_early) {
        books_differ(b, CTL_RETURN, e, "%" PRId64 " acts before their time are noted; should be %d", hurried,
                     too_early);
        return false;
    }
    if (strcmp(way, way_of(e)) != 0) {
        books_differ(b, CTL_RETURN, e, "returned by \"%s\"; should be \"%s\"", way, way_of(e));
        return false;
    }
    if (documents == want && archived == want - unclaimed(e) && numbers == want && seals == want && apologies == late &&
        corrections == wrong && strcmp(outcome, outcome_of(e)) == 0)
        return true;
    books_differ(b, CTL_RETURN, e,
                 "%" PRId64 " documents, %" PRId64 " archived, %" PRId64 " numbers, %" PRId64 " imprints, %" PRId64
                 " apologies, %" PRId64 " corrections, %s; should be %d of each, %d, %d, %s",
                 documents, archived, numbers, seals, apologies, corrections, outcome, want, late, wrong,
                 outcome_of(e));
    return false;
}

/* ---- audit: the sealed history is what was done, event by event. What the watch of a step told nobody did. */

static const struct db_stmt read_audit = {
    "ctl_ends_audit",
    "SELECT f.dossier AS id, f.result, f.rated::int AS ratings, f.complaints, "
    "f.justified, f.complaints - (SELECT count(*) FROM entry e WHERE e.subject = "
    "f.dossier AND e.type = 'ComplaintAnswered') AS waiting,"
    "       (SELECT count(*) FROM entry e WHERE e.subject = f.dossier AND e.type = 'ComplaintPublished') AS published,"
    "       (SELECT count(*) FROM entry e WHERE e.subject = f.dossier AND e.type = 'ComplaintSupplied') AS supplied,"
    "       (SELECT count(*) FROM entry e WHERE e.subject = f.dossier AND e.type "
    "= 'PaperLost') AS losses,"
    "       (SELECT count(*) FILTER (WHERE e.type = 'PaperLost') - count(*) "
    "FILTER (WHERE e.type = 'LossSettled') FROM entry e WHERE e.subject = "
    "f.dossier) AS losses_open,"
    "       (SELECT count(*) FROM correction c WHERE c.dossier = f.dossier) AS "
    "corrections, (SELECT count(*) FROM correction_end c WHERE c.dossier = "
    "f.dossier AND c.how = 'issued') AS corrected,"
    "       (SELECT string_agg(e.type, ' ' ORDER BY e.source, e.version) FROM "
    "entry e WHERE e.subject = f.dossier AND e.type !~ " BOOKS_WATCHES ") AS events,"
    "       (SELECT count(*) FROM entry e WHERE e.subject = f.dossier AND e.type ~ " BOOKS_DUE ") AS dues,"
    "       (SELECT count(*) FROM late_entry l JOIN entry e USING (number) WHERE "
    "e.subject = f.dossier) AS late"
    "  FROM fact f WHERE f.dossier = ANY ($1)"};

/* events_of writes what should be there in the order of (source, version). */
static const char *events_of(struct arena *a, const struct entry *e, int months)
{
    struct buf text;

    buf_init(&text, (size_t)16 << 10);
    for (int service = CTL_INTAKE; service <= CTL_RETURN; service++) {
        for (const char *p = e->d->acts; *p; p++)
            for (int k = 0; k < DEED_COUNT; k++)
                if (deeds[k].letter == *p) {
                    const char *before = deeds[k].service == service ? deed_prelude((enum deed)k) : NULL;
                    if (before)
                        buf_printf(&text, "%s%s", text.n ? " " : "", before);
                    const char *echo = deed_echo((enum deed)k, service);
                    if (deeds[k].service == service && deeds[k].event)
                        buf_printf(&text, "%s%s", text.n ? " " : "", deeds[k].event);
                    if (echo)
                        buf_printf(&text, "%s%s", text.n ? " " : "", echo);
                }
        if (service == CTL_INTAKE && dossier_is_told(e->d, months))
            buf_str(&text, " ComplaintDuePassed");
        if (service == CTL_INTAKE && dossier_is_unpublished(e->d, months))
            buf_str(&text, " ComplaintPublicationPassed");
    }
    const char *made = arena_strdup(a, buf_cstr(&text));
    buf_release(&text);
    return made;
}

static bool check_audit(struct books *b, const struct entry *e, const struct db_answer *q, size_t i)
{
    const char *result = db_get_text(q, i, db_column(q, "result")), *events = db_get_text(q, i, db_column(q, "events"));
    const char *want = turned_away(e) ? "refused_at_counter"
                       : guided(e)    ? "guided"
                       : withdrawn(e) ? "withdrawn"
                                      : outcome_of(e),
               *should = events_of(b->arena, e, b->months);

    int64_t late = db_get_int(q, i, db_column(q, "late"));

    if (strcmp(result, want) != 0)
        books_differ(b, CTL_AUDIT, e, "counted as %s; should be %s", result, want);
    else if (!events || strcmp(events, should) != 0)
        books_differ(b, CTL_AUDIT, e, "the history is \"%s\"; should be \"%s\"", events ? events : "", should);
    else if (!b->months && db_get_int(q, i, db_column(q, "dues")) > 0)
        books_differ(b, CTL_AUDIT, e, "its date came near or passed, and no month went by");
    else if (late != e->d->late)
        books_differ(b, CTL_AUDIT, e, "%" PRId64 " late entries; should be %d", late, e->d->late);
    else
        return check_voices(b, CTL_AUDIT, e, q, i) && check_losses(b, CTL_AUDIT, e, q, i) &&
               check_corrections(b, CTL_AUDIT, e, q, i);
    return false;
}

/* ---- all of them */

static const struct {
    const struct db_stmt *read;
    bool (*check)(struct books *b, const struct entry *e, const struct db_answer *q, size_t i);
    bool of_refusals; /* knows what was refused or guided at the counter, too */
    bool of_withdrawn;
} schemas[CTL_SERVICES] = {
    [CTL_INTAKE] = {&read_intake, check_intake, true, true},
    [CTL_APPRAISAL] = {&read_appraisal, check_appraisal, false, true},
    [CTL_APPROVAL] = {&read_approval, check_approval, false, true},
    [CTL_RETURN] = {&read_return, check_return, false, false},
    [CTL_AUDIT] = {&read_audit, check_audit, true, true},
};

/* belongs_to tells whether a schema says how such a dossier ended. */
static bool belongs_to(const struct entry *e, int service)
{
    return (schemas[service].of_refusals || !not_accepted(e)) && (schemas[service].of_withdrawn || !withdrawn(e));
}

static bool compare_schema(struct books *b, int service)
{
    struct db_answer *q;
    struct err err = {0};

    if (db_run(b->db[service], b->arena, schemas[service].read, DB_ARGS(db_items(b->ids)), &q, &err))
        return ctl_fail_err("reading the books", &err) == CTL_OK;
    for (size_t i = 0; i < db_count(q); i++) {
        struct entry *e = books_find(b, db_get_uuid(q, i, db_column(q, "id")));
        if (!e || e->ended[service])
            continue;
        e->ended[service] = true;
        if (!belongs_to(e, service))
            books_differ(b, service, e, "was %s and is here all the same",
                         withdrawn(e) ? "withdrawn" : "refused or guided at the counter");
        else
            b->right[service] += schemas[service].check(b, e, q, i);
    }
    for (size_t i = 0; i < b->count; i++)
        if (!b->entries[i].ended[service] && belongs_to(&b->entries[i], service))
            books_differ(b, service, &b->entries[i], "is not here");
    db_forget(b->db[service]);
    return true;
}

/* ---- numbers without gaps */

static const struct {
    int service;
    struct db_stmt read;
} dense[] = {
    {CTL_INTAKE,
     {"ctl_dense_codes",
      "SELECT left(code, -5) AS series, count(*) AS there, max(right(code, 4)::int)::int8 AS most FROM dossier"
      " WHERE left(code, -5) IN (SELECT left(code, -5) FROM dossier WHERE id = ANY ($1) AND code IS NOT NULL)"
      " GROUP BY 1 HAVING count(*) <> max(right(code, 4)::int) OR count(DISTINCT code) <> count(*)"}},
    {CTL_RETURN,
     {"ctl_dense_numbers",
      "SELECT series || '/' || year AS series, count(*) AS there, max(number) AS most FROM issued_number"
      " WHERE (series, year) IN (SELECT series, year FROM issued_number WHERE dossier = ANY ($1))"
      " GROUP BY series, year HAVING count(*) <> max(number) OR min(number) <> 1"}},
    {CTL_AUDIT,
     {"ctl_dense_entries", "SELECT 'entry' AS series, count(*) AS there, max(number) AS most FROM entry"
                           " WHERE $1::uuid[] IS NOT NULL HAVING count(*) <> max(number)"}},
};

static bool compare_series(struct books *b)
{
    for (size_t k = 0; k < COUNT_OF(dense); k++) {
        struct db_answer *q;
        struct err err = {0};
        int service = dense[k].service;
        if (db_run(b->db[service], b->arena, &dense[k].read, DB_ARGS(db_items(b->ids)), &q, &err))
            return ctl_fail_err("reading the books", &err) == CTL_OK;
        b->gaps[service] = (int64_t)db_count(q);
        for (size_t i = 0; i < db_count(q); i++)
            books_differ(b, service, NULL, "series %s has %" PRId64 " numbers, the highest is %" PRId64,
                         db_get_text(q, i, db_column(q, "series")), db_get_int(q, i, db_column(q, "there")),
                         db_get_int(q, i, db_column(q, "most")));
        db_forget(b->db[service]);
    }
    return true;
}

bool books_compare_ends(struct books *b)
{
    for (int service = 0; service < CTL_SERVICES; service++)
        if (!compare_schema(b, service))
            return false;
    return compare_series(b);
}
