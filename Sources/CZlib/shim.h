#include <string.h>
#include <zlib.h>

// deflateInit2 and inflateInit2 are macros, which Swift cannot call. Every stream lives in one call, so any thread may make it
// ("zlib is thread-safe", zlib's FAQ 21, as long as a stream stays with one thread).

// How many bytes the packed form takes at most; 0 where the length is none that zlib can count.
static inline size_t likeness_gzip_bound(size_t count) {
    return count > (1u << 30) ? 0 : compressBound((uLong)count) + 32;
}

// Packs in the format of gzip. Tells how many bytes it took, or 0 where it could not.
static inline size_t likeness_gzip(const void *bytes, size_t count, void *packed, size_t capacity, int level) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    // 15 for the largest window, 16 more for gzip's own header.
    if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)count;
    stream.next_out = packed;
    stream.avail_out = (uInt)capacity;
    int status = deflate(&stream, Z_FINISH);
    size_t written = stream.total_out;
    deflateEnd(&stream);
    return status == Z_STREAM_END ? written : 0;
}
