/* SPDX-License-Identifier: Apache-2.0 */
/* A request with its headers and body through the real routes of all five services: lib/front.h. */
#include "tests/fuzz/lib/front.h"
#include "tests/fuzz/lib/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    front_ask(data, size);
    return 0;
}
