#include "shim.h"

#include <sys/prctl.h>
#include <sys/resource.h>

static void reflect(const double *normal, double *part, size_t count) {
    double along = 0;
    for (size_t i = 0; i < count; i++) along += normal[i] * part[i];
    along *= 2;
    for (size_t i = 0; i < count; i++) part[i] -= along * normal[i];
}

void likeness_turn(const double *planes, double *vector, size_t count) {
    const double *normal = planes;
    for (size_t start = 0; start + 1 < count; start++) {
        reflect(normal, vector + start, count - start);
        normal += count - start;
    }
    for (size_t i = 0; i < count; i++) vector[i] *= normal[i];
}

void likeness_turn_back(const double *planes, double *vector, size_t count) {
    const double *normal = planes;
    for (size_t start = 0; start + 1 < count; start++) normal += count - start;
    for (size_t i = 0; i < count; i++) vector[i] *= normal[i];
    for (size_t start = count - 1; start-- > 0;) {
        normal -= count - start;
        reflect(normal, vector + start, count - start);
    }
}

int likeness_refuse_core_dumps(void) {
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none)) return -1;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
