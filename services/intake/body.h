/* SPDX-License-Identifier: Apache-2.0 */
/* What the bodies of several commands say alike: who files, which papers, and new documents. Errors name the field;
 * json_done gives them. */
#ifndef TAICHO_INTAKE_BODY_H
#define TAICHO_INTAKE_BODY_H

#include "common/io/http.h"
#include "common/io/json.h"
#include "services/intake/intake.h"

#define INTAKE_WORDS_MOST 2000 /* of what citizens say, and of what they are told of it */

/* intake_begin reads which dossier a command is about, and its body. */
enum err_code intake_begin(struct http_exchange *x, struct id *ret_dossier, struct json_in **ret_in,
                           struct err *reterr) MUST_CHECK;

/* Words with a number from 1, as in domain/words.h; 0 is what an optional field was not. */
int intake_read_word(struct json_in *in, const struct json *o, const char *name, const char *const *names, int count);

struct intake_applicant intake_read_applicant(struct json_in *in);

/* intake_read_proxy reads who files for the applicant, when the body names one. */
struct intake_proxy intake_read_proxy(struct json_in *in, const struct intake_applicant *applicant);

/* intake_read_components reads the papers that are handed in by a channel, 1 to 50, in the arena. */
const struct intake_component *intake_read_components(struct json_in *in, enum channel by, struct arena *a,
                                                      int *ret_count);
/* intake_read_missing reads those that are to be brought; when the list is optional it may not be there: count 0. */
const struct intake_component *intake_read_missing(struct json_in *in, enum json_need need, struct arena *a,
                                                   int *ret_count);
/* intake_read_supply reads the papers that a supplement brings by its channel, which was read, and those that it does
 * not. */
void intake_read_supply(struct json_in *in, struct arena *a, struct intake_supply *ret);

/* intake_read_payment reads which fee is paid, by which means, on which receipt. */
struct intake_pay intake_read_payment(struct json_in *in, const struct json *o);

/* intake_read_numbers reads which components are meant, by their numbers: "components": [{"number"}], in the arena. */
const int *intake_read_numbers(struct json_in *in, struct arena *a, enum json_need need, int *ret_count);

/* intake_read_content reads what an object says of a new document, intake_file_document gives it its id and hash once
 * all is read. A request has one new document at the most. */
void intake_read_content(struct json_in *in, const struct json *o, struct intake_document *ret);
/* intake_read_collector reads who came to the counter, and makes the content of the document that keeps it. */
void intake_read_collector(struct json_in *in, struct arena *a, struct intake_document *ret);
enum err_code intake_file_document(struct http_exchange *x, struct intake_document *d, struct err *reterr) MUST_CHECK;

#endif
