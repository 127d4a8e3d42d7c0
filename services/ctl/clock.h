/* SPDX-License-Identifier: Apache-2.0 */
/* Business time as the database has it. */
#ifndef TAICHO_CTL_CLOCK_H
#define TAICHO_CTL_CLOCK_H

#include <stdbool.h>

#include "common/base/instant.h"

/* clock_business_now reads intake's clock; false after it has said what is wrong. */
bool clock_business_now(instant *ret);

/* clock_move moves business time forward for all five services, and waits until those that run go by it; false after it
 * has said what is wrong. */
bool clock_move(int64_t by_us, instant *ret_now);

/* clock_duration reads 90m, 3h, 2d, 45s; false when it is none or not above 0. */
bool clock_duration(const char *text, int64_t *ret_us);

#endif
