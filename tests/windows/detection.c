/* A proxy that automatic detection finds: it is used, and it alone is never shown the user's login. */
#include "internet_settings.h"
#include "sandbox_client.h"

static void verify_through_the_detected_proxy(vd_client *client)
{
    char *json = NULL;
    control("PROXIED");
    expect(vd.vd_verify(client, &json), VD_OK, json, "a detected proxy leads to the service");
    check(!strcmp(control("PROXIED"), "praxe.example:443"), "it was asked for the service's name");
}

static void try_a_good_host(void)
{
    char told[256], *json;
    vd_client *client = client_with("https://praxe.example", "");
    control("PUT /_control/clock {\"real\":true}");
    verify_through_the_detected_proxy(client);
    sprintf(told, "automatic detection: %s", setting("VD_DETECTED"));
    json = NULL;
    vd.vd_diagnose(client, &json);
    check(json && strstr(json, told), "the diagnosis says \"%s\": %s", told, json ? json : "nothing");
    vd.vd_string_free(json);
    vd.vd_client_free(client);
    set_user("", "", "", 0);
    client = client_with("https://praxe.example", ",\"retries\":0");
    json = NULL;
    expect(vd.vd_verify(client, &json), VD_ERR_DNS, json, "with detection off the connection is direct");
    vd.vd_client_free(client);
    /* Last comes a call that succeeds: Wine 8 crashes where a thread and its process end at the same moment, and the thread of a connection that fails ends after its call. */
    set_user("", "", "", DETECTION_ON);
    client = client_with("https://praxe.example", "");
    verify_through_the_detected_proxy(client);
    vd.vd_client_free(client);
}

static void try_a_rogue_host(void)
{
    static const char *const kinds[] = {"auto", "negotiate", "ntlm"};
    char options[256], *json = NULL;
    const char *shown;
    int at;
    for (at = 0; at < 3; at++) {
        vd_client *client;
        vd_status status;
        sprintf(options, ",\"retries\":0,\"proxy_auth\":\"%s\"", kinds[at]);
        client = client_with("https://praxe.example", options);
        json = NULL;
        status = vd.vd_verify(client, &json);
        check(status == VD_ERR_PROXY_AUTH && json && strstr(json, "a proxy that automatic detection alone has found"),
              "a detected proxy that wants the user's login (%s) is an error that says so: %ld %s", kinds[at], (long)status, json ? json : "");
        shown = control("SHOWN");
        check(!strcmp(shown, "nothing"), "and is shown none: %s", shown);
        vd.vd_string_free(json);
        vd.vd_client_free(client);
    }
    /* the same proxy, named by option, is shown what the user has: the test would see it */
    for (at = 0; at < 3; at++) {
        vd_client *client;
        if (at < 2 && !*setting("VD_HAS_TICKET")) { continue; }
        sprintf(options, ",\"retries\":0,\"proxy\":\"http://%s\",\"proxy_auth\":\"%s\"", setting("VD_DETECTED"), kinds[at]);
        client = client_with("https://praxe.example", options);
        json = NULL;
        expect(vd.vd_verify(client, &json), VD_ERR_PROXY_AUTH, json, "the same proxy by option");
        shown = control("SHOWN");
        check(strstr(shown, at < 2 ? "Negotiate" : "NTLM+NTLMSSP") != NULL, "is shown the user's login (%s): %s", kinds[at], shown);
        vd.vd_client_free(client);
    }
}

int main(void)
{
    load();
    set_user("", "", "", DETECTION_ON);
    if (!strcmp(setting("VD_KIND"), "good")) { try_a_good_host(); } else { try_a_rogue_host(); }
    set_user("", "", "", 0);
    return finish();
}
