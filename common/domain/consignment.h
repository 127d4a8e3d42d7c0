/* SPDX-License-Identifier: Apache-2.0 */
/* The number of a consignment, by which the post is asked what became of it. */
#ifndef TAICHO_DOMAIN_CONSIGNMENT_H
#define TAICHO_DOMAIN_CONSIGNMENT_H

#include "common/base/err.h"

#define CONSIGNMENT_LEAST 5
#define CONSIGNMENT_MOST  32

/*
 * consignment_fits refuses (ERR_INVALID, field "consignment") what is no such number: letters and digits. One of the
 * shape of the Universal Postal Union's S10 (two letters, nine digits, two letters) has the right check digit.
 */
enum err_code consignment_fits(const char *consignment, struct err *reterr) MUST_CHECK;

#endif
