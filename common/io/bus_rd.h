/* SPDX-License-Identifier: Apache-2.0 */
/* What the bus*.c files share, for them alone: librdkafka's handles do not leave this module. */
#ifndef TAICHO_IO_BUS_RD_H
#define TAICHO_IO_BUS_RD_H

/* Its type checks of variadic arguments are GNU statement expressions, which clang -Wpedantic refuses. */
#define LIBRDKAFKA_TYPECHECKS 0
#include <librdkafka/rdkafka.h>

#include "common/base/instant.h"
#include "common/io/bus.h"

struct bus_setting {
    const char *name, *value;
};

/* bus_conf gives a configuration with what every client has in common, and `settings` (count of them) on top. */
rd_kafka_conf_t *bus_conf(const char *brokers, const char *client, const struct bus_setting *settings, size_t count);
void bus_conf_set(rd_kafka_conf_t *conf, const char *name, const char *value); /* a wrong setting is a bug */
/* bus_client takes the configuration over, in any case. */
enum err_code bus_client(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret, struct err *reterr) MUST_CHECK;

/* bus_error fills *reterr from librdkafka's code; which of ours it is does not depend on what was done. */
enum err_code bus_error(rd_kafka_resp_err_t rk_err, const char *doing, struct err *reterr);

/* What is left of a time limit in ms, never negative. */
int bus_ms_until(int64_t until);

enum err_code bus_cluster(rd_kafka_t *rk, int deadline_ms, char *ret, size_t size, struct err *reterr) MUST_CHECK;
enum err_code bus_watermarks(rd_kafka_t *rk, const char *topic, int partition, int deadline_ms, int64_t *ret_low,
                             int64_t *ret_high, struct err *reterr) MUST_CHECK;
/* bus_committed: see bus_producer_committed. */
enum err_code bus_committed(rd_kafka_t *rk, const char *group, const char *topic, const int *partitions, size_t count,
                            int deadline_ms, int64_t *ret, struct err *reterr) MUST_CHECK;
/* bus_partitions asks the cluster for the partition count of a topic, until it knows every leader or the time is over.
 */
enum err_code bus_partitions(rd_kafka_t *rk, rd_kafka_topic_t *topic, int deadline_ms, int *ret,
                             struct err *reterr) MUST_CHECK;

/* bus_message_copy gives a message that lives until bus_message_done. */
void bus_message_copy(const rd_kafka_message_t *m, struct bus_message *ret);

#endif
