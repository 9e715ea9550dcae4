#define _GNU_SOURCE
#include "include/barrier.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static int limit(int resource, rlim_t most) {
    struct rlimit now;
    if (getrlimit(resource, &now)) return errno;
    if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most) most = now.rlim_max;
    struct rlimit wanted = {.rlim_cur = most, .rlim_max = most};
    return setrlimit(resource, &wanted) ? errno : 0;
}

// When the machine runs out of memory, a child goes before the service.
static void go_first(void) {
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t ignored = write(file, "600", 3);
    (void)ignored;
    close(file);
}

int likeness_child_close_above(int last) { return close_range((unsigned)last + 1, ~0U, 0) ? errno : 0; }

int likeness_child_settle(const struct likeness_child_limits *limits) {
    go_first();
    int fault = limit(RLIMIT_CORE, 0);
    if (!fault) fault = limit(RLIMIT_FSIZE, 0);
    if (!fault) fault = limit(RLIMIT_NOFILE, 64);
    if (!fault) fault = limit(RLIMIT_AS, limits->address_space);
    if (fault) return fault;
    // Niceness belongs to a thread; threads started later inherit it.
    if (limits->niceness && setpriority(PRIO_PROCESS, 0, limits->niceness)) return errno;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) return errno;
    return 0;
}

static void *wait_for_end(void *context) {
    struct pollfd socket = {.fd = (int)(intptr_t)context, .events = POLLRDHUP};
    for (;;) {
        if (poll(&socket, 1, -1) > 0 && (socket.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL))) _exit(0);
    }
}

int likeness_child_end_with(int socket) {
    pthread_t thread;
    int fault = pthread_create(&thread, NULL, wait_for_end, (void *)(intptr_t)socket);
    return fault ? fault : pthread_detach(thread);
}

struct wanted_library {
    const char *prefix;
    char *folder;
    size_t capacity;
};

static int look_at(struct dl_phdr_info *library, size_t size, void *context) {
    (void)size;
    struct wanted_library *wanted = context;
    const char *name = strrchr(library->dlpi_name, '/');
    if (!name || strncmp(name + 1, wanted->prefix, strlen(wanted->prefix))) return 0;
    size_t length = (size_t)(name - library->dlpi_name);
    if (length + 1 > wanted->capacity) return 0;
    memcpy(wanted->folder, library->dlpi_name, length);
    wanted->folder[length] = 0;
    return 1;
}

int likeness_library_folder(const char *prefix, char *folder, size_t capacity) {
    struct wanted_library wanted = {prefix, folder, capacity};
    return dl_iterate_phdr(look_at, &wanted) == 1 ? 0 : -1;
}
