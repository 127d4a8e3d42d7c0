/* SPDX-License-Identifier: Apache-2.0 */
/* CLEANUP(f) runs f(&variable) when the variable leaves its scope. For the few foreign handles inside io/ only. */
#ifndef TAICHO_BASE_CLEANUP_H
#define TAICHO_BASE_CLEANUP_H

#define CLEANUP(f) __attribute__((cleanup(f)))

#endif
