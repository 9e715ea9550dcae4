#ifndef KERNELS_H
#define KERNELS_H
#include "include/CKernels.h"

// One build of a loop for each generation of processors, chosen when the program starts. The sanitizers crash
// before main on such a choice, so they get the plain build.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)
#define LK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LK_CLONES
#endif

static inline uint8_t lk_clamp(int value) {
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

#endif
