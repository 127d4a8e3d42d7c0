/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets of clients that were answered while they still send. Closing such a socket resets the connection, and the
 * reset makes the client's kernel throw away the answer that it has already received. So what goes on coming is read
 * and forgotten, by one thread for all, until the client has hung up, or has sent or taken too much.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/instant.h"
#include "common/base/log.h"
#include "common/io/http_private.h"

#define LINGER_SOCKETS 64 /* at once; one more, and the oldest is closed */
#define LINGER_US      (5 * INSTANT_SECOND)
#define LINGER_BYTES   ((uint64_t)256 * 1024 * 1024)
#define LINGER_READ    ((size_t)64 * 1024)
#define LINGER_TURNS   16 /* reads of one socket before the others have their turn */

struct lingering {
    int fd;
    int64_t until;
    uint64_t bytes; /* read and forgotten */
};

struct http_linger {
    pthread_t thread;
    int wake; /* eventfd */
    pthread_mutex_t lock;
    bool stopping;
    struct lingering sockets[LINGER_SOCKETS]; /* the oldest first */
    size_t count;
};

/* drained reads what is there; true when the socket is done with. */
static bool drained(struct lingering *s, char *forget)
{
    for (int i = 0; i < LINGER_TURNS; i++) {
        ssize_t n = recv(s->fd, forget, LINGER_READ, MSG_DONTWAIT);
        if (n <= 0)
            return n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
        s->bytes += (uint64_t)n;
        if (s->bytes > LINGER_BYTES)
            return true;
    }
    return false;
}

/* drop closes a socket; the caller has the lock. */
static void drop(struct http_linger *l, size_t at)
{
    close(l->sockets[at].fd);
    l->count--;
    for (; at < l->count; at++)
        l->sockets[at] = l->sockets[at + 1];
}

/* linger_turn reads from all that have something and closes those that are done; false: stop. */
static bool linger_turn(struct http_linger *l, char *forget, struct pollfd *polled, size_t *ret_count, int *ret_wait_ms)
{
    int64_t now = instant_mono();
    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < l->count;) {
        if (now >= l->sockets[i].until || drained(&l->sockets[i], forget))
            drop(l, i);
        else
            i++;
    }
    *ret_count = l->count;
    for (size_t i = 0; i < l->count; i++)
        polled[i] = (struct pollfd){.fd = l->sockets[i].fd, .events = POLLIN};
    *ret_wait_ms = l->count ? (int)((l->sockets[0].until - now) / INSTANT_MS) + 1 : -1;
    bool go_on = !l->stopping;
    pthread_mutex_unlock(&l->lock);
    return go_on;
}

static void *linger_main(void *arg)
{
    struct http_linger *l = arg;
    struct pollfd polled[LINGER_SOCKETS + 1];
    char *forget = malloc(LINGER_READ);
    size_t count;
    int wait_ms;
    BUG_IF(!forget, "out of memory");
    while (linger_turn(l, forget, polled, &count, &wait_ms)) {
        uint64_t n;
        polled[count] = (struct pollfd){.fd = l->wake, .events = POLLIN};
        if (poll(polled, count + 1, wait_ms) > 0 && polled[count].revents && read(l->wake, &n, sizeof(n)) < 0)
            log_debug("nothing woke the one who reads and forgets");
    }
    free(forget);
    return NULL;
}

static void wake(struct http_linger *l)
{
    uint64_t one = 1;
    if (write(l->wake, &one, sizeof(one)) < 0)
        log_warn("refused clients are not read from until the next one comes");
}

enum err_code http_linger_new(struct http_linger **ret, struct err *reterr)
{
    struct http_linger *l = calloc(1, sizeof(*l));
    BUG_IF(!l, "out of memory");
    l->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&l->lock, NULL);
    if (l->wake < 0 || pthread_create(&l->thread, NULL, linger_main, l) != 0) {
        if (l->wake >= 0)
            close(l->wake);
        pthread_mutex_destroy(&l->lock);
        free(l);
        return err_set(reterr, ERR_UNAVAILABLE, "no thread for clients that are refused while they send");
    }
    *ret = l;
    return ERR_OK;
}

void http_linger_take(struct http_linger *l, int fd)
{
    int mine = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (mine < 0)
        return; /* too many files are open: then it is reset, as it would be without us */
    shutdown(mine, SHUT_WR);
    pthread_mutex_lock(&l->lock);
    if (l->count == LINGER_SOCKETS)
        drop(l, 0);
    l->sockets[l->count++] = (struct lingering){.fd = mine, .until = instant_mono() + LINGER_US};
    pthread_mutex_unlock(&l->lock);
    wake(l);
}

void http_linger_free(struct http_linger *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    l->stopping = true;
    pthread_mutex_unlock(&l->lock);
    wake(l);
    pthread_join(l->thread, NULL);
    while (l->count > 0)
        drop(l, 0);
    close(l->wake);
    pthread_mutex_destroy(&l->lock);
    free(l);
}
