/* A bug of the library is caught at the boundary on this bitness, says nothing of a patient, and the next call works. For a library with test hooks. */
#include "sandbox_client.h"

static void log_line(int32_t level, const char *message, void *user_data)
{
    (void)level;
    check(!strstr(message, "Nov") && !strstr(message, "805512") && !strstr(message, "jana@"), "the log does not repeat what the bug said");
    ++*(int *)user_data;
}

int main(void)
{
    vd_client *client;
    char *json = NULL;
    int lines = 0, round;
    load();
    client = sandbox_client();
    vd.vd_set_log(log_line, &lines, 1);
    for (round = 0; round < 3; round++) {
        vd_status status = vd.vd_call(client, "api_test_panic", NULL, &json);
        check(json && !strstr(json, "Nov") && !strstr(json, "805512") && !strstr(json, "jana@"), "the error does not repeat what the bug said");
        expect(status, VD_ERR_INTERNAL, json, "a bug is caught");
        expect(vd.vd_verify(client, &json), VD_OK, json, "and the next call works");
        json = NULL;
    }
    check(lines >= 3, "the log tells of the bug");
    vd.vd_set_log(NULL, NULL, 0);
    check(vd.vd_client_free(client) == VD_OK, "the client is freed");
    return finish();
}
