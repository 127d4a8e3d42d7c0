/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The codes that the law gives: agencies, dossiers, procedures. Pure text; every call takes NUL-terminated ASCII, and
 * NULL is never valid. Letters are upper case only: the caller normalises what people type.
 */
#ifndef TAICHO_DOMAIN_CODE_H
#define TAICHO_DOMAIN_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/err.h"

/* Room for every dossier code: 35 characters of unit, "-YYMMDD-", a sequence of up to 5 digits, NUL. */
#define CODE_DOSSIER_SIZE 49
#define CODE_SEQUENCE_MAX 9999

/* code_agency_valid: QCVN 102:2016/BTTTT, level 4 first: 000.21.35.H11.
 * ^[0-9A-Z]{3}\.[0-9A-Z]{2}\.[0-9A-Z]{2}\.[A-Y][0-9]{2}$ */
bool code_agency_valid(const char *code);

/*
 * code_unit_valid: Decision 20/2020/QD-TTg Art. 4 and 6, level 1 first: H11.35.21, H55.242. Groups of 0-9 A-Z joined by
 * dots, at most 35 characters; the first group is a letter A-Y with two digits, or Z with two letters or digits.
 */
bool code_unit_valid(const char *code);

/*
 * code_dossier_format writes the code of a dossier accepted on a civil day (instant_day): Decree 61/2018 Art. 26,
 * Circular 01/2018/TT-VPCP Art. 19: agency, -YYMMDD-, the number of the day in four digits. Before 15/09/2020 the
 * agency is agency_2018 (000.21.35.H11-191001-0001), since then unit_2020 (H11.35.21-200915-0001, Decision
 * 20/2020/QD-TTg); the other may be NULL. A sequence outside of 1..9999 is refused (field "sequence", ERR_CONFLICT):
 * there is no fifth digit. ERR_INVALID: a code that is not of its form, a year outside of 2000..2099, or too little
 * room. On refusal *ret is untouched.
 */
enum err_code code_dossier_format(char *ret, size_t size, const char *agency_2018, const char *unit_2020, int32_t day,
                                  int sequence, struct err *reterr) MUST_CHECK;

/* code_dossier_valid accepts both forms loosely, of any agency: other provinces write five digits or odd dates. */
bool code_dossier_valid(const char *code);

/*
 * code_procedure_valid: the national code ^[123]\.[0-9]{6}$ (1 ministry, 2 and 3 shared or local; National Database of
 * Administrative Procedures), or the local form that has the agency behind it: 2.000815.000.00.00.H55.
 */
bool code_procedure_valid(const char *code);

#endif
