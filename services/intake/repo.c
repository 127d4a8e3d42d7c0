/* SPDX-License-Identifier: Apache-2.0 */
/* Dossiers into a batch: one SELECT per table over all subjects at once. They are locked already. */
#include "services/intake/columns.h"
#include "services/intake/repo.h"

#include <string.h>

#include "common/domain/dossier.h"

const struct db_stmt intake_load_dossiers = {
    "intake_load_dossiers",
    "SELECT id, code, state, channel, counter, receiving_unit, unit, procedure, process, process_version, route, "
    "received_by,"
    "       received_at, due_at, due_at_reported, promised_at, due_rule, release, calendar_last_year, component_count, "
    "origin_reference, asked_unit, step_unit, array_to_string(part_units, ',') AS part_units, "
    "array_to_string(silent_units, ',') AS silent_units, "
    "turn_unit, turn_lead, turn_post, turn_act, turn_since, turn_waits, "
    "CASE WHEN turn_waits THEN turn_done_result END AS turn_done_result, "
    "CASE WHEN turn_waits THEN turn_done_due_at END AS turn_done_due_at, turn_from_unit, turn_from_post, "
    "turn_state, turn_answered_by, turn_answered_at, broken_off_at, "
    "withdrawal, withdrawal_request, withdrawal_at, withdrawal_by,"
    "extension, extension_apology, extension_due_at, extension_reason, extension_by, extension_asked_at, "
    "extension_issued_at, extension_sealed_at, extension_nearest_at, extension_notice, "
    "apology_due_at, stop, stop_notice, stop_ground, stop_at, stop_by,"
    "       lapsed_stop_notice, lapsed_stop_ground, lapsed_stop_at, lapsed_stop_by,"
    "       outcome, sealed_document, finished_at, returned_at, ready_at, ready_early, reminders, reminded_at, came_back_at, "
    "returned_by,"
    "       EXISTS (SELECT FROM rating r WHERE r.dossier = dossier.id) AS rated"
    "  FROM dossier WHERE id = ANY ($1)"};

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
    intake_steps_ask(b);
    intake_findings_ask(b);
    intake_supplements_ask(b);
    intake_complaints_ask(b);
    intake_corrections_ask(b);
    intake_fees_ask(b);
}

static struct intake_stop lapsed_stop(struct columns *c)
{
    struct id notice = column_id(c, "lapsed_stop_notice");

    return (struct intake_stop){.state = id_is_nil(notice) ? STOP_NONE : STOP_LAPSED,
                                .notice = notice,
                                .ground =
                                    (enum stop_ground)column_word_or_none(c, "lapsed_stop_ground", stop_ground_parse),
                                .at = column_moment(c, "lapsed_stop_at"),
                                .by = column_text(c, "lapsed_stop_by")};
}

static int act_parse(const char *name)
{
    for (int act = 0; act < INTAKE_ACT_COUNT; act++)
        if (strcmp(intake_act_names[act], name) == 0)
            return act;
    return -1;
}

static struct intake_turn turn(struct columns *c)
{
    return (struct intake_turn){
        .unit = column_text(c, "turn_unit"),
        .lead = column_text(c, "turn_lead"),
        .post = column_text(c, "turn_post"),
        .by = (enum intake_act)column_word_or_none(c, "turn_act", act_parse),
        .since = column_moment(c, "turn_since"),
        .waits = column_yes(c, "turn_waits"),
        .done = {.result = (enum timing)column_word_or_none(c, "turn_done_result", timing_parse),
                 .due_at = column_moment(c, "turn_done_due_at")},
        .from_unit = column_text(c, "turn_from_unit"),
        .from_post = column_text(c, "turn_from_post"),
        .state = (enum intake_turn_state)column_word_or_none(c, "turn_state", intake_turn_state_parse),
        .answered_by = column_text(c, "turn_answered_by"),
        .answered_at = column_moment(c, "turn_answered_at"),
    };
}

static enum err_code take_dossier(const struct batch *b, struct columns *c)
{
    struct subject *s = batch_loaded(b, column_id(c, "id"));
    struct intake_file *file = ARENA_NEW(b->arena, struct intake_file);

    if (!s)
        return ERR_OK;
    file->dossier = (struct intake_dossier){
        .state = (enum intake_state)column_word(c, "state", intake_state_parse),
        .code = column_text(c, "code"),
        .channel = (enum channel)column_word(c, "channel", channel_parse),
        .counter = column_text(c, "counter"),
        .receiving_unit = column_text(c, "receiving_unit"),
        .unit = column_text(c, "unit"),
        .procedure = column_text(c, "procedure"),
        .process = column_text(c, "process"),
        .process_version = (int)column_number(c, "process_version"),
        .route = (enum route)column_word_or_none(c, "route", route_parse),
        .received_by = column_text(c, "received_by"),
        .received_at = column_moment(c, "received_at"),
        .due_at = column_moment(c, "due_at"),
        .due_reported = column_moment(c, "due_at_reported"),
        .promised_at = column_moment(c, "promised_at"),
        .due_rule = column_text(c, "due_rule"),
        .release = column_number(c, "release"),
        .calendar_last_year = (int)column_number(c, "calendar_last_year"),
        .component_count = (int)column_number(c, "component_count"),
        .origin_reference = column_text(c, "origin_reference"),
        .asked_unit = column_text(c, "asked_unit"),
        .step_unit = column_text(c, "step_unit"),
        .part_units = column_text(c, "part_units"),
        .silent_units = column_text(c, "silent_units"),
        .turn = turn(c),
        .broken_off_at = column_moment(c, "broken_off_at"),
        .outcome = (enum outcome)column_word_or_none(c, "outcome", outcome_parse),
        .sealed = column_id(c, "sealed_document"),
        .finished_at = column_moment(c, "finished_at"),
        .returned_at = column_moment(c, "returned_at"),
        .returned_by = column_text(c, "returned_by"),
        .rated = column_yes(c, "rated"),
        .withdrawal = {.state = (enum withdrawal)column_word_or_none(c, "withdrawal", withdrawal_parse),
                       .request = column_id(c, "withdrawal_request"),
                       .at = column_moment(c, "withdrawal_at"),
                       .by = column_text(c, "withdrawal_by")},
        .apology_due_at = column_moment(c, "apology_due_at"),
        .extension = {.state = (enum extension)column_word_or_none(c, "extension", extension_parse),
                      .apology = column_id(c, "extension_apology"),
                      .due_at = column_moment(c, "extension_due_at"),
                      .reason = column_text(c, "extension_reason"),
                      .by = column_text(c, "extension_by"),
                      .asked_at = column_moment(c, "extension_asked_at"),
                      .issued_at = column_moment(c, "extension_issued_at"),
                      .judged = {.sealed_at = column_moment(c, "extension_sealed_at"),
                                 .nearest = column_moment(c, "extension_nearest_at"),
                                 .notice = (int)column_number(c, "extension_notice")}},
        .stop = {.state = (enum stop)column_word_or_none(c, "stop", stop_parse),
                 .notice = column_id(c, "stop_notice"),
                 .ground = (enum stop_ground)column_word_or_none(c, "stop_ground", stop_ground_parse),
                 .at = column_moment(c, "stop_at"),
                 .by = column_text(c, "stop_by")},
        .lapsed_stop = lapsed_stop(c),
        .collection = {.ready_at = column_moment(c, "ready_at"),
                       .early = column_yes(c, "ready_early"),
                       .reminders = (int)column_number(c, "reminders"),
                       .reminded_at = column_moment(c, "reminded_at"),
                       .came_back_at = column_moment(c, "came_back_at")},
    };
    s->state = file;
    return c->rc;
}

enum err_code intake_repo_take(struct batch *b, struct err *reterr)
{
    const struct intake_asked *q = b->service;

    intake_submissions_take(b);
    enum err_code rc = columns_each(b, q->dossiers, take_dossier, reterr);
    if (!rc)
        rc = intake_steps_take(b, reterr);
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
