/* Preloaded: notes when a process looks names up, connects, sends and receives. When it ends, writes a line "NANOSECONDS WHAT BYTES" each into the file
 * that TIMELINE names. A program marks its own moments by calling probe_mark, which is weak there. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 4096, DESCRIPTORS = 1024 };

static struct {
    long long at;
    const char *what;
    long long bytes;
} events[MOST];
static atomic_int count;
static atomic_bool is_line[DESCRIPTORS]; /* sockets that were connected over the network */

static void note(const char *what, long long bytes) {
    struct timespec time;
    int index = atomic_fetch_add(&count, 1);
    if (index >= MOST) return;
    clock_gettime(CLOCK_MONOTONIC, &time);
    events[index].at = time.tv_sec * 1000000000LL + time.tv_nsec;
    events[index].what = what;
    events[index].bytes = bytes;
}

void probe_mark(const char *what) { note(what, 0); }

static int line(int descriptor) { return descriptor >= 0 && descriptor < DESCRIPTORS && atomic_load(&is_line[descriptor]); }

static void *next(const char *name, void **kept) {
    if (*kept == NULL) *kept = dlsym(RTLD_NEXT, name);
    return *kept;
}
#define NEXT(name) (__extension__({ static void *kept; (__typeof__(&name))next(#name, &kept); }))

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    note("look-up", 0);
    int result = NEXT(getaddrinfo)(host, service, hints, found);
    note("looked-up", 0);
    return result;
}

int connect(int descriptor, const struct sockaddr *address, socklen_t length) {
    int is_network = address->sa_family == AF_INET || address->sa_family == AF_INET6;
    int type = 0;
    socklen_t size = sizeof type;
    getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size);
    is_network = is_network && type == SOCK_STREAM;
    if (is_network) note("connect", 0);
    int result = NEXT(connect)(descriptor, address, length);
    int error = errno;
    if (is_network) note(result == 0 ? "connected" : "connecting", 0);
    if (descriptor < DESCRIPTORS) atomic_store(&is_line[descriptor], is_network);
    errno = error;
    return result;
}

int close(int descriptor) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS) atomic_store(&is_line[descriptor], 0);
    return NEXT(close)(descriptor);
}

#define SENDS(call) \
    do { \
        if (line(descriptor)) note("send", 0); \
        return call; \
    } while (0)
#define RECEIVES(call) \
    do { \
        ssize_t got = call; \
        int error = errno; \
        if (got > 0 && line(descriptor)) note("received", got); \
        errno = error; \
        return got; \
    } while (0)

ssize_t send(int descriptor, const void *bytes, size_t length, int flags) { SENDS(NEXT(send)(descriptor, bytes, length, flags)); }
ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags) { SENDS(NEXT(sendmsg)(descriptor, message, flags)); }
ssize_t write(int descriptor, const void *bytes, size_t length) { SENDS(NEXT(write)(descriptor, bytes, length)); }
ssize_t writev(int descriptor, const struct iovec *parts, int length) { SENDS(NEXT(writev)(descriptor, parts, length)); }
ssize_t recv(int descriptor, void *into, size_t length, int flags) { RECEIVES(NEXT(recv)(descriptor, into, length, flags)); }
ssize_t recvmsg(int descriptor, struct msghdr *message, int flags) { RECEIVES(NEXT(recvmsg)(descriptor, message, flags)); }
ssize_t read(int descriptor, void *into, size_t length) { RECEIVES(NEXT(read)(descriptor, into, length)); }
ssize_t readv(int descriptor, const struct iovec *parts, int length) { RECEIVES(NEXT(readv)(descriptor, parts, length)); }

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("TIMELINE");
    FILE *file = path ? fopen(path, "w") : NULL;
    int known = atomic_load(&count) < MOST ? atomic_load(&count) : MOST;
    if (file == NULL) return;
    for (int n = 0; n < known; n++) fprintf(file, "%lld %s %lld\n", events[n].at, events[n].what, events[n].bytes);
    fclose(file);
}
