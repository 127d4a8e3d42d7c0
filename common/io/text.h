/* SPDX-License-Identifier: Apache-2.0 */
/* Text as people write it: UTF-8 checking and Unicode normalisation form C, through utf8proc. */
#ifndef TAICHO_IO_TEXT_H
#define TAICHO_IO_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"

bool text_is_utf8(const void *p, size_t n);
/* text_nfc gives the text in NFC in the arena; NULL when it is not UTF-8 or contains a NUL or a control character other
 * than tab and newline. */
const char *text_nfc(struct arena *a, const char *p, size_t n);
size_t text_length(const char *s); /* code points of valid UTF-8 */

#endif
