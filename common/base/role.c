/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/role.h"

#include <string.h>

static const char *const names[ROLE_COUNT] = {
#define X(symbol, name, vi) [ROLE_##symbol] = name,
    ROLE_MAP(X)
#undef X
};

const char *role_name(enum role r)
{
    return (unsigned)r < ROLE_COUNT ? names[r] : "";
}

uint32_t role_parse(const char *name)
{
    for (unsigned r = 0; name && r < ROLE_COUNT; r++)
        if (strcmp(names[r], name) == 0)
            return UINT32_C(1) << r;
    return 0;
}
