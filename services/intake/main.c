/* SPDX-License-Identifier: Apache-2.0 */
/* Intake (tiếp nhận): what happens at the counter, and the reference data of all services. */
#include "common/runtime/service_main.h"
#include "services/intake/commands.h"
#include "services/intake/events.h"
#include "services/intake/repo.h"
#include "services/intake/routes.h"

extern const struct embedded intake_sql[], intake_web[];

static const struct fsm *const lifecycles[] = {&intake_fsm,           &intake_transfer_fsm,
                                               &intake_turn_fsm,      &intake_obligation_fsm,
                                               &intake_complaint_fsm, &intake_correction_fsm,
                                               &intake_loss_fsm,      &intake_way_fsm,
                                               &intake_fee_fsm,       NULL};

static const struct service intake = {
    .name = "intake",
    .source = SOURCE_INTAKE,
    .port = 8081,
    .sentence =
        "Receives dossiers at the counter, keeps every document and all personal data, owns the reference data.",
    .routes = intake_routes,
    .route_count = INTAKE_ROUTES,
    .projections = intake_projections,
    .projection_count = INTAKE_LISTENS,
    .emits = intake_emits,
    .emit_count = INTAKE_EMITS,
    .lifecycles = lifecycles,
    .ops = &intake_ops,
    .statements = intake_statements,
    .migrations = intake_sql,
    .pages = intake_web,
    .catalogue_owner = true,
};

int main(int argc, char **argv)
{
    return service_main(&intake, argc, argv);
}
