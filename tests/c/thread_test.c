/* Several threads on one client; interrupts and frees while a call is under way. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "sandbox.h"
#include "stories.h"

enum { THREADS = 8, ROUNDS = 5 };

typedef struct worker {
    pthread_t thread;
    vd_client *client;
    int number;
    vd_status status; /* the first that was not VD_OK */
} worker;

static void note(worker *who, vd_status status)
{
    if (who->status == VD_OK) { who->status = status; }
}

/* Invites, reads and removes, each thread at hours of its own. */
static void *invite_and_remove(void *argument)
{
    worker *who = (worker *)argument;
    int round;
    for (round = 0; round < ROUNDS; round++) {
        char start[32], *json = NULL, *meet_id = NULL;
        sprintf(start, "%d.11.2090 %d:00", 1 + round, 8 + who->number);
        note(who, vd_meet_add(who->client, "Jana Nov\303\241kov\303\241", "jana@example.cz", NULL, "1980", start, &json));
        note(who, vd_json_get(json, "/meet_id", &meet_id));
        note(who, vd_meet_detail(who->client, meet_id, NULL));
        note(who, vd_meet_list(who->client, NULL));
        if (round > 0) { note(who, vd_meet_remove(who->client, meet_id, NULL)); }
        note(who, vd_string_free(meet_id));
        note(who, vd_string_free(json));
    }
    return NULL;
}

static void eight_threads_share_a_client(void)
{
    worker workers[THREADS];
    vd_client *client;
    char *json = NULL;
    int32_t left = 0;
    int i;
    reset_service();
    client = a_client("");
    for (i = 0; i < THREADS; i++) {
        workers[i].client = client;
        workers[i].number = i;
        workers[i].status = VD_OK;
        CHECK(pthread_create(&workers[i].thread, NULL, invite_and_remove, &workers[i]) == 0);
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        CHECK_STATUS(VD_OK, workers[i].status);
    }
    CHECK_STATUS(VD_OK, vd_meet_list(client, &json));
    CHECK_STATUS(VD_OK, vd_json_length(json, "", &left));
    CHECK_NUMBER(THREADS, left);
    vd_string_free(json);
    vd_client_free(client);
}

/* A call that the service leaves without an answer, made on a thread of its own. */
typedef struct waiting_call {
    pthread_t thread;
    vd_client *client;
    vd_status status;
    char *json;
    struct timespec returned;
} waiting_call;

static void *list_meetings(void *argument)
{
    waiting_call *call = (waiting_call *)argument;
    call->status = vd_meet_list(call->client, &call->json);
    clock_gettime(CLOCK_MONOTONIC, &call->returned);
    return NULL;
}

static void start_call(waiting_call *call, vd_client *client)
{
    call->client = client;
    call->json = NULL;
    CHECK(pthread_create(&call->thread, NULL, list_meetings, call) == 0);
}

/* Joins the call; milliseconds from `since` until it returned. */
static long end_call(waiting_call *call, const struct timespec *since)
{
    pthread_join(call->thread, NULL);
    return (long)(call->returned.tv_sec - since->tv_sec) * 1000 + (call->returned.tv_nsec - since->tv_nsec) / 1000000;
}

/* A call returns within 100 ms of its interrupt; on a machine that runs other tests too, its thread may have to wait for its turn. */
static long patience_ms(void)
{
    const char *slow = getenv("TEST_SLOW"); /* under valgrind */
    return slow ? 5000 : 500;
}

static void an_interrupt_ends_all_calls_at_once_and_the_client_lives_on(void)
{
    waiting_call calls[2];
    struct timespec interrupted;
    vd_client *client;
    int i;
    reset_service();
    client = a_client("");
    next_request("/api_meet_list/", "\"delay_ms\":60000,\"times\":2");
    for (i = 0; i < 2; i++) { start_call(&calls[i], client); }
    wait_until_faults_are_met();
    clock_gettime(CLOCK_MONOTONIC, &interrupted);
    CHECK_STATUS(VD_OK, vd_client_interrupt(client));
    for (i = 0; i < 2; i++) {
        long took = end_call(&calls[i], &interrupted);
        CHECK(took < patience_ms());
        CHECK_STATUS(VD_ERR_CANCELLED, calls[i].status);
        CHECK_JSON("VD_ERR_CANCELLED", calls[i].json, "/error/name");
        vd_string_free(calls[i].json);
    }
    CHECK_STATUS(VD_OK, vd_meet_list(client, NULL));
    CHECK_STATUS(VD_OK, vd_client_free(client));
}

static void a_client_may_be_freed_while_it_is_called(void)
{
    waiting_call call;
    struct timespec freed;
    vd_client *client;
    long took;
    reset_service();
    client = a_client("");
    next_request("/api_meet_list/", "\"delay_ms\":60000");
    start_call(&call, client);
    wait_until_faults_are_met();
    clock_gettime(CLOCK_MONOTONIC, &freed);
    CHECK_STATUS(VD_OK, vd_client_free(client));
    took = end_call(&call, &freed);
    CHECK(took < patience_ms());
    CHECK_STATUS(VD_ERR_CANCELLED, call.status);
    CHECK_JSON("VD_ERR_CANCELLED", call.json, "/error/name");
    vd_string_free(call.json);
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_client_free(client));
}

static void an_interrupt_without_a_call_spoils_nothing(void)
{
    vd_client *client;
    reset_service();
    client = a_client("");
    CHECK_STATUS(VD_OK, vd_client_interrupt(client));
    CHECK_STATUS(VD_OK, vd_meet_list(client, NULL));
    CHECK_STATUS(VD_OK, vd_client_free(client));
}

static void *make_and_free_clients(void *argument)
{
    worker *who = (worker *)argument;
    int i;
    for (i = 0; i < 200; i++) {
        vd_client *client = NULL;
        char *json = NULL;
        note(who, vd_client_new("demo", "app", "practice", NULL, &client, &json));
        note(who, vd_string_free(json));
        note(who, vd_client_free(client));
    }
    return NULL;
}

static void clients_come_and_go_on_many_threads(void)
{
    worker workers[THREADS];
    int i;
    for (i = 0; i < THREADS; i++) {
        workers[i].status = VD_OK;
        CHECK(pthread_create(&workers[i].thread, NULL, make_and_free_clients, &workers[i]) == 0);
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        CHECK_STATUS(VD_OK, workers[i].status);
    }
}

void thread_story(void)
{
    RUN(eight_threads_share_a_client);
    RUN(an_interrupt_ends_all_calls_at_once_and_the_client_lives_on);
    RUN(a_client_may_be_freed_while_it_is_called);
    RUN(an_interrupt_without_a_call_spoils_nothing);
    RUN(clients_come_and_go_on_many_threads);
}
