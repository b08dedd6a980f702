/* Handles that are none: stale, doubled, NULL, random. Each is an error, and nothing is touched. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "every_call.h"
#include "sandbox.h"
#include "stories.h"

/* Every export that takes a client refuses this one. `vd_client_free` accepts NULL. */
static void check_refused_everywhere(scene *here, vd_client *handle)
{
    vd_client *good = here->client;
    int i;
    here->client = handle;
    for (i = 0; i < client_call_count; i++) {
        char *json = (char *)"left over";
        about(client_calls[i].name);
        CHECK_STATUS(VD_ERR_INVALID_HANDLE, client_calls[i].make(here, &json));
        CHECK_JSON("client", json, "/error/field");
        CHECK_JSON("VD_ERR_INVALID_HANDLE", json, "/error/name");
        CHECK_STATUS(VD_OK, vd_string_free(json));
        CHECK_STATUS(VD_ERR_INVALID_HANDLE, client_calls[i].make(here, NULL));
    }
    about(NULL);
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_client_interrupt(handle));
    CHECK_STATUS(handle ? VD_ERR_INVALID_HANDLE : VD_OK, vd_client_free(handle));
    here->client = good;
}

static void null_is_no_client(void)
{
    scene here;
    set_scene(&here);
    check_refused_everywhere(&here, NULL);
    strike_scene(&here);
}

static void a_freed_client_is_gone(void)
{
    scene here;
    vd_client *freed;
    set_scene(&here);
    freed = a_client("");
    CHECK_STATUS(VD_OK, vd_client_free(freed));
    check_refused_everywhere(&here, freed);
    strike_scene(&here);
}

static void a_number_or_address_is_no_client(void)
{
    static const size_t numbers[] = {1, 2, 3, 7, 0x8001, 0x18001, 0xDEADBEEF, (size_t)-1, (size_t)-2, ((size_t)-1) >> 1};
    scene here;
    char text[] = "not a client";
    void *memory = malloc(64);
    size_t i;
    set_scene(&here);
    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if ((vd_client *)numbers[i] != here.client) { check_refused_everywhere(&here, (vd_client *)numbers[i]); }
    }
    memset(memory, 0x5A, 64);
    check_refused_everywhere(&here, (vd_client *)(void *)text);
    check_refused_everywhere(&here, (vd_client *)memory);
    check_refused_everywhere(&here, (vd_client *)(void *)&here);
    check_refused_everywhere(&here, (vd_client *)(void *)here.meet_id);
    CHECK_TEXT("not a client", text);
    CHECK(*(unsigned char *)memory == 0x5A);
    free(memory);
    strike_scene(&here);
}

static void a_stale_handle_does_not_reach_the_client_that_took_its_place(void)
{
    enum { ROUNDS = 200 };
    vd_client *handles[ROUNDS];
    int i, j;
    for (i = 0; i < ROUNDS; i++) {
        handles[i] = NULL;
        CHECK_STATUS(VD_OK, vd_client_new("demo", "app", "practice", NULL, &handles[i], NULL));
        for (j = 0; j < i; j++) { CHECK(handles[j] != handles[i]); }
        CHECK_STATUS(VD_OK, vd_client_free(handles[i]));
    }
    for (i = 0; i < ROUNDS; i++) { CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_client_free(handles[i])); }
}

static void many_clients_live_side_by_side(void)
{
    enum { CLIENTS = 200 };
    vd_client *clients[CLIENTS];
    int i;
    for (i = 0; i < CLIENTS; i++) {
        clients[i] = NULL;
        CHECK_STATUS(VD_OK, vd_client_new("demo", "app", "practice", NULL, &clients[i], NULL));
    }
    for (i = 0; i < CLIENTS; i++) { CHECK_STATUS(VD_OK, vd_client_interrupt(clients[i])); }
    for (i = 0; i < CLIENTS; i++) { CHECK_STATUS(VD_OK, vd_client_free(clients[i])); }
}

static void a_string_is_no_client_and_a_client_no_string(void)
{
    scene here;
    set_scene(&here);
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_string_free((char *)(void *)here.client));
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_client_free((vd_client *)(void *)here.meet_id));
    CHECK_STATUS(VD_OK, vd_verify(here.client, NULL));
    strike_scene(&here);
}

void handle_story(void)
{
    RUN(null_is_no_client);
    RUN(a_freed_client_is_gone);
    RUN(a_number_or_address_is_no_client);
    RUN(a_stale_handle_does_not_reach_the_client_that_took_its_place);
    RUN(many_clients_live_side_by_side);
    RUN(a_string_is_no_client_and_a_client_no_string);
}
