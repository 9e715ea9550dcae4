#define _GNU_SOURCE
#include "include/barrier.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// Default allow and a list of refusals: the runtimes inside (OpenVINO's compiler, codecs, C++) change what
// they call with every version, so a list of what they may call would break with them. What is refused is
// everything that reaches beyond the process: names of files, sockets, other processes, kernel objects.

static const int refused[] = {
    // Files by name, and what changes a file whose descriptor was handed in.
    SCMP_SYS(open), SCMP_SYS(openat2), SCMP_SYS(creat), SCMP_SYS(open_by_handle_at),
    SCMP_SYS(name_to_handle_at), SCMP_SYS(statfs), SCMP_SYS(ustat), SCMP_SYS(chdir), SCMP_SYS(fchdir), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat),
    SCMP_SYS(renameat2), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(link), SCMP_SYS(linkat),
    SCMP_SYS(symlink), SCMP_SYS(symlinkat), SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(chmod),
    SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(fchown), SCMP_SYS(lchown),
    SCMP_SYS(fchownat), SCMP_SYS(truncate), SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(utime),
    SCMP_SYS(utimes), SCMP_SYS(utimensat), SCMP_SYS(futimesat), SCMP_SYS(setxattr), SCMP_SYS(lsetxattr),
    SCMP_SYS(fsetxattr), SCMP_SYS(getxattr), SCMP_SYS(lgetxattr), SCMP_SYS(fgetxattr), SCMP_SYS(listxattr),
    SCMP_SYS(llistxattr), SCMP_SYS(flistxattr), SCMP_SYS(removexattr), SCMP_SYS(lremovexattr),
    SCMP_SYS(fremovexattr), SCMP_SYS(flock), SCMP_SYS(ioctl), SCMP_SYS(umask), SCMP_SYS(uselib),
    SCMP_SYS(inotify_init), SCMP_SYS(inotify_init1), SCMP_SYS(inotify_add_watch), SCMP_SYS(fanotify_init),
    SCMP_SYS(fanotify_mark), SCMP_SYS(lookup_dcookie), SCMP_SYS(sync), SCMP_SYS(syncfs),
    // Data that would move between descriptors past the process.
    SCMP_SYS(sendfile), SCMP_SYS(splice), SCMP_SYS(tee), SCMP_SYS(vmsplice), SCMP_SYS(copy_file_range),
    // Sockets: the child's own is connected, and needs no more than read, write, send, recv and poll.
    SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen),
    SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(recvmmsg),
    SCMP_SYS(setsockopt),
    // New processes, and other ones.
    SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(tkill),
    SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo), SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_send_signal), SCMP_SYS(pidfd_getfd), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev), SCMP_SYS(process_madvise), SCMP_SYS(process_mrelease), SCMP_SYS(kcmp),
    SCMP_SYS(move_pages), SCMP_SYS(migrate_pages), SCMP_SYS(get_robust_list), SCMP_SYS(setpgid),
    SCMP_SYS(setsid), SCMP_SYS(setpriority), SCMP_SYS(sched_setscheduler), SCMP_SYS(sched_setparam),
    SCMP_SYS(sched_setattr), SCMP_SYS(sched_setaffinity), SCMP_SYS(ioprio_set), SCMP_SYS(setrlimit),
    SCMP_SYS(personality),
    // Who the process is.
    SCMP_SYS(setuid), SCMP_SYS(setgid), SCMP_SYS(setreuid), SCMP_SYS(setregid), SCMP_SYS(setresuid),
    SCMP_SYS(setresgid), SCMP_SYS(setgroups), SCMP_SYS(setfsuid), SCMP_SYS(setfsgid), SCMP_SYS(capset),
    // Memory that has a name or a file behind it, and messages between processes.
    SCMP_SYS(memfd_create), SCMP_SYS(memfd_secret), SCMP_SYS(userfaultfd), SCMP_SYS(shmget), SCMP_SYS(shmat),
    SCMP_SYS(shmctl), SCMP_SYS(msgget), SCMP_SYS(msgsnd), SCMP_SYS(msgrcv), SCMP_SYS(msgctl),
    SCMP_SYS(semget), SCMP_SYS(semop), SCMP_SYS(semtimedop), SCMP_SYS(semctl), SCMP_SYS(mq_open),
    SCMP_SYS(mq_unlink), SCMP_SYS(mq_timedsend), SCMP_SYS(mq_timedreceive), SCMP_SYS(mq_notify),
    SCMP_SYS(mq_getsetattr),
    // Ways into the kernel that pictures have no use for.
    SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register), SCMP_SYS(io_setup),
    SCMP_SYS(io_submit), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(keyctl), SCMP_SYS(add_key),
    SCMP_SYS(request_key), SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(mount), SCMP_SYS(umount), SCMP_SYS(umount2),
    SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(setns), SCMP_SYS(unshare), SCMP_SYS(open_tree),
    SCMP_SYS(move_mount), SCMP_SYS(fsopen), SCMP_SYS(fsconfig), SCMP_SYS(fsmount), SCMP_SYS(fspick),
    SCMP_SYS(mount_setattr), SCMP_SYS(quotactl), SCMP_SYS(quotactl_fd), SCMP_SYS(swapon), SCMP_SYS(swapoff),
    SCMP_SYS(acct), SCMP_SYS(reboot), SCMP_SYS(syslog), SCMP_SYS(sethostname), SCMP_SYS(setdomainname),
    SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(clock_adjtime), SCMP_SYS(adjtimex),
    SCMP_SYS(iopl), SCMP_SYS(ioperm), SCMP_SYS(modify_ldt), SCMP_SYS(vhangup), SCMP_SYS(nfsservctl),
};

// What it takes to look a library up and to load it. Who reads networks keeps these, below the folders that
// Landlock leaves, since OpenVINO lists its folder for every network that it reads.
static const int lookup[] = {
    SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(getdents),
    SCMP_SYS(getdents64), SCMP_SYS(openat),
};

// Ways to open a file for more than reading.
static const int changing[] = {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND};

// Kinds of thread that would see another machine than this one.
static const uint64_t namespaces[] = {
    CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET,
};

static const int process_options[] = {
    PR_SET_DUMPABLE, PR_SET_PTRACER, PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_MM, PR_SET_SECCOMP,
    PR_SET_SECUREBITS, PR_SET_KEEPCAPS, PR_CAPBSET_DROP, PR_CAP_AMBIENT, PR_SET_UNALIGN, PR_SET_TIMERSLACK,
    PR_MCE_KILL, PR_TASK_PERF_EVENTS_ENABLE, PR_SET_IO_FLUSHER, PR_SET_SYSCALL_USER_DISPATCH, PR_SCHED_CORE,
};

// Commands by which a descriptor would signal another process or hold up another reader.
static const int descriptor_commands[] = {
    F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY, F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW,
    F_ADD_SEALS, F_SETPIPE_SZ,
};

// The newest call that the lists above were made with (set_mempolicy_home_node, the same on all machines).
// Younger ones open files and send signals in ways of their own, so they do not exist for a darkroom.
enum { youngest_call = 450, call_numbers_end = 640 };

static int add(scmp_filter_ctx filter, int answer, int call) {
    int fault = seccomp_rule_add(filter, SCMP_ACT_ERRNO(answer), call, 0);
    // A call that this processor never had (open on arm64) needs no refusal.
    return call < 0 ? 0 : fault;
}

static int add_where(scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition) {
    return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 1, condition);
}

// The kernel reads these arguments as 32 bits. A comparison of all 64 could be dodged by what stands above.
static int add_option(scmp_filter_ctx filter, int call, unsigned argument, int option) {
    return add_where(filter, call, SCMP_CMP64(argument, SCMP_CMP_MASKED_EQ, 0xFFFFFFFF, (uint32_t)option));
}

static int add_lookup(scmp_filter_ctx filter, enum likeness_filter kind) {
    int fault = 0;
    if (kind == LIKENESS_FILTER_WHOLE) {
        for (size_t i = 0; i < sizeof lookup / sizeof *lookup && !fault; i++) fault = add(filter, EACCES, lookup[i]);
        return fault;
    }
    for (size_t i = 0; i < sizeof changing / sizeof *changing && !fault; i++) {
        uint64_t flag = (uint64_t)changing[i];
        fault = add_where(filter, SCMP_SYS(openat), SCMP_A2_64(SCMP_CMP_MASKED_EQ, flag, flag));
    }
    return fault;
}

static int add_conditional(scmp_filter_ctx filter) {
    int fault = 0;
    // Threads start by clone: clone3 hides its flags behind a pointer, so the C library is sent the old way.
    fault = fault ? fault : add(filter, ENOSYS, SCMP_SYS(clone3));
    fault = fault ? fault
                  : add_where(filter, SCMP_SYS(clone), SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces && !fault; i++) {
        fault = add_where(
            filter, SCMP_SYS(clone), SCMP_A0_64(SCMP_CMP_MASKED_EQ, namespaces[i], namespaces[i]));
    }
    // A process may end itself (abort does); any other number, 0 and the negative ones too, is refused.
    uint64_t self = (uint64_t)getpid();
    fault = fault ? fault : add_where(filter, SCMP_SYS(kill), SCMP_A0_64(SCMP_CMP_NE, self, 0));
    fault = fault ? fault : add_where(filter, SCMP_SYS(tgkill), SCMP_A0_64(SCMP_CMP_NE, self, 0));
    fault = fault ? fault : add_where(filter, SCMP_SYS(sendto), SCMP_A4_64(SCMP_CMP_NE, 0, 0));
    // One's own limits may be read.
    fault = fault ? fault : add_where(filter, SCMP_SYS(prlimit64), SCMP_A0_64(SCMP_CMP_NE, 0, 0));
    fault = fault ? fault : add_where(filter, SCMP_SYS(prlimit64), SCMP_A2_64(SCMP_CMP_NE, 0, 0));
    for (size_t i = 0; i < sizeof process_options / sizeof *process_options && !fault; i++) {
        fault = add_option(filter, SCMP_SYS(prctl), 0, process_options[i]);
    }
    for (size_t i = 0; i < sizeof descriptor_commands / sizeof *descriptor_commands && !fault; i++) {
        fault = add_option(filter, SCMP_SYS(fcntl), 1, descriptor_commands[i]);
    }
    return fault;
}

static int fill(scmp_filter_ctx filter, enum likeness_filter kind) {
    int fault = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    // The 32-bit calls of the same processor have other numbers and would slip through.
    fault = fault ? fault : seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    // A search tree instead of a line: the refusals are many and every call passes them.
    fault = fault ? fault : seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    for (size_t i = 0; i < sizeof refused / sizeof *refused && !fault; i++) {
        fault = add(filter, EACCES, refused[i]);
    }
    for (int call = youngest_call + 1; call < call_numbers_end && !fault; call++) {
        fault = add(filter, ENOSYS, call);
    }
    // A filter can only be made stricter by another one, so the first of two leaves the way to the second.
    if (!fault && kind != LIKENESS_FILTER_FIRST) fault = add(filter, EACCES, SCMP_SYS(seccomp));
    fault = fault ? fault : add_lookup(filter, kind);
    return fault ? fault : add_conditional(filter);
}

// A filter at no address: a kernel that has filters for all threads at once says that the address is bad.
static int kernel_answer(void) {
    long answer = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, NULL);
    return answer < 0 ? errno : 0;
}

int likeness_seccomp_close(enum likeness_filter kind) {
    int answer = kernel_answer();
    if (answer == ENOSYS || answer == EINVAL) return -ENOSYS;
    if (answer != EFAULT) return answer ? -answer : -EPROTO;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter) return -ENOMEM;
    int fault = fill(filter, kind);
    if (!fault) fault = seccomp_load(filter);
    seccomp_release(filter);
    // The library's own reasons must not pass for the kernel's.
    return fault == -ENOSYS ? -EPROTO : fault;
}
