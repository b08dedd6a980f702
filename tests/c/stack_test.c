/* Every call on a thread with the stack that the header promises to be enough. A call that needs more crashes the test. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "every_call.h"
#include "sandbox.h"
#include "stories.h"

enum { ENOUGH_STACK = 128 * 1024, DEEPEST_REPLY = 100 };

typedef struct deed {
    vd_status (*act)(scene *here, char **out_json);
    scene *here;
    char *json;
    vd_status status;
} deed;

static void *do_it(void *argument)
{
    deed *what = (deed *)argument;
    what->status = what->act(what->here, &what->json);
    return NULL;
}

static vd_status on_a_small_stack(vd_status (*act)(scene *here, char **out_json), scene *here, char **out_json)
{
    pthread_attr_t attributes;
    pthread_t thread;
    deed what;
    what.act = act;
    what.here = here;
    what.json = NULL;
    what.status = VD_ERR_INTERNAL;
    CHECK(pthread_attr_init(&attributes) == 0);
    CHECK(pthread_attr_setstacksize(&attributes, ENOUGH_STACK) == 0);
    CHECK(pthread_create(&thread, &attributes, do_it, &what) == 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    *out_json = what.json;
    return what.status;
}

static void check_on_a_small_stack(vd_status expected, vd_status (*act)(scene *here, char **out_json), scene *here)
{
    char *json = NULL;
    CHECK_STATUS(expected, on_a_small_stack(act, here, &json));
    CHECK_STATUS(VD_OK, vd_string_free(json));
}

/* Each on a connection that it makes itself, so that the handshake of TLS is on its stack too. */
static void every_call_of_a_client_fits_into_128_kib_of_stack(void)
{
    scene here;
    vd_client *first;
    int i;
    set_scene(&here);
    first = here.client;
    for (i = 0; i < client_call_count; i++) {
        about(client_calls[i].name);
        here.client = a_client("");
        check_on_a_small_stack(VD_OK, client_calls[i].make, &here);
        CHECK_STATUS(VD_OK, vd_client_free(here.client));
    }
    about(NULL);
    here.client = first;
    strike_scene(&here);
}

static void every_other_call_fits_into_128_kib_of_stack(void)
{
    scene here;
    int i;
    set_scene(&here);
    for (i = 0; i < other_call_count; i++) {
        about(other_calls[i].name);
        check_on_a_small_stack(VD_OK, other_calls[i].make, &here);
    }
    about(NULL);
    strike_scene(&here);
}

/* `before`, so many brackets in each other, `after`; free() it. */
static char *nested(const char *before, size_t levels, const char *after)
{
    size_t length = strlen(before);
    char *text = (char *)malloc(length + 2 * levels + strlen(after) + 1);
    strcpy(text, before);
    memset(text + length, '[', levels);
    memset(text + length + levels, ']', levels);
    strcpy(text + length + 2 * levels, after);
    return text;
}

static vd_status options_nested(scene *here, char **out_json, size_t levels)
{
    char *options = nested("{\"proxy\":", levels, "}");
    vd_client *client = NULL;
    vd_status status = vd_client_new("demo", "app", "practice", options, &client, out_json);
    (void)here;
    CHECK(client == NULL);
    free(options);
    return status;
}

static vd_status deep_options(scene *here, char **out_json) { return options_nested(here, out_json, 120); }
static vd_status bottomless_options(scene *here, char **out_json) { return options_nested(here, out_json, 1000000); }

static vd_status deep_fields(scene *here, char **out_json)
{
    char *fields = nested("{\"x\":", 120, "}");
    vd_status status = vd_call(here->client, "api_time", fields, out_json);
    free(fields);
    return status;
}

static vd_status deep_json(scene *here, char **out_json)
{
    char *json = nested("{\"x\":", 100000, "}");
    vd_status status = vd_json_get(json, "/x/0/0", out_json);
    (void)here;
    free(json);
    return status;
}

static vd_status detail(scene *here, char **out_json) { return vd_meet_detail(here->client, here->meet_id, out_json); }
static vd_status call(scene *here, char **out_json) { return vd_call(here->client, "api_time", NULL, out_json); }
static vd_status list(scene *here, char **out_json) { return vd_meet_list(here->client, out_json); }

/* The next answer has the most levels that an answer may have. */
static void answer_nested(const char *path, const char *before, int levels, const char *after)
{
    char *text = nested(before, (size_t)(DEEPEST_REPLY - levels), after);
    char *fault = (char *)malloc(2 * strlen(text) + 32), *to = fault + sprintf(fault, "\"body\":{\"text\":\"");
    const char *from;
    for (from = text; *from; from++) {
        if (*from == '"') { *to++ = '\\'; }
        *to++ = *from;
    }
    strcpy(to, "\"}");
    next_request(path, fault);
    free(fault);
    free(text);
}

static void no_nesting_needs_more_stack(void)
{
    scene here;
    char before[128];
    set_scene(&here);
    check_on_a_small_stack(VD_ERR_INVALID_ARGUMENT, deep_options, &here);
    check_on_a_small_stack(VD_ERR_INVALID_ARGUMENT, bottomless_options, &here);
    check_on_a_small_stack(VD_ERR_INVALID_ARGUMENT, deep_fields, &here);
    check_on_a_small_stack(VD_OK, deep_json, &here);
    sprintf(before, "{\"meet_id\":\"%.64s\",\"x\":", here.meet_id);
    answer_nested("/api_meet_detail/", before, 1, "}");
    check_on_a_small_stack(VD_OK, detail, &here);
    answer_nested("/api_time/", "", 0, "");
    check_on_a_small_stack(VD_OK, call, &here);
    answer_nested("/api_meet_list/", "[{\"meet_id\":\"a\",\"x\":", 2, "}]");
    check_on_a_small_stack(VD_OK, list, &here);
    strike_scene(&here);
}

void stack_story(void)
{
    RUN(every_call_of_a_client_fits_into_128_kib_of_stack);
    RUN(every_other_call_fits_into_128_kib_of_stack);
    RUN(no_nesting_needs_more_stack);
}
