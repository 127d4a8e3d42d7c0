/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/attr.h"
#include "common/base/instant.h"

#define INPUT 65536

struct connection {
    struct connection *next; /* of those that are free */
    int fd;                  /* -1: closed */
    int port;
    struct call *call; /* NULL: free */
    size_t sent, got;
    char in[INPUT + 1];
};

static struct port {
    int number;
    struct connection *free;
    struct call *first, **end; /* calls that wait for a connection */
} ports[WIRE_PORTS];

static int epoll_fd = -1;
static size_t waiting;

static void close_connection(struct connection *c)
{
    if (c->fd >= 0)
        (void)close(c->fd);
    c->fd = -1;
}

static int open_connection(struct connection *c)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)ports[c->port].number)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        return -1;
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0 && errno != EINPROGRESS) {
        close_connection(c);
        return -1;
    }
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
    return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &e);
}

static void give(struct connection *c, struct call *call);

static void finish(struct connection *c, const struct answer *a)
{
    struct call *call = c->call;
    struct port *p = &ports[c->port];
    c->call = NULL;
    call->answered(call, a);
    if (p->first) {
        struct call *next = p->first;
        p->first = next->next;
        if (!p->first)
            p->end = &p->first;
        waiting--;
        give(c, next);
    } else {
        c->next = p->free;
        p->free = c;
    }
}

static void fail(struct connection *c)
{
    close_connection(c);
    if (c->call)
        finish(c, &(struct answer){.body = "", .seen = "", .at = instant_mono()});
}

static void send_rest(struct connection *c)
{
    while (c->call && c->sent < c->call->size) {
        ssize_t n = send(c->fd, c->call->request + c->sent, c->call->size - c->sent, MSG_NOSIGNAL);
        if (n < 0) {
            if (errno == EAGAIN || errno == EINPROGRESS || errno == ENOTCONN)
                return;
            fail(c);
            return;
        }
        c->sent += (size_t)n;
    }
}

static void give(struct connection *c, struct call *call)
{
    c->call = call;
    c->sent = c->got = 0;
    if (c->fd < 0 && open_connection(c) != 0) {
        fail(c);
        return;
    }
    send_rest(c);
}

/* The value of a header, up to the end of its line, in place; "" when there is none. */
static char *header(char *head, const char *name)
{
    char *at = strstr(head, name);
    if (!at)
        return head + strlen(head);
    at += strlen(name);
    char *end = strchr(at, '\r');
    if (end)
        *end = '\0';
    return at;
}

/* read_answer tells whether the answer is whole, and finishes the call if it is. */
static void read_answer(struct connection *c)
{
    char *end = c->got > 12 ? memmem(c->in, c->got, "\r\n\r\n", 4) : NULL;
    if (!end)
        return;
    char *body = end + 4;
    const char *length = memmem(c->in, (size_t)(end - c->in), "Content-Length: ", 16);
    size_t n = length ? (size_t)strtoul(length + 16, NULL, 10) : 0;
    size_t head = (size_t)(body - c->in);
    if (head + n > INPUT) {
        fail(c);
        return;
    }
    if (c->got < head + n)
        return;
    *end = '\0';
    body[n] = '\0';
    struct answer a = {.status = (int)strtol(c->in + 9, NULL, 10), .body = body, .at = instant_mono()};
    a.seen = header(c->in, "Taicho-Seen: ");
    finish(c, &a);
}

static void receive(struct connection *c)
{
    while (c->fd >= 0) {
        ssize_t n = recv(c->fd, c->in + c->got, INPUT - c->got, 0);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            fail(c);
            return;
        }
        c->got += (size_t)n;
        bool full_read = c->got == INPUT;
        if (c->call)
            read_answer(c);
        if (!full_read)
            return; /* a short read emptied the socket; the edge tells of more */
    }
}

void wire_open(int index, int port, int connections)
{
    struct port *p = &ports[index];
    if (epoll_fd < 0)
        epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    *p = (struct port){.number = port};
    p->end = &p->first;
    for (int i = 0; i < connections; i++) {
        struct connection *c = malloc(sizeof(*c));
        if (!c)
            abort();
        c->fd = -1;
        c->port = index;
        c->call = NULL;
        c->next = p->free;
        p->free = c;
    }
}

void wire_ask(struct call *call)
{
    struct port *p = &ports[call->port];
    struct connection *c = p->free;
    call->asked = instant_mono();
    call->next = NULL;
    if (c) {
        p->free = c->next;
        give(c, call);
        return;
    }
    *p->end = call;
    p->end = &call->next;
    waiting++;
}

size_t wire_waiting(void)
{
    return waiting;
}

void wire_turn(int timeout_ms)
{
    struct epoll_event events[256];
    int n = epoll_wait(epoll_fd, events, 256, timeout_ms);
    for (int i = 0; i < n; i++) {
        struct connection *c = events[i].data.ptr;
        if (events[i].events & (EPOLLERR | EPOLLHUP)) {
            fail(c);
            continue;
        }
        if (events[i].events & EPOLLOUT && c->fd >= 0)
            send_rest(c);
        if (events[i].events & EPOLLIN)
            receive(c);
    }
}
