/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paper, electronic or mixed: what a dossier is follows from its components. What comes online is files; a paper beside
 * them is an original that is to be shown, and goes home with its owner. A request that does not say in which form its
 * components are means files when it comes online (body.c), and paper by any other channel.
 */
#include "services/intake/intake.h"
#include "services/intake/rules.h"

const char *const intake_form_names[] = {INTAKE_FORM_MAP(WORD_CODE) NULL};

enum err_code intake_check_papers(enum channel channel, const struct intake_component *components, int count,
                                  struct arena *a, struct err *reterr)
{
    for (int i = 0; i < count; i++) {
        const struct intake_component *c = &components[i];

        if (channel == CHANNEL_ONLINE && c->form != INTAKE_FORM_ELECTRONIC && !c->to_show)
            return err_say(reterr, ERR_INVALID, arena_printf(a, "components[%d].form", i),
                           "nộp trực tuyến chỉ có bản điện tử; bản chính chỉ để đối chiếu phải ghi rõ",
                           "an online filing has files; an original that is only shown has to say so");
        if (channel != CHANNEL_ONLINE && c->to_show)
            return err_say(reterr, ERR_INVALID, arena_printf(a, "components[%d].to_show", i),
                           "chỉ hồ sơ nộp trực tuyến mới xuất trình bản chính sau",
                           "only the originals of an online filing are shown later");
    }
    return ERR_OK;
}

struct intake_papers intake_count_papers(const struct intake_component *components, int count)
{
    struct intake_papers n = {0};

    for (int i = 0; i < count; i++) {
        const struct intake_component *c = &components[i];

        n.electronic += c->form == INTAKE_FORM_ELECTRONIC;
        if (c->form == INTAKE_FORM_ELECTRONIC || c->to_show)
            continue;
        n.paper++;
        n.digitised += c->digitised != NULL;
        n.originals += c->originals;
        n.certified += c->certified;
        n.copies += c->copies;
    }
    return n;
}

static enum intake_medium medium(bool papers, bool files)
{
    if (!papers)
        return INTAKE_MEDIUM_ELECTRONIC;
    return files ? INTAKE_MEDIUM_MIXED : INTAKE_MEDIUM_PAPER;
}

enum intake_medium intake_medium_of(const struct intake_component *components, int count)
{
    struct intake_papers n = intake_count_papers(components, count);

    return count ? medium(n.paper, n.electronic) : INTAKE_MEDIUM_NONE;
}

enum intake_medium intake_medium_with(const struct intake_supply *c, const struct intake_facts *f)
{
    struct intake_papers n = intake_count_papers(c->components, c->component_count);
    bool papers = n.paper, files = n.electronic;

    for (int i = 0; i < f->sheet_count; i++) {
        papers |= f->sheets[i].paper;
        files |= f->sheets[i].file;
    }
    return medium(papers, files);
}
