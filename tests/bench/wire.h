/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/1.1 over a fixed number of kept-open connections to each service, in one thread. Requests come ready-made; of an
 * answer only the status, Content-Length and Taicho-Seen are read. It must cost far less than the services that it
 * loads: no allocation, one write and one read per request.
 */
#ifndef TAICHO_BENCH_WIRE_H
#define TAICHO_BENCH_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define WIRE_PORTS 8

struct answer {
    int status; /* 0: there was none, the connection broke or was refused */
    const char *body;
    const char *seen; /* value of Taicho-Seen, "" when there is none */
    int64_t at;       /* CLOCK_MONOTONIC, us */
};

/* One request under way. It belongs to the caller and must live until it was answered. */
struct call {
    struct call *next;
    int port; /* index given to wire_open */
    const char *request;
    size_t size;
    int64_t asked; /* when it was handed over; it may have had to wait for a free connection since */
    void (*answered)(struct call *c, const struct answer *a);
};

void wire_open(int index, int port, int connections);
void wire_ask(struct call *c);
/* wire_turn waits at most timeout_ms and carries on whatever came. */
void wire_turn(int timeout_ms);
size_t wire_waiting(void); /* calls that wait for a free connection */

#endif
