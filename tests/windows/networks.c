/* The user's proxy script and automatic detection, as Windows keeps them: good, broken, missing, stalled. */
#include "sandbox_client.h"

#define SETTINGS "Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings"
#define AUTO_DETECT 8

static void set_script(const char *url)
{
    HKEY key;
    LONG error = RegCreateKeyExA(HKEY_CURRENT_USER, SETTINGS, 0, NULL, 0, KEY_WRITE, NULL, &key, NULL);
    if (*url) { error |= RegSetValueExA(key, "AutoConfigURL", 0, REG_SZ, (const BYTE *)url, (DWORD)strlen(url) + 1); }
    else { RegDeleteValueA(key, "AutoConfigURL"); }
    RegCloseKey(key);
    check(error == 0, "the user's proxy script is \"%s\"", url);
}

static void set_detection(BYTE flags)
{
    HKEY key;
    BYTE value[56] = {0x46};
    LONG error = RegCreateKeyExA(HKEY_CURRENT_USER, SETTINGS "\\Connections", 0, NULL, 0, KEY_WRITE, NULL, &key, NULL);
    value[8] = (BYTE)(1 | flags);
    error |= RegSetValueExA(key, "DefaultConnectionSettings", 0, REG_BINARY, value, sizeof value);
    RegCloseKey(key);
    check(error == 0, "automatic detection is %s", flags ? "on" : "off");
}

static vd_client *client_for(const char *script, const char *more)
{
    char url[256];
    sprintf(url, "%s/%s", setting("VD_SCRIPTS"), script);
    set_script(url);
    return client_with("https://praxe.example", more);
}

/* The diagnosis names who chose the way. */
static void expect_told(vd_client *client, const char *wanted)
{
    char *json = NULL;
    vd.vd_diagnose(client, &json);
    if (json && strstr(json, wanted)) { check(1, "the diagnosis says \"%s\"", wanted); }
    else { check(0, "the diagnosis says \"%s\": %s", wanted, json ? json : "nothing"); }
    vd.vd_string_free(json);
}

static void try_a_good_script(void)
{
    char told[256], *json = NULL;
    vd_client *client = client_for("good.pac", "");
    control("PUT /_control/clock {\"real\":true}");
    control("PROXIED");
    expect(vd.vd_verify(client, &json), VD_OK, json, "a proxy script leads through the proxy that it names");
    check(!strcmp(control("PROXIED"), "praxe.example:443"), "which was asked for the service's name");
    sprintf(told, "Windows proxy script: %s", setting("VD_PROXY"));
    expect_told(client, told);
    vd.vd_client_free(client);
    client = client_with("https://praxe.example", ",\"proxy\":\"none\",\"retries\":0");
    json = NULL;
    expect(vd.vd_verify(client, &json), VD_ERR_DNS, json, "option proxy none passes it by");
    vd.vd_client_free(client);
    client = client_with(setting("VD_HTTPS"), "");
    json = NULL;
    expect(vd.vd_verify(client, &json), VD_OK, json, "a service on this machine needs no script");
    vd.vd_client_free(client);
}

/* As a browser does, the library connects directly then: a notebook at home does not reach its clinic's script. */
static void try_scripts_of_no_use(void)
{
    static const char *const scripts[] = {"broken.pac", "missing.pac"};
    int at;
    for (at = 0; at < 2; at++) {
        char *json = NULL;
        vd_client *client = client_for(scripts[at], ",\"retries\":0");
        expect(vd.vd_verify(client, &json), VD_ERR_DNS, json, "without a script that can be used the connection is direct");
        expect_told(client, "Windows proxy script that could not be used (Windows' error ");
        vd.vd_client_free(client);
    }
}

static void try_a_stalled_script(void)
{
    char *json = NULL;
    DWORD started, took;
    int round;
    vd_client *client = client_for("stalled.pac", ",\"retries\":0,\"timeout_ms\":3000");
    for (round = 0; round < 2; round++) {
        vd_status status;
        started = GetTickCount();
        status = vd.vd_verify(client, &json);
        took = GetTickCount() - started;
        check(status == VD_ERR_DNS || status == VD_ERR_TIMEOUT, "a script's host that stays silent is an error: %ld %s", (long)status, json ? json : "");
        check(took < 4500, "and costs no call more than its time: %lu ms of 3000", (unsigned long)took);
        vd.vd_string_free(json);
        json = NULL;
    }
    vd.vd_client_free(client);
}

struct call {
    vd_client *client;
    vd_status status;
};

static DWORD WINAPI verify(void *argument)
{
    struct call *call = argument;
    call->status = vd.vd_verify(call->client, NULL);
    return 0;
}

static void try_an_interrupt(void)
{
    struct call call = {NULL, VD_OK};
    HANDLE thread;
    DWORD interrupted, ended;
    call.client = client_for("stalled-too.pac", ",\"retries\":0,\"timeout_ms\":30000");
    thread = CreateThread(NULL, 0, verify, &call, 0, NULL);
    check(!strcmp(control("STALLED stalled-too.pac"), "waits"), "a call waits for a script's host that stays silent");
    interrupted = GetTickCount();
    vd.vd_client_interrupt(call.client);
    ended = WaitForSingleObject(thread, 20000);
    check(ended == WAIT_OBJECT_0 && call.status == VD_ERR_CANCELLED, "an interrupt ends it: %lu, %ld", (unsigned long)ended, (long)call.status);
    check(GetTickCount() - interrupted < 1500, "and at once: %lu ms", (unsigned long)(GetTickCount() - interrupted));
    CloseHandle(thread);
    vd.vd_client_free(call.client);
}

static void try_detection(void)
{
    char *json = NULL;
    DWORD started = GetTickCount(), took;
    vd_client *client;
    set_script("");
    set_detection(AUTO_DETECT);
    client = client_with("https://praxe.example", ",\"retries\":0,\"timeout_ms\":8000");
    vd.vd_verify(client, &json);
    took = GetTickCount() - started;
    check(took < 9500, "automatic detection that finds nothing costs no call more than its time: %lu ms of 8000", (unsigned long)took);
    vd.vd_string_free(json);
    vd.vd_client_free(client);
    client = client_with(setting("VD_HTTPS"), "");
    json = NULL;
    expect(vd.vd_verify(client, &json), VD_OK, json, "a service on this machine needs no detection");
    vd.vd_client_free(client);
    set_detection(0);
}

int main(void)
{
    load();
    set_detection(0);
    try_a_good_script();
    try_scripts_of_no_use();
    try_a_stalled_script();
    try_an_interrupt();
    try_detection();
    set_script("");
    return finish();
}
