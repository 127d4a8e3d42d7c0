/* SPDX-License-Identifier: Apache-2.0 */
/* Dossiers into a batch: one SELECT per table over all subjects at once. They are locked already. */
#include "services/intake/repo.h"

#include <string.h>

#include "common/domain/dossier.h"

const struct db_stmt intake_load_dossiers = {
    "intake_load_dossiers",
    "SELECT id, code, state, channel, counter, receiving_unit, unit, procedure, process, process_version, route, "
    "received_by,"
    "       received_at, due_at, due_at_reported, promised_at, due_rule, release, calendar_last_year, component_count, "
    "origin_reference, asked_unit, step_unit, array_to_string(part_units, ',') AS part_units, "
    "turn_unit, turn_lead, turn_post, turn_act, turn_since, turn_waits, turn_from_unit, turn_from_post, "
    "turn_state, turn_answered_by, turn_answered_at, broken_off_at, "
    "withdrawal, withdrawal_request, withdrawal_at, withdrawal_by,"
    "extension, extension_apology, extension_due_at, extension_reason, extension_by, extension_asked_at, "
    "extension_issued_at, apology_due_at, stop, stop_notice, stop_ground, stop_at, stop_by,"
    "       lapsed_stop_notice, lapsed_stop_ground, lapsed_stop_at, lapsed_stop_by,"
    "       outcome, finished_at, returned_at, ready_at, ready_early, reminders, reminded_at, came_back_at, "
    "returned_by,"
    "       EXISTS (SELECT FROM rating r WHERE r.dossier = dossier.id) AS rated"
    "  FROM dossier WHERE id = ANY ($1)"};

const struct db_stmt intake_load_transfers = {
    "intake_load_transfers",
    "SELECT dossier, supplement, step, round, state, from_unit, to_unit, opened_at, near_at, warning, "
    "due_at, given_by, given_at, answered_by, answered_at, reason"
    "  FROM transfer WHERE dossier = ANY ($1) ORDER BY dossier, step, round, supplement"};

const struct db_stmt intake_load_obligations = {
    "intake_load_obligations",
    "SELECT dossier, step, round, state, opened_at, due_at, near_at, warning, notice, opened_by, "
    "notified_at, met_by, met_at"
    "  FROM obligation WHERE dossier = ANY ($1) ORDER BY dossier, step, round"};

bool intake_is_catalogue(const struct subject *s)
{
    return strcmp(s->kind, "catalogue") == 0;
}

bool intake_is_dossier(const struct subject *s)
{
    return strcmp(s->kind, DOSSIER) == 0;
}

struct intake_asked *intake_asked(struct batch *b)
{
    if (!b->service)
        b->service = ARENA_NEW(b->arena, struct intake_asked);
    return b->service;
}

void intake_repo_ask(struct batch *b)
{
    struct intake_asked *q = intake_asked(b);

    intake_submissions_ask(b);
    q->dossiers = db_ask(b->db, b->arena, &intake_load_dossiers, DB_ARGS(db_items(b->subject_ids)));
    q->transfers = db_ask(b->db, b->arena, &intake_load_transfers, DB_ARGS(db_items(b->subject_ids)));
    q->obligations = db_ask(b->db, b->arena, &intake_load_obligations, DB_ARGS(db_items(b->subject_ids)));
    intake_findings_ask(b);
    intake_supplements_ask(b);
    intake_complaints_ask(b);
    intake_corrections_ask(b);
    intake_fees_ask(b);
}

/* Texts are copied: an answer's own live only until db_forget. */
static const char *text(const struct batch *b, const struct db_answer *q, size_t row, const char *column)
{
    return arena_strdup(b->arena, db_get_text(q, row, db_column(q, column)));
}

static int64_t number(const struct db_answer *q, size_t row, const char *column)
{
    return db_get_int(q, row, db_column(q, column));
}

static instant moment(const struct db_answer *q, size_t row, const char *column)
{
    return db_get_time(q, row, db_column(q, column));
}

/* word reads a stored word; NULL is the first, "none". */
static int word(const struct db_answer *q, size_t row, const char *column, int (*parse)(const char *))
{
    const char *name = db_get_text(q, row, db_column(q, column));
    int v = name ? parse(name) : 0;

    BUG_IF(v < 0, "%s cannot be \"%s\"", column, name);
    return v;
}

static struct intake_stop lapsed_stop(const struct batch *b, const struct db_answer *q, size_t row)
{
    struct id notice = db_get_uuid(q, row, db_column(q, "lapsed_stop_notice"));

    return (struct intake_stop){.state = id_is_nil(notice) ? STOP_NONE : STOP_LAPSED,
                                .notice = notice,
                                .ground = (enum stop_ground)word(q, row, "lapsed_stop_ground", stop_ground_parse),
                                .at = moment(q, row, "lapsed_stop_at"),
                                .by = text(b, q, row, "lapsed_stop_by")};
}

static struct intake_turn turn(const struct batch *b, const struct db_answer *q, size_t row)
{
    const char *act = db_get_text(q, row, db_column(q, "turn_act"));
    struct intake_turn t = {.unit = text(b, q, row, "turn_unit"),
                            .lead = text(b, q, row, "turn_lead"),
                            .post = text(b, q, row, "turn_post"),
                            .since = moment(q, row, "turn_since"),
                            .waits = db_get_bool(q, row, db_column(q, "turn_waits")),
                            .from_unit = text(b, q, row, "turn_from_unit"),
                            .from_post = text(b, q, row, "turn_from_post"),
                            .state = (enum intake_turn_state)word(q, row, "turn_state", intake_turn_state_parse),
                            .answered_by = text(b, q, row, "turn_answered_by"),
                            .answered_at = moment(q, row, "turn_answered_at")};

    while (act && t.by < INTAKE_ACT_COUNT && strcmp(intake_act_names[t.by], act) != 0)
        t.by++;
    BUG_IF(t.by == INTAKE_ACT_COUNT, "a turn cannot be by \"%s\"", act);
    return t;
}

static void take_dossier(const struct batch *b, const struct db_answer *q, size_t row)
{
    struct subject *s = batch_loaded(b, db_get_uuid(q, row, db_column(q, "id")));
    struct intake_file *file = ARENA_NEW(b->arena, struct intake_file);

    if (!s)
        return;
    file->dossier = (struct intake_dossier){
        .state = (enum intake_state)word(q, row, "state", intake_state_parse),
        .code = text(b, q, row, "code"),
        .channel = (enum channel)word(q, row, "channel", channel_parse),
        .counter = text(b, q, row, "counter"),
        .receiving_unit = text(b, q, row, "receiving_unit"),
        .unit = text(b, q, row, "unit"),
        .procedure = text(b, q, row, "procedure"),
        .process = text(b, q, row, "process"),
        .process_version = (int)number(q, row, "process_version"),
        .route = (enum route)word(q, row, "route", route_parse),
        .received_by = text(b, q, row, "received_by"),
        .received_at = moment(q, row, "received_at"),
        .due_at = moment(q, row, "due_at"),
        .due_reported = moment(q, row, "due_at_reported"),
        .promised_at = moment(q, row, "promised_at"),
        .due_rule = text(b, q, row, "due_rule"),
        .release = number(q, row, "release"),
        .calendar_last_year = (int)number(q, row, "calendar_last_year"),
        .component_count = (int)number(q, row, "component_count"),
        .origin_reference = text(b, q, row, "origin_reference"),
        .asked_unit = text(b, q, row, "asked_unit"),
        .step_unit = text(b, q, row, "step_unit"),
        .part_units = text(b, q, row, "part_units"),
        .turn = turn(b, q, row),
        .broken_off_at = moment(q, row, "broken_off_at"),
        .outcome = (enum outcome)word(q, row, "outcome", outcome_parse),
        .finished_at = moment(q, row, "finished_at"),
        .returned_at = moment(q, row, "returned_at"),
        .returned_by = text(b, q, row, "returned_by"),
        .rated = db_get_bool(q, row, db_column(q, "rated")),
        .withdrawal = {.state = (enum withdrawal)word(q, row, "withdrawal", withdrawal_parse),
                       .request = db_get_uuid(q, row, db_column(q, "withdrawal_request")),
                       .at = moment(q, row, "withdrawal_at"),
                       .by = text(b, q, row, "withdrawal_by")},
        .apology_due_at = moment(q, row, "apology_due_at"),
        .extension = {.state = (enum extension)word(q, row, "extension", extension_parse),
                      .apology = db_get_uuid(q, row, db_column(q, "extension_apology")),
                      .due_at = moment(q, row, "extension_due_at"),
                      .reason = text(b, q, row, "extension_reason"),
                      .by = text(b, q, row, "extension_by"),
                      .asked_at = moment(q, row, "extension_asked_at"),
                      .issued_at = moment(q, row, "extension_issued_at")},
        .stop = {.state = (enum stop)word(q, row, "stop", stop_parse),
                 .notice = db_get_uuid(q, row, db_column(q, "stop_notice")),
                 .ground = (enum stop_ground)word(q, row, "stop_ground", stop_ground_parse),
                 .at = moment(q, row, "stop_at"),
                 .by = text(b, q, row, "stop_by")},
        .lapsed_stop = lapsed_stop(b, q, row),
        .collection = {.ready_at = moment(q, row, "ready_at"),
                       .early = db_get_bool(q, row, db_column(q, "ready_early")),
                       .reminders = (int)number(q, row, "reminders"),
                       .reminded_at = moment(q, row, "reminded_at"),
                       .came_back_at = moment(q, row, "came_back_at")},
    };
    s->state = file;
}

static enum err_code take_transfer(const struct batch *b, const struct db_answer *q, size_t row, struct err *reterr)
{
    struct subject *s = batch_loaded(b, db_get_uuid(q, row, db_column(q, "dossier")));
    if (!s)
        return ERR_OK;
    struct intake_file *file = s->state;

    if (!file || file->dossier.transfer_count == INTAKE_TRANSFERS_MAX)
        return err_set(reterr, ERR_BUG, "dossier %s has transfers that cannot be", id_text(s->id).s);
    file->dossier.transfers[file->dossier.transfer_count++] = (struct intake_transfer){
        .supplement = (int)number(q, row, "supplement"),
        .step = (int)number(q, row, "step"),
        .round = (int)number(q, row, "round"),
        .state = (enum intake_transfer_state)word(q, row, "state", intake_transfer_state_parse),
        .from_unit = text(b, q, row, "from_unit"),
        .to_unit = text(b, q, row, "to_unit"),
        .opened_at = moment(q, row, "opened_at"),
        .due_at = moment(q, row, "due_at"),
        .near_at = moment(q, row, "near_at"),
        .warning = (enum step_warning)word(q, row, "warning", step_warning_parse),
        .given_by = text(b, q, row, "given_by"),
        .given_at = moment(q, row, "given_at"),
        .answered_by = text(b, q, row, "answered_by"),
        .answered_at = moment(q, row, "answered_at"),
        .reason = text(b, q, row, "reason"),
    };
    return ERR_OK;
}

static enum err_code take_obligation(const struct batch *b, const struct db_answer *q, size_t row, struct err *reterr)
{
    struct subject *s = batch_loaded(b, db_get_uuid(q, row, db_column(q, "dossier")));
    if (!s)
        return ERR_OK;
    struct intake_file *file = s->state;

    if (!file || file->dossier.obligation_count == INTAKE_OBLIGATIONS_MAX)
        return err_set(reterr, ERR_BUG, "dossier %s has obligations that cannot be", id_text(s->id).s);
    file->dossier.obligations[file->dossier.obligation_count++] = (struct intake_obligation){
        .step = (int)number(q, row, "step"),
        .round = (int)number(q, row, "round"),
        .state = (enum intake_obligation_state)word(q, row, "state", intake_obligation_state_parse),
        .opened_at = moment(q, row, "opened_at"),
        .due_at = moment(q, row, "due_at"),
        .near_at = moment(q, row, "near_at"),
        .warning = (enum step_warning)word(q, row, "warning", step_warning_parse),
        .notice = text(b, q, row, "notice"),
        .opened_by = text(b, q, row, "opened_by"),
        .notified_at = moment(q, row, "notified_at"),
        .met_by = text(b, q, row, "met_by"),
        .met_at = moment(q, row, "met_at"),
    };
    return ERR_OK;
}

enum err_code intake_repo_take(struct batch *b, struct err *reterr)
{
    const struct intake_asked *q = b->service;
    enum err_code rc = ERR_OK;

    intake_submissions_take(b);
    for (size_t row = 0; row < db_count(q->dossiers); row++)
        take_dossier(b, q->dossiers, row);
    for (size_t row = 0; !rc && row < db_count(q->transfers); row++)
        rc = take_transfer(b, q->transfers, row, reterr);
    for (size_t row = 0; !rc && row < db_count(q->obligations); row++)
        rc = take_obligation(b, q->obligations, row, reterr);
    if (!rc)
        rc = intake_findings_take(b, reterr);
    if (!rc)
        rc = intake_supplements_take(b, reterr);
    if (!rc)
        rc = intake_complaints_take(b, reterr);
    if (!rc)
        rc = intake_fees_take(b, reterr);
    return rc ? rc : intake_corrections_take(b, reterr);
}
