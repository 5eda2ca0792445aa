/* What a fuzz target is: libFuzzer's interface. A target ends the program where something is wrong
 * and returns 0 otherwise. */
#ifndef GF_TESTS_FUZZ_TARGET_H
#define GF_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
