/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The people at their desks: they look at the work lists, do what is open, get no answer and ask again with the same
 * key, and now and then two of them do different things to one dossier at once.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/process.h"
#include "common/domain/term.h"
#include "services/appraisal/appraisal.h"
#include "services/approval/approval.h"
#include "services/intake/repo.h"
#include "services/intake/rules.h"
#include "services/return/return.h"
#include "tests/sim/model/sim.h"

#define SENT_BACK_MOST 2

static const struct intake_component papers[] = {{.name = "x", .originals = 1}};
static const struct intake_component files[] = {{.name = "x", .form = INTAKE_FORM_ELECTRONIC}};
static const char *const guide_reasons[] = {"missing_component"}, *const refuse_reasons[] = {"not_eligible"};
static const char *reasons[] = {"not_eligible"};

/* ---- errands */

static bool same_act(const struct dossier *d, int service, int act)
{
    for (int i = 0; i < ERRANDS; i++)
        if (d->errands[i] && d->errands[i]->service == service && d->errands[i]->act == act)
            return true;
    return false;
}

/* Some acts were done a little earlier, on paper. Too early, or without a head, they are refused, and done anew. */
static const struct late_entry *on_paper(const struct officer *o)
{
    if (world.calm || !sim_chance(60))
        return NULL;
    struct late_entry *late = ARENA_NEW(world.arena, struct late_entry);

    *late = (struct late_entry){.occurred_at = world.now - (int64_t)sim_random(200) * INSTANT_MS,
                                .reason = "network",
                                .superior = arena_printf(world.arena, "%s-tr", o->unit)};
    return late;
}

static struct errand *errand(struct dossier *d, int service, int act, const struct officer *o, const void *command)
{
    struct errand *e = ARENA_NEW(world.arena, struct errand);

    *e =
        (struct errand){.dossier = d, .service = service, .act = act, .subject = d->id, .actor = o, .command = command};
    e->late = on_paper(o);
    e->key = arena_printf(world.arena, "k%ld", ++world.serial);
    e->body = digest_of(e->key, strlen(e->key));
    return e;
}

static void send(struct errand *e)
{
    struct node *p = &world.nodes[e->service][sim_random(PROCESSES)];
    struct work *w = ARENA_NEW(world.arena, struct work);

    if (!p->alive || p->frozen)
        return;
    *w = (struct work){.origin = WORK_COMMAND,
                       .arena = world.arena,
                       .subject = e->subject,
                       .subject_kind = "dossier",
                       .act = e->act,
                       .command = e->command,
                       .creates = e->creates,
                       .idempotency_key = e->key,
                       .body_digest = e->body,
                       .command_id = id_new(),
                       .late = e->late,
                       .place = {.partition = -1},
                       .done = people_done,
                       .done_arg = e};
    memcpy(w->wants, e->wants, sizeof w->wants);
    (void)snprintf(w->actor.subject, sizeof w->actor.subject, "%s", e->actor->record.id);
    (void)snprintf(w->actor.unit, sizeof w->actor.unit, "%s", e->actor->unit);
    w->actor.roles = e->actor->roles;
    if (node_submit(p, w))
        e->under_way++;
}

static void acknowledged(struct errand *e, const struct work *w)
{
    struct dossier *d = e->dossier;

    *LIST_ADD(world.arena, &world.promises) = (struct promise){.service = e->service,
                                                               .subject = e->subject,
                                                               .version = w->version,
                                                               .actor = e->actor->record.id,
                                                               .key = e->key,
                                                               .answer = arena_strdup(world.arena, w->answer)};
    if (w->late)
        sim_saw(SAW_ON_PAPER);
    if (e->service != SOURCE_INTAKE)
        return;
    if (e->act == INTAKE_SUBMIT) {
        d->submitted = true;
        sim_saw(SAW_ONLINE);
    } else if (e->act == INTAKE_RECEIVE)
        d->accepted = true;
    else if (e->act == INTAKE_REFUSE || e->act == INTAKE_GUIDE)
        d->refused = true;
    else if (e->act == INTAKE_FILE_DOCUMENT) {
        e->filing.version = w->version;
        *LIST_ADD(world.arena, &d->filings) = e->filing;
    }
}

/* May the same command with the same key be answered otherwise later? */
static bool passes(enum err_code code)
{
    return code == ERR_NOT_YET || code == ERR_HELD || code == ERR_UNAVAILABLE || code == ERR_IN_DOUBT ||
           code == ERR_BUSY || code == ERR_NOT_FOUND;
}

void people_done(struct work *w)
{
    struct errand *e = w->done_arg;

    e->under_way--;
    if (!world.calm && sim_chance(30)) { /* the answer is lost on its way */
        world.faults++;
        sim_saw(SAW_UNANSWERED);
        return;
    }
    sim_trace("%s act %d key %s: %s %d %s", sim_services[e->service].name, e->act, e->key,
              err_row(w->refusal.code)->slug, w->status, w->refusal.code ? w->refusal.en : "");
    if (passes(w->refusal.code))
        return;
    if (w->refusal.code == ERR_BUG || w->refusal.code == ERR_MALFORMED || w->refusal.code == ERR_KEY_REUSED)
        sim_fail("%s answers act %d with %s", sim_services[e->service].name, e->act, w->refusal.en);
    int status = w->refusal.code ? err_row(w->refusal.code)->http : w->status;
    /* 403 is not kept: the same key may be told something else when the dossier went to another desk. */
    if (e->answered && e->status != 403 && status != 403 &&
        (e->status != status || (status < 300 && strcmp(e->answer, w->answer) != 0)))
        sim_fail("%s answered key %s with %d, then with %d", sim_services[e->service].name, e->key, e->status, status);
    if (e->answered)
        return;
    e->answered = true;
    e->status = status;
    e->answer = arena_strdup(world.arena, w->refusal.code ? w->refusal.en : w->answer);
    if (status < 300)
        acknowledged(e, w);
}

/* ---- looking: the committed states, as a list would show them */

static const void *look(const struct dossier *d, int service)
{
    const struct row *row = base_row(&world.bases[service], d->id);
    return row ? row->state : NULL;
}

static const struct process *process_of(const char *id, int version)
{
    return catalogue_process_version(world.catalogues[2], id, version);
}

/* filed gives the newest filing of a kind; like: NULL, or a paper with the same content. */
static const struct filing *filed(const struct dossier *d, int kind, const struct document_handle *like)
{
    for (size_t i = d->filings.count; i-- > 0;)
        if (d->filings.items[i].kind == kind && (!like || handle_same_content(&d->filings.items[i].handle, like)))
            return &d->filings.items[i];
    return NULL;
}

static struct errand *file(struct dossier *d, const struct officer *o, enum document_kind kind,
                           const struct document_handle *like)
{
    static const struct intake_component lacking[SIM_LISTED] = {{.name = "Tờ khai", .originals = 1},
                                                                {.name = "Bản sao", .copies = 1}};
    struct intake_document *c = ARENA_NEW(world.arena, struct intake_document);
    struct errand *e = errand(d, SOURCE_INTAKE, INTAKE_FILE_DOCUMENT, o, c);

    c->id = sim_id(e->key);
    c->kind = kind;
    c->media_type = "application/pdf";
    c->pages = 2;
    c->missing = lacking;
    c->missing_count = kind == DOCUMENT_REQUEST ? SIM_LISTED : 0;
    if (like)
        memcpy(c->sha256, like->sha256, sizeof c->sha256);
    else
        memcpy(c->sha256, e->body.b, sizeof c->sha256);
    e->filing = (struct filing){.handle = {.id = c->id, .pages = 2}, .kind = (int)kind, .unit = o->unit};
    memcpy(e->filing.handle.sha256, c->sha256, sizeof c->sha256);
    return e;
}

/* ---- at the counter */

static const char *receiving_unit(const struct dossier *d)
{
    return strncmp(d->counter, "H11.01", 6) == 0 ? "H11.01" : "H11.35";
}

/* Some are filed on the portal, and answered like a visit. */
static struct errand *submit(struct dossier *d)
{
    static const struct officer portal = {.record = {.id = "cong-dvc"}, .unit = "portal", .roles = ROLE_BIT(PORTAL)};
    struct intake_submit *c = ARENA_NEW(world.arena, struct intake_submit);
    struct errand *e = errand(d, SOURCE_INTAKE, INTAKE_SUBMIT, &portal, c);

    *c = (struct intake_submit){.reference = e->key,
                                .unit = receiving_unit(d),
                                .procedure = d->procedure,
                                .applicant = {.name = "x", .identity_number = "123456789"},
                                .components = files,
                                .component_count = 1};
    d->id = e->subject = sim_id(e->key);
    e->creates = true;
    e->late = NULL;
    return e;
}

static struct errand *receive(struct dossier *d)
{
    bool refuse = sim_chance(80);
    const struct officer *o = reference_officer(receiving_unit(d), ROLE_BIT(RECEIVER), NULL, true);
    struct intake_receive *c = ARENA_NEW(world.arena, struct intake_receive);
    struct intake_visit *r = ARENA_NEW(world.arena, struct intake_visit);
    bool guide = !refuse && sim_chance(80);
    struct intake_guide *g = ARENA_NEW(world.arena, struct intake_guide);
    struct errand *e = errand(d, SOURCE_INTAKE,
                              refuse  ? INTAKE_REFUSE
                              : guide ? INTAKE_GUIDE
                                      : INTAKE_RECEIVE,
                              o, NULL);

    *c = (struct intake_receive){.counter = d->counter,
                                 .procedure = d->procedure,
                                 .channel = d->submitted ? CHANNEL_ONLINE : CHANNEL_COUNTER,
                                 .applicant = {.name = "x", .identity_number = "123456789"},
                                 .components = sim_chance(300) || d->submitted ? files : papers,
                                 .component_count = 1,
                                 .submission = d->submitted ? d->id : id_nil};
    static const struct intake_pay with_it = {.fee = "phi", .means = PAY_TRANSFER, .receipt = "x"};
    if (strcmp(d->procedure, "1.000002") == 0 && sim_chance(300)) { /* a fee of it falls due at once */
        c->payments = &with_it;
        c->payment_count = 1;
    }
    *r = (struct intake_visit){.counter = d->counter,
                               .procedure = d->procedure,
                               .channel = c->channel,
                               .submission = c->submission,
                               .applicant = c->applicant,
                               .reasons = refuse ? refuse_reasons : guide_reasons,
                               .reason_count = 1,
                               .explanation = "x"};
    if (!d->submitted)
        d->id = e->subject = sim_id(e->key); /* derived from the key, so a repeat finds the same */
    *g = (struct intake_guide){.visit = *r, .missing = papers, .missing_count = 1};
    e->command = refuse ? (const void *)r : guide ? (const void *)g : (const void *)c;
    e->creates = true;
    return e;
}

static struct errand *transfer(struct dossier *d, const struct intake_dossier *x)
{
    for (int i = 0; i < x->transfer_count; i++) {
        const struct intake_transfer *t = &x->transfers[i];
        struct intake_move *c = ARENA_NEW(world.arena, struct intake_move);

        if (t->state == INTAKE_TRANSFER_TAKEN || (t->supplement && x->state > INTAKE_CLOSING))
            continue;
        c->supplement = t->supplement;
        if (t->state != INTAKE_TRANSFER_GIVEN)
            return errand(d, SOURCE_INTAKE, INTAKE_GIVE_TRANSFER,
                          reference_officer(t->from_unit, ROLE_BIT(RECEIVER), NULL, true), c);
        bool refuse = sim_chance(200);
        c->reason = refuse ? "x" : NULL;
        return errand(d, SOURCE_INTAKE, refuse ? INTAKE_REFUSE_TRANSFER : INTAKE_TAKE_TRANSFER,
                      reference_officer(t->to_unit, ROLE_BIT(APPRAISER) | ROLE_BIT(CLERK), NULL, true), c);
    }
    return NULL;
}

/* Whoever the papers came to in their round mostly signs for them, sooner or later; some send them back at first. */
static struct errand *sign_turn(struct dossier *d, const struct intake_dossier *x)
{
    struct intake_sign_turn *c = ARENA_NEW(world.arena, struct intake_sign_turn);
    const struct intake_turn *t = &x->turn;

    if (!t->unit || t->state == INTAKE_TURN_TAKEN || x->state > INTAKE_CLOSING || world.calm || !sim_chance(300))
        return NULL;
    bool refuse = t->by == INTAKE_OPEN_PARTS && t->state == INTAKE_TURN_PASSED_ON && sim_chance(300);
    c->reason = refuse ? "x" : NULL;
    return errand(d, SOURCE_INTAKE, refuse ? INTAKE_REFUSE_TURN : INTAKE_TAKE_TURN,
                  reference_officer(intake_turn_to(t), ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD), NULL, true), c);
}

/* The notice of the tax office comes, and the citizen pays some time later. */
static struct errand *pay(struct dossier *d, const struct intake_dossier *x)
{
    for (int i = 0; i < x->obligation_count; i++) {
        bool opens = x->obligations[i].state == INTAKE_OBLIGATION_EXPECTED;
        struct intake_notice *c = ARENA_NEW(world.arena, struct intake_notice);

        if (x->obligations[i].state == INTAKE_OBLIGATION_MET || (!opens && !world.calm && sim_chance(800)))
            continue;
        const struct filing *proof = opens ? NULL : filed(d, DOCUMENT_EVIDENCE, NULL);
        c->notice = opens ? "12/TB-CCT" : NULL;
        c->document = proof ? proof->handle.id : id_nil;
        return errand(d, SOURCE_INTAKE, opens ? INTAKE_OPEN_OBLIGATION : INTAKE_MEET_OBLIGATION,
                      reference_officer(x->unit, ROLE_BIT(APPRAISER), NULL, true), c);
    }
    return NULL;
}

/* What is due is paid sooner or later, whatever else goes on; now and then the same is sent in twice. */
static struct errand *pay_fee(struct dossier *d, const struct intake_dossier *x)
{
    struct intake_pay *c = ARENA_NEW(world.arena, struct intake_pay);

    for (int i = 0; i < x->fee_count; i++) {
        bool again = x->fees[i].state == INTAKE_FEE_PAID && !world.calm && sim_chance(20);
        if (x->fees[i].state != INTAKE_FEE_DUE ? !again : !world.calm && sim_chance(700))
            continue;
        *c = (struct intake_pay){.fee = x->fees[i].code, .means = PAY_TRANSFER, .receipt = "x"};
        return errand(d, SOURCE_INTAKE, INTAKE_PAY_FEE,
                      reference_officer(x->receiving_unit, ROLE_BIT(RECEIVER), NULL, true), c);
    }
    return NULL;
}

/* Some need not pay; and what was paid is given back as its rule says, when the dossier has ended otherwise. */
static struct errand *settle_fee(struct dossier *d, const struct intake_dossier *x)
{
    struct intake_waive *w = ARENA_NEW(world.arena, struct intake_waive);
    struct intake_refund *r = ARENA_NEW(world.arena, struct intake_refund);

    for (int i = 0; i < x->fee_count; i++) {
        bool due = x->fees[i].state == INTAKE_FEE_DUE, back = x->fees[i].state == INTAKE_FEE_PAID;
        if (world.calm || !(due ? sim_chance(20) : back && x->state > INTAKE_CLOSING && sim_chance(300)))
            continue;
        *w = (struct intake_waive){.fee = x->fees[i].code,
                                   .superior =
                                       reference_officer(x->receiving_unit, ROLE_BIT(HEAD), NULL, true)->record.id,
                                   .ground = FEE_EXEMPT_CHILD};
        *r = (struct intake_refund){.fee = x->fees[i].code};
        return errand(d, SOURCE_INTAKE, due ? INTAKE_WAIVE_FEE : INTAKE_REFUND_FEE,
                      reference_officer(x->receiving_unit, ROLE_BIT(RECEIVER), NULL, true),
                      due ? (const void *)w : (const void *)r);
    }
    return NULL;
}

/* The citizen sends what was missing, some time later; something of it need not come. */
static struct errand *supply(struct dossier *d, const struct intake_dossier *x)
{
    static const struct intake_component components[SIM_LISTED] = {{.name = "Tờ khai", .originals = 1, .item = 1},
                                                                   {.name = "Bản sao", .copies = 1, .item = 2}};
    static const struct intake_without without = {.item = SIM_LISTED, .reason = INTAKE_LACKING_HELD_BY_AGENCY};
    struct intake_supply *c = ARENA_NEW(world.arena, struct intake_supply);

    if (x->state != INTAKE_AWAITING_SUPPLEMENT || (!world.calm && sim_chance(800)))
        return NULL;
    bool all = d->id.b[4] % 3 != 0;
    *c = (struct intake_supply){.channel = CHANNEL_POST,
                                .components = components,
                                .component_count = all ? SIM_LISTED : SIM_LISTED - 1,
                                .without = all ? NULL : &without,
                                .without_count = !all};
    return errand(d, SOURCE_INTAKE, INTAKE_RECEIVE_SUPPLEMENT,
                  reference_officer(x->receiving_unit, ROLE_BIT(RECEIVER), NULL, true), c);
}

/* Some citizens want their dossier back, at one moment or another; some of them more than once. */
static struct errand *ask_back(struct dossier *d, const struct intake_dossier *x)
{
    struct intake_ask_back *c = ARENA_NEW(world.arena, struct intake_ask_back);
    bool open = x->state == INTAKE_RECEIVED || x->state == INTAKE_IN_PROCESS ||
                x->state == INTAKE_AWAITING_OBLIGATION || x->state == INTAKE_AWAITING_SUPPLEMENT;

    if (d->id.b[6] % 4 || !open || x->withdrawal.state == WITHDRAWAL_REQUESTED || world.calm || !sim_chance(60))
        return NULL;
    struct errand *e = errand(d, SOURCE_INTAKE, INTAKE_REQUEST_WITHDRAWAL,
                              reference_officer(x->receiving_unit, ROLE_BIT(RECEIVER), NULL, true), c);
    *c = (struct intake_ask_back){
        .channel = CHANNEL_POST,
        .request = {.id = sim_id(e->key), .kind = DOCUMENT_REQUEST, .media_type = "application/pdf", .pages = 1}};
    memcpy(c->request.sha256, e->body.b, sizeof c->request.sha256);
    return e;
}

/* Some are not to be handled any further, on one ground or another; of one that is not signed it is asked again. */
static struct errand *ask_stop(struct dossier *d, const struct intake_dossier *x)
{
    static const enum stop_ground grounds[] = {STOP_GROUND_NO_SUPPLEMENT, STOP_GROUND_OBJECT_GONE,
                                               STOP_GROUND_AUTHORITY_ORDER, STOP_GROUND_OTHER};
    struct intake_ask_stop *c = ARENA_NEW(world.arena, struct intake_ask_stop);
    bool open = x->state == INTAKE_RECEIVED || x->state == INTAKE_IN_PROCESS ||
                x->state == INTAKE_AWAITING_OBLIGATION || x->state == INTAKE_AWAITING_SUPPLEMENT;

    if (d->id.b[8] % 4 || !open || x->stop.state == STOP_REQUESTED || world.calm || !sim_chance(60))
        return NULL;
    struct errand *e =
        errand(d, SOURCE_INTAKE, INTAKE_REQUEST_STOP, reference_officer(x->unit, ROLE_BIT(APPRAISER), NULL, true), c);
    *c = (struct intake_ask_stop){
        .ground = grounds[sim_random(COUNT_OF(grounds))],
        .notice = {.id = sim_id(e->key), .kind = DOCUMENT_STOP_NOTICE, .media_type = "application/pdf", .pages = 1}};
    memcpy(c->notice.sha256, e->body.b, sizeof c->notice.sha256);
    return e;
}

/* Now and then a paper goes back at the counter, while it is open. */
static struct errand *give_back(struct dossier *d, const struct intake_dossier *x)
{
    if (world.calm || !sim_chance(20))
        return NULL;
    return errand(d, SOURCE_INTAKE, INTAKE_GIVE_BACK,
                  reference_officer(x->receiving_unit, ROLE_BIT(RECEIVER), NULL, true),
                  ARENA_NEW(world.arena, struct intake_give_back));
}

/* Whoever has the original brings it back to the counter now and then, which mostly signs for it. */
static struct errand *bring_back(struct dossier *d, const struct intake_file *f)
{
    const struct intake_dossier *x = &f->dossier;
    const struct intake_way *w = way_newest(f);
    struct intake_holder h = w ? intake_holder_on(w) : intake_holder_of(x);
    bool going = w && w->state == INTAKE_WAY_GIVEN, refuse = going && sim_chance(300);
    struct intake_move_back *c = ARENA_NEW(world.arena, struct intake_move_back);

    if (world.calm || h.going_to != (going ? w->to_unit : NULL) || (w && w->state == INTAKE_WAY_TAKEN) ||
        strcmp(h.act, intake_act_names[INTAKE_RECEIVE]) == 0 ||
        strcmp(h.act, intake_act_names[INTAKE_REFUSE_TRANSFER]) == 0 || !sim_chance(going ? 200 : 30))
        return NULL; /* or the counter has it */
    c->reason = refuse ? "x" : NULL;
    return errand(d, SOURCE_INTAKE,
                  !going   ? INTAKE_BRING_BACK
                  : refuse ? INTAKE_REFUSE_BACK
                           : INTAKE_TAKE_BACK,
                  going ? reference_officer(x->receiving_unit, ROLE_BIT(RECEIVER), NULL, true)
                        : reference_officer(h.unit,
                                            ROLE_BIT(APPRAISER) | ROLE_BIT(CLERK) | ROLE_BIT(APPROVER) | ROLE_BIT(HEAD),
                                            NULL, true),
                  c);
}

/* Now and then the original is lost, and a head settles it when it was found; some send the same in twice. */
static struct errand *lose(struct dossier *d, const struct intake_file *f)
{
    static const int first[] = {1};
    const struct intake_dossier *x = &f->dossier;
    const struct intake_loss *open = loss_open(f);

    if (open && (world.calm || sim_chance(100))) {
        struct intake_settle_loss *c = ARENA_NEW(world.arena, struct intake_settle_loss);
        *c = (struct intake_settle_loss){
            .number = open->number, .remedy = INTAKE_REMEDY_FOUND, .responsible = open->unit};
        const struct officer *head = reference_officer(x->unit, ROLE_BIT(HEAD), NULL, true);
        if (open->post && strcmp(open->post, head->record.id) == 0) /* he had them himself */
            head = reference_officer(open->superior, ROLE_BIT(HEAD), NULL, true);
        return errand(d, SOURCE_INTAKE, INTAKE_SETTLE_LOSS, head, c);
    }
    if (d->id.b[11] % 4 || world.calm || !sim_chance(open ? 5 : 40))
        return NULL;
    struct intake_note_loss *c = ARENA_NEW(world.arena, struct intake_note_loss);
    struct errand *e = errand(d, SOURCE_INTAKE, INTAKE_NOTE_LOSS,
                              reference_officer(x->receiving_unit, ROLE_BIT(RECEIVER), NULL, true), c);
    *c = (struct intake_note_loss){
        .components = first,
        .count = 1,
        .minutes = {.id = sim_id(e->key), .kind = DOCUMENT_LOSS_MINUTES, .media_type = "text/plain", .pages = 1}};
    memcpy(c->minutes.sha256, e->body.b, sizeof c->minutes.sha256);
    return e;
}

/* A weekday; it may be the holiday all the same, then another date is asked for. */
static instant next_week(instant t)
{
    int weekday = instant_day_civil(instant_day(t)).weekday;

    return t + (weekday == 0 ? 8 : weekday == 6 ? 9 : 7) * INSTANT_DAY;
}

/* Some will be late: a new date is asked for, once or until it is granted. */
static struct errand *ask_more(struct dossier *d, const struct intake_dossier *x)
{
    struct intake_ask_more *c = ARENA_NEW(world.arena, struct intake_ask_more);
    bool open = x->state == INTAKE_RECEIVED || x->state == INTAKE_IN_PROCESS || x->state == INTAKE_CLOSING;

    if (d->id.b[7] % 4 || !open || x->extension.state == EXTENSION_REQUESTED ||
        x->extension.state == EXTENSION_ISSUED || world.calm || !sim_chance(60))
        return NULL;
    struct errand *e = errand(d, SOURCE_INTAKE, INTAKE_REQUEST_EXTENSION,
                              reference_officer(x->unit, ROLE_BIT(APPRAISER), NULL, true), c);
    *c = (struct intake_ask_more){
        .due_at = next_week(x->due_at > world.now ? x->due_at : world.now),
        .reason = intake_extension_reasons[0],
        .apology = {.id = sim_id(e->key), .kind = DOCUMENT_APOLOGY, .media_type = "application/pdf", .pages = 1}};
    memcpy(c->apology.sha256, e->body.b, sizeof c->apology.sha256);
    return e;
}

/* ---- the result was wrong */

#define CORRECTIONS_MOST 2

static bool corrects(const struct intake_dossier *x, struct id paper)
{
    for (int i = 0; i < x->correction_count; i++)
        if (id_eq(x->corrections[i].document, paper))
            return true;
    return false;
}

/* Some results are wrong, and some of these twice: the letter is filed, then it is asked to be signed. */
static struct errand *ask_correction(struct dossier *d, const struct intake_dossier *x)
{
    struct intake_ask_correction *c = ARENA_NEW(world.arena, struct intake_ask_correction);
    const struct filing *p = filed(d, DOCUMENT_CORRECTION, NULL);
    const struct officer *o = reference_officer(x->unit, ROLE_BIT(APPRAISER), NULL, true);
    bool ended = x->state == INTAKE_FINISHED || x->state == INTAKE_RETURNED;

    if (d->id.b[11] % 3 || !ended || x->correction_count == CORRECTIONS_MOST || world.calm || !sim_chance(400))
        return NULL;
    if (!p || corrects(x, p->handle.id))
        return file(d, o, DOCUMENT_CORRECTION, NULL);
    *c = (struct intake_ask_correction){
        .correction = p->handle, .cause = CORRECTION_CAUSE_TYPING, .reported_by = REPORTER_CITIZEN, .unit = x->unit};
    return errand(d, SOURCE_INTAKE, INTAKE_REQUEST_CORRECTION, o, c);
}

/* Of some it turns out that the law gives them more time, or leaves some out; now and then that is recorded twice. */
static struct errand *find(struct dossier *d, const struct intake_dossier *x)
{
    const struct officer *o = reference_officer(x->unit, ROLE_BIT(APPRAISER), NULL, true);
    const struct filing *p = filed(d, DOCUMENT_EVIDENCE, NULL);
    struct intake_find *c = ARENA_NEW(world.arena, struct intake_find);
    bool open = x->state == INTAKE_RECEIVED || x->state == INTAKE_IN_PROCESS;

    if (d->id.b[11] % 4 || !open || strcmp(x->procedure, "1.000001") != 0 || world.calm ||
        intake_nearest_due(x) <= world.now || (x->finding_count && !sim_chance(20)) || !sim_chance(p ? 200 : 60))
        return NULL;
    if (!p)
        return file(d, o, DOCUMENT_EVIDENCE, NULL);
    *c = (struct intake_find){.finding = "verification", .document = p->handle.id};
    return errand(d, SOURCE_INTAKE, INTAKE_FIND, o, c);
}

static struct errand *leave_out(struct dossier *d, const struct intake_dossier *x)
{
    const struct officer *o = reference_officer(x->unit, ROLE_BIT(APPRAISER), NULL, true);
    const struct filing *p = filed(d, DOCUMENT_EVIDENCE, NULL);
    struct intake_exclude *c = ARENA_NEW(world.arena, struct intake_exclude);
    bool open = x->state == INTAKE_RECEIVED || x->state == INTAKE_IN_PROCESS;

    if (d->id.b[12] % 4 || !open || strcmp(x->procedure, "1.000001") != 0 || world.calm ||
        intake_nearest_due(x) <= world.now || x->exclusion_count || !sim_chance(p ? 200 : 60))
        return NULL;
    if (!p)
        return file(d, o, DOCUMENT_EVIDENCE, NULL);
    *c = (struct intake_exclude){
        .period = "examination", .from = x->received_at, .until = world.now + INSTANT_DAY, .document = p->handle.id};
    return errand(d, SOURCE_INTAKE, INTAKE_EXCLUDE, o, c);
}

/* Some of it ends earlier than was thought, whether or not the date has passed. */
static struct errand *end_period(struct dossier *d, const struct intake_dossier *x)
{
    const struct officer *o = reference_officer(x->unit, ROLE_BIT(APPRAISER), NULL, true);
    const struct filing *p = filed(d, DOCUMENT_EVIDENCE, NULL);
    const struct intake_exclusion *left_out = &x->exclusions[0];
    struct intake_end_period *c = ARENA_NEW(world.arena, struct intake_end_period);
    bool open = x->state == INTAKE_RECEIVED || x->state == INTAKE_IN_PROCESS;

    if (d->id.b[13] % 2 || !open || world.calm || !x->exclusion_count || !p || !sim_chance(100))
        return NULL;
    instant until = left_out->from + (left_out->until - left_out->from) / 2;
    if (until > world.now || (left_out->ended_by && !sim_chance(20)))
        return NULL;
    *c = (struct intake_end_period){.period = "examination", .until = until, .document = p->handle.id};
    return errand(d, SOURCE_INTAKE, INTAKE_END_PERIOD, o, c);
}

/* ---- what citizens say of it */

/* Once it has ended for them, some say how they found it; now and then the same is sent in twice. */
static struct errand *rate(struct dossier *d, const struct intake_dossier *x)
{
    static const struct intake_rate device = {
        .means = INTAKE_MEANS_DEVICE, .satisfaction = 2, .attitude = 1, .contacts = 1, .agencies = 0};
    bool ended = x->state == INTAKE_RETURNED || x->state == INTAKE_WITHDRAWN;

    if (d->id.b[9] % 2 || !ended || world.calm || (x->rated && !sim_chance(20)) || !sim_chance(200))
        return NULL;
    struct officer *at = ARENA_NEW(world.arena, struct officer); /* the counter's, and nobody's who sits there */
    *at = (struct officer){
        .record = {.id = arena_strdup(world.arena, x->counter)}, .unit = x->receiving_unit, .roles = ROLE_BIT(DEVICE)};
    return errand(d, SOURCE_INTAKE, INTAKE_RATE, at, &device);
}

/* What is done next of a complaint, sooner or later: mostly a head answers, or refuses; of some he asks for more first.
 * Nothing is done until that has come, unless the wait is over. What is answered is published. */
static enum intake_act next_of(const struct intake_complaint *c)
{
    switch (c->state) {
    case INTAKE_COMPLAINT_OPEN:
        if (c->asked_at == INSTANT_NONE && !world.calm && sim_chance(300))
            return INTAKE_ASK_COMPLAINANT;
        return sim_chance(200) ? INTAKE_REFUSE_COMPLAINT : INTAKE_ANSWER_COMPLAINT;
    case INTAKE_COMPLAINT_AWAITING_MORE:
        return world.now > c->wait_until ? INTAKE_ANSWER_COMPLAINT : INTAKE_SUPPLY_COMPLAINT;
    case INTAKE_COMPLAINT_ANSWERED:
        return INTAKE_PUBLISH_ANSWER;
    case INTAKE_COMPLAINT_REFUSED:
    case INTAKE_COMPLAINT_PUBLISHED:
    case INTAKE_COMPLAINT_STATE_COUNT:
        break;
    }
    return INTAKE_COMPLAIN;
}

/* Some complain, at one moment or another. */
static struct errand *complain(struct dossier *d, const struct intake_dossier *x)
{
    static const struct intake_complain delay = {.channel = CHANNEL_POST, .category = "delay", .text = "x"};
    struct intake_reply *c = ARENA_NEW(world.arena, struct intake_reply);
    struct intake_complain_more *more = ARENA_NEW(world.arena, struct intake_complain_more);

    for (int i = 0; i < x->complaint_count; i++) {
        enum intake_act act = next_of(&x->complaints[i]);

        if (act == INTAKE_COMPLAIN || (!world.calm && sim_chance(900)))
            continue;
        *more = (struct intake_complain_more){.number = i + 1, .channel = CHANNEL_POST, .text = "x"};
        if (act == INTAKE_SUPPLY_COMPLAINT)
            return errand(d, SOURCE_INTAKE, act, reference_officer(x->receiving_unit, ROLE_BIT(RECEIVER), NULL, true),
                          more);
        *c = (struct intake_reply){.number = i + 1,
                                   .justified = act == INTAKE_ANSWER_COMPLAINT && sim_chance(500),
                                   .text = act == INTAKE_PUBLISH_ANSWER ? NULL : "x"};
        return errand(d, SOURCE_INTAKE, act, reference_officer(x->unit, ROLE_BIT(HEAD), NULL, true), c);
    }
    if (d->id.b[10] % 4 || world.calm || !sim_chance(40))
        return NULL;
    return errand(d, SOURCE_INTAKE, INTAKE_COMPLAIN,
                  reference_officer(x->receiving_unit, ROLE_BIT(RECEIVER), NULL, true), &delay);
}

/* ---- appraising */

static bool was_used(const struct appraisal_dossier *x, struct id draft)
{
    for (size_t i = 0; i < x->step_count; i++)
        if (id_eq(x->steps[i].document, draft))
            return true;
    return false;
}

static struct errand *conclude(struct dossier *d, const struct appraisal_dossier *x, const struct appraisal_step *s)
{
    bool against = d->id.b[3] % 5 == 0 && (x->step_count > 1 || d->id.b[4] % 2);
    int kind = against ? DOCUMENT_DRAFT_REFUSAL : DOCUMENT_DRAFT_RESULT;
    const struct filing *p = filed(d, kind, NULL);
    const struct officer *o = catalogue_officer(world.catalogues[1], s->officer, CATALOGUE_ANY_DAY);
    struct appraisal_command *c = ARENA_NEW(world.arena, struct appraisal_command);

    if (!p || was_used(x, p->handle.id))
        return file(d, o, (enum document_kind)kind, NULL);
    *c = (struct appraisal_command){.act = APPRAISAL_ACT_CONCLUDE,
                                    .opinion = against ? OPINION_AGAINST : OPINION_FOR,
                                    .reasons = reasons,
                                    .reason_count = against ? 1 : 0,
                                    .document = p->handle};
    struct errand *e = errand(d, SOURCE_APPRAISAL, APPRAISAL_ACT_CONCLUDE, o, c);
    if (sim_chance(700)) /* a client that does not say what it saw is told 422 and tries anew */
        e->wants[SOURCE_INTAKE] = p->version;
    return e;
}

/* Of some dossiers something is missing: asked once, in time by its officer, later by the head. */
static struct errand *ask_supplement(struct dossier *d, const struct appraisal_dossier *x,
                                     const struct appraisal_step *s)
{
    const struct filing *p = filed(d, DOCUMENT_REQUEST, NULL);
    const struct catalogue *known = world.catalogues[1];
    const struct officer *o = catalogue_officer(known, s->officer, CATALOGUE_ANY_DAY);
    struct appraisal_command *c = ARENA_NEW(world.arena, struct appraisal_command);
    int32_t last = INT32_MIN;

    if (!p)
        return file(d, o, DOCUMENT_REQUEST, NULL);
    int32_t received = instant_day(x->facts.received_at);
    int days = term_value(known, TERM_SUPPLEMENT_ASK, received);
    bool late =
        worktime_day_after(known->calendar, received, days, &last, NULL) != ERR_OK || instant_day(world.now) > last;
    *c = (struct appraisal_command){.act = APPRAISAL_ACT_ASK_SUPPLEMENT,
                                    .reasons = reasons,
                                    .reason_count = 1,
                                    .ground = late ? "new_finding" : NULL,
                                    .document = p->handle};
    struct errand *e = errand(d, SOURCE_APPRAISAL, APPRAISAL_ACT_ASK_SUPPLEMENT,
                              late ? reference_officer(s->unit, ROLE_BIT(HEAD), NULL, true) : o, c);
    e->wants[SOURCE_INTAKE] = sim_chance(700) ? p->version : 0;
    return e;
}

static bool was_supplemented(const struct appraisal_dossier *x)
{
    for (size_t i = 0; i < x->step_count; i++)
        if (x->steps[i].state == APPRAISAL_SUPPLEMENTED)
            return true;
    return false;
}

static struct errand *verify(struct dossier *d, const struct appraisal_step *s, enum appraisal_act act)
{
    const struct filing *p = filed(d, DOCUMENT_MINUTES, NULL);
    const struct officer *o = catalogue_officer(world.catalogues[1], s->officer, CATALOGUE_ANY_DAY);
    struct appraisal_verification *v = ARENA_NEW(world.arena, struct appraisal_verification);
    struct appraisal_command *c = ARENA_NEW(world.arena, struct appraisal_command);
    const char **who = ARENA_ARRAY(world.arena, 1, const char *);

    if (!p)
        return file(d, o, DOCUMENT_MINUTES, NULL);
    who[0] = o->record.id;
    *v = (struct appraisal_verification){
        .at = s->opened_at, .place = o->unit, .participants = who, .participant_count = 1, .others = 2};
    *c = (struct appraisal_command){.act = act, .verification = v, .document = p->handle};
    struct errand *e = errand(d, SOURCE_APPRAISAL, (int)act, o, c);
    e->wants[SOURCE_INTAKE] = sim_chance(700) ? p->version : 0;
    return e;
}

/* The district is consulted by the department. It answers sooner or later, later perhaps than it should. */
static struct errand *consult(struct dossier *d, const struct appraisal_step *s)
{
    bool asks = s->state == APPRAISAL_ASSIGNED;
    int kind = asks ? DOCUMENT_REQUEST : DOCUMENT_OPINION;
    const struct filing *p = filed(d, kind, NULL);
    const struct officer *o = asks ? catalogue_officer(world.catalogues[1], s->officer, CATALOGUE_ANY_DAY)
                                   : reference_officer(s->asked, ROLE_BIT(APPRAISER), NULL, true);
    struct appraisal_command *c = ARENA_NEW(world.arena, struct appraisal_command);

    if (!asks && !world.calm && sim_chance(800))
        return NULL;
    if (!p)
        return file(d, o, (enum document_kind)kind, NULL);
    *c = (struct appraisal_command){
        .act = asks ? APPRAISAL_ACT_ASK : APPRAISAL_ACT_ANSWER, .asked = asks ? "H11.35" : NULL, .document = p->handle};
    struct errand *e = errand(d, SOURCE_APPRAISAL, (int)c->act, o, c);
    e->wants[SOURCE_INTAKE] = sim_chance(700) ? p->version : 0;
    return e;
}

/* beside gives a unit that has no part in this round of the step; NULL: they all have, or it is the step's own. */
static const char *beside(const struct appraisal_dossier *x, const struct appraisal_step *s)
{
    static const char *const units[] = {"H11.07", "H11.05", "H11.35"};

    for (size_t i = 0; i < COUNT_OF(units); i++) {
        bool has = strcmp(units[i], s->unit) == 0;
        for (size_t k = 0; k < x->part_count; k++)
            has = has || (x->parts[k].step == s->step && x->parts[k].round == s->round &&
                          strcmp(x->parts[k].unit, units[i]) == 0);
        if (!has)
            return units[i];
    }
    return NULL;
}

/* What the officer of an appraise step does beside the process: he asks one more unit for its opinion. */
static struct errand *ask_opinion(struct dossier *d, const struct appraisal_step *s, const char *unit)
{
    const struct filing *p = filed(d, DOCUMENT_REQUEST, NULL);
    const struct officer *o = catalogue_officer(world.catalogues[1], s->officer, CATALOGUE_ANY_DAY);
    struct appraisal_command *c = ARENA_NEW(world.arena, struct appraisal_command);

    if (!p)
        return file(d, o, DOCUMENT_REQUEST, NULL);
    *c = (struct appraisal_command){
        .act = APPRAISAL_ACT_ASK_OPINION, .asked = unit, .minutes = 60, .document = p->handle};
    struct errand *e = errand(d, SOURCE_APPRAISAL, APPRAISAL_ACT_ASK_OPINION, o, c);
    e->wants[SOURCE_INTAKE] = sim_chance(700) ? p->version : 0;
    return e;
}

/* opinion_of gives the newest opinion that an officer of a unit filed, and nobody has given yet. */
static const struct filing *opinion_of(const struct dossier *d, const struct appraisal_dossier *x, const char *unit)
{
    for (size_t i = d->filings.count; i-- > 0;) {
        const struct filing *p = &d->filings.items[i];
        bool given = was_used(x, p->handle.id);

        for (size_t k = 0; k < x->part_count; k++)
            given = given || id_eq(x->parts[k].document, p->handle.id);
        if (p->kind == DOCUMENT_OPINION && strcmp(p->unit, unit) == 0 && !given)
            return p;
    }
    return NULL;
}

/* A unit whose turn it is gives its part sooner or later; of some dossiers later than it should. */
static struct errand *contribute(struct dossier *d, const struct appraisal_dossier *x)
{
    struct appraisal_command *c = ARENA_NEW(world.arena, struct appraisal_command);
    const struct appraisal_part *turn = NULL;
    uint64_t met = 0;

    for (size_t i = 0; i < x->part_count; i++)
        if (x->parts[i].state == APPRAISAL_PART_QUEUED && sim_random(++met) == 0)
            turn = &x->parts[i];
    if (!turn || (!world.calm && (d->id.b[13] % 4 == 0 || sim_chance(700))))
        return NULL;
    const struct officer *o = reference_officer(turn->unit, ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD), NULL, true);
    const struct filing *p = opinion_of(d, x, turn->unit);
    if (!p)
        return file(d, o, DOCUMENT_OPINION, NULL);
    *c = (struct appraisal_command){.act = APPRAISAL_ACT_CONTRIBUTE,
                                    .view = sim_chance(300) ? APPRAISAL_VIEW_AGAINST : APPRAISAL_VIEW_FOR,
                                    .reasons = reasons,
                                    .reason_count = 1,
                                    .document = p->handle};
    struct errand *e = errand(d, SOURCE_APPRAISAL, APPRAISAL_ACT_CONTRIBUTE, o, c);
    e->wants[SOURCE_INTAKE] = sim_chance(700) ? p->version : 0;
    return e;
}

/* The head of office looks at the draft of the newest round before his step, and is not always content with it. */
static struct errand *endorse(struct dossier *d, const struct appraisal_dossier *x, const struct appraisal_step *s)
{
    const struct process *p = process_of(x->facts.process, x->facts.process_version);
    const struct appraisal_step *appraised = appraisal_step_latest(x, process_previous(p, s->step, STEP_APPRAISE));
    struct appraisal_command *c = ARENA_NEW(world.arena, struct appraisal_command);

    *c = (struct appraisal_command){.act = APPRAISAL_ACT_ENDORSE,
                                    .document = papers_find(&x->papers, appraised->document)->handle};
    if (d->sent_back < SENT_BACK_MOST && sim_chance(250)) {
        *c = (struct appraisal_command){.act = APPRAISAL_ACT_RETURN_DRAFT, .reasons = reasons, .reason_count = 1};
        d->sent_back++;
    }
    return errand(d, SOURCE_APPRAISAL, (int)c->act, reference_officer(s->unit, ROLE_BIT(ENDORSER), NULL, true), c);
}

static struct errand *appraise(struct dossier *d, const struct appraisal_dossier *x)
{
    const struct appraisal_step *s = appraisal_step_open(x);

    if (!s || !appraisal_is_open((int)s->state))
        return NULL;
    if (s->kind == STEP_ENDORSE)
        return endorse(d, x, s);
    if (s->state == APPRAISAL_CONSULTING)
        return consult(d, s);
    if (s->state == APPRAISAL_AWAITING_SUPPLEMENT)
        return NULL;
    if (s->kind == STEP_APPRAISE && s->state == APPRAISAL_ASSIGNED && d->id.b[5] % 5 == 0 && !was_supplemented(x))
        return ask_supplement(d, x, s);
    if (s->kind == STEP_APPRAISE && s->state == APPRAISAL_ASSIGNED && d->id.b[6] % 8 == 0 && s->round == 1) {
        const char *unit = beside(x, s);
        if (s->verified < 2)
            return verify(d, s, APPRAISAL_ACT_VERIFY_BESIDE);
        if (unit && sim_chance(700))
            return ask_opinion(d, s, unit);
    }
    if (s->state != APPRAISAL_QUEUED && !sim_chance(60))
        return s->kind == STEP_VERIFY    ? verify(d, s, APPRAISAL_ACT_VERIFY)
               : s->kind == STEP_CONSULT ? consult(d, s)
                                         : conclude(d, x, s);
    struct appraisal_command *c = ARENA_NEW(world.arena, struct appraisal_command);
    const struct officer *o = reference_officer(s->unit, ROLE_BIT(APPRAISER), NULL, true);
    bool head = s->state != APPRAISAL_QUEUED || sim_chance(300);
    *c = (struct appraisal_command){.act = APPRAISAL_ACT_ASSIGN, .officer = o->record.id};
    return errand(d, SOURCE_APPRAISAL, APPRAISAL_ACT_ASSIGN,
                  head ? reference_officer(s->unit, ROLE_BIT(HEAD), NULL, true) : o, c);
}

/* ---- deciding and signing */

/* Mostly the citizen gets it back. */
static struct errand *answer_withdrawal(struct dossier *d, const struct approval_step *s)
{
    struct approval_command *c = ARENA_NEW(world.arena, struct approval_command);
    const struct officer *o = reference_officer(s->unit, ROLE_BIT(APPROVER), NULL, true);

    *c = (struct approval_command){.act =
                                       sim_chance(600) ? APPROVAL_ACT_GRANT_WITHDRAWAL : APPROVAL_ACT_REFUSE_WITHDRAWAL,
                                   .mandate = reference_mandate(o),
                                   .reasons = reasons,
                                   .reason_count = 1};
    return errand(d, SOURCE_APPROVAL, (int)c->act, o, c);
}

/* Now and then the approver finds that it is to go on. */
static struct errand *answer_stop(struct dossier *d, const struct approval_dossier *x, const struct approval_step *s)
{
    struct approval_command *c = ARENA_NEW(world.arena, struct approval_command);
    const struct officer *o = reference_officer(s->unit, ROLE_BIT(APPROVER), NULL, true);

    *c = (struct approval_command){.act = sim_chance(600) ? APPROVAL_ACT_SIGN_STOP : APPROVAL_ACT_REFUSE_STOP,
                                   .mandate = reference_mandate(o),
                                   .document = papers_find(&x->papers, x->facts.notice)->handle,
                                   .signature = SIGNATURE_INK_ATTESTED,
                                   .reasons = reasons,
                                   .reason_count = 1};
    return errand(d, SOURCE_APPROVAL, (int)c->act, o, c);
}

/* Now and then the approver finds nothing wrong. */
static struct errand *answer_correction(struct dossier *d, const struct approval_dossier *x,
                                        const struct approval_step *s)
{
    struct approval_command *c = ARENA_NEW(world.arena, struct approval_command);
    const struct officer *o = reference_officer(s->unit, ROLE_BIT(APPROVER), NULL, true);

    *c = (struct approval_command){.act =
                                       sim_chance(700) ? APPROVAL_ACT_SIGN_CORRECTION : APPROVAL_ACT_REFUSE_CORRECTION,
                                   .mandate = reference_mandate(o),
                                   .document = papers_find(&x->papers, x->facts.correction_paper)->handle,
                                   .signature = SIGNATURE_INK_ATTESTED,
                                   .reasons = reasons,
                                   .reason_count = 1};
    return errand(d, SOURCE_APPROVAL, (int)c->act, o, c);
}

static struct errand *answer_extension(struct dossier *d, const struct approval_dossier *x,
                                       const struct approval_step *s)
{
    struct approval_command *c = ARENA_NEW(world.arena, struct approval_command);
    const struct officer *o = reference_officer(s->unit, ROLE_BIT(APPROVER), NULL, true);
    bool signs = s->state != APPROVAL_STOPPED && !sim_chance(200);

    *c = (struct approval_command){.act = signs ? APPROVAL_ACT_SIGN_APOLOGY : APPROVAL_ACT_REFUSE_EXTENSION,
                                   .mandate = reference_mandate(o),
                                   .document = papers_find(&x->papers, x->facts.apology)->handle,
                                   .signature = SIGNATURE_INK_ATTESTED,
                                   .reasons = reasons,
                                   .reason_count = 1};
    return errand(d, SOURCE_APPROVAL, (int)c->act, o, c);
}

static struct errand *approve(struct dossier *d, const struct approval_dossier *x)
{
    const struct approval_step *s = approval_step_open(x);

    if (s && x->facts.extension == EXTENSION_REQUESTED && (world.calm || sim_chance(500)))
        return answer_extension(d, x, s);

    if (s && x->facts.withdrawal == WITHDRAWAL_REQUESTED)
        return answer_withdrawal(d, s);
    if (s && x->facts.stop == STOP_REQUESTED)
        return answer_stop(d, x, s);
    if (s && x->facts.correction == CORRECTION_REQUESTED)
        return answer_correction(d, x, s);
    if (!s || (s->state != APPROVAL_PENDING && s->state != APPROVAL_DECIDED))
        return NULL;
    const struct officer *o = reference_officer(s->unit, ROLE_BIT(APPROVER), NULL, true);
    struct approval_command *c = ARENA_NEW(world.arena, struct approval_command);
    c->mandate = reference_mandate(o);
    c->document = s->draft;
    c->reasons = reasons;
    c->reason_count = 1;
    if (s->state == APPROVAL_DECIDED && d->sent_back < SENT_BACK_MOST && sim_chance(100)) {
        c->act = APPROVAL_ACT_SEND_BACK; /* an error shows before it is signed */
        d->sent_back++;
        return errand(d, SOURCE_APPROVAL, (int)c->act, o, c);
    }
    if (s->state == APPROVAL_DECIDED) {
        const struct filing *p = filed(d, DOCUMENT_SIGNED, &s->draft);
        if (!p)
            return file(d, reference_officer(s->unit, ROLE_BIT(CLERK), NULL, true), DOCUMENT_SIGNED, &s->draft);
        c->act = APPROVAL_ACT_SIGN;
        c->signature = SIGNATURE_INK_ATTESTED;
        c->document = p->handle;
        struct errand *e = errand(d, SOURCE_APPROVAL, (int)c->act, o, c);
        e->wants[SOURCE_INTAKE] = sim_chance(700) ? p->version : 0;
        return e;
    }
    if (d->sent_back < SENT_BACK_MOST && sim_chance(250)) {
        c->act = APPROVAL_ACT_SEND_BACK;
        d->sent_back++;
    } else
        c->act = s->opinion == OPINION_FOR ? APPROVAL_ACT_GRANT : APPROVAL_ACT_REFUSE;
    return errand(d, SOURCE_APPROVAL, (int)c->act, o, c);
}

/* ---- issuing */

/* An apology and the result may be under way at once: one of them, by chance. */
static const struct return_document *some_document(const struct return_dossier *x)
{
    const struct return_document *found = NULL;
    size_t met = 0;

    for (size_t i = 0; i < x->document_count; i++)
        if (x->documents[i].state != RETURN_ARCHIVED && sim_random(++met) == 0)
            found = &x->documents[i];
    return found;
}

/* Most come themselves, with the receipt; others send a proxy, have it sent by post, or electronically. Before a
 * proxy comes his authorisation is filed, and who he is: false, with *ret_first. */
static bool deliver(struct dossier *d, const struct return_document *n, const struct officer *o,
                    struct return_command *c, int64_t *ret_wants, struct errand **ret_first)
{
    int way = n->outcome != OUTCOME_APOLOGY && n->came_back_at == INSTANT_NONE ? d->id.b[8] % 5 : 4;
    const struct filing *p = filed(d, DOCUMENT_AUTHORISATION, NULL), *came = filed(d, DOCUMENT_COLLECTOR, NULL);

    if (way == 1 && !d->submitted) /* he would have nowhere to read it */
        way = 4;
    c->act = RETURN_ACT_DELIVER;
    c->delivery = way == 0 ? DELIVERY_POST : way == 1 ? DELIVERY_ELECTRONIC : DELIVERY_COUNTER;
    if (way == 0)
        c->handing.consignment = "EE123456785VN";
    else if (way == 2 && !(p && came)) {
        *ret_first = file(d, o, p ? DOCUMENT_COLLECTOR : DOCUMENT_AUTHORISATION, NULL);
        return false;
    } else if (way == 2) {
        c->handing = (struct return_handing){
            .who = COLLECTOR_PROXY, .paper = PROOF_RECEIPT, .authorisation = p->handle, .collector = came->handle};
        *ret_wants = sim_chance(700) ? (p->version > came->version ? p->version : came->version) : 0;
    } else if (way > 2)
        c->handing = (struct return_handing){.who = COLLECTOR_APPLICANT, .paper = PROOF_RECEIPT};
    return true;
}

/* Some of what was sent comes back, once. */
static bool comes_back(const struct dossier *d, const struct return_document *n)
{
    return n->delivery == DELIVERY_POST && n->came_back_at == INSTANT_NONE && d->id.b[9] % 2 == 0;
}

static struct errand *issue(struct dossier *d, const struct return_dossier *x)
{
    const struct return_document *n = some_document(x);

    if (!n)
        return NULL;
    const struct process *p = process_of(x->facts.process, x->facts.process_version);
    struct return_command *c = ARENA_NEW(world.arena, struct return_command);
    const struct officer *clerk = reference_officer(n->unit, ROLE_BIT(CLERK), NULL, true);
    const struct officer *returner = reference_officer(x->facts.receiving_unit, ROLE_BIT(RETURNER), NULL, true);
    const struct officer *o = clerk;
    struct errand *first = NULL;
    int64_t wants = 0;

    c->document = n->handle.id;
    switch (n->state) {
    case RETURN_AWAITING_ISSUE:
        c->act = RETURN_ACT_NUMBER;
        c->series = reference_series(n->unit, n->outcome);
        break;
    case RETURN_NUMBERED:
        c->act = RETURN_ACT_SEAL;
        c->seal = reference_seal(n->unit, process_step(p, n->issue_step)->at_counter, &o);
        break;
    case RETURN_SEALED:
        if (process_step(p, n->step)->kind != STEP_HAND_OVER)
            c->act = RETURN_ACT_MAKE_READY;
        else
            c->act = n->given_at == INSTANT_NONE ? RETURN_ACT_GIVE : RETURN_ACT_TAKE;
        if (c->act == RETURN_ACT_TAKE && !world.calm && sim_chance(50)) {
            c->act = RETURN_ACT_REFUSE_HAND_OVER;
            c->fault = HAND_OVER_FAULT_DAMAGED;
        }
        if (c->act != RETURN_ACT_GIVE)
            o = returner;
        break;
    case RETURN_READY: /* some come only when it is archived */
        if (return_is_result(n->outcome) && n->unclaimed_at == INSTANT_NONE && n->reminders >= SIM_REMINDERS) {
            c->act = RETURN_ACT_ARCHIVE;
            break;
        }
        if (d->id.b[10] % 8 == 0 && !world.calm && sim_chance(900))
            return NULL;
        o = returner;
        if (!deliver(d, n, o, c, &wants, &first))
            return first;
        break;
    case RETURN_UNCLAIMED:
        o = returner;
        if (!deliver(d, n, o, c, &wants, &first))
            return first;
        break;
    case RETURN_HANDED_OVER:
        c->act = comes_back(d, n) ? RETURN_ACT_COME_BACK : RETURN_ACT_ARCHIVE;
        c->undelivered = UNDELIVERED_ABSENT;
        o = comes_back(d, n) ? returner : clerk;
        break;
    case RETURN_ARCHIVED:
    case RETURN_STATE_COUNT:
        break;
    }
    struct errand *e = errand(d, SOURCE_RETURN, (int)c->act, o, c);
    e->wants[SOURCE_INTAKE] = wants;
    return e;
}

/* ---- one of them does something */

static struct errand *choose(struct dossier *d)
{
    const struct intake_file *in = look(d, SOURCE_INTAKE);
    const struct appraisal_dossier *ap = look(d, SOURCE_APPRAISAL);
    const struct approval_dossier *av = look(d, SOURCE_APPROVAL);
    const struct return_dossier *re = look(d, SOURCE_RETURN);
    struct errand *e[22] = {0};
    size_t n = 0;

    if (!d->accepted)
        return d->refused ? NULL : !d->submitted && sim_chance(100) ? submit(d) : receive(d);
    if (in && (e[n] = transfer(d, &in->dossier)))
        n++;
    if (in && (e[n] = sign_turn(d, &in->dossier)))
        n++;
    if (in && (e[n] = pay(d, &in->dossier)))
        n++;
    if (in && (e[n] = pay_fee(d, &in->dossier)))
        n++;
    if (in && (e[n] = settle_fee(d, &in->dossier)))
        n++;
    if (in && (e[n] = supply(d, &in->dossier)))
        n++;
    if (in && (e[n] = ask_back(d, &in->dossier)))
        n++;
    if (in && (e[n] = ask_stop(d, &in->dossier)))
        n++;
    if (in && (e[n] = ask_more(d, &in->dossier)))
        n++;
    if (in && (e[n] = find(d, &in->dossier)))
        n++;
    if (in && (e[n] = leave_out(d, &in->dossier)))
        n++;
    if (in && (e[n] = end_period(d, &in->dossier)))
        n++;
    if (in && (e[n] = give_back(d, &in->dossier)))
        n++;
    if (in && (e[n] = bring_back(d, in)))
        n++;
    if (in && (e[n] = lose(d, in)))
        n++;
    if (in && (e[n] = ask_correction(d, &in->dossier)))
        n++;
    if (in && (e[n] = rate(d, &in->dossier)))
        n++;
    if (in && (e[n] = complain(d, &in->dossier)))
        n++;
    if (ap && (e[n] = appraise(d, ap)))
        n++;
    if (ap && (e[n] = contribute(d, ap)))
        n++;
    if (av && (e[n] = approve(d, av)))
        n++;
    if (re && (e[n] = issue(d, re)))
        n++;
    if (!world.calm && in && sim_chance(30) && in->dossier.state < INTAKE_FINISHED)
        e[n++] = file(d, reference_officer(in->dossier.unit, ROLE_BIT(CLERK), NULL, true), DOCUMENT_COMPONENT, NULL);
    return n ? e[sim_random(n)] : NULL;
}

void people_step(struct dossier *d)
{
    size_t i = sim_random(ERRANDS);
    struct errand *e = d->errands[i];

    if (e && e->answered) {
        d->errands[i] = NULL;
        return;
    }
    if (!e) {
        for (int k = 0; k < ERRANDS; k++) /* mostly one at a time */
            if (d->errands[k] && (!d->accepted || !sim_chance(100)))
                return;
        e = choose(d);
        if (!e || (same_act(d, e->service, e->act) && e->service != SOURCE_APPROVAL && !sim_chance(200)))
            return;
        d->errands[i] = e;
        d->tries++;
    }
    if (e->under_way == 0 || (!world.calm && sim_chance(10)))
        send(e);
}

bool people_finished(const struct dossier *d)
{
    const struct intake_file *in = look(d, SOURCE_INTAKE);
    const struct return_dossier *re = look(d, SOURCE_RETURN);

    for (int i = 0; i < ERRANDS; i++)
        if (d->errands[i])
            return false;
    if (d->refused)
        return true;
    if (!d->accepted || !in || !re || some_document(re))
        return false;
    for (int i = 0; i < in->dossier.complaint_count; i++)
        if (in->dossier.complaints[i].state != INTAKE_COMPLAINT_REFUSED &&
            in->dossier.complaints[i].state != INTAKE_COMPLAINT_PUBLISHED)
            return false;
    if (loss_open(in))
        return false;
    for (int i = 0; i < in->dossier.correction_count; i++)
        if (in->dossier.corrections[i].state != INTAKE_CORRECTION_REFUSED &&
            in->dossier.corrections[i].state != INTAKE_CORRECTION_HANDED_OVER)
            return false;
    return in->dossier.state == INTAKE_WITHDRAWN || in->dossier.state == INTAKE_RETURNED ||
           (in->dossier.state == INTAKE_STOPPED && in->dossier.returned_at != INSTANT_NONE);
}
