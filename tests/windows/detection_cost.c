/* The first call of a process, in microseconds: with automatic detection on or off, where nothing is to be found by it. */
#include "internet_settings.h"
#include "sandbox_client.h"

int main(void)
{
    LARGE_INTEGER began, ended, frequency;
    vd_client *client;
    char *json = NULL;
    vd_status status;
    load();
    set_user("", "", "", strcmp(setting("VD_DETECTION"), "on") ? 0 : DETECTION_ON);
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&began);
    client = client_with(setting("VD_HTTPS"), "");
    status = vd.vd_verify(client, &json);
    QueryPerformanceCounter(&ended);
    check(status == VD_OK, "the call is answered: %ld %s", (long)status, json ? json : "");
    vd.vd_string_free(json);
    vd.vd_client_free(client);
    set_user("", "", "", 0);
    printf("%ld us, ", (long)((ended.QuadPart - began.QuadPart) * 1000000 / frequency.QuadPart));
    return finish();
}
