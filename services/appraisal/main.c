/* SPDX-License-Identifier: Apache-2.0 */
/* taicho-appraisal: the service as one struct. */
#include "common/runtime/service_main.h"
#include "services/appraisal/appraisal.h"
#include "services/appraisal/commands.h"
#include "services/appraisal/events.h"
#include "services/appraisal/repo.h"
#include "services/appraisal/routes.h"

extern const struct embedded appraisal_sql[], appraisal_web[];

static const struct fsm *const lifecycles[] = {&appraisal_fsm, &appraisal_part_fsm, NULL};

int main(int argc, char **argv)
{
    struct service appraisal = {
        .name = "appraisal",
        .source = SOURCE_APPRAISAL,
        .port = 8082,
        .sentence = "thẩm định: the queue, the officer, the opinion",
        .routes = appraisal_routes,
        .route_count = appraisal_route_count,
        .projections = appraisal_projections,
        .projection_count = appraisal_projection_count,
        .emits = appraisal_emits,
        .emit_count = appraisal_emit_count,
        .lifecycles = lifecycles,
        .ops = &appraisal_ops,
        .statements = appraisal_statements,
        .migrations = appraisal_sql,
        .pages = appraisal_web,
    };
    return service_main(&appraisal, argc, argv);
}
