#include <stdio.h>
#include "videodoktor.h"

int main(int argc, char **argv) {
    vd_client *client = NULL;
    char *json = NULL;
    vd_status status = argc < 4 ? VD_ERR_INVALID_ARGUMENT : vd_client_new(argv[1], argv[2], argv[3], argv[4], &client, &json);
    if (status == VD_OK) {
        vd_string_free(json);
        status = vd_meet_add(client, "Jana Nováková", "jana@example.cz", NULL, "1980", "23.11.2090 10:00", &json);
    }
    puts(json ? json : "usage: quickstart ADDRESS APP_KEY PRACTICE_KEY [OPTIONS]");
    vd_string_free(json);
    vd_client_free(client);
    return status == VD_OK ? 0 : 1;
}
