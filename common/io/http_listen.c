/* SPDX-License-Identifier: Apache-2.0 */
/* The listening socket is opened here and not by libmicrohttpd, so that a failure says why and port 0 can be asked for.
 */
#include <errno.h>
#include <linux/filter.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/instant.h"
#include "common/base/log.h"
#include "common/io/http_private.h"

#define LOOK_US (250 * INSTANT_MS) /* far longer than anybody waits for accept() otherwise */

enum err_code http_listen(const char *listen_on, int *ret_fd, int *ret_port, struct err *reterr)
{
    const char *colon = strrchr(listen_on, ':');
    char host[256];
    size_t n = colon ? (size_t)(colon - listen_on) : 0;
    if (!colon || n >= sizeof(host))
        return err_set(reterr, ERR_INVALID, "\"%s\" is not HOST:PORT", listen_on);
    /* getaddrinfo takes a port above 65535 modulo 65536. */
    if (strspn(colon + 1, "0123456789") == strlen(colon + 1) &&
        (strlen(colon + 1) > 5 || strtol(colon + 1, NULL, 10) > 65535))
        return err_set(reterr, ERR_INVALID, "\"%s\": a port is 0 to 65535", listen_on);
    bool bracket = n >= 2 && listen_on[0] == '[' && listen_on[n - 1] == ']';
    (void)snprintf(host, sizeof(host), "%.*s", (int)(bracket ? n - 2 : n), listen_on + (bracket ? 1 : 0));
    struct addrinfo hints = {.ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM}, *found = NULL;
    int rc = getaddrinfo(n ? host : NULL, colon + 1, &hints, &found);
    if (rc)
        return err_set(reterr, ERR_INVALID, "cannot listen on %s: %s", listen_on, gai_strerror(rc));
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_storage at;
    socklen_t at_n = sizeof(at);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
        bind(fd, found->ai_addr, found->ai_addrlen) < 0 || listen(fd, 1024) < 0 ||
        getsockname(fd, (struct sockaddr *)&at, &at_n) < 0) {
        err_set(reterr, ERR_INVALID, "cannot listen on %s: %s", listen_on, strerror(errno));
        freeaddrinfo(found);
        if (fd >= 0)
            close(fd);
        return ERR_INVALID;
    }
    freeaddrinfo(found);
    *ret_port = ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
                                               : ((struct sockaddr_in *)&at)->sin_port);
    *ret_fd = fd;
    return ERR_OK;
}

/* Otherwise somebody comes between the last accept() and the end: measured, with eight clients that connect all the
 * time. */
void http_let_nobody_in(int fd)
{
    struct sock_filter nothing = {.code = BPF_RET | BPF_K, .k = 0}; /* how many bytes of a packet are let through */
    const struct sock_fprog filter = {.len = 1, .filter = &nothing};

    if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) < 0)
        log_warn("the door cannot be closed, going on: %s", strerror(errno));
}

bool http_waited_for(struct http_server *s)
{
    int64_t now = instant_mono(), last = atomic_load_explicit(&s->looked_at, memory_order_relaxed);
    if (now - last < LOOK_US || !atomic_compare_exchange_strong(&s->looked_at, &last, now))
        return false;
    struct pollfd door = {.fd = s->listening, .events = POLLIN};
    bool waits = poll(&door, 1, 0) > 0;
    return atomic_exchange(&s->waited, waits) && waits;
}
