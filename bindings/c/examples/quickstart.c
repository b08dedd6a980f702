/* Invites a patient and prints the address of the video call.
 *
 * VIDEODOKTOR_URL, VIDEODOKTOR_APP_KEY and VIDEODOKTOR_API_KEY are the address of the service and the two keys; VIDEODOKTOR_OPTIONS may hold options.
 * This file is UTF-8: MSVC wants /utf-8, so that the name reaches the service as it stands here. */
#include <stdio.h>
#include <stdlib.h>

#include "videodoktor.h"

int main(void)
{
    vd_client *client = NULL;
    char *json = NULL, *url = NULL;
    vd_status status = vd_client_new(getenv("VIDEODOKTOR_URL"), getenv("VIDEODOKTOR_APP_KEY"), getenv("VIDEODOKTOR_API_KEY"),
                                     getenv("VIDEODOKTOR_OPTIONS"), &client, &json);
    if (status == VD_OK) {
        vd_string_free(json);
        status = vd_meet_add(client, "Jana Nováková", "jana@example.cz", "777 123 456", "1980", "23.11.2090 10:00", &json);
    }
    if (status == VD_OK) { status = vd_json_get(json, "/meet_url", &url); }
    if (status == VD_OK) { printf("Jana is invited to %s\n", url); }
    else { fprintf(stderr, "%s %s\n", vd_status_name(status), json ? json : ""); }
    vd_string_free(url);
    vd_string_free(json);
    vd_client_free(client);
    return status == VD_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
