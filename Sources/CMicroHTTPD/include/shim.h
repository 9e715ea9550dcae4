#ifndef LIKENESS_MICROHTTPD_SHIM
#define LIKENESS_MICROHTTPD_SHIM

#include <microhttpd.h>

// What a daemon is started with. Zero and null where an option is left at the library's own.
struct likeness_http_options {
    int listening;                   // A socket that is bound and listens already.
    unsigned int threads;
    unsigned int most_connections;
    unsigned int idle_seconds;
    size_t memory_of_connection;
    const char *certificate;         // PEM, with the key: TLS.
    const char *key;
};

// What the library calls; `owner` is handed to each.
struct likeness_http_callbacks {
    void *owner;
    void *(*target)(void *owner, const char *uri, struct MHD_Connection *connection);
    MHD_AccessHandlerCallback request;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
};

// Starts a daemon; null where it could not. Swift cannot call a function that ends in "...".
struct MHD_Daemon *likeness_http_start(
    const struct likeness_http_options *options, const struct likeness_http_callbacks *callbacks);

// The socket and the address of a connection.
int likeness_http_socket(struct MHD_Connection *connection);
const struct sockaddr *likeness_http_address(struct MHD_Connection *connection);
void *likeness_http_context(struct MHD_Connection *connection);

// How many bytes the header of the request took, with the empty line at its end.
size_t likeness_http_header_size(struct MHD_Connection *connection);

#endif
