/* SPDX-License-Identifier: Apache-2.0 */
/* What the executor calls. */
#ifndef TAICHO_INTAKE_COMMANDS_H
#define TAICHO_INTAKE_COMMANDS_H

#include "common/flow/executor.h"

extern const struct executor_ops intake_ops;

#endif
