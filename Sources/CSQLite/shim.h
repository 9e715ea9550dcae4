#include <sqlite3.h>
#include <string.h>

// Swift cannot call a function that ends in "...". SQLite counts its memory under one lock for all threads, for nobody here.
static inline int likeness_sqlite_start(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

// The memory that all connections to a file share when it has a log: its first bytes change with every commit, whoever
// commits. Null where there is none, or where it is laid out otherwise than we know. Asked for after a first read.
static inline const volatile void *likeness_sqlite_log_index(sqlite3 *connection) {
    sqlite3_file *file = NULL;
    int status = sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (status != SQLITE_OK || !file || !file->pMethods) return NULL;
    if (file->pMethods->iVersion < 2 || !file->pMethods->xShmMap) return NULL;
    void volatile *index = NULL;
    if (file->pMethods->xShmMap(file, 0, 32768, 0, &index) != SQLITE_OK || !index) return NULL;
    return *(const volatile unsigned *)index == 3007000 ? index : NULL;
}

// What tells one state of the log from every other. It is kept twice, and changed one after the other.
enum { likeness_sqlite_log_state_size = 48 };

static inline void likeness_sqlite_log_state(const volatile void *index, void *state) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    memcpy(state, (const void *)index, likeness_sqlite_log_state_size);
}

static inline int likeness_sqlite_log_is(const volatile void *index, const void *state) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return memcmp((const void *)index, state, likeness_sqlite_log_state_size) == 0
        && memcmp((const char *)index + likeness_sqlite_log_state_size, state, likeness_sqlite_log_state_size) == 0;
}
