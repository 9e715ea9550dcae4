#define _GNU_SOURCE
#include "include/barrier.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Own definitions, since the headers of Debian 12 stop at version 2.

struct ruleset {
    uint64_t handled_fs;
    uint64_t handled_net;
    uint64_t scoped;
};

struct path_rule {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

enum { ask_version = 1, rule_path_beneath = 1 };

static const uint64_t read_file = 1ULL << 2, read_folder = 1ULL << 3;

// The file rights that a version of Landlock knows; a right is refused only when it is named here.
static uint64_t file_rights(int version) {
    uint64_t rights = (1ULL << 13) - 1;             // 1: execute, write, read, make, remove
    if (version >= 2) rights |= 1ULL << 13;         // move between folders
    if (version >= 3) rights |= 1ULL << 14;         // truncate
    if (version >= 5) rights |= 1ULL << 15;         // ioctl of devices
    return rights;
}

int likeness_landlock_version(void) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, ask_version);
    return version > 0 ? (int)version : 0;
}

static int allow_reading(int rules, const char *folder) {
    int parent = open(folder, O_PATH | O_CLOEXEC | O_DIRECTORY);
    if (parent < 0) return errno == ENOENT ? 0 : errno;  // Not every machine has a /lib64.
    struct path_rule rule = {.allowed = read_file | read_folder, .parent = parent};
    int fault = syscall(SYS_landlock_add_rule, rules, rule_path_beneath, &rule, 0) ? errno : 0;
    close(parent);
    return fault;
}

int likeness_landlock_close(const char *const *readable, size_t count) {
    int version = likeness_landlock_version();
    if (version == 0) return 0;
    struct ruleset wanted = {.handled_fs = file_rights(version)};
    if (version >= 4) wanted.handled_net = 3;  // bind and connect of TCP
    if (version >= 6) wanted.scoped = 3;       // abstract sockets and signals
    int rules = (int)syscall(SYS_landlock_create_ruleset, &wanted, sizeof wanted, 0);
    if (rules < 0) return -errno;
    int fault = 0;
    for (size_t i = 0; i < count && !fault; i++) fault = allow_reading(rules, readable[i]);
    if (!fault && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) fault = errno;
    if (!fault && syscall(SYS_landlock_restrict_self, rules, 0)) fault = errno;
    close(rules);
    return fault ? -fault : version;
}
