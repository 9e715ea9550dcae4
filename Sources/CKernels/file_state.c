#include "include/CKernels.h"
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int lk_file_state(int descriptor, int64_t *size, int64_t *changed, uint64_t *inode) {
    struct stat state;
    if (syscall(SYS_fstat, descriptor, &state) != 0) return -1;
    *size = state.st_size;
    *changed = (int64_t)state.st_mtim.tv_sec * 1000000000 + state.st_mtim.tv_nsec;
    *inode = state.st_ino;
    return 0;
}
