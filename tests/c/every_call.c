/* Each export once. */
#include "every_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "sandbox.h"

/* A call of some days ago: made when its day was still to come, so that now there is a report. */
static char *a_meeting_with_a_report(void)
{
    const time_t day = time(NULL) - 4 * 86400;
    vd_client *client = a_client("\"prefetch_tokens\":0");
    char moment[32], *meet_id;
    strftime(moment, sizeof moment, "%Y-%m-%d 12:00", gmtime(&day));
    set_service_clock(moment);
    strftime(moment, sizeof moment, "%Y-%m-%d 14:00", gmtime(&day));
    meet_id = a_meeting(client, moment);
    vd_client_free(client);
    set_service_clock(NULL);
    return meet_id;
}

void set_scene(scene *here)
{
    int file;
    reset_service();
    here->reported_id = a_meeting_with_a_report();
    here->client = a_client("");
    here->meet_id = a_meeting(here->client, "1.12.2090 10:00");
    strcpy(here->report_path, "/tmp/videodoktor-report-XXXXXX");
    file = mkstemp(here->report_path);
    CHECK(file >= 0);
    close(file);
}

void strike_scene(scene *here)
{
    remove(here->report_path);
    vd_string_free(here->meet_id);
    vd_string_free(here->reported_id);
    CHECK_STATUS(VD_OK, vd_client_free(here->client));
}

static vd_status verify(scene *here, char **out_json) { return vd_verify(here->client, out_json); }
static vd_status time_(scene *here, char **out_json) { return vd_time(here->client, out_json); }

static vd_status meet_add(scene *here, char **out_json)
{
    return vd_meet_add(here->client, "Jana Nov\303\241kov\303\241", "jana@example.cz", "+420 777 123 456", "1980", "2.12.2090 10:00", out_json);
}

static vd_status meet_list(scene *here, char **out_json) { return vd_meet_list(here->client, out_json); }
static vd_status meet_detail(scene *here, char **out_json) { return vd_meet_detail(here->client, here->meet_id, out_json); }
static vd_status meet_export(scene *here, char **out_json) { return vd_meet_export(here->client, here->reported_id, out_json); }
static vd_status export_save(scene *here, char **out_json) { return vd_meet_export_save(here->client, here->reported_id, here->report_path, out_json); }
/* `api_time` is a call that the service has, so it serves as one that the vendor added. */
static vd_status call(scene *here, char **out_json) { return vd_call(here->client, "api_time", "{\"note\":1.5e10}", out_json); }
static vd_status diagnose(scene *here, char **out_json) { return vd_diagnose(here->client, out_json); }
static vd_status meet_move(scene *here, char **out_json)
{
    return vd_meet_move(here->client, here->reported_id, NULL, NULL, NULL, NULL, "3.12.2090 10:00", out_json);
}

static vd_status meet_remove(scene *here, char **out_json) { return vd_meet_remove(here->client, here->meet_id, out_json); }

const named_call client_calls[] = {
    {"vd_verify", verify}, {"vd_time", time_}, {"vd_meet_add", meet_add}, {"vd_meet_list", meet_list}, {"vd_meet_detail", meet_detail},
    {"vd_meet_export", meet_export}, {"vd_meet_export_save", export_save}, {"vd_call", call}, {"vd_diagnose", diagnose},
    {"vd_meet_move", meet_move}, {"vd_meet_remove", meet_remove}
};
const int client_call_count = sizeof client_calls / sizeof client_calls[0];

static vd_status abi_version(scene *here, char **out_json)
{
    (void)here, (void)out_json;
    return vd_abi_version() == VD_ABI_VERSION ? VD_OK : VD_ERR_INTERNAL;
}

static vd_status version(scene *here, char **out_json)
{
    (void)here, (void)out_json;
    return *vd_version() ? VD_OK : VD_ERR_INTERNAL;
}

static vd_status status_name(scene *here, char **out_json)
{
    (void)here, (void)out_json;
    return *vd_status_name(VD_ERR_TIMEOUT) ? VD_OK : VD_ERR_INTERNAL;
}

static vd_status status_text(scene *here, char **out_json)
{
    (void)here, (void)out_json;
    return *vd_status_text(VD_ERR_TIMEOUT, "en") ? VD_OK : VD_ERR_INTERNAL;
}

/* Made by client_new and freed by client_free, which comes next in the list. */
static vd_client *another_client;

static vd_status client_new(scene *here, char **out_json)
{
    (void)here;
    return vd_client_new("demo", "app", "practice", "{\"timeout_ms\":5000}", &another_client, out_json);
}

static vd_status client_free(scene *here, char **out_json)
{
    (void)here, (void)out_json;
    return vd_client_free(another_client);
}

static vd_status client_interrupt(scene *here, char **out_json)
{
    (void)out_json;
    return vd_client_interrupt(here->client);
}

static vd_status client_prepare(scene *here, char **out_json)
{
    (void)out_json;
    return vd_client_prepare(here->client);
}

static vd_status check_invitation(scene *here, char **out_json)
{
    (void)here;
    return vd_check_invitation("Jana Nov\303\241kov\303\241", "jana@example.cz", NULL, "1980", "2.12.2090 10:00", out_json);
}

static vd_status meet_changes(scene *here, char **out_json)
{
    (void)here;
    return vd_meet_changes(NULL, "[{\"meet_id\":\"a\",\"n\":17976931348623157000000e300}]", out_json);
}

static vd_status meet_ics(scene *here, char **out_json)
{
    (void)here;
    return vd_meet_ics("{\"meet_id\":\"a\",\"meet_start\":\"2090-12-02T10:00:00+01:00\"}", NULL, out_json);
}

static vd_status qr(scene *here, char **out_json)
{
    (void)here;
    return vd_qr("https://demo.videodoktor.cz/meet/abc", NULL, 256, out_json);
}

static vd_status birth_year(scene *here, char **out_json)
{
    int32_t year = 0;
    (void)here, (void)out_json;
    return vd_birth_year("805512/1239", &year);
}

static vd_status json_get(scene *here, char **out_json)
{
    (void)here;
    return vd_json_get("{\"x\":[17976931348623157000000e300]}", "/x/0", out_json);
}

static vd_status json_length(scene *here, char **out_json)
{
    int32_t length = 0;
    (void)here, (void)out_json;
    return vd_json_length("{\"x\":[17976931348623157000000e300]}", "/x", &length);
}

static vd_status string_free(scene *here, char **out_json)
{
    (void)here, (void)out_json;
    return vd_string_free(NULL);
}

static vd_status set_log(scene *here, char **out_json)
{
    (void)here, (void)out_json;
    return vd_set_log(NULL, NULL, VD_LOG_DEBUG);
}

const named_call other_calls[] = {
    {"vd_abi_version", abi_version}, {"vd_version", version}, {"vd_status_name", status_name}, {"vd_status_text", status_text},
    {"vd_client_new", client_new}, {"vd_client_free", client_free}, {"vd_client_interrupt", client_interrupt},
    {"vd_client_prepare", client_prepare},
    {"vd_meet_changes", meet_changes}, {"vd_meet_ics", meet_ics}, {"vd_qr", qr},
    {"vd_check_invitation", check_invitation}, {"vd_birth_year", birth_year}, {"vd_json_get", json_get}, {"vd_json_length", json_length},
    {"vd_string_free", string_free}, {"vd_set_log", set_log}
};
const int other_call_count = sizeof other_calls / sizeof other_calls[0];
