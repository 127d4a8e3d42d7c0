/* SPDX-License-Identifier: Apache-2.0 */
/* The roles a token may carry, as bits, and the rights that a route may ask for: a route names the roles that pass. */
#ifndef TAICHO_BASE_ROLE_H
#define TAICHO_BASE_ROLE_H

#include <stdint.h>

#include "common/base/attr.h"

/* clang-format off */
/*    symbol      name          Vietnamese */
#define ROLE_MAP(X)                                                   \
    X(RECEIVER,   "receiver",   "công chức tiếp nhận")                \
    X(APPRAISER,  "appraiser",  "người thẩm định")                    \
    X(ENDORSER,   "endorser",   "người ký nháy, trình")               \
    X(APPROVER,   "approver",   "người có thẩm quyền quyết định")     \
    X(CLERK,      "clerk",      "văn thư")                            \
    X(RETURNER,   "returner",   "công chức trả kết quả")              \
    X(HEAD,       "head",       "người đứng đầu đơn vị")              \
    X(INSPECTOR,  "inspector",  "người kiểm tra")                     \
    X(ADMIN,      "admin",      "quản trị danh mục")                  \
    X(OPERATOR,   "operator",   "vận hành")                           \
    X(DASHBOARD,  "dashboard",  "bảng theo dõi")                      \
    X(PORTAL,     "portal",     "cổng dịch vụ công trực tuyến")       \
    X(DEVICE,     "device",     "thiết bị đánh giá tại quầy")
/* clang-format on */

enum role {
#define X(symbol, name, vi) ROLE_##symbol,
    ROLE_MAP(X)
#undef X
        ROLE_COUNT
};

#define ROLE_BIT(symbol) (UINT32_C(1) << ROLE_##symbol)
#define ROLE_PUBLIC      UINT32_C(0) /* a route that answers without a token */

const char *role_name(enum role r);
/* role_parse gives the bit of a name, 0 when there is none. */
uint32_t role_parse(const char *name);

#endif
