/* SPDX-License-Identifier: Apache-2.0 */
/* taicho-approval: the service as one struct. */
#include "common/runtime/service_main.h"
#include "services/approval/approval.h"
#include "services/approval/commands.h"
#include "services/approval/events.h"
#include "services/approval/repo.h"
#include "services/approval/routes.h"

extern const struct embedded approval_sql[], approval_web[];

static const struct fsm *const lifecycles[] = {&approval_fsm, NULL};

int main(int argc, char **argv)
{
    struct service approval = {
        .name = "approval",
        .source = SOURCE_APPROVAL,
        .port = 8083,
        .sentence = "phê duyệt: the mandate, the decision, the signature",
        .routes = approval_routes,
        .route_count = approval_route_count,
        .projections = approval_projections,
        .projection_count = approval_projection_count,
        .emits = approval_emits,
        .emit_count = approval_emit_count,
        .lifecycles = lifecycles,
        .ops = &approval_ops,
        .statements = approval_statements,
        .migrations = approval_sql,
        .pages = approval_web,
    };
    return service_main(&approval, argc, argv);
}
