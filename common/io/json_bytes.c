/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that travel in JSON as text: base64 (RFC 4648, padded, canonical) and hexadecimal. */
#include <string.h>

#include "common/io/json.h"
#include "common/io/json_private.h"

static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* base64 decodes n characters, a multiple of four, into out; false when one spelling is not the only one. */
static bool base64(const char *s, size_t n, uint8_t *out, size_t *ret_n)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i += 4) {
        size_t pad = i + 4 < n ? 0 : s[i + 2] == '=' && s[i + 3] == '=' ? 2 : s[i + 3] == '=' ? 1 : 0;
        uint32_t v = 0;
        for (size_t k = 0; k < 4; k++) {
            int d = k >= 4 - pad ? 0 : base64_digit(s[i + k]);
            if (d < 0)
                return false;
            v = v << 6 | (uint32_t)d;
        }
        if ((pad == 1 && v & 0xFF) || (pad == 2 && v & 0xFFFF))
            return false; /* bits that nobody decodes: a second spelling of the same bytes */
        for (size_t k = 0; k < 3 - pad; k++)
            out[used++] = (uint8_t)(v >> (16 - 8 * k));
    }
    *ret_n = used;
    return true;
}

struct bytes json_base64(struct json_in *in, const struct json *o, const char *name, enum json_need need, size_t max)
{
    const char *s = json_text(in, o, name, need, 0, max / 3 * 4 + 4);
    struct bytes none = {0};
    if (!s)
        return none;
    size_t n = strlen(s), used = 0;
    uint8_t *out = arena_alloc(json_arena(in), n / 4 * 3 + 1);
    if (n % 4 != 0 || !base64(s, n, out, &used)) {
        json_fail(in, o, name, "trường này phải là base64 có đệm", "this field must be padded base64");
        return none;
    }
    if (used > max) {
        json_fail(in, o, name, "nội dung của trường này quá lớn", "the content of this field is too large");
        return none;
    }
    return (struct bytes){.p = out, .n = used};
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

struct bytes json_hex(struct json_in *in, const struct json *o, const char *name, enum json_need need, size_t exact)
{
    const char *s = json_text(in, o, name, need, 2 * exact, 2 * exact);
    struct bytes none = {0};
    if (!s)
        return none;
    uint8_t *out = arena_alloc(json_arena(in), exact + 1);
    for (size_t i = 0; s[2 * i]; i++) {
        int high = hex_digit(s[2 * i]), low = high < 0 ? -1 : hex_digit(s[2 * i + 1]);
        if (low < 0) {
            json_fail(in, o, name, "trường này phải là số hệ mười sáu", "this field must be hexadecimal");
            return none;
        }
        out[i] = (uint8_t)(high * 16 + low);
    }
    return (struct bytes){.p = out, .n = exact};
}
