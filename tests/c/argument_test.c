/* Bad arguments of the calls: the status, an error that names the argument, and nothing sent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "every_call.h"
#include "sandbox.h"
#include "stories.h"

#define CP1250_JANA "Jana Nov\341""kov\341"
#define JANA "Jana Nov\303\241kov\303\241"
#define START "23.11.2090 10:00"

/* What every refused call answers: the status, JSON that names the argument, and an out-parameter that was NULL on entry. */
static void check_error(vd_status expected, const char *field, vd_status status, char **json)
{
    CHECK_STATUS(expected, status);
    CHECK_JSON(field, *json, "/error/field");
    CHECK_JSON("client", *json, "/error/source");
    CHECK_JSON("0", *json, "/error/attempts");
    CHECK_STATUS(VD_OK, vd_string_free(*json));
    *json = (char *)"left over";
}

typedef vd_status (VD_CALL *call_of_meeting)(vd_client *client, const char *meet_id, char **out_json);

typedef struct named_call_of_meeting {
    const char *name;
    call_of_meeting make;
} named_call_of_meeting;

static const named_call_of_meeting calls_of_meeting[] = {
    {"vd_meet_detail", vd_meet_detail}, {"vd_meet_remove", vd_meet_remove}, {"vd_meet_export", vd_meet_export}
};

typedef struct bad_text {
    vd_status status;
    const char *text;
} bad_text;

static const bad_text bad_meet_ids[] = {
    {VD_ERR_NULL_POINTER, NULL}, {VD_ERR_INVALID_ARGUMENT, ""}, {VD_ERR_INVALID_ARGUMENT, "  "}, {VD_ERR_INVALID_ARGUMENT, "a\001b"},
    {VD_ERR_INVALID_UTF8, "\341\350"}, {VD_ERR_INVALID_UTF8, "\377"}, {VD_ERR_INVALID_UTF8, "\355\240\200"} /* half of a surrogate pair */
};
#define COUNT(list) (sizeof list / sizeof list[0])

static vd_client *at_reset_service(void)
{
    reset_service();
    return a_client("\"prefetch_tokens\":0");
}

/* Nothing of what was refused has reached the service. */
static void check_silence(vd_client *client)
{
    char *counters = ask_service("counters");
    about("the service's counters");
    CHECK_JSON("{}", counters, "/requests");
    free(counters);
    CHECK_STATUS(VD_OK, vd_client_free(client));
}

static void a_bad_meet_id_is_refused_by_each_call_that_takes_one(void)
{
    vd_client *client = at_reset_service();
    char *json = (char *)"left over";
    size_t i, j;
    for (i = 0; i < COUNT(calls_of_meeting); i++) {
        about(calls_of_meeting[i].name);
        for (j = 0; j < COUNT(bad_meet_ids); j++) {
            check_error(bad_meet_ids[j].status, "meet_id", calls_of_meeting[i].make(client, bad_meet_ids[j].text, &json), &json);
            CHECK_STATUS(bad_meet_ids[j].status, calls_of_meeting[i].make(client, bad_meet_ids[j].text, NULL));
        }
    }
    about("vd_meet_export_save");
    for (j = 0; j < COUNT(bad_meet_ids); j++) {
        check_error(bad_meet_ids[j].status, "meet_id", vd_meet_export_save(client, bad_meet_ids[j].text, "vykaz.pdf", &json), &json);
    }
    check_silence(client);
}

static void a_meet_id_without_end_is_refused(void)
{
    vd_client *client = at_reset_service();
    char *meet_id = (char *)malloc(1 << 20), *json = NULL;
    memset(meet_id, 'a', (1 << 20) - 1);
    meet_id[(1 << 20) - 1] = '\0';
    check_error(VD_ERR_INVALID_ARGUMENT, "meet_id", vd_meet_detail(client, meet_id, &json), &json);
    free(meet_id);
    check_silence(client);
}

static void a_report_needs_a_path(void)
{
    vd_client *client = at_reset_service();
    char *json = (char *)"left over";
    check_error(VD_ERR_NULL_POINTER, "path", vd_meet_export_save(client, "abc", NULL, &json), &json);
    check_error(VD_ERR_INVALID_ARGUMENT, "path", vd_meet_export_save(client, "abc", "", &json), &json);
    check_error(VD_ERR_INVALID_UTF8, "path", vd_meet_export_save(client, "abc", "/tmp/v\375kaz.pdf", &json), &json);
    check_silence(client);
}

static void a_field_of_an_invitation_that_is_missing_is_named(void)
{
    vd_client *client = at_reset_service();
    char *json = (char *)"left over";
    check_error(VD_ERR_NULL_POINTER, "pacient_jmeno", vd_meet_add(client, NULL, "jana@example.cz", NULL, "1980", START, &json), &json);
    check_error(VD_ERR_NULL_POINTER, "pacient_narozen", vd_meet_add(client, JANA, "jana@example.cz", NULL, NULL, START, &json), &json);
    check_error(VD_ERR_NULL_POINTER, "meet_start", vd_meet_add(client, JANA, "jana@example.cz", NULL, "1980", NULL, &json), &json);
    check_error(VD_X013_CONTACT, "pacient_email", vd_meet_add(client, JANA, NULL, NULL, "1980", START, &json), &json);
    CHECK_STATUS(VD_ERR_NULL_POINTER, vd_meet_add(client, NULL, NULL, NULL, NULL, NULL, NULL));
    check_silence(client);
}

static void a_field_of_an_invitation_in_cp1250_is_named(void)
{
    vd_client *client = at_reset_service();
    char *json = NULL, *detail = NULL;
    CHECK_STATUS(VD_ERR_INVALID_UTF8, vd_meet_add(client, CP1250_JANA, "jana@example.cz", NULL, "1980", START, &json));
    CHECK_STATUS(VD_OK, vd_json_get(json, "/error/detail", &detail));
    CHECK(detail && strstr(detail, "pacient_jmeno") && strstr(detail, "UTF-8") && strstr(detail, "CP1250"));
    CHECK(detail && !strstr(detail, "Jana"));
    vd_string_free(detail);
    vd_string_free(json);
    check_error(VD_ERR_INVALID_UTF8, "pacient_email", vd_meet_add(client, JANA, "j\341na@example.cz", NULL, "1980", START, &json), &json);
    check_error(VD_ERR_INVALID_UTF8, "pacient_telefon", vd_meet_add(client, JANA, NULL, "777\240123\240456", "1980", START, &json), &json);
    check_error(VD_ERR_INVALID_UTF8, "pacient_narozen", vd_meet_add(client, JANA, "jana@example.cz", NULL, "19\3708", START, &json), &json);
    check_error(VD_ERR_INVALID_UTF8, "meet_start", vd_meet_add(client, JANA, "jana@example.cz", NULL, "1980", "z\355tra", &json), &json);
    check_silence(client);
}

static void a_call_of_the_vendor_s_needs_a_proper_name(void)
{
    static const char *const names[] = {"", "meet_note", "api_../", "api_Meet", "api_meet/x", "api_meet?x=1", "api_meet note", "api_\303\241"};
    vd_client *client = at_reset_service();
    char *json = (char *)"left over";
    size_t i;
    check_error(VD_ERR_NULL_POINTER, "call_name", vd_call(client, NULL, NULL, &json), &json);
    check_error(VD_ERR_INVALID_UTF8, "call_name", vd_call(client, "api_\341", NULL, &json), &json);
    for (i = 0; i < COUNT(names); i++) {
        about(names[i]);
        check_error(VD_ERR_INVALID_ARGUMENT, "call_name", vd_call(client, names[i], NULL, &json), &json);
    }
    check_silence(client);
}

static void fields_of_a_call_of_the_vendor_s_are_a_flat_object(void)
{
    static const char *const fields[] = {"", "{", "[]", "null", "1", "\"a\"", "{\"a\":[1]}", "{\"a\":{}}", "{\"a\":1}x", "{\"token\":\"mine\"}"};
    vd_client *client = at_reset_service();
    char *json = (char *)"left over";
    size_t i;
    check_error(VD_ERR_INVALID_UTF8, "fields_json", vd_call(client, "api_meet_note", "{\"a\":\"\341\"}", &json), &json);
    for (i = 0; i < COUNT(fields); i++) {
        about(fields[i]);
        check_error(VD_ERR_INVALID_ARGUMENT, "fields_json", vd_call(client, "api_meet_note", fields[i], &json), &json);
    }
    check_silence(client);
}

static void fields_nested_without_end_are_refused(void)
{
    vd_client *client = at_reset_service();
    const size_t depth = 200000;
    char *fields = (char *)malloc(depth + 16), *json = NULL;
    strcpy(fields, "{\"a\":");
    memset(fields + 5, '[', depth);
    fields[5 + depth] = '\0';
    check_error(VD_ERR_INVALID_ARGUMENT, "fields_json", vd_call(client, "api_meet_note", fields, &json), &json);
    free(fields);
    check_silence(client);
}

static void nobody_has_to_ask_for_json(void)
{
    scene here;
    int i;
    set_scene(&here);
    for (i = 0; i < client_call_count; i++) {
        about(client_calls[i].name);
        CHECK_STATUS(VD_OK, client_calls[i].make(&here, NULL));
    }
    strike_scene(&here);
}

static void every_call_that_succeeds_answers_with_json(void)
{
    scene here;
    int i;
    set_scene(&here);
    for (i = 0; i < client_call_count; i++) {
        char *json = (char *)"left over";
        about(client_calls[i].name);
        CHECK_STATUS(VD_OK, client_calls[i].make(&here, &json));
        CHECK(json && (*json == '{' || *json == '['));
        CHECK_STATUS(VD_OK, vd_string_free(json));
    }
    strike_scene(&here);
}

void argument_story(void)
{
    RUN(a_bad_meet_id_is_refused_by_each_call_that_takes_one);
    RUN(a_meet_id_without_end_is_refused);
    RUN(a_report_needs_a_path);
    RUN(a_field_of_an_invitation_that_is_missing_is_named);
    RUN(a_field_of_an_invitation_in_cp1250_is_named);
    RUN(a_call_of_the_vendor_s_needs_a_proper_name);
    RUN(fields_of_a_call_of_the_vendor_s_are_a_flat_object);
    RUN(fields_nested_without_end_are_refused);
    RUN(nobody_has_to_ask_for_json);
    RUN(every_call_that_succeeds_answers_with_json);
}
