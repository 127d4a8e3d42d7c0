/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protobuf-c on an arena, with the checks that it leaves out: every string of a message and of the messages inside it
 * is UTF-8, every DocumentHandle has an id of 16 bytes and a digest of 32.
 */
#ifndef TAICHO_FLOW_WIRE_H
#define TAICHO_FLOW_WIRE_H

#include <protobuf-c/protobuf-c.h>

#include "common/base/arena.h"
#include "common/base/err.h"

/* A message is at most this long: audit's tiles carry a length of 16 bits. */
#define WIRE_MAX 65535

/* wire_read gives the message in the arena. ERR_MALFORMED names the field that is wrong. */
enum err_code wire_read(const ProtobufCMessageDescriptor *type, struct bytes value, struct arena *a,
                        const ProtobufCMessage **ret, struct err *reterr) MUST_CHECK;

struct bytes wire_pack(const ProtobufCMessage *m, struct arena *a);

/* wire_text is a text for a field of a message: "" for NULL. The generated structs are not const. */
char *wire_text(const char *s);

#endif
