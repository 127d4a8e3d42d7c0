/* SPDX-License-Identifier: Apache-2.0 */
/* The topics of the contract (proto/README.md). The number of partitions never changes: it would be another topic. */
#include <stdio.h>

#include "common/base/instant.h"
#include "common/flow/event.h"
#include "common/io/bus.h"
#include "services/ctl/commands.h"

#define WAIT_MS    30000 /* for a broker that is just starting */
#define REQUEST_MS 10000

static const char *const week[] = {"cleanup.policy", "delete", "retention.ms", "604800000", NULL};
static const char *const compact[] = {"cleanup.policy", "compact", NULL};
static const char *const kept[] = {"cleanup.policy", "delete", "retention.ms", "-1", NULL};

static const struct bus_topic topics[] = {
    {"taicho.intake.v1", STAGE_PARTITIONS, week},
    {"taicho.appraisal.v1", STAGE_PARTITIONS, week},
    {"taicho.approval.v1", STAGE_PARTITIONS, week},
    {"taicho.return.v1", STAGE_PARTITIONS, week},
    {CATALOGUE_TOPIC, 1, compact},
    {ENTRY_TOPIC, STAGE_PARTITIONS, week},
    {KPI_TOPIC, STAGE_PARTITIONS, compact},
    {"taicho.audit.checkpoint.v1", 1, kept},
    {"taicho.intake.v1.dlq", STAGE_PARTITIONS, week},
    {"taicho.appraisal.v1.dlq", STAGE_PARTITIONS, week},
    {"taicho.approval.v1.dlq", STAGE_PARTITIONS, week},
    {"taicho.return.v1.dlq", STAGE_PARTITIONS, week},
    {CATALOGUE_TOPIC ".dlq", 1, week},
};

int ctl_topics(const struct ctl_command *self, int argc, char **argv)
{
    const char *brokers = ctl_env("KAFKA_BROKERS", NULL);
    int64_t until = instant_mono() + WAIT_MS * INSTANT_MS;
    struct err e = {0};

    if (argc > 0)
        return ctl_usage(self);
    if (!brokers)
        return ctl_fail("KAFKA_BROKERS is not set; `. .run/env` sets it, or give your broker's host:port");
    for (;;) {
        enum err_code rc = bus_topics_make(brokers, topics, COUNT_OF(topics), REQUEST_MS, &e);
        if (rc == ERR_OK)
            break;
        if (rc == ERR_CONFLICT) {
            ctl_fail_err("topics", &e);
            return ctl_fail(
                "the number of partitions of a topic cannot change: move that topic away and run this again");
        }
        if (instant_mono() > until) {
            ctl_fail_err("topics", &e);
            return ctl_fail("is the broker at %s running? `make status` tells", brokers);
        }
        ctl_pause(250);
    }
    printf("%zu topics are there\n", COUNT_OF(topics));
    return CTL_OK;
}
