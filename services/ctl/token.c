/* SPDX-License-Identifier: Apache-2.0 */
/* Local keys and tokens. A real installation has its own issuer and gives the services its JWKS. */
#include "common/io/token.h"

#include <stdio.h>
#include <string.h>

#include "common/base/role.h"
#include "services/ctl/commands.h"

int ctl_token_init(const struct ctl_command *self, int argc, char **argv)
{
    const char *dir = NULL;
    const struct ctl_option options[] = {{"--dir", &dir, NULL}, {NULL, NULL, NULL}};
    struct err e = {0};

    if (!ctl_options(self, &argc, argv, options))
        return CTL_USAGE;
    if (!dir || argc > 0)
        return ctl_usage(self);
    if (token_keys_make(dir, &e)) {
        ctl_fail_err("making the key", &e);
        return ctl_fail("%s must be a folder that you may write to", dir);
    }
    printf("%s/token.key is the key (keep it secret), %s/jwks.json its public half\n", dir, dir);
    return CTL_OK;
}

/* read_roles reads "receiver,clerk"; 0 after it has said what is wrong. */
static uint32_t read_roles(const char *text)
{
    uint32_t roles = 0;

    for (const char *p = text;; p++) {
        size_t n = strcspn(p, ",");
        char word[32];
        (void)snprintf(word, sizeof word, "%.*s", (int)n, p);
        uint32_t bit = n < sizeof word ? role_parse(word) : 0;
        if (!bit) {
            fprintf(stderr, "taichoctl: there is no role \"%.*s\"; there are", (int)n, p);
            for (int i = 0; i < ROLE_COUNT; i++)
                fprintf(stderr, "%s %s", i ? "," : "", role_name((enum role)i));
            fputc('\n', stderr);
            return 0;
        }
        roles |= bit;
        p += n;
        if (!*p)
            return roles;
    }
}

int ctl_token_print(const struct ctl_command *self, int argc, char **argv)
{
    const char *role = NULL, *unit = NULL, *officer = NULL, *lifetime = "28800";
    const struct ctl_option options[] = {{"--role", &role, NULL},
                                         {"--unit", &unit, NULL},
                                         {"--officer", &officer, NULL},
                                         {"--for", &lifetime, NULL},
                                         {NULL, NULL, NULL}};
    int64_t seconds;

    if (!ctl_options(self, &argc, argv, options))
        return CTL_USAGE;
    if (!role || !unit || argc > 0)
        return ctl_usage(self);
    if (!ctl_number(self, "--for", lifetime, 1, 30 * 86400, &seconds))
        return CTL_USAGE;
    uint32_t roles = read_roles(role);
    if (!roles)
        return CTL_USAGE;
    struct arena *a = arena_new((size_t)64 << 10);
    const char *token = ctl_token(a, officer ? officer : arena_printf(a, "%s-cli", unit), unit, roles, seconds);
    if (token)
        printf("%s\n", token);
    arena_free(a);
    return token ? CTL_OK : CTL_FAILED;
}
