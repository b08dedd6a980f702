#define _CRT_SECURE_NO_WARNINGS /* getenv is an error to a project of Visual C++ otherwise (C4996) */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#ifdef _WIN32
#include <windows.h>
#endif
#include "videodoktor.h"

static const char *setting(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value ? value : otherwise;
}

int main(void) {
    vd_client *client = NULL;
    char *json = NULL, *text = NULL, start[32];
    time_t now = time(NULL);
    struct tm at = *localtime(&now);
    vd_status status = vd_client_new(setting("VIDEODOKTOR_URL", "http://127.0.0.1:43210"), setting("VIDEODOKTOR_APP_KEY", "sandbox-app-key"),
                                     setting("VIDEODOKTOR_API_KEY", "sandbox-practice-1"), setting("VIDEODOKTOR_OPTIONS", "{}"), &client, &json);
#ifdef _WIN32
    SetConsoleOutputCP(CP_UTF8);
#endif
    at.tm_mday += 1, at.tm_hour = 10, at.tm_min = 0, at.tm_isdst = -1; /* tomorrow at 10:00, or the next quarter of an hour that is free */
    if (status == VD_OK) {
        do {
            mktime(&at);
            strftime(start, sizeof start, "%d.%m.%Y %H:%M", &at);
            vd_string_free(json);
            status = vd_meet_add(client, "Jana Nováková", "jana@example.cz", NULL, "1980", start, &json);
            at.tm_min += 15;
        } while (status == VD_X024_START_TAKEN);
    }
    if (vd_json_get(json, status == VD_OK ? "/meet_url" : "/error/message", &text) == VD_OK) {
        if (status == VD_OK) printf("The patient is invited: %s\n", text);
        else fprintf(stderr, "%s (%s)\n", text, vd_status_name(status));
    }
    vd_string_free(text);
    vd_string_free(json);
    vd_client_free(client);
    return status == VD_OK ? 0 : 1;
}
