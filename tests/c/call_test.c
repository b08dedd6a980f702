/* The calls of the service on their good paths, and what the service refuses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "every_call.h"
#include "sandbox.h"
#include "stories.h"

#define JANA "Jana Nov\303\241kov\303\241"

static void good_keys_are_verified(void)
{
    vd_client *client;
    char *json = NULL;
    reset_service();
    client = a_client("");
    CHECK_STATUS(VD_OK, vd_verify(client, &json));
    CHECK_TEXT("{\"valid\":true}", json);
    vd_string_free(json);
    vd_client_free(client);
}

static void wrong_keys_are_told_apart(void)
{
    vd_client *client = NULL;
    char *options = client_options("\"lang\":\"en\""), *json = NULL;
    reset_service();
    CHECK_STATUS(VD_OK, vd_client_new(service_url(), "no-such-program", api_key(), options, &client, NULL));
    CHECK_STATUS(VD_X001_APP_KEY, vd_verify(client, &json));
    CHECK_JSON("VD_X001_APP_KEY", json, "/error/name");
    CHECK_JSON("X001", json, "/error/code");
    CHECK_JSON("server", json, "/error/source");
    CHECK_JSON("200", json, "/error/http_status");
    CHECK_JSON(vd_status_text(VD_X001_APP_KEY, "en"), json, "/error/message");
    vd_string_free(json);
    vd_client_free(client);
    CHECK_STATUS(VD_OK, vd_client_new(service_url(), app_key(), "no-such-practice", options, &client, NULL));
    CHECK_STATUS(VD_X002_API_KEY, vd_verify(client, NULL));
    vd_client_free(client);
    free(options);
}

static void the_service_tells_its_time(void)
{
    vd_client *client;
    char *json = NULL;
    reset_service();
    set_service_clock("2090-11-23 10:00");
    client = a_client("");
    CHECK_STATUS(VD_OK, vd_time(client, &json));
    CHECK_JSON("23.11.2090.10.00", json, "/time");
    CHECK_JSON("2090-11-23T10:00:00+01:00", json, "/iso");
    CHECK(json && strstr(json, "\"clock_skew_s\":"));
    vd_string_free(json);
    vd_client_free(client);
}

static void the_first_list_is_empty(void)
{
    vd_client *client;
    char *json = NULL;
    reset_service();
    client = a_client("");
    CHECK_STATUS(VD_OK, vd_meet_list(client, &json));
    CHECK_TEXT("[]", json);
    vd_string_free(json);
    vd_client_free(client);
}

static void a_meeting_is_listed_read_and_removed(void)
{
    vd_client *client;
    char *meet_id, *json = NULL;
    reset_service();
    client = a_client("");
    meet_id = a_meeting(client, "23.11.2090 10:00");
    CHECK_STATUS(VD_OK, vd_meet_list(client, &json));
    CHECK_JSON(meet_id, json, "/0/meet_id");
    CHECK_JSON(NULL, json, "/1");
    vd_string_free(json);
    CHECK_STATUS(VD_OK, vd_meet_detail(client, meet_id, &json));
    CHECK_JSON(JANA, json, "/pacient_jmeno");
    CHECK_JSON("jana@example.cz", json, "/pacient_email");
    CHECK_JSON("", json, "/pacient_telefon");
    CHECK_JSON("1980", json, "/pacient_narozen");
    CHECK_JSON("23.11.2090 10:00", json, "/meet_time");
    CHECK_JSON("2090-11-23 10:00:00", json, "/meet_time_imd");
    CHECK_JSON("2090-11-23T10:00:00+01:00", json, "/meet_start");
    CHECK_JSON("0", json, "/meet_active");
    vd_string_free(json);
    CHECK_STATUS(VD_OK, vd_meet_remove(client, meet_id, &json));
    CHECK_JSON(meet_id, json, "/meet_id");
    vd_string_free(json);
    CHECK_STATUS(VD_X004_MEET_ID, vd_meet_detail(client, meet_id, NULL));
    vd_string_free(meet_id);
    vd_client_free(client);
}

static void every_sign_of_a_name_arrives(void)
{
    static const char name[] = "\305\275ofie & Ivo+M\303\274ller=50 %;#?\"'\\<>";
    vd_client *client;
    char *json = NULL;
    char *meetings;
    reset_service();
    client = a_client("");
    CHECK_STATUS(VD_OK, vd_meet_add(client, name, NULL, "777123456", "1980", "23.11.2090 10:00", NULL));
    meetings = ask_service("meetings");
    CHECK_JSON(name, meetings, "/0/pacient_jmeno");
    free(meetings);
    CHECK_STATUS(VD_OK, vd_meet_list(client, &json));
    CHECK_JSON(name, json, "/0/pacient_jmeno");
    vd_string_free(json);
    vd_client_free(client);
}

static void a_second_invitation_at_one_start_shows_the_first(void)
{
    vd_client *client;
    char *meet_id, *json = NULL;
    reset_service();
    client = a_client("");
    meet_id = a_meeting(client, "23.11.2090 10:00");
    CHECK_STATUS(VD_X024_START_TAKEN, vd_meet_add(client, "Petr Nov\303\241k", "petr@example.cz", NULL, "1970", "23.11.2090 10:00", &json));
    CHECK_JSON(meet_id, json, "/error/existing/meet_id");
    CHECK_JSON("false", json, "/error/existing/same_patient");
    vd_string_free(json);
    CHECK_STATUS(VD_X024_START_TAKEN, vd_meet_add(client, JANA, "jana@example.cz", NULL, "1980", "23.11.2090 10:00", &json));
    CHECK_JSON("true", json, "/error/existing/same_patient");
    vd_string_free(json);
    vd_string_free(meet_id);
    vd_client_free(client);
}

static void a_field_that_the_service_would_refuse_is_not_sent(void)
{
    vd_client *client;
    char *json = NULL, *counters;
    reset_service();
    client = a_client("");
    CHECK_STATUS(VD_X010_NAME, vd_meet_add(client, "Jan", "jana@example.cz", NULL, "1980", "23.11.2090 10:00", &json));
    CHECK_JSON("pacient_jmeno", json, "/error/field");
    CHECK_JSON("client", json, "/error/source");
    CHECK_JSON("null", json, "/error/http_status");
    vd_string_free(json);
    CHECK_STATUS(VD_X012_PHONE, vd_meet_add(client, JANA, NULL, "123", "1980", "23.11.2090 10:00", NULL));
    counters = ask_service("counters");
    CHECK_JSON(NULL, counters, "/requests/~1api_meet_add~1");
    free(counters);
    vd_client_free(client);
}

static void the_service_may_judge_the_fields_itself(void)
{
    vd_client *client;
    char *json = NULL;
    reset_service();
    client = a_client("\"validate\":\"server\"");
    CHECK_STATUS(VD_X010_NAME, vd_meet_add(client, "Jan", "jana@example.cz", NULL, "1980", "23.11.2090.10.00", &json));
    CHECK_JSON("server", json, "/error/source");
    vd_string_free(json);
    vd_client_free(client);
}

static void a_report_is_there_the_day_after_and_is_saved(void)
{
    scene here;
    char *json = NULL, start[5] = "";
    FILE *file;
    long size;
    set_scene(&here);
    CHECK_STATUS(VD_OK, vd_meet_export(here.client, here.reported_id, &json));
    CHECK(json && strstr(json, "{\"export_url\":\"http") == json);
    vd_string_free(json);
    CHECK_STATUS(VD_OK, vd_meet_export_save(here.client, here.reported_id, here.report_path, &json));
    file = fopen(here.report_path, "rb");
    CHECK(file && fread(start, 1, 4, file) == 4);
    CHECK_TEXT("%PDF", start);
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    fclose(file);
    CHECK_JSON(here.report_path, json, "/path");
    {
        char bytes[32];
        sprintf(bytes, "%ld", size);
        CHECK_JSON(bytes, json, "/bytes");
    }
    CHECK_JSON("application/pdf", json, "/content_type");
    vd_string_free(json);
    CHECK(vd_meet_export(here.client, here.meet_id, NULL) >= 1000); /* its day is still to come */
    strike_scene(&here);
}

static void a_report_that_cannot_be_saved_leaves_no_file(void)
{
    scene here;
    char *json = NULL;
    set_scene(&here);
    CHECK_STATUS(VD_ERR_FILE, vd_meet_export_save(here.client, here.reported_id, "/nowhere/vykaz.pdf", &json));
    CHECK_JSON("path", json, "/error/field");
    vd_string_free(json);
    strike_scene(&here);
}

/* The pointer to a part of the last request: the token that an earlier client asked for ahead may have come before it. */
static const char *of_the_last(const char *requests, const char *part)
{
    static char pointer[64];
    int32_t length = 0;
    vd_json_length(requests, "", &length);
    sprintf(pointer, "/%ld/%s", (long)length - 1, part);
    return pointer;
}

static void a_call_that_the_vendor_added_answers_as_it_likes(void)
{
    vd_client *client;
    char *json = NULL, *requests;
    reset_service();
    client = a_client("\"prefetch_tokens\":0");
    next_request("/api_meet_note/", "\"body\":{\"text\":\"{\\\"ok\\\":1.50,\\\"who\\\":null}\"}");
    CHECK_STATUS(VD_OK, vd_call(client, "api_meet_note", "{\"meet_id\":\"abc\",\"note\":\"p\305\231\303\255\305\241t\304\233 & dnes\",\"n\":1.50}", &json));
    CHECK_TEXT("{\"ok\":1.50,\"who\":null}", json);
    vd_string_free(json);
    requests = ask_service("requests");
    CHECK_JSON("/api_meet_note/", requests, of_the_last(requests, "path"));
    CHECK_JSON("token", requests, of_the_last(requests, "fields/0/0"));
    CHECK_JSON("abc", requests, of_the_last(requests, "fields/1/1"));
    CHECK_JSON("p\305\231\303\255\305\241t\304\233 & dnes", requests, of_the_last(requests, "fields/2/1"));
    CHECK_JSON("1.50", requests, of_the_last(requests, "fields/3/1"));
    free(requests);
    vd_client_free(client);
}

static void a_healthy_way_to_the_service_is_told_step_by_step(void)
{
    vd_client *client;
    char *json = NULL;
    reset_service();
    client = a_client("");
    CHECK_STATUS(VD_OK, vd_diagnose(client, &json));
    CHECK_JSON("true", json, "/ok");
    CHECK_JSON("true", json, "/steps/0/ok");
    CHECK_JSON(VD_VERSION, json, "/version");
    CHECK_JSON("1", json, "/abi");
    vd_string_free(json);
    vd_client_free(client);
}

static void results_may_be_had_in_ascii_for_ansi_hosts(void)
{
    vd_client *client;
    char *json = NULL, *meet_id;
    const char *at;
    reset_service();
    client = a_client("\"ascii_json\":true");
    meet_id = a_meeting(client, "23.11.2090 10:00");
    CHECK_STATUS(VD_OK, vd_meet_detail(client, meet_id, &json));
    CHECK_JSON(JANA, json, "/pacient_jmeno");
    for (at = json; at && *at; at++) { CHECK((unsigned char)*at < 0x80); }
    vd_string_free(json);
    vd_string_free(meet_id);
    vd_client_free(client);
}

static void a_number_beyond_all_bounds_stays_as_the_server_wrote_it(void)
{
    vd_client *client;
    char *json = NULL;
    reset_service();
    client = a_client("");
    next_request("/api_meet_list/", "\"body\":{\"text\":\"[{\\\"meet_id\\\":\\\"a\\\",\\\"meet_url\\\":\\\"u\\\",\\\"odd\\\":17976931348623157000000e300}]\"}");
    CHECK_STATUS(VD_OK, vd_meet_list(client, &json));
    CHECK_JSON("17976931348623157000000e300", json, "/0/odd");
    vd_string_free(json);
    vd_client_free(client);
}

static void a_service_that_does_not_answer_is_a_time_out(void)
{
    vd_client *client;
    char *json = NULL;
    reset_service();
    client = a_client("\"timeout_ms\":1500,\"retries\":0");
    CHECK_STATUS(VD_OK, vd_verify(client, NULL));
    next_request("/api_meet_list/", "\"delay_ms\":60000");
    CHECK_STATUS(VD_ERR_TIMEOUT, vd_meet_list(client, &json));
    CHECK_JSON("network", json, "/error/source");
    CHECK_JSON("true", json, "/error/retryable");
    vd_string_free(json);
    vd_client_free(client);
}

static void a_page_of_html_is_no_reply(void)
{
    vd_client *client;
    char *json = NULL;
    reset_service();
    client = a_client("\"retries\":0");
    next_request("/api_meet_list/", "\"status\":503");
    CHECK_STATUS(VD_ERR_HTTP, vd_meet_list(client, &json));
    CHECK_JSON("503", json, "/error/http_status");
    vd_string_free(json);
    next_request("/api_meet_list/", "\"body\":\"malformed\"");
    CHECK_STATUS(VD_ERR_BAD_REPLY, vd_meet_list(client, NULL));
    vd_client_free(client);
}

void call_story(void)
{
    RUN(good_keys_are_verified);
    RUN(wrong_keys_are_told_apart);
    RUN(the_service_tells_its_time);
    RUN(the_first_list_is_empty);
    RUN(a_meeting_is_listed_read_and_removed);
    RUN(every_sign_of_a_name_arrives);
    RUN(a_second_invitation_at_one_start_shows_the_first);
    RUN(a_field_that_the_service_would_refuse_is_not_sent);
    RUN(the_service_may_judge_the_fields_itself);
    RUN(a_report_is_there_the_day_after_and_is_saved);
    RUN(a_report_that_cannot_be_saved_leaves_no_file);
    RUN(a_call_that_the_vendor_added_answers_as_it_likes);
    RUN(a_healthy_way_to_the_service_is_told_step_by_step);
    RUN(results_may_be_had_in_ascii_for_ansi_hosts);
    RUN(a_number_beyond_all_bounds_stays_as_the_server_wrote_it);
    RUN(a_service_that_does_not_answer_is_a_time_out);
    RUN(a_page_of_html_is_no_reply);
}
