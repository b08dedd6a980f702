/* HTTPS with an authority's file in a folder with diacritics, the report under such a name, and the user's own proxy setting by scheme. */
#include "sandbox_client.h"

static void set_proxy(const char *server, DWORD enabled)
{
    HKEY key;
    LONG error = RegCreateKeyExA(HKEY_CURRENT_USER, "Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings", 0, NULL, 0, KEY_WRITE, NULL, &key, NULL);
    error |= RegSetValueExA(key, "ProxyServer", 0, REG_SZ, (const BYTE *)server, (DWORD)strlen(server) + 1);
    error |= RegSetValueExA(key, "ProxyEnable", 0, REG_DWORD, (const BYTE *)&enabled, sizeof enabled);
    RegCloseKey(key);
    check(error == 0, "the user's proxy setting is \"%s\"", server);
}

static void try_report(void)
{
    vd_client *client = sandbox_client();
    char *json = NULL, *id = NULL;
    WIN32_FILE_ATTRIBUTE_DATA file;
    control("POST /_control/reset {}");
    control("PUT /_control/clock {\"set\":\"2030-11-22 09:15\"}");
    expect(vd.vd_verify(client, NULL), VD_OK, NULL, "the authority's file is read from a folder with diacritics");
    vd.vd_meet_add(client, JANA, "jana@example.cz", NULL, "1980", "23.11.2030 10:00", &json);
    vd.vd_json_get(json, "/meet_id", &id);
    vd.vd_string_free(json);
    control("PUT /_control/clock {\"advance_s\":172800}");
    expect(vd.vd_meet_export_save(client, id, REPORT, &json), VD_OK, json, "the report is saved");
    check(GetFileAttributesExW(L"V\u00FDkaz \u0158eho\u0159.pdf", GetFileExInfoStandard, &file) && file.nFileSizeLow > 100, "under its name with diacritics");
    check(DeleteFileW(L"V\u00FDkaz \u0158eho\u0159.pdf"), "and nobody holds it open");
    vd.vd_string_free(id);
    vd.vd_client_free(client);
}

static void try_proxy(void)
{
    char setting_text[256];
    vd_client *client;
    char *json = NULL;
    sprintf(setting_text, "http=127.0.0.1:1;https=%s;ftp=127.0.0.1:1", setting("VD_PROXY"));
    control("PUT /_control/clock {\"real\":true}");
    control("PROXIED");
    set_proxy(setting_text, 1);
    client = client_with("https://praxe.example", "");
    expect(vd.vd_verify(client, &json), VD_OK, json, "the proxy for https is taken from the setting by scheme");
    check(!strcmp(control("PROXIED"), "praxe.example:443"), "and was asked for the service's name");
    vd.vd_client_free(client);
    client = client_with("https://praxe.example", ",\"proxy\":\"none\",\"retries\":0");
    expect(vd.vd_verify(client, &json), VD_ERR_DNS, json, "option proxy none passes it by");
    vd.vd_client_free(client);
    client = sandbox_client();
    expect(vd.vd_verify(client, &json), VD_OK, json, "a service on this machine needs no proxy");
    vd.vd_client_free(client);
    set_proxy("", 0);
}

/* Windows' own verifier of certificates: it fetches the revocation list, and trusts the authority of the file besides its own. */
static void try_systems_verifier(void)
{
    static const char trusting[] = "{\"proxy\":\"none\",\"retries\":0,\"ca_file\":\"Certifik\xC3\xA1ty \xC4\x8D. 1/front.pem\"}";
    const char *options[2];
    vd_status wanted[2];
    int at;
    /* Wine unloads its cryptnet while wininet may still call back into it, and the process dies there; so it stays */
    LoadLibraryW(L"cryptnet.dll");
    options[0] = trusting;
    wanted[0] = VD_OK;
    options[1] = "{\"proxy\":\"none\",\"retries\":0}";
    wanted[1] = VD_ERR_TLS_UNTRUSTED;
    for (at = 0; at < 2; at++) {
        char *json = NULL;
        vd_client *client = NULL;
        vd_status status;
        vd.vd_client_new(setting("VD_FRONT"), "sandbox-app-key", "sandbox-practice-1", options[at], &client, NULL);
        status = vd.vd_verify(client, &json);
        expect(status, wanted[at], json, at ? "without the file, the system does not trust it" : "the system's verifier trusts the authority of ca_file");
        vd.vd_client_free(client);
    }
}

int main(void)
{
    load();
    try_systems_verifier();
    try_report();
    try_proxy();
    return finish();
}
