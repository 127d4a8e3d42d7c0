/* SPDX-License-Identifier: Apache-2.0 */
#include "services/return/settings.h"

const struct config_row return_config[] = {
    CONFIG_ROW_NUMBER(
        struct return_settings, remind_days, "TAICHO_REMIND_DAYS", "30", 1, 3650, "days",
        "Days that a result lies ready before it is told that nobody came for it, and between reminders."),
    CONFIG_ROW_NUMBER(struct return_settings, reminders, "TAICHO_REMINDERS", "3", 1, 100, "reminders",
                      "After so many reminders a result that nobody came for may be archived."),
};
const size_t return_config_count = sizeof return_config / sizeof return_config[0];
