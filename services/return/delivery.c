/* SPDX-License-Identifier: Apache-2.0 */
#include "services/return/delivery.h"

#include "common/domain/consignment.h"

static bool has_authorisation(const struct return_handing *h)
{
    return !id_is_nil(h->authorisation.id);
}

static bool has_record(const struct return_handing *h)
{
    return !id_is_nil(h->collector.id);
}

/* is_filed finds a paper of the kind that is named. */
static enum err_code is_filed(const struct papers *brought, const struct document_handle *named,
                              enum document_kind kind, const char *field, struct err *reterr)
{
    const struct paper *known = papers_find(brought, named->id);
    const struct papers none = {0};

    return papers_named(known && known->kind != (int)kind ? &none : brought, named, field, &known, reterr);
}

/* Who comes in the applicant's place is known by name, at intake; who comes himself may be. */
static enum err_code check_collector(const struct return_handing *h, const struct papers *brought, struct err *reterr)
{
    if (has_record(h) && h->who == COLLECTOR_NONE)
        return err_say(reterr, ERR_INVALID, "who", "phải ghi ai đến nhận kết quả", "say who came for it");
    if (h->who == COLLECTOR_PROXY && !has_record(h))
        return err_say(reterr, ERR_INVALID, "collector",
                       "phải ghi nhận người đến nhận thay (họ tên, giấy tờ xuất trình) trước khi trả",
                       "who came in the applicant's place must be recorded before");
    return has_record(h) ? is_filed(brought, &h->collector, DOCUMENT_COLLECTOR, "collector", reterr) : ERR_OK;
}

/* Art. 6(2)(b): the applicant brings the receipt, a proxy an authorisation beside it. */
static enum err_code at_counter(const struct return_handing *h, bool result, const struct papers *filed,
                                struct err *reterr)
{
    if (h->consignment)
        return err_say(reterr, ERR_INVALID, "consignment", "trả tại quầy thì không có số bưu gửi",
                       "what is returned at the counter has no consignment number");
    if (result && h->who == COLLECTOR_NONE)
        return err_say(reterr, ERR_INVALID, "who", "phải ghi ai đến nhận kết quả", "say who came for it");
    if (result && h->paper == PROOF_NONE)
        return err_say(reterr, ERR_INVALID, "paper", "phải ghi người nhận xuất trình giấy tờ gì",
                       "say which paper was shown");
    if (h->who == COLLECTOR_PROXY && !has_authorisation(h))
        return err_say(reterr, ERR_INVALID, "authorisation", "người được ủy quyền phải nộp giấy ủy quyền",
                       "a proxy brings an authorisation");
    if (h->who != COLLECTOR_PROXY && has_authorisation(h))
        return err_say(reterr, ERR_INVALID, "authorisation", "chỉ người được ủy quyền mới nộp giấy ủy quyền",
                       "only a proxy brings an authorisation");
    enum err_code rc = has_authorisation(h)
                           ? is_filed(filed, &h->authorisation, DOCUMENT_AUTHORISATION, "authorisation", reterr)
                           : ERR_OK;
    return rc ? rc : check_collector(h, filed, reterr);
}

/* Nobody comes to the counter: nobody shows anything there. */
static enum err_code from_afar(const struct return_handing *h, struct err *reterr)
{
    const char *field = h->who != COLLECTOR_NONE ? "who"
                        : h->paper != PROOF_NONE ? "paper"
                        : has_authorisation(h)   ? "authorisation"
                        : has_record(h)          ? "collector"
                                                 : NULL;

    if (!field)
        return ERR_OK;
    return err_say(reterr, ERR_INVALID, field, "chỉ ghi khi trả tại quầy", "is said of a return at the counter only");
}

static enum err_code by_post(const struct return_handing *h, bool result, struct err *reterr)
{
    if (result && !h->consignment)
        return err_say(reterr, ERR_INVALID, "consignment", "phải ghi số bưu gửi", "say the consignment number");
    return h->consignment ? consignment_fits(h->consignment, reterr) : ERR_OK;
}

enum err_code return_handing_fits(int delivery, const struct return_handing *h, bool result, const struct papers *filed,
                                  struct err *reterr)
{
    if (delivery <= DELIVERY_NONE || delivery >= DELIVERY_COUNT)
        return err_say(reterr, ERR_INVALID, "delivery", "cách trả kết quả không hợp lệ", "this is no way of delivery");
    if (delivery == DELIVERY_COUNTER)
        return at_counter(h, result, filed, reterr);
    enum err_code rc = from_afar(h, reterr);
    if (rc)
        return rc;
    if (delivery == DELIVERY_POST)
        return by_post(h, result, reterr);
    if (h->consignment)
        return err_say(reterr, ERR_INVALID, "consignment", "trả điện tử thì không có số bưu gửi",
                       "what is returned electronically has no consignment number");
    return ERR_OK;
}

enum err_code return_reaches(int delivery, bool filed_online, struct err *reterr)
{
    if (delivery != DELIVERY_ELECTRONIC || filed_online)
        return ERR_OK;
    return err_say(
        reterr, ERR_INVALID, "delivery",
        "hồ sơ không nộp qua cổng dịch vụ công nên không trả kết quả điện tử được; hãy trả tại quầy hoặc qua "
        "bưu chính",
        "the dossier was not filed on the portal, so nothing can be returned electronically; return it at the "
        "counter or by post");
}
