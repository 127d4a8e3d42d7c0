/* SPDX-License-Identifier: Apache-2.0 */
/* taicho-audit: the service as one struct. */
#include "common/runtime/service_main.h"
#include "services/audit/commands.h"
#include "services/audit/events.h"
#include "services/audit/repo.h"
#include "services/audit/routes.h"

extern const struct embedded audit_sql[], audit_web[];

int main(int argc, char **argv)
{
    struct service audit = {
        .name = "audit",
        .source = SOURCE_NONE,
        .port = 8085,
        .sentence = "giám sát: the sealed history of every event, figures, targets",
        .routes = audit_routes,
        .route_count = audit_route_count,
        .projections = audit_projections,
        .projection_count = audit_projection_count,
        .ops = &audit_ops,
        .statements = audit_statements,
        .migrations = audit_sql,
        .pages = audit_web,
        .single = true,
    };

    return service_main(&audit, argc, argv);
}
