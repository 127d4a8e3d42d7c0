/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kept corpus through one target, without libFuzzer: what `make test` runs.
 *
 *   build/asan/tests/fuzz/json                   every file of tests/fuzz/corpus/json; speaks TAP
 *   build/asan/tests/fuzz/json FILE ...          only these, to look at what a run of `make fuzz` found
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/lib/fuzz.h"

/* run gives one file to the target; the name stands before it in the output, since a failure ends the process. */
static void run(const char *path)
{
    FILE *f = fopen(path, "rb");
    BUG_IF(!f || fseek(f, 0, SEEK_END) != 0, "cannot read %s", path);
    size_t n = (size_t)ftell(f);
    uint8_t *data = malloc(n ? n : 1); /* of exactly its size, so that AddressSanitizer sees a read behind it */
    rewind(f);
    BUG_IF(!data || fread(data, 1, n, f) != n, "cannot read %s", path);
    fclose(f);
    printf("# %s\n", path);
    fflush(stdout);
    (void)LLVMFuzzerTestOneInput(data, n);
    free(data);
}

static int kept(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

static int run_folder(const char *target)
{
    char folder[256];
    struct dirent **names = NULL;

    (void)snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", target);
    int count = scandir(folder, &names, kept, alphasort);
    if (count <= 0) {
        printf("1..1\nnot ok 1 - %s has no inputs\n", folder);
        return 1;
    }
    for (int i = 0; i < count; i++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        run(path);
        free(names[i]);
    }
    free(names);
    printf("1..1\nok 1 - %s: %d kept inputs\n", target, count);
    return 0;
}

int main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/');

    if (argc < 2)
        return run_folder(slash ? slash + 1 : argv[0]);
    for (int i = 1; i < argc; i++)
        run(argv[i]);
    return 0;
}
