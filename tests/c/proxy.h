/* proxy.h: an HTTP proxy on this machine that tunnels (CONNECT) to the service, for whoever knows its login. */
#ifndef PROXY_H
#define PROXY_H

#include <sys/types.h>

typedef struct proxy {
    pid_t pid;
    int port;
} proxy;

/* `login` is user:password in Base64. All tunnels lead to `port` of this machine. */
proxy start_proxy(const char *login, int port);
void stop_proxy(proxy *which);

#endif
