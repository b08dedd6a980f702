/* A C program for 1.0 meets the statuses that 1.0 did not know; LATER_STATUSES holds all of them, as 51=VD_ERR_OLD_REMAINS. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "sandbox.h"

static void each_has_a_name_and_a_text_in_both_languages(void)
{
    char all[1000], *one;
    CHECK(strlen(getenv("LATER_STATUSES")) < sizeof all);
    strcpy(all, getenv("LATER_STATUSES"));
    for (one = strtok(all, " "); one; one = strtok(NULL, " ")) {
        vd_status status = atoi(one);
        about(one);
        CHECK_TEXT(strchr(one, '=') + 1, vd_status_name(status));
        CHECK(strlen(vd_status_text(status, "cs")) > 20 && strlen(vd_status_text(status, "en")) > 20);
        CHECK(strcmp(vd_status_text(status, "cs"), vd_status_text(status, "en")) != 0);
    }
}

/* The call has ended with the status, and its answer says what a program shows. */
static void check_shown(int number, const char *name, vd_status status, char *json)
{
    CHECK_NUMBER(number, status);
    CHECK_JSON(name, json, "/error/name");
    CHECK_JSON(vd_status_text(status, "cs"), json, "/error/message");
    CHECK_STATUS(VD_OK, vd_string_free(json));
}

static void a_report_that_is_not_there_yet(void)
{
    char *json = NULL;
    vd_client *client;
    vd_status status;
    reset_service();
    next_request("/api_meet_export/", "\"body\":{\"text\":\"{\\\"export_url\\\":\\\"\\\"}\"},\"times\":2");
    client = a_client("");
    status = vd_meet_export(client, "abc", &json);
    check_shown(62, "VD_ERR_REPORT_NOT_READY", status, json);
    json = NULL;
    status = vd_meet_export_save(client, "abc", "/nowhere/vykaz.pdf", &json);
    check_shown(62, "VD_ERR_REPORT_NOT_READY", status, json);
    vd_client_free(client);
}

static void a_call_that_remains_beside_the_moved_one(void)
{
    char *json = NULL, *meet_id;
    vd_client *client;
    vd_status status;
    reset_service();
    client = a_client("");
    meet_id = a_meeting(client, "2.12.2090 10:00");
    next_request("/api_meet_remove/", "\"code\":\"X005\",\"times\":2");
    status = vd_meet_remove(client, meet_id, &json); /* see moves.c */
    check_shown(51, "VD_ERR_OLD_REMAINS", status, json);
    vd_string_free(meet_id);
    vd_client_free(client);
}

int main(void)
{
    RUN(each_has_a_name_and_a_text_in_both_languages);
    RUN(a_report_that_is_not_there_yet);
    RUN(a_call_that_remains_beside_the_moved_one);
    return summary();
}
