#pragma once

#include <stddef.h>
#include <stdint.h>

// The two halves of the darkroom's barrier, and what a child does to itself before them.

// What a child may use; set once, by the child, before it starts a thread.
struct likeness_child_limits {
    int niceness;
    uint64_t address_space;
};

// Closes every descriptor above `last`. Returns 0 or an errno.
int likeness_child_close_above(int last);

// Lowers this process: limits, niceness, no core, no tracing, first to go when memory runs out.
// Returns 0 or an errno.
int likeness_child_settle(const struct likeness_child_limits *limits);

// Starts a thread that ends the process as soon as the other side of `socket` is closed, even while the
// first thread is busy. PR_SET_PDEATHSIG would be shorter, but it follows the thread that spawned, and the
// parent's queue threads come and go. Returns 0 or an errno.
int likeness_child_end_with(int socket);

// Landlock's version on this kernel, 0 where it is lacking.
int likeness_landlock_version(void);

// Leaves this thread, and those it starts later, reading below `readable` and nothing else of the file
// system, no TCP, no signal and no abstract socket to processes outside; as much of it as the kernel knows.
// Returns Landlock's version, 0 where it is lacking, or a negative errno.
int likeness_landlock_close(const char *const *readable, size_t count);

enum likeness_filter {
    // Refuses everything that a darkroom never does.
    LIKENESS_FILTER_WHOLE,
    // Files may still be found and opened for reading, as far as Landlock lets.
    LIKENESS_FILTER_READING,
    // The same, and the whole filter may still be closed over it.
    LIKENESS_FILTER_FIRST,
};

// Closes a filter on all threads of the process. Returns 0, -ENOSYS where the kernel has no such filters, or
// another negative errno where it has them and they cannot be closed.
int likeness_seccomp_close(enum likeness_filter kind);

// Writes the folder of the loaded shared library whose file name starts with `prefix`. Returns 0, or -1
// where no such library is loaded or `capacity` is too small.
int likeness_library_folder(const char *prefix, char *folder, size_t capacity);
