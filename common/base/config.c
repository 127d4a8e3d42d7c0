/* SPDX-License-Identifier: Apache-2.0 */
/* Only the environment is read. A setting that is set to nothing counts as not set: compose files pass "" freely. */
#include "common/base/config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_name[] = {
    [CONFIG_TEXT] = "text", [CONFIG_NUMBER] = "number", [CONFIG_SWITCH] = "on or off", [CONFIG_SECRET] = "secret"};

static enum err_code read_number(const struct config_row *row, const char *text, int64_t *ret, struct err *reterr)
{
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (end == text || *end != '\0')
        return err_say(reterr, ERR_INVALID, row->env, "%s phải là một số nguyên, không phải \"%s\"",
                       "%s must be a whole number, not \"%s\"", row->env, text);
    if (errno == ERANGE || n < row->min || n > row->max)
        return err_say(reterr, ERR_INVALID, row->env, "%s=%s nằm ngoài khoảng %" PRId64 " đến %" PRId64 " %s",
                       "%s=%s is outside of %" PRId64 " to %" PRId64 " %s", row->env, text, row->min, row->max,
                       row->unit);
    *ret = n;
    return ERR_OK;
}

static enum err_code read_switch(const struct config_row *row, const char *text, bool *ret, struct err *reterr)
{
    static const char *const on[] = {"on", "true", "yes", "1"}, *const off[] = {"off", "false", "no", "0"};
    for (size_t i = 0; i < COUNT_OF(on); i++) {
        if (strcmp(text, on[i]) == 0 || strcmp(text, off[i]) == 0) {
            *ret = strcmp(text, on[i]) == 0;
            return ERR_OK;
        }
    }
    return err_say(reterr, ERR_INVALID, row->env, "%s phải là on hoặc off, không phải \"%s\"",
                   "%s must be on or off, not \"%s\"", row->env, text);
}

/* A secret's text never appears in the error. */
static enum err_code read_text(const struct config_row *row, const char *text, const char **ret, struct err *reterr)
{
    int64_t n = (int64_t)strlen(text);
    if (n < row->min || n > row->max)
        return err_say(reterr, ERR_INVALID, row->env, "%s dài %" PRId64 " byte, phải từ %" PRId64 " đến %" PRId64,
                       "%s has %" PRId64 " bytes, must have %" PRId64 " to %" PRId64, row->env, n, row->min, row->max);
    *ret = text;
    return ERR_OK;
}

static enum err_code read_row(const struct config_row *row, void *config, struct err *reterr)
{
    void *field = (char *)config + row->offset;
    const char *text = getenv(row->env);
    if (!text || !text[0])
        text = row->fallback;
    if (!text)
        return err_say(reterr, ERR_INVALID, row->env, "chưa đặt %s (%s)", "%s is not set (%s)", row->env,
                       row->sentence);
    switch (row->kind) {
    case CONFIG_NUMBER:
        return read_number(row, text, field, reterr);
    case CONFIG_SWITCH:
        return read_switch(row, text, field, reterr);
    case CONFIG_TEXT:
    case CONFIG_SECRET:
        return read_text(row, text, field, reterr);
    }
    return err_set(reterr, ERR_BUG, "%s has no kind", row->env);
}

enum err_code config_read(const struct config_row *rows, size_t count, void *ret, struct err *reterr)
{
    for (size_t i = 0; i < count; i++) {
        enum err_code rc = read_row(&rows[i], ret, reterr);
        if (rc)
            return rc;
    }
    return ERR_OK;
}

void config_print_markdown(const struct config_row *rows, size_t count, FILE *out)
{
    fputs("| setting | kind | default | range | for |\n| --- | --- | --- | --- | --- |\n", out);
    for (size_t i = 0; i < count; i++) {
        const struct config_row *row = &rows[i];
        fprintf(out, "| `%s` | %s | ", row->env, kind_name[row->kind]);
        if (!row->fallback)
            fputs("must be set", out);
        else if (row->kind == CONFIG_SECRET)
            fputs(row->fallback[0] ? "for development only" : "none", out);
        else if (!row->fallback[0])
            fputs("none", out);
        else
            fprintf(out, "`%s`", row->fallback);
        fputs(" | ", out);
        if (row->kind == CONFIG_NUMBER)
            fprintf(out, "%" PRId64 " to %" PRId64 "%s%s", row->min, row->max, row->unit[0] ? " " : "", row->unit);
        fprintf(out, " | %s |\n", row->sentence);
    }
}

void config_log_line(const struct config_row *rows, size_t count, const void *config, char *ret, size_t size)
{
    size_t n = 0;
    if (size > 0)
        ret[0] = '\0';
    for (size_t i = 0; i < count && n < size; i++) {
        const struct config_row *row = &rows[i];
        const void *field = (const char *)config + row->offset;
        const char *space = i > 0 ? " " : "";
        int wrote = 0;
        switch (row->kind) {
        case CONFIG_NUMBER:
            wrote = snprintf(ret + n, size - n, "%s%s=%" PRId64, space, row->env, *(const int64_t *)field);
            break;
        case CONFIG_SWITCH:
            wrote = snprintf(ret + n, size - n, "%s%s=%s", space, row->env, *(const bool *)field ? "on" : "off");
            break;
        case CONFIG_TEXT:
            wrote = snprintf(ret + n, size - n, "%s%s=%s", space, row->env, *(const char *const *)field);
            break;
        case CONFIG_SECRET:
            wrote =
                snprintf(ret + n, size - n, "%s%s=%s", space, row->env, (*(const char *const *)field)[0] ? "***" : "");
            break;
        }
        if (wrote > 0)
            n += (size_t)wrote;
    }
}
