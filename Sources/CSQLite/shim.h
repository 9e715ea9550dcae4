#include <sqlite3.h>

// Swift cannot call a function that ends in "...". SQLite counts its memory under one lock for all threads, for nobody here.
static inline int likeness_sqlite_start(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
