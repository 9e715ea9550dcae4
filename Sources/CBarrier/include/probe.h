#pragma once

#include <stdbool.h>
#include <sys/types.h>

// Tries what the barrier must refuse, in ways that harm nothing where it is not refused.

int likeness_probe_count(void);
const char *likeness_probe_name(int act);

// Tries an act on `path` or the process `other`. Returns 0 where it succeeded, else its errno.
int likeness_probe(int act, const char *path, pid_t other);

// Starts the thread that `likeness_probe_elsewhere` uses. Returns 0 or an errno.
int likeness_probe_prepare(void);

// The same as `likeness_probe`, tried by the thread that was started by `likeness_probe_prepare`.
int likeness_probe_elsewhere(int act, const char *path, pid_t other);

// Makes a call by the numbers of another kind of program for the same processor, which the barrier answers
// with death. Does nothing on processors that have no other kind.
void likeness_probe_foreign(void);
