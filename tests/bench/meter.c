/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/meter.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct meter list[METERS_MAX];
static size_t count;

struct sample {
    int pid, parent;
    double ms, ended_ms; /* its own, and that of children that ended */
    double rss_mib;
};

/* read_stat reads /proc/PID/stat; the command's name may hold spaces, so fields count from the last bracket. */
static int read_stat(int pid, struct sample *ret)
{
    char path[64], text[1024];
    (void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    FILE *f = fopen(path, "re");
    if (!f)
        return 0;
    size_t n = fread(text, 1, sizeof(text) - 1, f);
    (void)fclose(f);
    text[n] = '\0';
    const char *at = strrchr(text, ')');
    long parent, rss;
    unsigned long user, system;
    long children_user, children_system;
    if (!at || sscanf(at + 2, "%*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld %*d %*d %*d %*d %*u %*u %ld",
                      &parent, &user, &system, &children_user, &children_system, &rss) != 6)
        return 0;
    double tick_ms = 1000.0 / (double)sysconf(_SC_CLK_TCK);
    *ret = (struct sample){.pid = pid, .parent = (int)parent};
    ret->ms = (double)(user + system) * tick_ms;
    ret->ended_ms = (double)(children_user + children_system) * tick_ms;
    ret->rss_mib = (double)rss * (double)sysconf(_SC_PAGESIZE) / 1048576;
    return 1;
}

void meters_add(const char *text)
{
    const char *eq = strchr(text, '=');
    if (!eq || count == METERS_MAX)
        return;
    struct meter *m = &list[count++];
    (void)snprintf(m->name, sizeof(m->name), "%.*s", (int)(eq - text), text);
    m->pid = (int)strtol(eq + 1, NULL, 10);
}

size_t meters(const struct meter **ret)
{
    *ret = list;
    return count;
}

static void read_all(int start)
{
    double ms[METERS_MAX] = {0};
    DIR *d = opendir("/proc");
    const struct dirent *e;
    while (d && (e = readdir(d))) {
        struct sample s;
        if (!isdigit((unsigned char)e->d_name[0]) || !read_stat((int)strtol(e->d_name, NULL, 10), &s))
            continue;
        for (size_t i = 0; i < count; i++) {
            if (s.pid != list[i].pid && s.parent != list[i].pid)
                continue;
            ms[i] += s.ms + (s.pid == list[i].pid ? s.ended_ms : 0);
            if (s.pid == list[i].pid && s.rss_mib > list[i].rss_mib)
                list[i].rss_mib = s.rss_mib;
        }
    }
    if (d)
        (void)closedir(d);
    for (size_t i = 0; i < count; i++) {
        if (start)
            list[i].begin_ms = ms[i];
        list[i].cpu_ms = ms[i] - list[i].begin_ms;
    }
}

void meters_start(void)
{
    read_all(1);
}

void meters_read(void)
{
    read_all(0);
}
