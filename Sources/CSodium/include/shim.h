#ifndef LIKENESS_SODIUM_SHIM
#define LIKENESS_SODIUM_SHIM

#include <sodium.h>
#include <stddef.h>

// Reflects a vector of `count` numbers at one plane after the other, as `planes` tells them: for each start from 0 to
// count - 2 the unit normal of the last `count - start` coordinates, one behind the other; then `count` signs.
// Backwards undoes it.
void likeness_turn(const double *planes, double *vector, size_t count);
void likeness_turn_back(const double *planes, double *vector, size_t count);

// Keeps what this process holds out of core dumps, also where the system pipes them to a program, and out of the reports
// of crashes that Swift's runtime would print.
// Swift cannot call prctl, whose arguments are open-ended.
int likeness_refuse_core_dumps(void);

#endif
