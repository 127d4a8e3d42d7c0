/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taicho-devbroker: a stand-in for Kafka where Kafka cannot be had, made of librdkafka's mock cluster.
 *
 *   taicho-devbroker --run-dir DIR [TOPIC[:PARTITIONS] ...]
 *
 * Makes the topics (all of taicho's when none is named), writes its address to DIR/bootstrap and runs until SIGTERM.
 * Everything is in memory and gone with the process; of a partition it keeps the newest 5 MiB, read or not, so services
 * run with TAICHO_THROTTLE. It has no admin calls, no static group membership and a first join of three seconds.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "common/base/attr.h"

#define STAGE_PARTITIONS 12

static const char *const all_topics[] = {
    "taicho.intake.v1",          "taicho.appraisal.v1",     "taicho.approval.v1",     "taicho.return.v1",
    "taicho.catalogue.v1:1",     "taicho.audit.entry.v1",   "taicho.audit.kpi.v1",    "taicho.audit.checkpoint.v1:1",
    "taicho.intake.v1.dlq",      "taicho.appraisal.v1.dlq", "taicho.approval.v1.dlq", "taicho.return.v1.dlq",
    "taicho.catalogue.v1.dlq:1",
};

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "taicho-devbroker: %s: %s\n", what, why);
    return 1;
}

/* NAME or NAME:PARTITIONS */
static int make_topic(rd_kafka_mock_cluster_t *cluster, const char *word)
{
    char name[256];
    const char *colon = strchr(word, ':');
    size_t n = colon ? (size_t)(colon - word) : strlen(word);
    char *end = "";
    long partitions = colon ? strtol(colon + 1, &end, 10) : STAGE_PARTITIONS;
    if (n == 0 || n >= sizeof name || *end || partitions < 1 || partitions > 1000)
        return fail(word, "not TOPIC or TOPIC:PARTITIONS");
    memcpy(name, word, n);
    name[n] = 0;
    rd_kafka_resp_err_t e = rd_kafka_mock_topic_create(cluster, name, (int)partitions, 1);
    return e ? fail(name, rd_kafka_err2str(e)) : 0;
}

/* Whoever waits for the file must never see half of it, hence the rename. */
static int publish(const char *path, const char *address)
{
    char temporary[1100];
    snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *f = fopen(temporary, "w");
    if (!f)
        return fail(temporary, strerror(errno));
    fprintf(f, "%s\n", address);
    if (fclose(f) != 0 || rename(temporary, path) != 0)
        return fail(path, strerror(errno));
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 3 || strcmp(argv[1], "--run-dir") != 0) {
        fprintf(stderr, "usage: taicho-devbroker --run-dir DIR [TOPIC[:PARTITIONS] ...]\n");
        return 2;
    }

    char path[1024];
    snprintf(path, sizeof path, "%s/bootstrap", argv[2]);
    remove(path); /* of a broker that is no more */

    /* Blocked before librdkafka starts its threads, so that the signal comes here. */
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);

    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "3", why, sizeof why); /* this client has no brokers but its own: no warning */
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (!rk)
        return fail("start", why);
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(rk, 1);
    if (!cluster)
        return fail("start", "no mock cluster");

    const char *const *topics = argc > 3 ? (const char *const *)argv + 3 : all_topics;
    size_t count = argc > 3 ? (size_t)argc - 3 : COUNT_OF(all_topics);
    int rc = 0;
    for (size_t i = 0; i < count && !rc; i++)
        rc = make_topic(cluster, topics[i]);
    const char *address = rd_kafka_mock_cluster_bootstraps(cluster);
    if (!rc)
        rc = publish(path, address);
    if (!rc) {
        fprintf(stderr,
                "taicho-devbroker: %zu topics at %s. In memory only: messages are lost when it stops, and beyond 5 MiB "
                "per partition.\n",
                count, address);
        int signal_number;
        sigwait(&stop, &signal_number);
        remove(path);
    }
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(rk);
    return rc;
}
