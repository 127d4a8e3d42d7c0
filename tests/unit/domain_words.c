/* SPDX-License-Identifier: Apache-2.0 */
/* The shared words are one list each, and carry the numbers of the contract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/domain/words.h"

#include "taicho/v1/catalogue.pb-c.h"
#include "taicho/v1/lifecycle.pb-c.h"

static const struct list {
    const ProtobufCEnumDescriptor *contract;
    const char *prefix;
    const char *const *names;
    int count;
    const char *(*name)(int v);
    const char *(*vi)(int v);
    int (*parse)(const char *name);
} lists[] = {
    {&taicho__v1__level__descriptor, "LEVEL", level_names, LEVEL_COUNT, level_name, level_vi, level_parse},
    {&taicho__v1__route__descriptor, "ROUTE", route_names, ROUTE_COUNT, route_name, route_vi, route_parse},
    {&taicho__v1__time_unit__descriptor, "TIME_UNIT", time_unit_names, TIME_COUNT, time_unit_name, time_unit_vi,
     time_unit_parse},
    {&taicho__v1__step_kind__descriptor, "STEP_KIND", step_kind_names, STEP_COUNT, step_kind_name, step_kind_vi,
     step_kind_parse},
    {&taicho__v1__channel__descriptor, "CHANNEL", channel_names, CHANNEL_COUNT, channel_name, channel_vi,
     channel_parse},
    {&taicho__v1__document_kind__descriptor, "DOCUMENT_KIND", document_kind_names, DOCUMENT_COUNT, document_kind_name,
     document_kind_vi, document_kind_parse},
    {&taicho__v1__opinion__descriptor, "OPINION", opinion_names, OPINION_COUNT, opinion_name, opinion_vi,
     opinion_parse},
    {&taicho__v1__signature_form__descriptor, "SIGNATURE_FORM", signature_form_names, FORM_COUNT, signature_form_name,
     signature_form_vi, signature_form_parse},
    {&taicho__v1__signature_kind__descriptor, "SIGNATURE_KIND", signature_kind_names, SIGNATURE_COUNT,
     signature_kind_name, signature_kind_vi, signature_kind_parse},
    {&taicho__v1__outcome__descriptor, "OUTCOME", outcome_names, OUTCOME_COUNT, outcome_name, outcome_vi,
     outcome_parse},
    {&taicho__v1__delivery__descriptor, "DELIVERY", delivery_names, DELIVERY_COUNT, delivery_name, delivery_vi,
     delivery_parse},
    {&taicho__v1__collector__descriptor, "COLLECTOR", collector_names, COLLECTOR_COUNT, collector_name, collector_vi,
     collector_parse},
    {&taicho__v1__fee_kind__descriptor, "FEE_KIND", fee_kind_names, FEE_KIND_COUNT, fee_kind_name, fee_kind_vi,
     fee_kind_parse},
    {&taicho__v1__fee_due__descriptor, "FEE_DUE", fee_due_names, FEE_DUE_COUNT, fee_due_name, fee_due_vi,
     fee_due_parse},
    {&taicho__v1__fee_refund__descriptor, "FEE_REFUND", fee_refund_names, FEE_REFUND_COUNT, fee_refund_name,
     fee_refund_vi, fee_refund_parse},
    {&taicho__v1__fee_exemption__descriptor, "FEE_EXEMPTION", fee_exemption_names, FEE_EXEMPT_COUNT, fee_exemption_name,
     fee_exemption_vi, fee_exemption_parse},
    {&taicho__v1__pay_means__descriptor, "PAY_MEANS", pay_means_names, PAY_COUNT, pay_means_name, pay_means_vi,
     pay_means_parse},
    {&taicho__v1__proof__descriptor, "PROOF", proof_names, PROOF_COUNT, proof_name, proof_vi, proof_parse},
    {&taicho__v1__undelivered__descriptor, "UNDELIVERED", undelivered_names, UNDELIVERED_COUNT, undelivered_name,
     undelivered_vi, undelivered_parse},
};

static void the_numbers_are_those_of_the_contract(void **state)
{
    for (size_t l = 0; l < sizeof lists / sizeof lists[0]; l++) {
        assert_int_equal(lists[l].contract->n_values, lists[l].count);
        for (int i = 1; i < lists[l].count; i++) {
            char upper[80];
            size_t n = (size_t)snprintf(upper, sizeof upper, "%s_%s", lists[l].prefix, lists[l].names[i]);

            for (size_t c = 0; c < n; c++)
                upper[c] = (char)toupper((unsigned char)upper[c]);
            const ProtobufCEnumValue *v = protobuf_c_enum_descriptor_get_value(lists[l].contract, i);

            assert_non_null(v);
            assert_string_equal(v->name, upper);
        }
    }
}

static void every_name_parses_back_and_has_a_vietnamese_word(void **state)
{
    for (size_t l = 0; l < sizeof lists / sizeof lists[0]; l++) {
        for (int i = 0; i < lists[l].count; i++) {
            assert_int_equal(lists[l].parse(lists[l].names[i]), i);
            assert_true(i == 0 || lists[l].vi(i)[0]);
        }
        assert_int_equal(lists[l].parse("no such word"), -1);
        assert_int_equal(lists[l].parse(NULL), -1);
        assert_string_equal(lists[l].name(-1), "");
        assert_string_equal(lists[l].name(lists[l].count), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_numbers_are_those_of_the_contract),
        cmocka_unit_test(every_name_parses_back_and_has_a_vietnamese_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
