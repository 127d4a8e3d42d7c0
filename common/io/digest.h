/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 through OpenSSL EVP; one context per thread, reused. */
#ifndef TAICHO_IO_DIGEST_H
#define TAICHO_IO_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 32
struct digest {
    uint8_t b[DIGEST_SIZE];
};
struct digest_text {
    char s[2 * DIGEST_SIZE + 1];
};

struct digest digest_of(const void *p, size_t n);
struct digest_text digest_text(const struct digest *d); /* lower-case hex */

#endif
