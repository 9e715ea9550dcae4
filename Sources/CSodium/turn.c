#include "shim.h"

#include <signal.h>
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
    // Swift's runtime answers these with a report that shows bytes of the memory near every register.
    static const int crashes[] = {SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
        void (*earlier)(int) = signal(crashes[i], SIG_DFL);
        if (earlier == SIG_ERR) return -1;
        if (earlier == SIG_IGN) signal(crashes[i], SIG_IGN);
    }
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none)) return -1;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
