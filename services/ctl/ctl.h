/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taichoctl: what its subcommands share. Each is one function over argv that prints for people, says in every failure
 * what to do, and returns an exit code.
 */
#ifndef TAICHO_CTL_H
#define TAICHO_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/embed.h"
#include "common/base/err.h"
#include "common/io/db.h"

enum { CTL_OK = 0, CTL_FAILED = 1, CTL_USAGE = 2 };

struct ctl_command {
    const char *name;      /* "catalogue import": one or two words */
    const char *arguments; /* "DIR" */
    const char *sentence;
    int (*run)(const struct ctl_command *self, int argc, char **argv); /* argv[0] is the first argument */
};

/* ---- the five services */

enum { CTL_INTAKE, CTL_APPRAISAL, CTL_APPROVAL, CTL_RETURN, CTL_AUDIT, CTL_SERVICES };

struct ctl_service {
    const char *name, *vi;
    const char *url_env, *url_default;
    const char *password_env;
    const struct embedded *migrations;
};
extern const struct ctl_service ctl_services[CTL_SERVICES];

int ctl_service_find(const char *name);   /* -1 when there is none */
const char *ctl_service_url(int service); /* its own port: TAICHO_URL_<NAME> */
/* ctl_public_url is where the public API answers: TAICHO_GATEWAY, or the service's own port without a gateway. */
const char *ctl_public_url(int service);

/* ---- arguments and settings */

struct ctl_option {
    const char *name;  /* "--dir"; the last row has NULL */
    const char **text; /* takes a value, or */
    bool *flag;        /* is there or not */
};
/* ctl_options takes the options out of argv and leaves the rest; false after it has said what is wrong. */
bool ctl_options(const struct ctl_command *self, int *argc, char **argv, const struct ctl_option *options);
int ctl_usage(const struct ctl_command *self);
/* ctl_number reads a whole number of an option between min and max; false after it has said what is wrong. */
bool ctl_number(const struct ctl_command *self, const char *option, const char *text, int64_t min, int64_t max,
                int64_t *ret);

const char *ctl_env(const char *name, const char *fallback); /* set to nothing counts as not set */
int ctl_fail(const char *fmt, ...) PRINTF_LIKE(1, 2);        /* "taichoctl: ..." on standard error; CTL_FAILED */
int ctl_fail_err(const char *doing, const struct err *e);    /* with the Vietnamese sentence when there is one */

/* ctl_database opens TAICHO_ADMIN_DATABASE_URL, again and again for wait_ms while the server is not there yet. */
enum err_code ctl_database(const char *search_path, int wait_ms, struct db **ret, struct err *reterr) MUST_CHECK;

/* ctl_token signs a token with TAICHO_TOKEN_KEY, in the arena; NULL after it has said what is wrong. */
const char *ctl_token(struct arena *a, const char *subject, const char *unit, uint32_t roles, int64_t lifetime_s);

/* ctl_file reads a whole file, at most `max` bytes. */
enum err_code ctl_file(struct arena *a, const char *path, size_t max, struct bytes *ret, struct err *reterr) MUST_CHECK;

void ctl_pause(int ms);

/* ctl_pad prints a text and blanks up to a width in characters, not bytes; left of it when width is negative. */
void ctl_pad(const char *s, int width);

#endif
