/* A tunnelling proxy: a process of its own, and one more for each tunnel. */
#include "proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void give_up(const char *why)
{
    fprintf(stderr, "the proxy cannot be used: %s\n", why);
    _exit(2);
}

static void on_this_machine(struct sockaddr_in *address, int port)
{
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_port = htons((unsigned short)port);
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

/* Reads the request's head; not 0 if it is whole. */
static int read_head(int client, char *head, size_t room)
{
    size_t length = 0;
    head[0] = '\0';
    while (length + 1 < room && !strstr(head, "\r\n\r\n")) {
        ssize_t got = read(client, head + length, 1);
        if (got <= 0) { return 0; }
        length += (size_t)got;
        head[length] = '\0';
    }
    return strstr(head, "\r\n\r\n") != NULL;
}

static void pass(int from, int to)
{
    char bytes[4096];
    ssize_t got = read(from, bytes, sizeof bytes), sent = 0;
    if (got <= 0) { _exit(0); }
    while (sent < got) {
        ssize_t more = write(to, bytes + sent, (size_t)(got - sent));
        if (more <= 0) { _exit(0); }
        sent += more;
    }
}

static void answer(int client, const char *text)
{
    if (write(client, text, strlen(text)) < 0) { _exit(0); }
}

static void tunnel(int client, const char *login, int port)
{
    char head[4096], expected[256];
    struct sockaddr_in address;
    struct pollfd ends[2];
    int service;
    sprintf(expected, "Basic %.200s\r\n", login);
    if (!read_head(client, head, sizeof head)) { _exit(0); }
    if (strncmp(head, "CONNECT ", 8) != 0 || !strstr(head, expected)) {
        answer(client, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        _exit(0);
    }
    on_this_machine(&address, port);
    service = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(service, (struct sockaddr *)&address, sizeof address) != 0) { give_up("the service does not listen"); }
    answer(client, "HTTP/1.1 200 OK\r\n\r\n");
    ends[0].fd = client;
    ends[1].fd = service;
    ends[0].events = ends[1].events = POLLIN;
    while (poll(ends, 2, -1) > 0) {
        if (ends[0].revents) { pass(client, service); }
        if (ends[1].revents) { pass(service, client); }
    }
    _exit(0);
}

static void serve(int door, const char *login, int port)
{
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int client = accept(door, NULL, NULL);
        if (client < 0) { give_up("accept"); }
        if (fork() == 0) { tunnel(client, login, port); }
        close(client);
    }
}

proxy start_proxy(const char *login, int port)
{
    proxy made;
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    int door = socket(AF_INET, SOCK_STREAM, 0);
    on_this_machine(&address, 0);
    if (bind(door, (struct sockaddr *)&address, length) != 0 || listen(door, 16) != 0) { give_up("no port"); }
    if (getsockname(door, (struct sockaddr *)&address, &length) != 0) { give_up("no name"); }
    made.port = ntohs(address.sin_port);
    made.pid = fork();
    if (made.pid == 0) { serve(door, login, port); }
    close(door);
    return made;
}

void stop_proxy(proxy *which)
{
    kill(which->pid, SIGTERM);
    waitpid(which->pid, NULL, 0);
}
