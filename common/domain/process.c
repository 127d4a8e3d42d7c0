/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of steps, walking a process, and what makes no sense in one. */
#include "common/domain/process.h"

#include <stdio.h>
#include <string.h>

#include "common/base/role.h"

/*
 * The kinds: who owns them, which roles do them, and which kinds may stand right before one (0: any). What ends a step
 * opens the one behind it, so an order that nobody opens leaves a dossier lying; what is endorsed or decided on is a
 * draft; what is handed over is sealed.
 */
#define KIND(symbol) (UINT32_C(1) << STEP_##symbol)
static const struct kind_rule {
    enum step_owner owner;
    uint32_t roles;
    uint32_t before;
    const char *vi, *en; /* what `before` asks for */
} kinds[STEP_COUNT] = {
    [STEP_RECEIVE] = {OWNER_INTAKE, .roles = ROLE_BIT(RECEIVER)},
    [STEP_TRANSFER] = {OWNER_INTAKE, .roles = ROLE_BIT(RECEIVER) | ROLE_BIT(CLERK),
                       .before = KIND(RECEIVE) | KIND(APPROVE),
                       .vi = "bước chuyển phải theo sau tiếp nhận hoặc phê duyệt",
                       .en = "a transfer follows receive or approve"},
    [STEP_OBLIGATION] = {OWNER_INTAKE, .roles = ROLE_BIT(RECEIVER) | ROLE_BIT(APPRAISER) | ROLE_BIT(CLERK),
                         .before = KIND(TRANSFER) | KIND(APPROVE),
                         .vi = "nghĩa vụ tài chính phải theo sau bước chuyển hoặc phê duyệt",
                         .en = "an obligation follows transfer or approve"},
    [STEP_APPRAISE] = {OWNER_APPRAISAL, .roles = ROLE_BIT(APPRAISER)},
    [STEP_VERIFY] = {OWNER_APPRAISAL, .roles = ROLE_BIT(APPRAISER)},
    [STEP_CONSULT] = {OWNER_APPRAISAL, .roles = ROLE_BIT(APPRAISER)},
    [STEP_ENDORSE] = {OWNER_APPRAISAL, .roles = ROLE_BIT(ENDORSER) | ROLE_BIT(HEAD),
                      .before = KIND(APPRAISE) | KIND(ENDORSE),
                      .vi = "trình ký phải theo ngay sau thẩm định hoặc trình ký",
                      .en = "endorse follows right behind appraise or endorse"},
    [STEP_APPROVE] = {OWNER_APPROVAL, .roles = ROLE_BIT(APPROVER), .before = KIND(APPRAISE) | KIND(ENDORSE),
                      .vi = "phê duyệt phải theo ngay sau thẩm định hoặc trình ký",
                      .en = "approve follows right behind appraise or endorse"},
    [STEP_NUMBER_SEAL] = {OWNER_RETURN, .roles = ROLE_BIT(CLERK)},
    [STEP_HAND_OVER] = {OWNER_RETURN, .roles = ROLE_BIT(CLERK) | ROLE_BIT(RETURNER), .before = KIND(NUMBER_SEAL),
                        .vi = "chuyển kết quả phải theo ngay sau vào số, đóng dấu",
                        .en = "hand_over follows right behind number_seal"},
    [STEP_RETURN] = {OWNER_RETURN, .roles = ROLE_BIT(RETURNER)},
};

enum step_owner process_owner(enum step_kind kind)
{
    return (unsigned)kind < STEP_COUNT ? kinds[kind].owner : OWNER_NOBODY;
}

const struct process_step *process_step(const struct process *p, int n)
{
    return n >= 1 && n <= p->step_count ? &p->steps[n - 1] : NULL;
}

bool process_opens(const struct process *p, int n, enum step_owner owner, int *ret_step)
{
    const struct process_step *next = process_step(p, n + 1);

    if (!next || process_owner(next->kind) != owner)
        return false;
    *ret_step = n + 1;
    return true;
}

bool process_is_last(const struct process *p, int n)
{
    const struct process_step *s = process_step(p, n);

    return s && process_following(p, n, s->kind) == 0;
}

int process_previous(const struct process *p, int n, enum step_kind kind)
{
    for (int i = n - 1; i >= 1; i--)
        if (p->steps[i - 1].kind == kind)
            return i;
    return 0;
}

int process_following(const struct process *p, int n, enum step_kind kind)
{
    for (int i = n + 1; i <= p->step_count; i++)
        if (p->steps[i - 1].kind == kind)
            return i;
    return 0;
}

const char *process_unit(const struct process_step *s, const char *own, const char *receiving)
{
    if (strcmp(s->unit_ref, "own") == 0)
        return own;
    if (strcmp(s->unit_ref, "receiving") == 0)
        return receiving;
    return s->unit_ref;
}

int process_with(const struct process *p, int n, const struct process_with **ret)
{
    int first = 0, count = 0;

    while (first < p->with_count && p->with[first].step != n)
        first++;
    while (first + count < p->with_count && p->with[first + count].step == n)
        count++;
    *ret = count ? p->with + first : NULL;
    return count;
}

/* ---- what makes no sense; each rule looks at step n and tells whether something is wrong */

static bool wrong(struct process_flaw *f, enum process_field field, const char *vi, const char *en)
{
    f->field = field;
    (void)snprintf(f->vi, sizeof f->vi, "%s", vi);
    (void)snprintf(f->en, sizeof f->en, "%s", en);
    return true;
}

static bool not_at_its_end(const struct process *p, int n, struct process_flaw *f)
{
    enum step_kind kind = process_step(p, n)->kind;

    if ((n == 1) != (kind == STEP_RECEIVE))
        return wrong(f, PROCESS_KIND, "quy trình có một bước tiếp nhận, ở đầu",
                     "a process has one receive, and it comes first");
    if ((n == p->step_count) != (kind == STEP_RETURN))
        return wrong(f, PROCESS_KIND, "quy trình có một bước trả kết quả, ở cuối",
                     "a process has one return, and it comes last");
    return false;
}

/* A step names one role. */
static bool not_of_this_role(const struct process *p, int n, struct process_flaw *f)
{
    const struct process_step *s = process_step(p, n);
    int role = 0;

    if (s->roles & kinds[s->kind].roles)
        return false;
    while (role < ROLE_COUNT && !(s->roles & UINT32_C(1) << role))
        role++;
    const char *who = role_name((enum role)role), *what = step_kind_name((int)s->kind);
    f->field = PROCESS_ROLE;
    (void)snprintf(f->vi, sizeof f->vi, "\"%s\" không làm bước %s", who, what);
    (void)snprintf(f->en, sizeof f->en, "\"%s\" does not do the step %s", who, what);
    return true;
}

static bool behind_the_wrong_step(const struct process *p, int n, struct process_flaw *f)
{
    const struct kind_rule *rule = &kinds[process_step(p, n)->kind];
    const struct process_step *before = process_step(p, n - 1);

    return rule->before && !(before && rule->before & UINT32_C(1) << before->kind) &&
           wrong(f, PROCESS_KIND, rule->vi, rule->en);
}

/* The last approve step ends the dossier: what it is decided on lies before it, what is issued behind it. */
static bool on_the_wrong_side(const struct process *p, int n, struct process_flaw *f)
{
    enum step_kind kind = process_step(p, n)->kind;
    bool decided = process_previous(p, n, STEP_APPROVE) && !process_following(p, n - 1, STEP_APPROVE);

    if (decided && process_owner(kind) != OWNER_RETURN)
        return wrong(f, PROCESS_KIND, "sau phê duyệt cuối cùng chỉ còn phát hành và trả kết quả",
                     "behind the last approve a result is only issued and returned");
    if (!decided && kind == STEP_NUMBER_SEAL)
        return wrong(f, PROCESS_KIND, "number_seal phải sau phê duyệt cuối cùng",
                     "number_seal comes after the last approve");
    return false;
}

static bool not_on_the_spot(const struct process *p, int n, struct process_flaw *f)
{
    const struct process_step *s = process_step(p, n);

    return p->route == ROUTE_ON_THE_SPOT && (!s->at_counter || s->kind == STEP_TRANSFER || s->kind == STEP_HAND_OVER) &&
           wrong(f, PROCESS_PLACE, "quy trình tại chỗ: mọi bước làm tại quầy",
                 "on the spot, every step is done at the counter");
}

static bool wrong_of(struct process_flaw *f, const char *unit, const char *vi, const char *en)
{
    f->field = PROCESS_WITH;
    (void)snprintf(f->vi, sizeof f->vi, "%.64s %s", unit, vi);
    (void)snprintf(f->en, sizeof f->en, "%.64s %s", unit, en);
    return true;
}

/*
 * Who co-operates does so beside the unit that leads, once, and within the time of the step: also on paper, where one
 * comes after the other. Whether "own" is one of them shows only at a dossier (appraisal leaves it out then).
 */
static bool not_with_these(const struct process *p, int n, struct process_flaw *f)
{
    const struct process_step *s = process_step(p, n);
    const struct process_with *with;
    int count = process_with(p, n, &with), minutes = 0;

    if (count && s->kind != STEP_APPRAISE)
        return wrong(f, PROCESS_WITH, "chỉ bước thẩm định có đơn vị phối hợp",
                     "only an appraise step has co-operating units");
    if (count > PROCESS_WITH_MAX)
        return wrong(f, PROCESS_WITH, "nhiều nhất 8 đơn vị phối hợp", "there are at most 8 co-operating units");
    for (int i = 0; i < count; i++) {
        if (strcmp(with[i].unit, s->unit_ref) == 0)
            return wrong_of(f, with[i].unit, "là đơn vị chủ trì, không phối hợp với chính mình",
                            "leads the step and does not co-operate with itself");
        for (int k = 0; k < i; k++)
            if (strcmp(with[i].unit, with[k].unit) == 0)
                return wrong_of(f, with[i].unit, "được nêu hai lần", "is named twice");
        if (with[i].minutes <= 0)
            return wrong_of(f, with[i].unit, "không có thời gian", "has no time");
        minutes += with[i].minutes;
    }
    return minutes > s->minutes && wrong(f, PROCESS_WITH, "các đơn vị phối hợp, lần lượt, lâu hơn bước này",
                                         "the co-operating units, one after the other, take longer than the step");
}

static bool not_sealed_once(const struct process *p, struct process_flaw *f)
{
    int seal = process_following(p, 0, STEP_NUMBER_SEAL);

    return (!seal || process_following(p, seal, STEP_NUMBER_SEAL)) &&
           wrong(f, PROCESS_STEPS, "phải có đúng một bước number_seal", "needs exactly one step number_seal");
}

static bool (*const rules[])(const struct process *, int, struct process_flaw *) = {
    not_at_its_end, not_of_this_role, behind_the_wrong_step, on_the_wrong_side, not_on_the_spot, not_with_these,
};

bool process_next_flaw(const struct process *p, int *at, struct process_flaw *ret)
{
    const int last = p->step_count * (int)COUNT_OF(rules);
    struct process_flaw f = {.step = 0};

    for (; *at <= last; ++*at) {
        f.step = *at < last ? *at / (int)COUNT_OF(rules) + 1 : 0;
        if (f.step ? rules[*at % (int)COUNT_OF(rules)](p, f.step, &f) : not_sealed_once(p, &f)) {
            ++*at;
            *ret = f;
            return true;
        }
    }
    return false;
}
