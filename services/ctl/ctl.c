/* SPDX-License-Identifier: Apache-2.0 */
/* Settings come from the environment, as deploy/local writes them into .run/env. */
#include "services/ctl/ctl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/instant.h"
#include "common/io/text.h"
#include "common/io/token.h"

extern const struct embedded intake_sql[], appraisal_sql[], approval_sql[], return_sql[], audit_sql[];

const struct ctl_service ctl_services[CTL_SERVICES] = {
    {"intake", "tiếp nhận", "TAICHO_URL_INTAKE", "http://127.0.0.1:8081", "TAICHO_PASSWORD_INTAKE", intake_sql},
    {"appraisal", "thẩm định", "TAICHO_URL_APPRAISAL", "http://127.0.0.1:8082", "TAICHO_PASSWORD_APPRAISAL",
     appraisal_sql},
    {"approval", "phê duyệt", "TAICHO_URL_APPROVAL", "http://127.0.0.1:8083", "TAICHO_PASSWORD_APPROVAL", approval_sql},
    {"return", "trả kết quả", "TAICHO_URL_RETURN", "http://127.0.0.1:8084", "TAICHO_PASSWORD_RETURN", return_sql},
    {"audit", "giám sát", "TAICHO_URL_AUDIT", "http://127.0.0.1:8085", "TAICHO_PASSWORD_AUDIT", audit_sql},
};

int ctl_service_find(const char *name)
{
    for (int i = 0; name && i < CTL_SERVICES; i++)
        if (strcmp(ctl_services[i].name, name) == 0)
            return i;
    return -1;
}

const char *ctl_service_url(int service)
{
    return ctl_env(ctl_services[service].url_env, ctl_services[service].url_default);
}

const char *ctl_public_url(int service)
{
    return ctl_env("TAICHO_GATEWAY", ctl_service_url(service));
}

/* ---- arguments */

int ctl_usage(const struct ctl_command *self)
{
    fprintf(stderr, "usage: taichoctl %s %s\n", self->name, self->arguments);
    return CTL_USAGE;
}

static const struct ctl_option *find_option(const struct ctl_option *options, const char *word)
{
    for (const struct ctl_option *o = options; o->name; o++)
        if (strcmp(o->name, word) == 0)
            return o;
    return NULL;
}

bool ctl_options(const struct ctl_command *self, int *argc, char **argv, const struct ctl_option *options)
{
    int kept = 0;

    for (int i = 0; i < *argc; i++) {
        if (strncmp(argv[i], "--", 2) != 0) {
            argv[kept++] = argv[i];
            continue;
        }
        const struct ctl_option *o = find_option(options, argv[i]);
        if (!o) {
            fprintf(stderr, "taichoctl %s: there is no option %s\n", self->name, argv[i]);
            ctl_usage(self);
            return false;
        }
        if (o->flag) {
            *o->flag = true;
        } else if (i + 1 < *argc) {
            *o->text = argv[++i];
        } else {
            fprintf(stderr, "taichoctl %s: %s needs a value\n", self->name, argv[i]);
            ctl_usage(self);
            return false;
        }
    }
    *argc = kept;
    return true;
}

bool ctl_number(const struct ctl_command *self, const char *option, const char *text, int64_t min, int64_t max,
                int64_t *ret)
{
    char *end;

    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (errno || *end || end == text || v < min || v > max) {
        fprintf(stderr, "taichoctl %s: %s must be a number from %lld to %lld, not \"%s\"\n", self->name, option,
                (long long)min, (long long)max, text);
        return false;
    }
    *ret = v;
    return true;
}

const char *ctl_env(const char *name, const char *fallback)
{
    const char *v = getenv(name);

    return v && v[0] ? v : fallback;
}

int ctl_fail(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fflush(stdout);
    fputs("taichoctl: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    return CTL_FAILED;
}

int ctl_fail_err(const char *doing, const struct err *e)
{
    if (e->vi[0] && strcmp(e->vi, e->en) != 0)
        return ctl_fail("%s: %s (%s)", doing, e->en, e->vi);
    return ctl_fail("%s: %s", doing, e->en);
}

/* ---- parts that most commands need */

enum err_code ctl_database(const char *search_path, int wait_ms, struct db **ret, struct err *reterr)
{
    const char *conninfo = ctl_env("TAICHO_ADMIN_DATABASE_URL", NULL);
    int64_t until = instant_mono() + wait_ms * INSTANT_MS;

    if (!conninfo)
        return err_set(reterr, ERR_INVALID,
                       "TAICHO_ADMIN_DATABASE_URL is not set; `. .run/env` sets it for this shell");
    for (;;) {
        enum err_code rc = db_open(conninfo, "taichoctl", search_path, 10000, ret, reterr);
        if (rc != ERR_UNAVAILABLE || instant_mono() > until)
            return rc;
        ctl_pause(200);
    }
}

const char *ctl_token(struct arena *a, const char *subject, const char *unit, uint32_t roles, int64_t lifetime_s)
{
    const char *key = ctl_env("TAICHO_TOKEN_KEY", NULL);
    struct actor actor = {.roles = roles};
    struct err e = {0};
    char text[2048];

    if (!key) {
        ctl_fail("TAICHO_TOKEN_KEY is not set; `. .run/env` sets it, `taichoctl token init --dir DIR` makes a key");
        return NULL;
    }
    if (strlen(subject) >= sizeof actor.subject || strlen(unit) >= sizeof actor.unit) {
        ctl_fail("officer \"%s\" or unit \"%s\" is too long for a token", subject, unit);
        return NULL;
    }
    memcpy(actor.subject, subject, strlen(subject));
    memcpy(actor.unit, unit, strlen(unit));
    if (token_sign(key, ctl_env("TAICHO_TOKEN_ISSUER", "taicho-local"), ctl_env("TAICHO_TOKEN_AUDIENCE", "taicho"),
                   &actor, (int)lifetime_s, text, sizeof text, &e)) {
        ctl_fail_err("signing a token", &e);
        return NULL;
    }
    return arena_strdup(a, text);
}

enum err_code ctl_file(struct arena *a, const char *path, size_t max, struct bytes *ret, struct err *reterr)
{
    FILE *f = fopen(path, "rb");

    if (!f)
        return err_set(reterr, ERR_NOT_FOUND, "%s: %s", path, strerror(errno));
    size_t room = (size_t)64 << 10, n = 0;
    uint8_t *p = arena_alloc(a, room);
    for (;;) {
        size_t got = fread(p + n, 1, room - n, f);
        n += got;
        if (n < room || n > max)
            break;
        uint8_t *more = arena_alloc(a, 2 * room);
        memcpy(more, p, n);
        p = more;
        room *= 2;
    }
    bool failed = ferror(f) != 0;
    fclose(f);
    if (failed)
        return err_set(reterr, ERR_UNAVAILABLE, "%s cannot be read", path);
    if (n > max)
        return err_set(reterr, ERR_TOO_LARGE, "%s is larger than %zu bytes", path, max);
    *ret = (struct bytes){p, n};
    return ERR_OK;
}

void ctl_pause(int ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

    while (nanosleep(&t, &t) != 0 && errno == EINTR)
        ;
}

void ctl_pad(const char *s, int width)
{
    int blanks = (width < 0 ? -width : width) - (int)text_length(s);

    if (width >= 0)
        fputs(s, stdout);
    for (; blanks > 0; blanks--)
        fputc(' ', stdout);
    if (width < 0)
        fputs(s, stdout);
}
