/* Talks to the sandbox's control API in plain HTTP. */
#include "sandbox.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static void give_up(const char *why)
{
    fprintf(stderr, "the sandbox cannot be used: %s\n", why);
    exit(2);
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    if (!value) { give_up(name); }
    return value;
}

const char *service_url(void)
{
    const char *over = getenv("TEST_OVER");
    return environment(over && strcmp(over, "http") == 0 ? "SANDBOX_HTTP" : "SANDBOX_HTTPS");
}

const char *app_key(void) { return environment("VIDEODOKTOR_APP_KEY"); }

const char *api_key(void) { return environment("VIDEODOKTOR_API_KEY"); }

static int connect_to(const char *host, const char *port)
{
    struct addrinfo hints, *found = NULL;
    int fd;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, port, &hints, &found) != 0) { give_up("its address is not understood"); }
    fd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    if (fd < 0 || connect(fd, found->ai_addr, found->ai_addrlen) != 0) { give_up("it does not listen"); }
    freeaddrinfo(found);
    return fd;
}

static void send_all(int fd, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t sent = write(fd, text, left);
        if (sent <= 0) { give_up("it hung up"); }
        text += sent;
        left -= (size_t)sent;
    }
}

static char *receive_all(int fd)
{
    size_t size = 0, room = 4096;
    char *text = (char *)malloc(room);
    ssize_t got;
    while (text && (got = read(fd, text + size, room - size - 1)) > 0) {
        size += (size_t)got;
        if (size + 1 == room) { text = (char *)realloc(text, room *= 2); }
    }
    if (!text) { give_up("there is no memory for its answer"); }
    text[size] = '\0';
    return text;
}

/* One request of the control API; the body of its answer, which must be a success. */
static char *control(const char *method, const char *path, const char *body)
{
    char host[128], head[512];
    const char *address = strstr(environment("SANDBOX_HTTP"), "//");
    char *port, *answer, *content;
    int fd;
    if (!address || strlen(address) >= sizeof host) { give_up("its address is not understood"); }
    strcpy(host, address + 2);
    port = strchr(host, ':');
    if (!port) { give_up("its address has no port"); }
    *port++ = '\0';
    fd = connect_to(host, port);
    sprintf(head, "%s /_control/%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %lu\r\n\r\n",
            method, path, host, (unsigned long)strlen(body));
    send_all(fd, head);
    send_all(fd, body);
    answer = receive_all(fd);
    close(fd);
    content = strstr(answer, "\r\n\r\n");
    if (strncmp(answer, "HTTP/1.1 2", 10) != 0 || !content) { give_up(answer); }
    memmove(answer, content + 4, strlen(content + 4) + 1);
    return answer;
}

void reset_service(void) { free(control("POST", "reset", "")); }

void next_request(const char *path, const char *fault)
{
    char *body = (char *)malloc(strlen(path) + strlen(fault) + 32);
    if (!body) { give_up("there is no memory for a fault"); }
    sprintf(body, "{\"path\":\"%s\",%s}", path, fault);
    free(control("POST", "faults", body));
    free(body);
}

void set_service_clock(const char *when)
{
    char body[64];
    if (when) { sprintf(body, "{\"set\":\"%s\"}", when); } else { strcpy(body, "{\"real\":true}"); }
    free(control("PUT", "clock", body));
}

void make_up_meetings(int count)
{
    char body[64];
    sprintf(body, "{\"count\":%d}", count);
    free(control("POST", "meetings", body));
}

char *ask_service(const char *path) { return control("GET", path, ""); }

void wait_until_faults_are_met(void)
{
    const struct timespec moment = {0, 5000000};
    for (;;) {
        char *waiting = ask_service("faults");
        int met = strcmp(waiting, "[]") == 0;
        free(waiting);
        if (met) { return; }
        nanosleep(&moment, NULL);
    }
}

char *client_options(const char *options)
{
    const char *ca_file = environment("SANDBOX_CA_FILE");
    char *json = (char *)malloc(strlen(ca_file) + strlen(options) + 64);
    if (!json) { give_up("there is no memory for options"); }
    sprintf(json, "{\"proxy\":\"none\",\"ca_file\":\"%s\"%s%s}", ca_file, *options ? "," : "", options);
    return json;
}

vd_client *a_client(const char *options)
{
    vd_client *client = NULL;
    char *options_json = client_options(options);
    char *json = NULL;
    vd_status status = vd_client_new(service_url(), app_key(), api_key(), options_json, &client, &json);
    if (status != VD_OK) { fprintf(stderr, "no client: %s\n", json); }
    CHECK_STATUS(VD_OK, status);
    vd_string_free(json);
    free(options_json);
    return client;
}

char *a_meeting(vd_client *client, const char *start)
{
    char *json = NULL, *meet_id = NULL;
    CHECK_STATUS(VD_OK, vd_meet_add(client, "Jana Nov\303\241kov\303\241", "jana@example.cz", NULL, "1980", start, &json));
    CHECK_STATUS(VD_OK, vd_json_get(json, "/meet_id", &meet_id));
    vd_string_free(json);
    return meet_id;
}
