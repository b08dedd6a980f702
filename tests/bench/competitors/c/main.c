/* A competitor: URL CA_FILE APP_KEY API_KEY. Carries out the orders on its standard input, one a line, and answers each with a line of JSON.
 *
 *   list N             so many lists of meetings, each read into fields     {"ns":[…],"count":meetings}
 *   fetch N            so many lists, not read into fields                 {"ns":[…],"count":bytes of the text}
 *   add N              so many invitations, each answer read into fields    {"ns":[…]}
 *   ping N             so many requests without a token, not read            {"ns":[…],"count":0}
 *   prepare            a call will follow                              {}
 *   show               one list, to be compared                            [["…",…],…]
 *   threads T N own    T threads, N lists altogether, a handle each         {"ns":[…]} of the whole
 *   threads T N one    the same on one handle, where that is possible
 *   clients N          N more handles, one list each, all kept              {}
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fields.h"
#include "competitor.h"

/* There only when preload_probes/timeline.c is preloaded. */
__attribute__((weak)) void probe_mark(const char *what);

static struct account account;
static void *handle;

void give_up(const char *what, const char *detail) {
    fprintf(stderr, "competitor: %s: %s\n", what, detail ? detail : "");
    exit(1);
}

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void mark(const char *what) {
    if (probe_mark) probe_mark(what);
}

static size_t list(void *by) {
    char *json = competitor_list(by);
    mark("text");
    struct meetings meetings = read_meetings(json);
    size_t count = meetings.count;
    mark("read");
    free_meetings(&meetings);
    competitor_free_text(json);
    return count;
}

static size_t fetch(void *by) {
    char *json = competitor_list(by);
    size_t length = strlen(json);
    competitor_free_text(json);
    return length;
}

static size_t ping(void *by) {
    competitor_ping(by);
    return 0;
}

static size_t add(void *by) {
    const struct patient jana = {"Jana Nováková", "jana@example.cz", "777123456", "1980", "23.11.2030.10.00"};
    char *json = competitor_add(by, &jana);
    struct made made = read_made(json);
    if (strncmp(made.url, "https://", 8) != 0) give_up("no address of a call", made.url);
    free_made(&made);
    competitor_free_text(json);
    return 1;
}

static void repeat(size_t (*act)(void *), int times) {
    size_t done = 0;
    printf("{\"ns\":[");
    for (int n = 0; n < times; n++) {
        long long began = now();
        done = act(handle);
        printf("%s%lld", n ? "," : "", now() - began);
    }
    printf("],\"count\":%zu}\n", done);
}

/* The service's texts hold no sign that JSON would have escaped. */
static void show(void) {
    char *json = competitor_list(handle);
    struct meetings meetings = read_meetings(json);
    printf("[");
    for (size_t at = 0; at < meetings.count; at++) {
        printf("%s[", at ? "," : "");
        for (int n = 0; n < FIELDS; n++) printf("%s\"%s\"", n ? "," : "", meetings.items[at].fields[n]);
        printf("]");
    }
    printf("]\n");
    free_meetings(&meetings);
    competitor_free_text(json);
}

enum { FIRST_CALLS = 5 };

struct worker {
    pthread_t thread;
    pthread_barrier_t *together;
    void *handle;
    int calls;
    long long began;
};

/* The first calls, of all threads at once, are for the connections; the clock starts behind them. */
static void *work(void *argument) {
    struct worker *worker = argument;
    pthread_barrier_wait(worker->together);
    for (int n = 0; n < FIRST_CALLS; n++) list(worker->handle);
    pthread_barrier_wait(worker->together);
    worker->began = now();
    for (int n = 0; n < worker->calls; n++) list(worker->handle);
    return NULL;
}

static void threads(int count, int calls, int own) {
    struct worker *workers = calloc(count, sizeof *workers);
    pthread_barrier_t together;
    long long began = 0;
    if (!own && !competitor_can_share()) give_up("threads", "a handle cannot be shared");
    void *shared = own ? NULL : competitor_open(&account, count);
    pthread_barrier_init(&together, NULL, count);
    for (int n = 0; n < count; n++) {
        workers[n].together = &together;
        workers[n].handle = own ? competitor_open(&account, 1) : shared;
        workers[n].calls = calls / count;
        pthread_create(&workers[n].thread, NULL, work, &workers[n]);
    }
    for (int n = 0; n < count; n++) {
        pthread_join(workers[n].thread, NULL);
        if (n == 0 || workers[n].began < began) began = workers[n].began;
    }
    printf("{\"ns\":[%lld]}\n", now() - began);
    for (int n = 0; n < (own ? count : 1); n++) competitor_close(workers[n].handle);
    pthread_barrier_destroy(&together);
    free(workers);
}

static void clients(int count) {
    for (int n = 0; n < count; n++) list(competitor_open(&account, 1));
    printf("{}\n");
}

static void prepare(void) {
    competitor_prepare(handle);
    printf("{}\n");
}

static void obey(const char *order) {
    int number, calls;
    char how[8];
    if (sscanf(order, "list %d", &number) == 1) repeat(list, number);
    else if (sscanf(order, "fetch %d", &number) == 1) repeat(fetch, number);
    else if (sscanf(order, "ping %d", &number) == 1) repeat(ping, number);
    else if (sscanf(order, "add %d", &number) == 1) repeat(add, number);
    else if (strcmp(order, "prepare\n") == 0) prepare();
    else if (strcmp(order, "show\n") == 0) show();
    else if (sscanf(order, "threads %d %d %7s", &number, &calls, how) == 3) threads(number, calls, strcmp(how, "own") == 0);
    else if (sscanf(order, "clients %d", &number) == 1) clients(number);
    else give_up("an order that nobody understands", order);
    fflush(stdout);
}

int main(int count, char **arguments) {
    char order[64];
    if (count != 5) give_up("usage", "competitor URL CA_FILE APP_KEY API_KEY");
    account = (struct account){arguments[1], arguments[2], arguments[3], arguments[4]};
    mark("main");
    handle = competitor_open(&account, 1);
    mark("opened");
    while (fgets(order, sizeof order, stdin) != NULL) obey(order);
    competitor_close(handle);
    return 0;
}
