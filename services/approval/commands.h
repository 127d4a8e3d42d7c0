/* SPDX-License-Identifier: Apache-2.0 */
/* What the executor calls. */
#ifndef TAICHO_APPROVAL_COMMANDS_H
#define TAICHO_APPROVAL_COMMANDS_H

#include "common/flow/executor.h"

extern const struct executor_ops approval_ops;

#endif
