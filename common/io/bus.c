/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What producer, consumer and administration have in common.
 *
 * Defects of librdkafka 2.0.2 (Debian 12) that these files step round:
 *   producer goes fatal after a "possibly persisted" disconnect    the relay throws it away and rewinds
 *   first message of an unknown topic waits up to 1 s              bus_producer_warm
 *   produceva frees twice when the partition does not exist        producev only
 *   batch consume with seek or pause skips offsets                 single consume; no pause, no seek: assigned anew
 *   cooperative assignors loop, hang, lose assignments             range
 *   close and destroy may hang                                     both have a time limit; then a thread waits
 *   a full prefetch queue stops fetching for a whole second        a prefetch of more than a second's work
 *   Nagle is on, reconnecting backs off to 10 s                    settings below
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/base/log.h"
#include "common/io/bus_rd.h"

static const struct bus_setting common[] = {
    {"socket.nagle.disable", "true"},
    {"socket.keepalive.enable", "true"},
    {"reconnect.backoff.ms", "50"},
    {"reconnect.backoff.max.ms", "1000"},
    {"topic.metadata.refresh.interval.ms", "10000"}, /* a topic made after us is found soon */
};

void bus_conf_set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char why[256];
    rd_kafka_conf_res_t rc = rd_kafka_conf_set(conf, name, value, why, sizeof why);
    BUG_IF(rc != RD_KAFKA_CONF_OK, "%s=%s: %s", name, value, why);
}

/* Everything that matters comes back as an error of a call; these lines are for whoever looks closer. */
static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    log_debug("librdkafka %s: %s", facility, text);
}

rd_kafka_conf_t *bus_conf(const char *brokers, const char *client, const struct bus_setting *settings, size_t count)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, on_log);
    bus_conf_set(conf, "bootstrap.servers", brokers);
    bus_conf_set(conf, "client.id", client);
    for (size_t i = 0; i < COUNT_OF(common); i++)
        bus_conf_set(conf, common[i].name, common[i].value);
    for (size_t i = 0; i < count; i++)
        bus_conf_set(conf, settings[i].name, settings[i].value);
    return conf;
}

enum err_code bus_client(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret, struct err *reterr)
{
    char why[256];
    rd_kafka_t *rk = rd_kafka_new(type, conf, why, sizeof why);
    if (!rk) {
        rd_kafka_conf_destroy(conf);
        return err_set(reterr, ERR_UNAVAILABLE, "kafka: %s", why);
    }
    *ret = rk;
    return ERR_OK;
}

enum err_code bus_error(rd_kafka_resp_err_t rk_err, const char *doing, struct err *reterr)
{
    /* A chain of ifs: librdkafka's enum has two hundred members and -Wswitch-enum wants each. */
    enum err_code code = ERR_UNAVAILABLE;
    if (rk_err == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        code = ERR_BUSY;
    else if (rk_err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
        code = ERR_TOO_LARGE;
    else if (rk_err == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION || rk_err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
             rk_err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || rk_err == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION ||
             rk_err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        code = ERR_CONFLICT;
    return err_set(reterr, code, "kafka: %s: %s", doing, rd_kafka_err2str(rk_err));
}

int bus_ms_until(int64_t until)
{
    int64_t us = until - instant_mono();
    return us <= 0 ? 0 : (int)((us + 999) / 1000);
}

/* librdkafka remembers the first answer for good, so the brokers are asked before: this may be another cluster by now.
 */
enum err_code bus_cluster(rd_kafka_t *rk, int deadline_ms, char *ret, size_t size, struct err *reterr)
{
    const struct rd_kafka_metadata *md;
    int64_t until = instant_mono() + deadline_ms * INSTANT_MS;
    rd_kafka_resp_err_t rk_err = rd_kafka_metadata(rk, 0, NULL, &md, deadline_ms);
    if (rk_err)
        return bus_error(rk_err, "cluster id", reterr);
    rd_kafka_metadata_destroy(md);
    char *id = rd_kafka_clusterid(rk, bus_ms_until(until) + 1);
    if (!id)
        return err_set(reterr, ERR_UNAVAILABLE, "kafka: the cluster has no id");
    BUG_IF(strlen(id) >= size, "cluster id %s does not fit", id);
    memcpy(ret, id, strlen(id) + 1);
    rd_kafka_mem_free(rk, id);
    return ERR_OK;
}

enum err_code bus_watermarks(rd_kafka_t *rk, const char *topic, int partition, int deadline_ms, int64_t *ret_low,
                             int64_t *ret_high, struct err *reterr)
{
    int64_t low, high, until = instant_mono() + deadline_ms * INSTANT_MS;
    rd_kafka_resp_err_t rk_err;
    for (;;) {
        rk_err = rd_kafka_query_watermark_offsets(rk, topic, partition, &low, &high, bus_ms_until(until) + 1);
        /* A topic just made, or a leader that moves: soon there is one. */
        if (rk_err != RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION && rk_err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
            break;
        if (bus_ms_until(until) == 0)
            break;
        nanosleep(&(struct timespec){.tv_nsec = 50 * 1000000}, NULL);
    }
    if (rk_err) {
        char doing[160];
        snprintf(doing, sizeof doing, "watermarks of %s [%d]", topic, partition);
        return bus_error(rk_err, doing, reterr);
    }
    *ret_low = low;
    *ret_high = high;
    return ERR_OK;
}

/* The partition count of one topic in a metadata answer; 0 when it, or one of its leaders, is not known yet. */
static int partitions_with_leaders(const struct rd_kafka_metadata_topic *t)
{
    if (t->err)
        return 0;
    for (int i = 0; i < t->partition_cnt; i++)
        if (t->partitions[i].leader < 0)
            return 0;
    return t->partition_cnt;
}

enum err_code bus_partitions(rd_kafka_t *rk, rd_kafka_topic_t *topic, int deadline_ms, int *ret, struct err *reterr)
{
    int64_t until = instant_mono() + deadline_ms * INSTANT_MS;
    for (;;) {
        const struct rd_kafka_metadata *md;
        rd_kafka_resp_err_t rk_err = rd_kafka_metadata(rk, 0, topic, &md, bus_ms_until(until) + 1);
        if (!rk_err) {
            int count = md->topic_cnt == 1 ? partitions_with_leaders(&md->topics[0]) : 0;
            rk_err = md->topic_cnt == 1 ? md->topics[0].err : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
            rd_kafka_metadata_destroy(md);
            if (count > 0) {
                *ret = count;
                return ERR_OK;
            }
            if (!rk_err)
                rk_err = RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
        }
        if (bus_ms_until(until) == 0)
            return bus_error(rk_err, rd_kafka_topic_name(topic), reterr);
        nanosleep(&(struct timespec){.tv_nsec = 50 * 1000000}, NULL); /* a topic just made: its leaders come soon */
    }
}
