#pragma once

#include <stddef.h>
#include <sys/types.h>

// Sending and receiving with descriptors: the CMSG macros cannot be called from Swift.

// Sends without waiting and without SIGPIPE. Returns the count sent, or a negative errno.
ssize_t likeness_send(int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count);

// Receives without waiting. Descriptors beyond `capacity` are closed; with a capacity of 0 none is accepted.
// Returns the count received, 0 at the end, or a negative errno.
ssize_t likeness_receive(
    int socket, void *bytes, size_t count, int *descriptors, size_t capacity, size_t *descriptor_count);

// Makes two connected sockets, both closed on exec and numbered 10 or above. Returns 0 or an errno.
int likeness_socket_pair(int sockets[2]);

// Makes a pipe, both ends closed on exec and numbered 10 or above. Returns 0 or an errno.
int likeness_pipe(int ends[2]);

// Starts `path` with `argv` and `envp`: `socket` becomes descriptor 3, `diagnostics` standard error, standard
// input and output are /dev/null, everything else is closed, and no signal is blocked or ignored.
// Returns 0 or an errno.
int likeness_spawn(
    pid_t *child, const char *path, char *const argv[], char *const envp[], int socket, int diagnostics);

// Resident memory of a process in bytes, -1 where it cannot be told.
ssize_t likeness_resident(pid_t process);

// How many processors this process may use, 0 where it cannot be told.
int likeness_processors(void);

// A file that has no name and lies in memory alone, with these bytes in it; -1 where the system refuses.
int likeness_nameless_file(const void *bytes, size_t count);
