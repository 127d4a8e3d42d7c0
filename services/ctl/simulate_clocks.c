/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clocks of the books: the facts that the dates of each dossier hang on, as intake keeps them, with both dates as
 * they are stored and as GET /deadline tells them, one line of JSON each. They are not counted here: whoever wrote
 * this engine twice in one program would make one mistake twice. The lines go to a command that counts them by means
 * of its own (tests/oracle/dossiers.py); what it finds wrong it says itself, and ends with a status.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "services/ctl/api.h"
#include "services/ctl/simulate_books.h"

/* clang-format off */
#define DAY_OF(at) "((" at " AT TIME ZONE INTERVAL '+07:00')::date - DATE '1970-01-01')"
#define RECORD(kind, id, at)                                                                                           \
    "(SELECT c.record FROM catalogue_current c WHERE c.kind = '" kind "' AND c.id = " id                               \
    "    AND c.valid_from <= " DAY_OF(at) " AND (c.valid_to = 0 OR c.valid_to > " DAY_OF(at) "))"
#define LIST(name, what, from, order)                                                                                  \
    "'" name "', (SELECT coalesce(json_agg(json_build_object(" what ") ORDER BY " order "), '[]')"                     \
    "    FROM " from " x WHERE x.dossier = d.id)"

static const struct db_stmt read_clocks = {
    "ctl_clocks",
    "SELECT d.id, civil(d.due_at) AS legal, civil(d.due_at_reported) AS reported,"
    "    (SELECT concat_ws(' ', civil(h.legal), civil(h.reported)) FROM due_history_of(d.id) h ORDER BY h.n DESC LIMIT 1)"
    "    AS in_force, json_build_object("
    "    'code', d.code, 'received_at', civil(d.received_at),"
    "    'stored', json_build_object('legal', civil(d.due_at), 'reported', civil(d.due_at_reported)),"
    "    'office_minutes', " RECORD("counter", "d.counter", "d.received_at") " -> 'office_minutes',"
    "    'procedure', " RECORD("procedure", "d.procedure", "d.received_at") ","
    LIST("findings", "'finding', finding, 'at', civil(found_at)", "finding", "number") ","
    LIST("exclusions", "'period', period, 'from', civil(from_at), 'until', civil(until_at),"
         " 'known', civil(recorded_at)", "exclusion", "number") ","
    LIST("supplements", "'asked_at', civil(asked_at), 'received_at', civil(received_at), 'ground', ground",
         "supplement", "number") ","
    LIST("obligations", "'notified_at', civil(notified_at), 'met_at', civil(met_at)", "obligation", "step, round") ","
    LIST("transfers", "'opened_at', civil(opened_at), 'due_at', civil(due_at),"
         " 'cutoff', " RECORD("term", "'transfer_cutoff'", "x.opened_at") " -> 'value'", "transfer", "step, round") ","
    "    'extension', CASE WHEN d.extension = 'issued' AND d.extension_due_at IS NOT NULL THEN json_build_object("
    "        'issued_at', civil(d.extension_issued_at), 'due_at', civil(d.extension_due_at),"
    "        'reason', d.extension_reason) END)::text AS facts"
    "  FROM dossier d WHERE d.id = ANY ($1) AND d.due_at IS NOT NULL ORDER BY d.code"};
/* clang-format on */

/* told reads both dates as the service explains them; false when it does not. */
static bool told(struct api *api, struct id id, const char **ret_legal, const char **ret_reported)
{
    struct json_in *in;
    const struct json *root;
    const char *url = arena_printf(api->arena, "%s/v1/dossiers/%s/deadline", ctl_public_url(CTL_INTAKE), id_text(id).s);

    if (!api_get(api, url, &in, &root))
        return false;
    *ret_legal = json_text(in, root, "due_at_legal", JSON_REQUIRED, 1, 40);
    *ret_reported = json_text(in, root, "due_at_reported", JSON_REQUIRED, 1, 40);
    return *ret_legal && *ret_reported;
}

/* write_line ends the facts with what was told. */
static bool write_line(struct books *b, struct api *api, const struct db_answer *q, size_t i, FILE *to)
{
    struct id id = db_get_uuid(q, i, db_column(q, "id"));
    const char *facts = db_get_text(q, i, db_column(q, "facts"));
    const char *stored[] = {db_get_text(q, i, db_column(q, "legal")), db_get_text(q, i, db_column(q, "reported"))};
    const char *legal, *reported;
    const struct entry *e = books_find(b, id);

    if (!told(api, id, &legal, &reported))
        return false;
    b->clocks++;
    if (strcmp(stored[0], legal) != 0 || !stored[1] || strcmp(stored[1], reported) != 0)
        books_differ(b, CTL_INTAKE, e, "told are %s and %s; stored are %s and %s", legal, reported, stored[0],
                     stored[1] ? stored[1] : "nothing");
    const char *in_force = db_get_text(q, i, db_column(q, "in_force"));
    if (strcmp(in_force, arena_printf(api->arena, "%s %s", legal, reported)) != 0)
        books_differ(b, CTL_INTAKE, e, "the last dates of its history are %s; told are %s and %s", in_force, legal,
                     reported);
    fprintf(to, "%.*s, \"told\":{\"legal\":\"%s\",\"reported\":\"%s\"}}\n", (int)strlen(facts) - 1, facts, legal,
            reported);
    return true;
}

/* write_all writes a line for each dossier that has a date. */
static bool write_all(struct books *b, struct api *api, FILE *to)
{
    struct db_answer *q;
    struct err e = {0};
    bool read = true;

    if (db_run(b->db[CTL_INTAKE], b->arena, &read_clocks, DB_ARGS(db_items(b->ids)), &q, &e))
        return ctl_fail_err("reading the clocks", &e) == CTL_OK;
    for (size_t i = 0; i < db_count(q) && read; i++) {
        arena_reset(api->arena);
        read = write_line(b, api, q, i, to);
    }
    db_forget(b->db[CTL_INTAKE]);
    return read;
}

/* own_folder writes the folder that this program lies in, with no slash behind it. */
static bool own_folder(char *ret, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", ret, size - 1);
    char *slash = n > 0 ? (ret[n] = '\0', strrchr(ret, '/')) : NULL;

    if (!slash)
        return false;
    *slash = '\0';
    return true;
}

const char *clocks_oracle(struct arena *a)
{
    char folder[4000];

    if (!own_folder(folder, sizeof folder) || strchr(folder, '\'') || system("command -v python3 >/dev/null 2>&1") != 0)
        return NULL;
    for (char *slash; (slash = strrchr(folder, '/')) != NULL; *slash = '\0') {
        const char *path = arena_printf(a, "%s/tests/oracle/dossiers.py", folder);
        if (access(path, X_OK) == 0)
            return arena_printf(a, "'%s'", path);
    }
    return NULL;
}

bool books_ask_oracle(struct books *b, const char *command)
{
    struct arena *kept = arena_new((size_t)1 << 20), *page = arena_new((size_t)1 << 24);
    struct api api;
    bool read = false;

    if (api_open(&api, kept, 2, "taichoctl", "taichoctl", ROLE_BIT(INSPECTOR))) {
        (void)signal(SIGPIPE, SIG_IGN); /* a command that ends early is told by its status */
        fflush(b->out);                 /* what the command says comes behind what was said before */
        FILE *to = popen(command, "w");
        api.arena = page;
        read = to && write_all(b, &api, to);
        int status = to ? pclose(to) : -1;
        if (read && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
            books_differ(b, CTL_INTAKE, NULL, "the clocks are not those of the oracle (status %d of %s)",
                         WIFEXITED(status) ? WEXITSTATUS(status) : -1, command);
        api_close(&api);
    }
    arena_free(page);
    arena_free(kept);
    return read || ctl_fail("the clocks could not be given to %s", command) == CTL_OK;
}
