/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded number of dossiers is under way at a time, each with at most one request on the wire; connections are fewer
 * than dossiers, so that one that waits for an event to arrive elsewhere holds none. A refusal that may heal by itself
 * (not yet known there, busy, no answer) is repeated with the same key, at most 60 s for one act.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "services/ctl/simulate_runner.h"

#define UNDER_WAY_PER_CONNECTION 4
#define PATIENCE_US              (60 * INSTANT_SECOND)
#define STEP_MS                  20
#define STEP_MOST_MS             250
#define REQUEST_MS               30000
#define FAILURES_SHOWN           10
#define BODY_MAX                 ((size_t)64 << 10)
#define PLAN_MAX                 ((size_t)1 << 20)

/* ---- the end of a dossier */

static void end(struct runner *r, const char *why)
{
    struct simulation *s = r->s;

    r->d->done = (uint8_t)r->next;
    r->d->failed = why != NULL;
    s->finished++;
    if (why) {
        s->failed++;
        if (s->shown++ < FAILURES_SHOWN)
            fprintf(stderr, "taichoctl: dossier %s: %s\n",
                    r->d->code[0] ? r->d->code
                    : r->d->id[0] ? r->d->id
                                  : "(none)",
                    why);
    }
    r->d = NULL;
}

static bool is_later(const struct simulation *s, const struct act *a)
{
    return a->months > s->months || (a->overnight && !s->next_day && !s->months);
}

/* put_off keeps a dossier until the day of its next act has come. */
static void put_off(struct runner *r)
{
    struct simulation *s = r->s;
    struct later *l = ARENA_NEW(s->arena, struct later);

    l->kept = *r;
    s->later = arena_room(s->arena, s->later, s->later_count, &s->later_room, sizeof *s->later);
    s->later[s->later_count++] = l;
    s->overnights += r->acts[r->next].overnight;
    r->plan = arena_new(PLAN_MAX);
    r->d = NULL;
}

static void note(struct simulation *s, enum deed deed, int64_t us, int64_t arrive_us)
{
    struct samples *m = &s->samples[deed];

    if (m->count == m->room) {
        size_t room = m->room ? 2 * m->room : 256;
        int32_t *a = ARENA_ARRAY(s->arena, room, int32_t), *b = ARENA_ARRAY(s->arena, room, int32_t);
        if (m->count) {
            memcpy(a, m->us, m->count * sizeof *a);
            memcpy(b, m->arrive_us, m->count * sizeof *b);
        }
        m->us = a;
        m->arrive_us = b;
        m->room = room;
    }
    m->us[m->count] = (int32_t)us;
    m->arrive_us[m->count++] = (int32_t)arrive_us;
}

/* ---- answers */

/* keep_seen reads the answer's "Taicho-Seen: <service>=<version>". */
static void keep_seen(struct runner *r, const char *seen)
{
    for (int i = 0; seen && i < SOURCE_COUNT; i++) {
        size_t n = strlen(source_name((enum source)i));
        if (strncmp(seen, source_name((enum source)i), n) == 0 && seen[n] == '=')
            r->seen[i] = strtoll(seen + n + 1, NULL, 10);
    }
}

static void copy_text(char *to, size_t size, const char *from)
{
    (void)snprintf(to, size, "%s", from ? from : "");
}

/* A guidance is another subject than the dossier that may come of it: it stands in the books beside it. */
static bool keep_visit(struct runner *r, const char *id)
{
    struct simulation *s = r->s;
    struct dossier visit = {.plan = PLAN_GUIDE,
                            .done = 1,
                            .acts = {deeds[DO_GUIDE].letter},
                            .late = r->acts[r->next].late_at != INSTANT_NONE};

    copy_text(visit.id, sizeof visit.id, id);
    copy_text(r->guidance, sizeof r->guidance, id);
    s->visits = arena_room(s->arena, s->visits, s->visit_count, &s->visit_room, sizeof *s->visits);
    s->visits[s->visit_count++] = visit;
    return visit.id[0];
}

static bool keep_document(struct runner *r, struct json_in *in, const struct json *o)
{
    copy_text(r->document, sizeof r->document, json_text(in, o, "id", JSON_REQUIRED, 36, 36));
    copy_text(r->sha256, sizeof r->sha256, json_text(in, o, "sha256", JSON_REQUIRED, 64, 64));
    r->pages = json_int(in, o, "pages", JSON_REQUIRED, 0, 10000);
    return r->document[0] && r->sha256[0];
}

/* Who came, beside the authorisation. */
static bool keep_record(struct runner *r, struct json_in *in, const struct json *o)
{
    copy_text(r->record, sizeof r->record, json_text(in, o, "id", JSON_REQUIRED, 36, 36));
    copy_text(r->record_sha256, sizeof r->record_sha256, json_text(in, o, "sha256", JSON_REQUIRED, 64, 64));
    return r->record[0] && r->record_sha256[0];
}

static bool read_answer(struct runner *r, const struct act *a, const struct fetch_answer *answer)
{
    struct json_in *in;
    bool stops = a->deed == DO_ASK_STOP || a->deed == DO_ASK_STOP_UNANSWERED;

    if (a->deed != DO_SUBMIT && a->deed != DO_RECEIVE && !deed_at_once(a->deed) && a->deed != DO_TURN_AWAY &&
        a->deed != DO_GUIDE && a->deed != DO_FILE && a->deed != DO_AUTHORISE && a->deed != DO_ASK_MORE && !stops)
        return true;
    if (json_read(r->scratch, answer->body.p, answer->body.n, &in, NULL))
        return false;
    const struct json *o = json_root(in);
    if (a->deed == DO_FILE || a->deed == DO_AUTHORISE || a->deed == DO_ASK_MORE || stops) {
        if (a->deed == DO_ASK_MORE || stops)
            o = json_object(in, o, a->deed == DO_ASK_MORE ? "apology" : "notice", JSON_REQUIRED);
        return a->paper == DOCUMENT_COLLECTOR ? keep_record(r, in, o) : keep_document(r, in, o);
    }
    if (a->deed == DO_GUIDE)
        return keep_visit(r, json_text(in, o, "id", JSON_REQUIRED, 36, 36));
    copy_text(r->d->id, sizeof r->d->id, json_text(in, o, "id", JSON_REQUIRED, 36, 36));
    if (a->deed == DO_SUBMIT) {
        copy_text(r->submission, sizeof r->submission, r->d->id);
        return r->d->id[0];
    }
    if (a->deed != DO_TURN_AWAY)
        copy_text(r->d->code, sizeof r->d->code, json_text(in, o, "code", JSON_REQUIRED, 1, 48));
    a->deed != DO_TURN_AWAY ? r->s->received++ : r->s->turned_away++;
    if (a->deed != DO_TURN_AWAY)
        runner_pay(r, in, o);
    if (deed_at_once(a->deed)) /* what comes next stands on what he decided, or found */
        r->seen[a->deed == DO_STUDY_AT_ONCE ? SOURCE_APPRAISAL : SOURCE_APPROVAL] = 2;
    if (a->deed == DO_STUDY_AT_ONCE && !keep_document(r, in, json_object(in, o, "draft", JSON_REQUIRED)))
        return false;
    return r->d->id[0] && (a->deed == DO_TURN_AWAY || r->d->code[0]);
}

/* Short steps first, since an event is usually there in no time; longer ones when the stages are busy with better
 * things. */
static int64_t patience(struct runner *r)
{
    int64_t ms = r->pause_ms ? r->pause_ms * 3 / 2 : STEP_MS;

    r->pause_ms = ms < STEP_MOST_MS ? ms : STEP_MOST_MS;
    return r->pause_ms;
}

/*
 * wait_for_event lets the next act wait as long as its event usually takes to arrive at that stage, a little less each
 * time that was enough: asking at once, and again and again, would keep the stages busy with saying "not yet". The time
 * counts from now.
 */
static void wait_for_event(struct runner *r, int64_t now)
{
    const struct act *a = &r->acts[r->next];

    if (deeds[a->deed].service == deeds[a[-1].deed].service)
        return;
    r->first_try = now;
    r->not_before = now + r->s->samples[a->deed].usual_us;
}

static void learn(struct runner *r, const struct act *a, int64_t now)
{
    int64_t *usual = &r->s->samples[a->deed].usual_us;

    if (r->next > 0 && deeds[a->deed].service != deeds[a[-1].deed].service)
        *usual += ((now - r->first_try) * 9 / 10 - *usual) / 8;
}

/* pause_of tells how long to wait before the same act is tried again; -1: it is refused for good. */
static int64_t pause_of(struct runner *r, const struct fetch_answer *answer)
{
    bool arriving = answer->status == 404 && r->next > 0; /* the dossier is on its way there */

    if (!arriving && !api_may_repeat(r->scratch, answer))
        return -1;
    if (arriving || answer->status == 409 || !answer->retry_after_s)
        return patience(r);
    return answer->retry_after_s * 1000;
}

/* counts tells whether the act is done: that of an act which is not allowed is that it was refused. */
static bool counts(const struct runner *r, const struct act *a, const struct fetch_answer *answer)
{
    if (!deeds[a->deed].event)
        return answer->status == 409 && strcmp(api_problem(r->scratch, answer).slug, deed_refusal(a->deed)) == 0;
    return answer->status == 200 || answer->status == 201;
}

static void answered(void *arg, const struct fetch_answer *answer)
{
    struct runner *r = arg;
    struct simulation *s = r->s;
    const struct act *a = &r->acts[r->next];
    int64_t now = instant_mono();

    r->under_way = false;
    s->requests++;
    if (counts(r, a, answer)) {
        note(s, a->deed, answer->took_us, now - r->first_try);
        learn(r, a, now);
        keep_seen(r, answer->seen);
        if (!read_answer(r, a, answer)) {
            end(r, arena_printf(r->scratch, "%s was answered with something unreadable", deeds[a->deed].name));
            return;
        }
        if (a->deed != DO_GUIDE) {
            r->d->acts[strlen(r->d->acts)] = deeds[a->deed].letter;
            r->d->late += a->late_at != INSTANT_NONE;
        }
        r->next++;
        s->late += a->late_at != INSTANT_NONE;
        r->d->justified += (a->deed == DO_REPLY || a->deed == DO_REPLY_LATE) && a->justified;
        if (a->deed == DO_COMPLAIN)
            r->d->complained = (uint8_t)s->months;
        r->d->found += a->deed == DO_SETTLE && strcmp(a->what, "found") == 0;
        r->first_try = r->pause_ms = 0;
        r->not_before = now;
        if (r->next == r->count)
            end(r, NULL);
        else if (is_later(s, &r->acts[r->next]))
            put_off(r);
        else
            wait_for_event(r, now);
        return;
    }
    int64_t pause = pause_of(r, answer);
    s->repeats += pause >= 0;
    s->samples[a->deed].repeats += pause >= 0;
    if (pause >= 0 && now - r->first_try < PATIENCE_US) {
        r->not_before = now + pause * INSTANT_MS;
        return;
    }
    struct problem p = api_problem(r->scratch, answer);
    end(r, arena_printf(r->scratch, "%s by %s%s: %d %s%s%s: %s (%s)", deeds[a->deed].name, a->who->id,
                        pause >= 0 ? ", still after 60 s" : "", answer->status, p.slug, p.field[0] ? " " : "", p.field,
                        p.en, p.vi));
}

/* ---- requests */

static void send(struct runner *r)
{
    const struct act *a = &r->acts[r->next];
    struct buf b;

    arena_reset(r->scratch);
    if (!r->first_try)
        r->first_try = instant_mono();
    const char *authorization = world_authorization(r->s->world, a->who),
               *seen = runner_seen(r, deeds[a->deed].service);
    if (!authorization) {
        end(r, "no token could be signed");
        return;
    }
    buf_init(&b, BODY_MAX);
    struct chance before = r->chance; /* a repeat says the same */
    runner_body(r, a, &b);
    r->chance = before;
    const char *const late = runner_late(r, a), *const headers[] = {
                                                    authorization,
                                                    "Content-Type: application/json",
                                                    arena_printf(r->scratch, "Idempotency-Key: sim-%s-%zu-%zu",
                                                                 r->s->run, r->number, r->next),
                                                    late ? late : seen,
                                                    late ? seen : NULL,
                                                    NULL,
                                                };
    const struct fetch_request q = {
        .method = "POST",
        .url = runner_url(r, a),
        .headers = headers,
        .body = {(const uint8_t *)buf_cstr(&b), b.n},
        .timeout_ms = REQUEST_MS,
        .arg = r,
        .done = answered,
    };
    r->under_way = fetch_start(r->fetch, &q, NULL) == ERR_OK;
    buf_release(&b);
}

/* ---- new dossiers */

static const struct candidate *some(struct simulation *s, const struct candidates *from)
{
    return from->count ? &from->items[chance_below(&s->chance, from->count)] : NULL;
}

/* Each of the rare processes has its turn, at one of the counters where it can be received. */
static const struct candidate *some_rare(struct simulation *s, size_t turn)
{
    const struct world *w = s->world;
    const struct process *p = w->rare_processes[turn % w->rare_count];
    const struct candidate *found = NULL;
    size_t met = 0;

    for (size_t i = 0; i < w->rare.count; i++)
        if (w->rare.items[i].process == p && chance_below(&s->chance, ++met) == 0)
            found = &w->rare.items[i];
    return found;
}

/* Communes take in most, the provincial centre least; a level without offers leaves its share to the others. */
static const struct candidate *choose(struct simulation *s, size_t number)
{
    static const struct {
        enum level level;
        size_t weight;
    } weights[] = {{LEVEL_COMMUNE, 70}, {LEVEL_DISTRICT, 20}, {LEVEL_DEPARTMENT, 9}, {LEVEL_PROVINCE, 1}};
    enum route route = chance_percent(&s->chance, s->on_spot) ? ROUTE_ON_THE_SPOT : ROUTE_BACK_OFFICE;

    if (number % 50 == 7 && s->on_spot < 100 && s->world->rare_count)
        return some_rare(s, number / 50);
    for (int tries = 0; tries < 200; tries++) {
        size_t at = chance_below(&s->chance, 100), k = 0;
        while (at >= weights[k].weight)
            at -= weights[k++].weight;
        const struct candidate *c = some(s, &s->world->offers[weights[k].level][route]);
        if (c)
            return c;
        if (tries == 100)
            route = route == ROUTE_ON_THE_SPOT ? ROUTE_BACK_OFFICE : ROUTE_ON_THE_SPOT;
    }
    return NULL;
}

static enum plan choose_plan(struct simulation *s)
{
    enum plan plan = mix_plan(s);

    return plan == PLAN_AT_ONCE && !s->world->at_once.count ? PLAN_GRANT : plan;
}

/* A dossier of linked units is not supplemented, so nothing is waited for. */
static bool is_unanswered(struct simulation *s, const struct process *p)
{
    return s->ways.unanswered > 0 && !p->with_count && world_wait(s->world, p->procedure) &&
           chance_percent(&s->chance, s->ways.unanswered);
}

static void begin(struct runner *r, size_t number)
{
    struct simulation *s = r->s;
    enum plan plan = choose_plan(s);
    const struct voices voices = {.rates = chance_percent(&s->chance, s->rated),
                                  .complains = chance_percent(&s->chance, s->complained),
                                  .corrects = chance_percent(&s->chance, s->corrected),
                                  .late = s->late_answers > 0 && chance_percent(&s->chance, s->late_answers)};
    bool dark = chance_percent(&s->chance, s->outage) && plan != PLAN_AT_ONCE && s->dark.counter;
    const struct candidate *at = plan == PLAN_AT_ONCE ? some(s, &s->world->at_once)
                                 : dark               ? outage_some(s->world, &s->chance, &s->dark)
                                                      : choose(s, number);
    const char *missing = "nothing can be received on this day";

    if (plan == PLAN_SUPPLEMENT && at && is_unanswered(s, at->process))
        plan = PLAN_UNANSWERED;
    arena_reset(r->plan);
    r->d = &s->dossiers[number];
    r->d->plan = plan;
    r->number = number;
    r->next = r->count = 0;
    r->chance = (struct chance){chance_next(&s->chance)};
    memset(r->seen, 0, sizeof r->seen);
    r->document[0] = r->sha256[0] = r->guidance[0] = r->submission[0] = '\0';
    r->first_try = r->pause_ms = 0;
    r->not_before = instant_mono();
    if (at) {
        r->at = *at;
        r->count = dossier_plan(s->world, &r->chance, at, r->d->plan, &s->ways, voices, r->plan, r->acts, &missing);
        /* What is to be paid is not written down on paper here. */
        if (dark && !world_price(s->world, at->process->procedure, NULL))
            outage_mark(s->world, &r->chance, &s->dark, r->acts, r->count);
    }
    /* Who was guided and stayed away would not be guided again: each run has its own people. */
    if (plan == PLAN_GUIDE)
        r->chance.state ^= hash_murmur2(s->run, strlen(s->run));
    if (!r->count)
        end(r, missing);
}

/* ---- the loop */

/* next_ready gives the runner that has waited longest, NULL when none is ready; *ret_wait is the time to the next. */
static struct runner *next_ready(struct runner *runners, size_t count, int64_t now, int64_t *ret_wait)
{
    struct runner *found = NULL;

    for (size_t i = 0; i < count; i++) {
        struct runner *r = &runners[i];
        if (!r->d || r->under_way)
            continue;
        if (r->not_before > now) {
            if (r->not_before - now < *ret_wait)
                *ret_wait = r->not_before - now;
        } else if (!found || r->not_before < found->not_before) {
            found = r;
        }
    }
    return found;
}

/* admit starts dossiers where there is room, no faster than the rate. */
static int64_t admit(struct simulation *s, struct runner *runners, size_t count, int64_t started, int64_t begun)
{
    for (size_t i = 0; i < count && started < s->dossier_count; i++) {
        double due = s->rate > 0 ? s->rate * (double)(instant_mono() - begun) / 1e6 : 1e18;
        if ((double)started >= due + 1)
            break;
        if (!runners[i].d)
            begin(&runners[i], (size_t)started++);
    }
    return started;
}

/* take_up goes on with a dossier that was put off. */
static void take_up(struct runner *r, const struct later *l)
{
    struct arena *scratch = r->scratch;

    arena_free(r->plan);
    *r = l->kept;
    r->scratch = scratch;
    r->first_try = r->pause_ms = 0;
    r->not_before = instant_mono();
}

/* resume takes up what was put off until now; what is put off once more comes behind the others. */
static void resume(struct simulation *s, struct runner *runners, size_t count, size_t most)
{
    for (size_t i = 0; i < count && s->later_next < most; i++) {
        if (runners[i].d)
            continue;
        take_up(&runners[i], s->later[s->later_next++]);
        if (is_later(s, &runners[i].acts[runners[i].next]))
            put_off(&runners[i]);
    }
}

/* One turn: what can be sent is sent, what was answered is heard. */
static void turn(struct simulation *s, struct fetch *fetch, struct runner *runners, size_t count)
{
    struct runner *r = NULL;
    int64_t wait = 20 * INSTANT_MS;

    while (fetch_has_room(fetch) && (r = next_ready(runners, count, instant_mono(), &wait)) != NULL)
        send(r);
    if (fetch_under_way(fetch))
        fetch_turn(fetch, (int)(wait / INSTANT_MS) + 1);
    else if (s->finished < s->dossier_count && !r)
        ctl_pause(1);
}

static bool any_under_way(const struct runner *runners, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (runners[i].d)
            return true;
    return false;
}

/* What was put off so far and can be done now. */
static void carry_on(struct simulation *s, struct fetch *fetch, struct runner *runners, size_t count)
{
    size_t most = s->later_count;

    while (s->later_next < most || any_under_way(runners, count)) {
        resume(s, runners, count, most);
        turn(s, fetch, runners, count);
    }
}

/* The next day and the months behind it, as far as something was put off. */
static bool carry_later(struct simulation *s, struct fetch *fetch, struct runner *runners, size_t count)
{
    if (s->overnights) {
        if (!later_day(s))
            return false;
        carry_on(s, fetch, runners, count);
    }
    while (s->later_next < s->later_count && s->months < MONTHS_MOST) {
        if (!later_month(s))
            return false;
        carry_on(s, fetch, runners, count);
    }
    return true;
}

bool simulation_run(struct simulation *s)
{
    size_t count = (size_t)s->connections * UNDER_WAY_PER_CONNECTION;
    struct runner *runners = ARENA_ARRAY(s->arena, count, struct runner);
    struct fetch *fetch = fetch_new((size_t)s->connections);
    int64_t begun = instant_mono(), started = 0;

    s->dossiers = ARENA_ARRAY(s->arena, (size_t)s->dossier_count, struct dossier);
    for (size_t i = 0; i < count; i++)
        runners[i] =
            (struct runner){.s = s, .fetch = fetch, .scratch = arena_new((size_t)1 << 20), .plan = arena_new(PLAN_MAX)};
    while (s->finished + (int64_t)s->later_count < s->dossier_count) {
        started = admit(s, runners, count, started, begun);
        turn(s, fetch, runners, count);
    }
    s->wall_us = instant_mono() - begun;
    bool carried = carry_later(s, fetch, runners, count);
    for (size_t i = 0; i < count; i++) {
        arena_free(runners[i].scratch);
        arena_free(runners[i].plan);
    }
    for (size_t i = s->later_next; i < s->later_count; i++) /* their day did not come */
        arena_free(s->later[i]->kept.plan);
    fetch_free(fetch);
    return carried && s->failed == 0;
}
