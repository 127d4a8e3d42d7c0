/* SPDX-License-Identifier: Apache-2.0 */
/* What the bodies of several commands say alike. */
#include "services/intake/body.h"

#include <string.h>

#include "common/flow/command.h"
#include "common/flow/request.h"
#include "common/io/digest.h"

#define COMPONENTS_MAX 50
#define NUMBERS_MAX    150
#define FEE_CODE_MOST  32
#define RECEIPT_MOST   64
#define CONTENT_MAX    ((size_t)2 << 20)

enum err_code intake_begin(struct http_exchange *x, struct id *ret_dossier, struct json_in **ret_in, struct err *reterr)
{
    enum err_code rc = http_param_id(x, "id", ret_dossier, reterr);

    return rc ? rc : request_body(x, ret_in, reterr);
}

int intake_read_word(struct json_in *in, const struct json *o, const char *name, const char *const *names, int count)
{
    int v = json_word(in, o, name, JSON_REQUIRED, names + 1, (size_t)count - 1);

    return v + 1;
}

/* Nine digits until the cards of 2016, twelve since (Law on Citizen Identification 2014). */
static bool is_identity_number(const char *s)
{
    size_t n = strlen(s);

    return (n == 9 || n == 12) && strspn(s, "0123456789") == n;
}

static bool is_phone(const char *s)
{
    return strspn(s, "+0123456789 ") == strlen(s);
}

static bool is_email(const char *s)
{
    const char *at = strchr(s, '@');

    return at && at != s && strchr(at, '.') && !strpbrk(s, " \t");
}

struct intake_applicant intake_read_applicant(struct json_in *in)
{
    const struct json *o = json_object(in, json_root(in), "applicant", JSON_REQUIRED);
    struct intake_applicant a = {
        .name = json_text(in, o, "name", JSON_REQUIRED, 2, 200),
        .identity_number = json_text(in, o, "identity_number", JSON_REQUIRED, 9, 12),
        .phone = json_text(in, o, "phone", JSON_OPTIONAL, 8, 20),
        .email = json_text(in, o, "email", JSON_OPTIONAL, 3, 254),
        .address = json_text(in, o, "address", JSON_OPTIONAL, 1, 500),
    };

    if (a.identity_number && !is_identity_number(a.identity_number))
        json_fail(in, o, "identity_number", "phải có 9 hoặc 12 chữ số", "must have 9 or 12 digits");
    if (a.phone && !is_phone(a.phone))
        json_fail(in, o, "phone", "chỉ gồm chữ số, dấu + và dấu cách", "has only digits, + and spaces");
    if (a.email && !is_email(a.email))
        json_fail(in, o, "email", "không phải địa chỉ thư điện tử", "is no e-mail address");
    return a;
}

struct intake_proxy intake_read_proxy(struct json_in *in, const struct intake_applicant *applicant)
{
    const struct json *o = json_object(in, json_root(in), "proxy", JSON_OPTIONAL);
    struct intake_proxy p = {
        .name = json_text(in, o, "name", JSON_REQUIRED, 2, 200),
        .identity_number = json_text(in, o, "identity_number", JSON_REQUIRED, 9, 12),
        .authorisation = json_text(in, o, "authorisation", JSON_REQUIRED, 1, 500),
    };

    if (p.identity_number && !is_identity_number(p.identity_number))
        json_fail(in, o, "identity_number", "phải có 9 hoặc 12 chữ số", "must have 9 or 12 digits");
    else if (p.identity_number && applicant->identity_number &&
             strcmp(p.identity_number, applicant->identity_number) == 0)
        json_fail(in, o, "identity_number", "người được ủy quyền phải là người khác với chủ hồ sơ",
                  "the proxy is another person than the applicant");
    return p;
}

static struct intake_component read_component(struct json_in *in, const struct json *o, enum json_need counts)
{
    return (struct intake_component){
        .name = json_text(in, o, "name", JSON_REQUIRED, 1, 500),
        .originals = (int)json_int(in, o, "originals", counts, 0, 999),
        .certified = (int)json_int(in, o, "certified", counts, 0, 999),
        .copies = (int)json_int(in, o, "copies", counts, 0, 999),
        .listed = json_code(in, o, "listed", JSON_OPTIONAL, LISTED_CODE_MOST),
    };
}

/* What comes online is a file when nothing is said; what is only shown later says that it is none. */
static enum intake_form read_form(struct json_in *in, const struct json *o, enum channel by)
{
    enum intake_form form =
        (enum intake_form)(json_word(in, o, "form", JSON_OPTIONAL, intake_form_names + 1, INTAKE_FORM_COUNT - 1) + 1);
    bool shown = json_bool(in, o, "to_show", JSON_OPTIONAL);

    return form == INTAKE_FORM_UNSAID && by == CHANNEL_ONLINE && !shown ? INTAKE_FORM_ELECTRONIC : form;
}

/* A file has no originals and copies, and nobody scans it. */
static struct intake_component read_filed(struct json_in *in, const struct json *o, enum channel by)
{
    enum intake_form form = read_form(in, o, by);
    bool file = form == INTAKE_FORM_ELECTRONIC;
    struct intake_component c = read_component(in, o, file ? JSON_OPTIONAL : JSON_REQUIRED);
    const char *counted = c.originals ? "originals" : c.certified ? "certified" : c.copies ? "copies" : NULL;

    c.form = form;
    c.to_return = json_bool(in, o, "to_return", JSON_OPTIONAL);
    c.to_show = json_bool(in, o, "to_show", JSON_OPTIONAL);
    c.digitised = json_hex(in, o, "digitised", JSON_OPTIONAL, 32).p;
    if (file && counted)
        json_fail(in, o, counted, "bản điện tử không có bản chính, bản sao", "a file has no originals and copies");
    else if (file && (c.to_show || c.to_return || c.digitised))
        json_fail(in, o, "form", "bản điện tử không có bản quét, không trả lại và không xuất trình",
                  "a file has no scan, is not given back and is not shown");
    if (c.to_return && (c.originals == 0 || c.to_show))
        json_fail(in, o, "to_return", "chỉ bản chính được giữ mới phải trả lại",
                  "only originals that are kept go back");
    if (c.to_show && c.originals == 0)
        json_fail(in, o, "to_show", "chỉ bản chính được xuất trình", "only originals are shown");
    return c;
}

static struct intake_component read_supplied(struct json_in *in, const struct json *o, enum channel by)
{
    struct intake_component c = read_filed(in, o, by);

    c.item = (int)json_int(in, o, "item", JSON_OPTIONAL, 1, COMPONENTS_MAX);
    return c;
}

static struct intake_component read_missing(struct json_in *in, const struct json *o, enum channel by UNUSED)
{
    return read_component(in, o, JSON_REQUIRED);
}

static const struct intake_component *read_each(struct json_in *in, const struct json *list,
                                                struct intake_component (*read)(struct json_in *in,
                                                                                const struct json *o, enum channel by),
                                                enum channel by, struct arena *a, int *ret_count)
{
    size_t count = json_items(list);
    struct intake_component *components = ARENA_ARRAY(a, count + 1, struct intake_component);

    for (size_t i = 0; i < count; i++)
        components[i] = read(in, json_item(list, i), by);
    *ret_count = (int)count;
    return components;
}

const struct intake_component *intake_read_components(struct json_in *in, enum channel by, struct arena *a,
                                                      int *ret_count)
{
    const struct json *list = json_list(in, json_root(in), "components", JSON_REQUIRED, 1, COMPONENTS_MAX);

    return read_each(in, list, read_filed, by, a, ret_count);
}

const struct intake_component *intake_read_missing(struct json_in *in, enum json_need need, struct arena *a,
                                                   int *ret_count)
{
    const struct json *list = json_list(in, json_root(in), "missing", need, 1, COMPONENTS_MAX);

    return read_each(in, list, read_missing, CHANNEL_NONE, a, ret_count);
}

void intake_read_supply(struct json_in *in, struct arena *a, struct intake_supply *ret)
{
    const struct json *o = json_root(in), *brought = json_list(in, o, "components", JSON_REQUIRED, 0, COMPONENTS_MAX),
                      *list = json_list(in, o, "without", JSON_OPTIONAL, 1, COMPONENTS_MAX);
    size_t count = json_items(list);
    struct intake_without *without = ARENA_ARRAY(a, count + 1, struct intake_without);

    for (size_t i = 0; i < count; i++)
        without[i] = (struct intake_without){
            .item = (int)json_int(in, json_item(list, i), "item", JSON_REQUIRED, 1, COMPONENTS_MAX),
            .reason = (enum intake_lacking)json_word(in, json_item(list, i), "reason", JSON_REQUIRED,
                                                     intake_lacking_names, INTAKE_LACKING_COUNT)};
    ret->components = read_each(in, brought, read_supplied, ret->channel, a, &ret->component_count);
    ret->without = without;
    ret->without_count = (int)count;
}

struct intake_pay intake_read_payment(struct json_in *in, const struct json *o)
{
    return (struct intake_pay){
        .fee = json_code(in, o, "fee", JSON_REQUIRED, FEE_CODE_MOST),
        .means = (enum pay_means)intake_read_word(in, o, "means", pay_means_names, PAY_COUNT),
        .receipt = json_code(in, o, "receipt", JSON_REQUIRED, RECEIPT_MOST),
    };
}

const int *intake_read_numbers(struct json_in *in, struct arena *a, enum json_need need, int *ret_count)
{
    const struct json *list = json_list(in, json_root(in), "components", need, 1, NUMBERS_MAX);
    int *numbers = ARENA_ARRAY(a, json_items(list) + 1, int);

    for (size_t i = 0; i < json_items(list); i++)
        numbers[i] = (int)json_int(in, json_item(list, i), "number", JSON_REQUIRED, 1, 9999);
    *ret_count = (int)json_items(list);
    return numbers;
}

static const char *const media_types[] = {
    "application/pdf",
    "image/jpeg",
    "image/png",
    "text/plain",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
};

/* What whoever comes to the counter shows; a receipt says nothing of him. */
static const char *const shown_papers[] = {"identity", "passport"};
#define SHOWN_NUMBER_MOST 20
#define COLLECTOR_MOST    ((size_t)4096)

void intake_read_content(struct json_in *in, const struct json *o, struct intake_document *ret)
{
    int media = json_word(in, o, "media_type", JSON_REQUIRED, media_types, COUNT_OF(media_types));

    ret->media_type = media < 0 ? NULL : media_types[media];
    ret->pages = (int)json_int(in, o, "pages", JSON_REQUIRED, 1, 9999);
    ret->content = json_base64(in, o, "content_base64", JSON_REQUIRED, CONTENT_MAX);
    if (ret->content.n == 0)
        json_fail(in, o, "content_base64", "không được để trống", "must not be empty");
}

/* The hash of the content goes into events, and whoever knows a name could try all numbers: something nobody knows is
 * in it, too. */
void intake_read_collector(struct json_in *in, struct arena *a, struct intake_document *ret)
{
    const struct json *o = json_object(in, json_root(in), "collector", JSON_REQUIRED);
    const char *name = json_text(in, o, "name", JSON_REQUIRED, 2, 200);
    int paper = json_word(in, o, "paper", JSON_REQUIRED, shown_papers, COUNT_OF(shown_papers));
    const char *number = json_code(in, o, "number", JSON_REQUIRED, SHOWN_NUMBER_MOST);
    struct buf b;

    if (paper == 0 && number && !is_identity_number(number))
        json_fail(in, o, "number", "phải có 9 hoặc 12 chữ số", "must have 9 or 12 digits");
    buf_init(&b, COLLECTOR_MOST);
    buf_str(&b, "{\"name\":");
    buf_json_str(&b, name);
    buf_printf(&b, ",\"paper\":\"%s\",\"number\":", paper < 0 ? "" : shown_papers[paper]);
    buf_json_str(&b, number);
    buf_printf(&b, ",\"nonce\":\"%s\"}", id_text(id_new()).s);
    ret->media_type = "application/json";
    ret->pages = 1;
    ret->content = (struct bytes){(const uint8_t *)arena_strdup(a, b.p), b.n};
    buf_release(&b);
}

enum err_code intake_file_document(struct http_exchange *x, struct intake_document *d, struct err *reterr)
{
    enum err_code rc = command_new_subject(x, "document", &d->id, reterr);
    struct digest digest = digest_of(d->content.p, d->content.n);

    memcpy(d->sha256, digest.b, sizeof d->sha256);
    return rc;
}
