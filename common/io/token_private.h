/* SPDX-License-Identifier: Apache-2.0 */
/* What the two files about tokens share. */
#ifndef TAICHO_IO_TOKEN_PRIVATE_H
#define TAICHO_IO_TOKEN_PRIVATE_H

#include <jansson.h>

void token_library(void);         /* starts librhonabwy, once */
void token_free_json(json_t **j); /* for CLEANUP */

#endif
