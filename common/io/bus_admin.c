/* SPDX-License-Identifier: Apache-2.0 */
/* Topics and the cluster's id, with a short-lived client of their own; how far groups are, with the caller's. */
#include <stdlib.h>
#include <string.h>

#include "common/io/bus_rd.h"

enum err_code bus_cluster_id(const char *brokers, int deadline_ms, char *ret, size_t size, struct err *reterr)
{
    rd_kafka_t *rk;
    enum err_code rc = bus_client(RD_KAFKA_PRODUCER, bus_conf(brokers, "taicho-admin", NULL, 0), &rk, reterr);
    if (rc)
        return rc;
    rc = bus_cluster(rk, deadline_ms, ret, size, reterr);
    rd_kafka_destroy(rk);
    return rc;
}

/* -1: the cluster does not have the topic. The list of all topics is asked for, because asking for one may create it.
 */
static int count_of(const struct rd_kafka_metadata *md, const char *name)
{
    for (int i = 0; i < md->topic_cnt; i++)
        if (!strcmp(md->topics[i].topic, name) && md->topics[i].err != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
            return md->topics[i].partition_cnt;
    return -1;
}

/* The answer of the admin API: that somebody else was faster is no failure. */
static enum err_code read_created(rd_kafka_event_t *event, struct err *reterr)
{
    if (!event)
        return err_set(reterr, ERR_UNAVAILABLE, "kafka: creating topics: no answer within the time limit");
    if (rd_kafka_event_error(event))
        return err_set(reterr, ERR_UNAVAILABLE, "kafka: creating topics: %s", rd_kafka_event_error_string(event));
    size_t n;
    const rd_kafka_topic_result_t **results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &n);
    for (size_t i = 0; i < n; i++) {
        rd_kafka_resp_err_t rk_err = rd_kafka_topic_result_error(results[i]);
        if (!rk_err || rk_err == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
            continue;
        const char *why = rd_kafka_topic_result_error_string(results[i]);
        return err_set(reterr, ERR_UNAVAILABLE, "kafka: creating topic %s: %s", rd_kafka_topic_result_name(results[i]),
                       why ? why : rd_kafka_err2str(rk_err));
    }
    return ERR_OK;
}

static enum err_code create(rd_kafka_t *rk, const struct bus_topic *const *topics, size_t count, int deadline_ms,
                            struct err *reterr)
{
    char why[256];
    rd_kafka_NewTopic_t **wanted = calloc(count, sizeof *wanted);
    BUG_IF(!wanted, "out of memory");
    for (size_t i = 0; i < count; i++) {
        /* -1 copies: as many as the cluster makes by default (one locally, three in production) */
        wanted[i] = rd_kafka_NewTopic_new(topics[i]->name, topics[i]->partitions, -1, why, sizeof why);
        BUG_IF(!wanted[i], "topic %s: %s", topics[i]->name, why);
        for (const char *const *s = topics[i]->settings; s && s[0]; s += 2)
            rd_kafka_NewTopic_set_config(wanted[i], s[0], s[1]);
    }

    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(rk, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_AdminOptions_set_request_timeout(options, deadline_ms, why, sizeof why);
    rd_kafka_AdminOptions_set_operation_timeout(options, deadline_ms, why, sizeof why);
    rd_kafka_CreateTopics(rk, wanted, count, options, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, deadline_ms + 500);
    enum err_code rc = read_created(event, reterr);

    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_queue_destroy(queue);
    rd_kafka_NewTopic_destroy_array(wanted, count);
    free(wanted);
    return rc;
}

/* Waits until each topic is known with all leaders, and compares. */
static enum err_code check_counts(rd_kafka_t *rk, const struct bus_topic *topics, size_t count, int64_t until,
                                  struct err *reterr)
{
    for (size_t i = 0; i < count; i++) {
        rd_kafka_topic_t *t = rd_kafka_topic_new(rk, topics[i].name, NULL);
        BUG_IF(!t, "topic %s: %s", topics[i].name, rd_kafka_err2str(rd_kafka_last_error()));
        int is;
        enum err_code rc = bus_partitions(rk, t, bus_ms_until(until), &is, reterr);
        rd_kafka_topic_destroy(t);
        if (rc)
            return rc;
        if (is != topics[i].partitions)
            return err_set(reterr, ERR_CONFLICT, "kafka: topic %s has %d partitions instead of %d", topics[i].name, is,
                           topics[i].partitions);
    }
    return ERR_OK;
}

static enum err_code make(rd_kafka_t *rk, const struct bus_topic *topics, size_t count, int deadline_ms,
                          struct err *reterr)
{
    int64_t until = instant_mono() + deadline_ms * INSTANT_MS;
    const struct rd_kafka_metadata *md;
    rd_kafka_resp_err_t rk_err = rd_kafka_metadata(rk, 1, NULL, &md, deadline_ms);
    if (rk_err)
        return bus_error(rk_err, "list of topics", reterr);

    const struct bus_topic **missing = calloc(count + 1, sizeof *missing);
    BUG_IF(!missing, "out of memory");
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (count_of(md, topics[i].name) < 0)
            missing[n++] = &topics[i];
    rd_kafka_metadata_destroy(md);

    enum err_code rc = n > 0 ? create(rk, missing, n, bus_ms_until(until) + 1, reterr) : ERR_OK;
    free(missing);
    return rc ? rc : check_counts(rk, topics, count, until, reterr);
}

enum err_code bus_topics_make(const char *brokers, const struct bus_topic *topics, size_t count, int deadline_ms,
                              struct err *reterr)
{
    rd_kafka_t *rk;
    enum err_code rc = bus_client(RD_KAFKA_PRODUCER, bus_conf(brokers, "taicho-admin", NULL, 0), &rk, reterr);
    if (rc)
        return rc;
    rc = make(rk, topics, count, deadline_ms, reterr);
    rd_kafka_destroy(rk);
    return rc;
}

/* ---- how far a group is */

static enum err_code read_committed(rd_kafka_event_t *event, const char *topic, const int *partitions, size_t count,
                                    int64_t *ret, struct err *reterr)
{
    size_t n = 0;
    if (!event)
        return err_set(reterr, ERR_UNAVAILABLE, "kafka: asking for committed offsets: no answer within the time limit");
    if (rd_kafka_event_error(event))
        return bus_error(rd_kafka_event_error(event), "asking for committed offsets", reterr);
    const rd_kafka_group_result_t **results =
        rd_kafka_ListConsumerGroupOffsets_result_groups(rd_kafka_event_ListConsumerGroupOffsets_result(event), &n);
    BUG_IF(n != 1, "%zu answers for one group", n);
    const rd_kafka_error_t *error = rd_kafka_group_result_error(results[0]);
    if (error)
        return bus_error(rd_kafka_error_code(error), rd_kafka_group_result_name(results[0]), reterr);
    const rd_kafka_topic_partition_list_t *list = rd_kafka_group_result_partitions(results[0]);
    for (size_t i = 0; i < count; i++) {
        const rd_kafka_topic_partition_t *p = rd_kafka_topic_partition_list_find(
            (rd_kafka_topic_partition_list_t *)(uintptr_t)list, topic, partitions[i]);
        ret[i] = p && !p->err && p->offset >= 0 ? p->offset : -1;
    }
    return ERR_OK;
}

enum err_code bus_committed(rd_kafka_t *rk, const char *group, const char *topic, const int *partitions, size_t count,
                            int deadline_ms, int64_t *ret, struct err *reterr)
{
    char why[256];
    rd_kafka_topic_partition_list_t *wanted = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(wanted, topic, partitions[i]);
    rd_kafka_ListConsumerGroupOffsets_t *one = rd_kafka_ListConsumerGroupOffsets_new(group, wanted);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(rk, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS);
    rd_kafka_AdminOptions_set_request_timeout(options, deadline_ms, why, sizeof why);
    rd_kafka_ListConsumerGroupOffsets(rk, &one, 1, options, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, deadline_ms + 500);
    enum err_code rc = read_committed(event, topic, partitions, count, ret, reterr);

    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_queue_destroy(queue);
    rd_kafka_ListConsumerGroupOffsets_destroy(one);
    rd_kafka_topic_partition_list_destroy(wanted);
    return rc;
}
