/* SPDX-License-Identifier: Apache-2.0 */
/* taichoctl: the table of its subcommands. */
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "services/ctl/commands.h"

/* clang-format off */
static const struct ctl_command commands[] = {
    {"migrate",          "",                                        "bring the database to this release: roles, schemas, tables, clock", ctl_migrate},
    {"topics",           "",                                        "make Kafka's topics, or check that they are right", ctl_topics},
    {"token init",       "--dir DIR",                               "make the local key and its public half", ctl_token_init},
    {"token",            "--role ROLE[,ROLE] --unit CODE [--officer ID] [--for SECONDS]", "print a token signed with the local key", ctl_token_print},
    {"catalogue check",  "DIR",                                     "check a province's reference data", ctl_catalogue_check},
    {"catalogue import", "DIR",                                     "check them, then send each kind to the service that owns it", ctl_catalogue_import},
    {"simulate",         "--day DATE --dossiers N [--rate R] [--connections C] [--seed S] [--mix [days,]SHARE=P,...] [--units A,B] [--oracle COMMAND | --no-oracle] [--json]", "carry dossiers through all stages, then check the books; --help lists the shares", ctl_simulate},
    {"report",           "[--from DATE] [--to DATE] [--top N]",     "the day's figures per level and unit", ctl_report},
    {"status",           "[--json]",                                "what each stage does: backlog, ages, lags, held and dead", ctl_status},
    {"dead list",        "[--service S]",                           "open dead letters", ctl_dead_list},
    {"dead show",        "ID --service S",                          "one dead letter with its bytes", ctl_dead_show},
    {"dead replay",      "ID --service S",                          "try its bytes again, now that the cause is gone", ctl_dead_replay},
    {"dead discard",     "ID --service S --reason TEXT",            "give one up, with a reason, and let its dossier go on", ctl_dead_discard},
    {"replay",           "SERVICE [--subject ID] [--after N]",      "give a service the events of the others again, from audit's entries", ctl_replay},
    {"redrive",          "SERVICE SUBJECT [--reason TEXT]",         "clear a hold and let what waits run again", ctl_redrive},
    {"deadlines check",  "",                                        "dry run after a new holiday: every open dossier whose date would move", ctl_deadlines_check},
    {"deadlines move",   "--release N --batch CODE --reason TEXT",  "count those dates again, as one batch in chunks; by the release that the dry run named", ctl_deadlines_move},
    {"clock show",       "",                                        "the business time of all five schemas", ctl_clock_show},
    {"clock forward",    "DURATION",                                "move the business time forward: 90m, 3h, 2d; never back", ctl_clock_forward},
};
/* clang-format on */

static void help(FILE *out)
{
    fprintf(out, "usage: taichoctl COMMAND ...\n\n");
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        fprintf(out, "  %-17s %s\n  %-17s   %s\n", commands[i].name, commands[i].arguments, "", commands[i].sentence);
    fprintf(out, "\n`. .run/env` gives a shell the settings that the commands need (deploy/local/README.md).\n"
                 "Exit codes: 0 done, 1 not done, 2 wrong usage.\n");
}

/* words_of tells how many words of argv a command's name takes, 0 when it is another. */
static int words_of(const struct ctl_command *c, int argc, char **argv)
{
    const char *blank = strchr(c->name, ' ');
    size_t first = blank ? (size_t)(blank - c->name) : strlen(c->name);

    if (strlen(argv[0]) != first || strncmp(argv[0], c->name, first) != 0)
        return 0;
    if (!blank)
        return 1;
    return argc > 1 && strcmp(argv[1], blank + 1) == 0 ? 2 : 0;
}

int main(int argc, char **argv)
{
    log_init("taichoctl", LOG_WARN);
    if (argc < 2) {
        help(stderr);
        return CTL_USAGE;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        help(stdout);
        return CTL_OK;
    }
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        int words = words_of(&commands[i], argc - 1, argv + 1);
        if (words)
            return commands[i].run(&commands[i], argc - 1 - words, argv + 1 + words);
    }
    fprintf(stderr, "taichoctl: there is no command \"%s\"; `taichoctl help` lists them\n", argv[1]);
    return CTL_USAGE;
}
