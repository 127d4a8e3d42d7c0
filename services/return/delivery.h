/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways in which a document comes into the citizen's hands: at the counter, by post, electronically (Decree 61/2018
 * Art. 20). Pure; no name is in it, only who came as a code, with which paper, and the handles of an authorisation and
 * of intake's record of who it was.
 */
#ifndef TAICHO_RETURN_DELIVERY_H
#define TAICHO_RETURN_DELIVERY_H

#include "common/domain/paper.h"
#include "common/domain/words.h"

/* What is said of a delivery beside its way. */
struct return_handing {
    int who, paper;                       /* enum collector, enum proof: at the counter */
    struct document_handle authorisation; /* of a proxy; a nil id: none */
    struct document_handle collector;     /* intake's record of who came; a nil id: none */
    const char *consignment;              /* by post; NULL: none */
};

/*
 * return_handing_fits refuses what does not belong to a way of delivery, naming the field (ERR_INVALID). Of a result
 * (or its correction), at the counter it must be known who came with which paper, a proxy by name (the record of him
 * was filed at intake) with an authorisation that was filed (Decree 61/2018 Art. 6(2)(b)), and by post the consignment;
 * of another letter nothing of that is asked for, but of a proxy.
 */
enum err_code return_handing_fits(int delivery, const struct return_handing *h, bool result, const struct papers *filed,
                                  struct err *reterr) MUST_CHECK;

/*
 * return_reaches refuses (ERR_INVALID, field "delivery") what would reach nobody: a citizen reads a document on the
 * portal when he filed the dossier there, so he has an account to which it is given (Decree 61/2018 Art. 20, Decree
 * 45/2020). Nobody registers for that at a counter.
 */
enum err_code return_reaches(int delivery, bool filed_online, struct err *reterr) MUST_CHECK;

#endif
