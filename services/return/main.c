/* SPDX-License-Identifier: Apache-2.0 */
/* taicho-return: the service as one struct. */
#include "common/runtime/service_main.h"
#include "services/return/commands.h"
#include "services/return/events.h"
#include "services/return/repo.h"
#include "services/return/return.h"
#include "services/return/routes.h"

extern const struct embedded return_sql[], return_web[];

static const struct fsm *const lifecycles[] = {&return_fsm, NULL};

int main(int argc, char **argv)
{
    struct service service = {
        .name = "return",
        .source = SOURCE_RETURN,
        .port = 8084,
        .sentence = "trả kết quả: the number, the seal, the hand-over, the archive",
        .routes = return_routes,
        .route_count = return_route_count,
        .projections = return_projections,
        .projection_count = return_projection_count,
        .emits = return_emits,
        .emit_count = return_emit_count,
        .lifecycles = lifecycles,
        .ops = &return_ops,
        .statements = return_statements,
        .migrations = return_sql,
        .pages = return_web,
    };
    return service_main(&service, argc, argv);
}
