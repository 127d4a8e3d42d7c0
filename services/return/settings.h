/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of return alone. No law gives these numbers: they are the province's own. */
#ifndef TAICHO_RETURN_SETTINGS_H
#define TAICHO_RETURN_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/config.h"

struct return_settings {
    int64_t
        remind_days;   /* calendar days that a result lies ready before nobody has come for it, and between reminders */
    int64_t reminders; /* after so many it may be archived unclaimed */
};

extern const struct config_row return_config[];
extern const size_t return_config_count;

#endif
