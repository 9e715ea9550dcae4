#define _GNU_SOURCE
#include "include/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

// Where an act would change something if it were not refused, it is aimed at nothing: an empty name or a
// missing argument. Its answer is then another than the barrier's.

static int outcome(long result) { return result < 0 ? errno : 0; }

static int outcome_of_descriptor(long descriptor) {
    if (descriptor < 0) return errno;
    close((int)descriptor);
    return 0;
}

static int outcome_of_child(long child) {
    if (child < 0) return errno;
    if (child == 0) _exit(0);
    waitpid((pid_t)child, NULL, 0);
    return 0;
}

#define ACT(name) static int name(const char *path, pid_t other)
#define UNUSED (void)path, (void)other

ACT(open_to_read) { UNUSED; return outcome_of_descriptor(open(path, O_RDONLY | O_CLOEXEC)); }
ACT(open_to_write) { UNUSED; return outcome_of_descriptor(open(path, O_WRONLY | O_CLOEXEC)); }
ACT(open_new) { UNUSED; return outcome_of_descriptor(syscall(SYS_openat, AT_FDCWD, "", O_CREAT | O_WRONLY, 0600)); }
ACT(open_second_way) {
    UNUSED;
    uint64_t how[3] = {O_RDONLY | O_CLOEXEC, 0, 0};
    return outcome_of_descriptor(syscall(SYS_openat2, AT_FDCWD, path, how, sizeof how));
}
ACT(open_system_file) { UNUSED; return outcome_of_descriptor(open("/etc/hostname", O_RDONLY | O_CLOEXEC)); }
ACT(read_attributes) {
    UNUSED;
    struct stat attributes;
    return outcome(stat(path, &attributes));
}
ACT(read_link) {
    UNUSED;
    char target[64];
    return outcome(readlink("/proc/self/cwd", target, sizeof target));
}
ACT(change_mode) { UNUSED; return outcome(chmod("", 0600)); }
ACT(remove_file) { UNUSED; return outcome(unlink("")); }
ACT(rename_file) { UNUSED; return outcome(rename("", "")); }
ACT(cut_file) { UNUSED; return outcome(truncate("", 0)); }
ACT(make_socket) { UNUSED; return outcome_of_descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }
ACT(make_datagram_socket) { UNUSED; return outcome_of_descriptor(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)); }
ACT(make_local_socket) { UNUSED; return outcome_of_descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)); }
ACT(make_socket_pair) {
    UNUSED;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) return errno;
    close(ends[0]);
    close(ends[1]);
    return 0;
}
ACT(connect_somewhere) {
    UNUSED;
    struct sockaddr_in address = {.sin_family = AF_INET};
    return outcome(connect(-1, (struct sockaddr *)&address, sizeof address));
}
ACT(fork_process) { UNUSED; return outcome_of_child(fork()); }
ACT(clone_process) { UNUSED; return outcome_of_child(syscall(SYS_clone, (long)SIGCHLD, 0L, 0L, 0L, 0L)); }
ACT(clone_newer_way) {
    UNUSED;
    uint64_t how[8] = {0};
    how[4] = SIGCHLD;
    int result = outcome_of_child(syscall(SYS_clone3, how, sizeof how));
    return result == ENOSYS ? EACCES : result;  // The barrier denies that the call exists.
}
ACT(spawn_program) {
    UNUSED;
    char *arguments[] = {"true", NULL}, *environment[] = {NULL};
    pid_t child;
    int fault = posix_spawn(&child, "/bin/true", NULL, NULL, arguments, environment);
    if (fault) return fault;
    waitpid(child, NULL, 0);
    return 0;
}
ACT(execute_program) {
    UNUSED;
    char *arguments[] = {"", NULL}, *environment[] = {NULL};
    return outcome(execve("", arguments, environment));
}
ACT(signal_parent) { UNUSED; return outcome(kill(other, 0)); }
ACT(signal_everyone) { UNUSED; return outcome(kill(-1, 12345)); }
ACT(signal_thread) { UNUSED; return outcome(syscall(SYS_tgkill, other, other, 0)); }
ACT(signal_thread_old_way) { UNUSED; return outcome(syscall(SYS_tkill, other, 0)); }
ACT(signal_by_descriptor) { UNUSED; return outcome_of_descriptor(syscall(SYS_pidfd_open, other, 0)); }
ACT(signal_by_socket) {
    UNUSED;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return errno;
    int result = outcome(fcntl(ends[0], F_SETOWN, other));
    close(ends[0]);
    close(ends[1]);
    return result;
}
ACT(trace_process) { UNUSED; return outcome(ptrace(PTRACE_PEEKDATA, 0, NULL, NULL)); }
ACT(read_memory_of_parent) {
    UNUSED;
    char byte;
    struct iovec mine = {&byte, 1}, theirs = {&byte, 1};
    long result = process_vm_readv(other, &mine, 1, &theirs, 1, 0);
    // The parent has its own pages there, or none: both mean that it was asked.
    return result < 0 && errno != EFAULT ? errno : 0;
}
ACT(limit_parent) { UNUSED; return outcome(prlimit(other, RLIMIT_CORE, NULL, NULL)); }
ACT(raise_own_limit) {
    UNUSED;
    struct rlimit now;
    if (getrlimit(RLIMIT_NOFILE, &now)) return errno;
    return outcome(setrlimit(RLIMIT_NOFILE, &now));
}
ACT(become_traceable) { UNUSED; return outcome(prctl(PR_SET_DUMPABLE, prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0, 0, 0)); }
ACT(become_traceable_with_high_bits) {
    UNUSED;
    long option = PR_SET_DUMPABLE | (1L << 40);
    return outcome(syscall(SYS_prctl, option, (long)prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0L, 0L, 0L));
}
ACT(make_nameless_file) { UNUSED; return outcome_of_descriptor(memfd_create("probe", MFD_CLOEXEC)); }
ACT(make_ring) { UNUSED; return outcome_of_descriptor(syscall(SYS_io_uring_setup, 0, NULL)); }
ACT(load_kernel_program) { UNUSED; return outcome_of_descriptor(syscall(SYS_bpf, 9999, NULL, 0)); }
ACT(watch_page_faults) { UNUSED; return outcome_of_descriptor(syscall(SYS_userfaultfd, 1 << 20)); }
ACT(count_events) { UNUSED; return outcome_of_descriptor(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0)); }
ACT(ask_for_key) { UNUSED; return outcome(syscall(SYS_keyctl, 9999, 0, 0, 0, 0)); }
ACT(mount_file_system) { UNUSED; return outcome(syscall(SYS_mount, NULL, "", NULL, 0, NULL)); }
ACT(leave_namespace) { UNUSED; return outcome(unshare(0)); }
ACT(share_memory) { UNUSED; return outcome(syscall(SYS_shmget, 1, 0, 0)); }
ACT(push_into_terminal) { UNUSED; return outcome(ioctl(-1, TIOCSTI, "")); }
ACT(watch_folder) { UNUSED; return outcome_of_descriptor(syscall(SYS_inotify_init1, IN_CLOEXEC)); }
ACT(raise_niceness) { UNUSED; return outcome(setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0))); }
ACT(call_something_new) {
    UNUSED;
    // fchmodat2 exists since Linux 6.6; before that, and behind the barrier, it does not.
    int result = outcome(syscall(452, AT_FDCWD, "", 0600, 0));
    return result == ENOSYS ? EACCES : result;
}

struct act {
    const char *name;
    int (*attempt)(const char *path, pid_t other);
};

static const struct act acts[] = {
    {"open the file to read", open_to_read},
    {"open the file to write", open_to_write},
    {"create a file", open_new},
    {"open the file by openat2", open_second_way},
    {"open a file of the system", open_system_file},
    {"read a file's attributes", read_attributes},
    {"read a link", read_link},
    {"change a file's mode", change_mode},
    {"remove a file", remove_file},
    {"rename a file", rename_file},
    {"cut a file", cut_file},
    {"make a TCP socket", make_socket},
    {"make a UDP socket", make_datagram_socket},
    {"make a local socket", make_local_socket},
    {"make a pair of sockets", make_socket_pair},
    {"connect", connect_somewhere},
    {"fork", fork_process},
    {"clone a process", clone_process},
    {"clone a process by clone3", clone_newer_way},
    {"start a program", spawn_program},
    {"become a program", execute_program},
    {"signal the parent", signal_parent},
    {"signal everyone", signal_everyone},
    {"signal the parent's thread", signal_thread},
    {"signal the parent's thread by tkill", signal_thread_old_way},
    {"hold the parent by a descriptor", signal_by_descriptor},
    {"signal the parent through a descriptor", signal_by_socket},
    {"trace a process", trace_process},
    {"read the parent's memory", read_memory_of_parent},
    {"read the parent's limits", limit_parent},
    {"set its own limits", raise_own_limit},
    {"become traceable", become_traceable},
    {"become traceable by a disguised call", become_traceable_with_high_bits},
    {"make a nameless file", make_nameless_file},
    {"make an io_uring", make_ring},
    {"load a program into the kernel", load_kernel_program},
    {"watch page faults", watch_page_faults},
    {"count events of the processor", count_events},
    {"ask for a key", ask_for_key},
    {"mount", mount_file_system},
    {"leave its namespaces", leave_namespace},
    {"share memory", share_memory},
    {"type into the terminal", push_into_terminal},
    {"watch a folder", watch_folder},
    {"change its niceness", raise_niceness},
    {"call what is newer than the barrier", call_something_new},
};

int likeness_probe_count(void) { return sizeof acts / sizeof *acts; }

const char *likeness_probe_name(int act) { return acts[act].name; }

int likeness_probe(int act, const char *path, pid_t other) {
    errno = 0;
    return acts[act].attempt(path, other);
}

// One errand at a time, for the thread that was there before the barrier closed.
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool waiting;
    int act;
    const char *path;
    pid_t other;
    int result;
} errand = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void *run_errands(void *context) {
    (void)context;
    pthread_mutex_lock(&errand.lock);
    for (;;) {
        while (!errand.waiting) pthread_cond_wait(&errand.changed, &errand.lock);
        errand.result = likeness_probe(errand.act, errand.path, errand.other);
        errand.waiting = false;
        pthread_cond_broadcast(&errand.changed);
    }
    return NULL;
}

int likeness_probe_prepare(void) {
    pthread_t thread;
    int fault = pthread_create(&thread, NULL, run_errands, NULL);
    return fault ? fault : pthread_detach(thread);
}

int likeness_probe_elsewhere(int act, const char *path, pid_t other) {
    pthread_mutex_lock(&errand.lock);
    errand.act = act;
    errand.path = path;
    errand.other = other;
    errand.waiting = true;
    pthread_cond_broadcast(&errand.changed);
    while (errand.waiting) pthread_cond_wait(&errand.changed, &errand.lock);
    int result = errand.result;
    pthread_mutex_unlock(&errand.lock);
    return result;
}

void likeness_probe_foreign(void) {
#ifdef __x86_64__
    // getpid as x32 programs call it; a kernel without them answers that there is no such call.
    syscall(0x40000000L | SYS_getpid);
#endif
}
