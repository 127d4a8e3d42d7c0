/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What waits for an executor: two queues, commands and events, bounded in pieces and in bytes, each sure of a quarter
 * of a batch, given out in the order of arrival. Thread-safe.
 */
#ifndef TAICHO_FLOW_QUEUE_H
#define TAICHO_FLOW_QUEUE_H

#include "common/flow/work.h"

struct queue;

struct queue *queue_new(size_t bound);
void queue_free(struct queue *q);
/* queue_put adds work; false when its queue is full: so many pieces, or 64 MiB of them. Events, timers and records
 * share one queue; commands and redrives the other. */
bool queue_put(struct queue *q, struct work *w) MUST_CHECK;
/*
 * queue_take waits for work and gives at most `most` pieces, and 16 MiB of them (but one in any case), in the order of
 * arrival. A command ends the waiting at once; events alone wait for 64 of them or 5 ms. Behind a call that gave more
 * than a few, what is there waits up to 8 ms for as many again. Two commands with the same key never come in one call.
 * 0 after timeout_ms or queue_close.
 */
size_t queue_take(struct queue *q, struct work **ret, size_t most, int timeout_ms);
/* queue_take_commands gives commands only, without waiting. */
size_t queue_take_commands(struct queue *q, struct work **ret, size_t most);
size_t queue_event_room(struct queue *q); /* how many events may come now, were they small */
void queue_counts(struct queue *q, size_t *ret_commands, size_t *ret_events);
void queue_close(struct queue *q); /* nothing is added any more, takes do not wait */

#endif
