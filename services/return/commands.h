/* SPDX-License-Identifier: Apache-2.0 */
/* What the executor calls. */
#ifndef TAICHO_RETURN_COMMANDS_H
#define TAICHO_RETURN_COMMANDS_H

#include "common/flow/executor.h"

extern const struct executor_ops return_ops;

#endif
