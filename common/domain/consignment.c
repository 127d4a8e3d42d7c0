/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/consignment.h"

#include <stdbool.h>
#include <string.h>

#define S10_LENGTH 13

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool has_s10_shape(const char *s)
{
    if (strlen(s) != S10_LENGTH)
        return false;
    for (size_t i = 0; i < S10_LENGTH; i++)
        if (i < 2 || i > 10 ? !is_letter(s[i]) : !is_digit(s[i]))
            return false;
    return true;
}

/* The ninth digit follows from the eight before it: UPU S10, 5.3. */
static char s10_check_digit(const char *s)
{
    static const int weights[] = {8, 6, 4, 2, 3, 5, 9, 7};
    int sum = 0;

    for (size_t i = 0; i < sizeof weights / sizeof weights[0]; i++)
        sum += weights[i] * (s[2 + i] - '0');
    int check = 11 - sum % 11;
    return (char)('0' + (check == 10 ? 0 : check == 11 ? 5 : check));
}

enum err_code consignment_fits(const char *consignment, struct err *reterr)
{
    size_t n = strlen(consignment);

    for (size_t i = 0; i < n; i++)
        if (!is_letter(consignment[i]) && !is_digit(consignment[i]))
            return err_say(reterr, ERR_INVALID, "consignment", "số bưu gửi chỉ gồm chữ cái không dấu và chữ số",
                           "a consignment number has only letters and digits");
    if (n < CONSIGNMENT_LEAST || n > CONSIGNMENT_MOST)
        return err_say(reterr, ERR_INVALID, "consignment", "số bưu gửi phải có từ %d đến %d ký tự",
                       "a consignment number has %d to %d characters", CONSIGNMENT_LEAST, CONSIGNMENT_MOST);
    if (has_s10_shape(consignment) && consignment[10] != s10_check_digit(consignment))
        return err_say(reterr, ERR_INVALID, "consignment", "chữ số kiểm tra của số bưu gửi không đúng",
                       "the check digit of the consignment number is wrong");
    return ERR_OK;
}
