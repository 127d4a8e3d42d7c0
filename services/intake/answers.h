/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON of a command's answer. */
#ifndef TAICHO_INTAKE_ANSWERS_H
#define TAICHO_INTAKE_ANSWERS_H

#include "common/flow/batch.h"
#include "services/intake/intake.h"

/* intake_answer answers the item's command once the decision has left its marks. */
void intake_answer(struct item *i, const struct intake_decision *d);

#endif
