/* The same by libvideodoktor. */
#include <stdio.h>
#include <string.h>

#include "competitor.h"
#include "videodoktor.h"

void *competitor_open(const struct account *account, int threads) {
    vd_client *client;
    char options[512], *json;
    int tokens = threads < 8 ? threads : 8; /* the most that the option allows */
    snprintf(options, sizeof options, "{\"ca_file\":\"%s\",\"proxy\":\"none\",\"prefetch_tokens\":%d}", account->ca_file, tokens);
    if (vd_client_new(account->url, account->app_key, account->api_key, options, &client, &json) != VD_OK) give_up("vd_client_new", json);
    vd_string_free(json);
    return client;
}

char *competitor_list(void *handle) {
    char *json;
    if (vd_meet_list(handle, &json) != VD_OK) give_up("vd_meet_list", json);
    return json;
}

char *competitor_add(void *handle, const struct patient *patient) {
    char *json;
    vd_status status = vd_meet_add(handle, patient->name, patient->email, patient->phone, patient->born, patient->start, &json);
    if (status != VD_OK) give_up("vd_meet_add", json);
    return json;
}

void competitor_ping(void *handle) {
    if (vd_time(handle, NULL) != VD_OK) give_up("vd_time", NULL);
}

void competitor_free_text(char *text) { vd_string_free(text); }

void competitor_close(void *handle) { vd_client_free(handle); }

void competitor_prepare(void *handle) { vd_client_prepare(handle); }

int competitor_can_share(void) { return 1; }
