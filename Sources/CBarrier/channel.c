#define _GNU_SOURCE
#include "include/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { most_descriptors = 8 };

union ancillary {
    char bytes[CMSG_SPACE(sizeof(int) * most_descriptors)];
    struct cmsghdr aligned;
};

ssize_t likeness_send(
    int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count) {
    ssize_t sent;
    if (descriptor_count == 0) {
        // Behind the barrier sendmsg is refused, so a child, which never sends descriptors, goes this way.
        sent = send(socket, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
        return sent < 0 ? -errno : sent;
    }
    if (descriptor_count > most_descriptors) return -E2BIG;
    struct iovec piece = {.iov_base = (void *)bytes, .iov_len = count};
    union ancillary ancillary;
    memset(&ancillary, 0, sizeof ancillary);
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = ancillary.bytes,
        .msg_controllen = CMSG_SPACE(sizeof(int) * descriptor_count)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * descriptor_count);
    memcpy(CMSG_DATA(header), descriptors, sizeof(int) * descriptor_count);
    sent = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? -errno : sent;
}

static void take(const struct cmsghdr *header, int *descriptors, size_t capacity, size_t *taken) {
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
        int descriptor;
        memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
        if (*taken < capacity) descriptors[(*taken)++] = descriptor;
        else close(descriptor);
    }
}

ssize_t likeness_receive(
    int socket, void *bytes, size_t count, int *descriptors, size_t capacity, size_t *descriptor_count) {
    *descriptor_count = 0;
    ssize_t received;
    if (capacity == 0) {
        // Without room for ancillary data the kernel drops descriptors by itself.
        received = recv(socket, bytes, count, MSG_DONTWAIT);
        return received < 0 ? -errno : received;
    }
    struct iovec piece = {.iov_base = bytes, .iov_len = count};
    union ancillary ancillary;
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = ancillary.bytes, .msg_controllen = sizeof ancillary};
    received = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (received < 0) return -errno;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
            take(header, descriptors, capacity, descriptor_count);
        }
    }
    return received;
}

// Low numbers are given away in the child, so its ends must not have them.
static int raise_both(int descriptors[2]) {
    for (int i = 0; i < 2; i++) {
        int raised = fcntl(descriptors[i], F_DUPFD_CLOEXEC, 10);
        if (raised < 0) {
            int fault = errno;
            close(descriptors[0]);
            close(descriptors[1]);
            return fault;
        }
        close(descriptors[i]);
        descriptors[i] = raised;
    }
    return 0;
}

int likeness_socket_pair(int sockets[2]) {
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets)) return errno;
    return raise_both(sockets);
}

int likeness_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK)) return errno;
    return raise_both(ends);
}

static int prepare(
    posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, int socket, int diagnostics) {
    int fault = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    if (!fault) fault = posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
    if (!fault) fault = posix_spawn_file_actions_adddup2(actions, diagnostics, 2);
    if (!fault) fault = posix_spawn_file_actions_adddup2(actions, socket, 3);
    if (!fault) fault = posix_spawn_file_actions_addclosefrom_np(actions, 4);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    if (!fault) fault = posix_spawnattr_setsigmask(attributes, &none);
    if (!fault) fault = posix_spawnattr_setsigdefault(attributes, &all);
    // A group of its own: an interrupt typed at the terminal reaches the parent, which decides.
    if (!fault) fault = posix_spawnattr_setpgroup(attributes, 0);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
    return fault ? fault : posix_spawnattr_setflags(attributes, flags);
}

int likeness_spawn(
    pid_t *child, const char *path, char *const argv[], char *const envp[], int socket, int diagnostics) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int fault = posix_spawn_file_actions_init(&actions);
    if (fault) return fault;
    fault = posix_spawnattr_init(&attributes);
    if (!fault) {
        fault = prepare(&actions, &attributes, socket, diagnostics);
        if (!fault) fault = posix_spawn(child, path, &actions, &attributes, argv, envp);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return fault;
}

ssize_t likeness_resident(pid_t process) {
    char path[64], text[128];
    snprintf(path, sizeof path, "/proc/%d/statm", (int)process);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return -1;
    text[count] = 0;
    unsigned long total, resident;
    if (sscanf(text, "%lu %lu", &total, &resident) != 2) return -1;
    return (ssize_t)resident * sysconf(_SC_PAGESIZE);
}

int likeness_processors(void) {
    cpu_set_t processors;
    return sched_getaffinity(0, sizeof processors, &processors) ? 0 : CPU_COUNT(&processors);
}

int likeness_nameless_file(const void *bytes, size_t count) {
    int file = memfd_create("likeness", MFD_CLOEXEC);
    if (file < 0) return -1;
    for (size_t done = 0; done < count;) {
        ssize_t written = write(file, (const char *)bytes + done, count - done);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            close(file);
            return -1;
        }
        done += (size_t)written;
    }
    return file;
}
