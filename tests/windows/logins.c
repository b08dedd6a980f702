/* Logins to a proxy: NTLM and Kerberos to a real squid, and what a proxy that asks for both is shown. */
#include "internet_settings.h"
#include "sandbox_client.h"

/* The sandbox through a proxy, which is asked to lead to this machine itself. */
static vd_client *client_through(const char *login, const char *proxy, const char *auth)
{
    char options[384];
    sprintf(options, ",\"retries\":0,\"proxy\":\"http://%s%s\",\"proxy_auth\":\"%s\"", login, proxy, auth);
    return client_with(setting("VD_HTTPS"), options);
}

static vd_status verify_through(const char *login, const char *proxy, const char *auth, char **json)
{
    vd_client *client = client_through(login, proxy, auth);
    vd_status status = vd.vd_verify(client, json);
    vd.vd_client_free(client);
    return status;
}

static void try_ntlm(void)
{
    char named[128], wrong[128], *json = NULL;
    const char *squid = setting("VD_SQUID_NTLM");
    vd_status status;
    sprintf(named, "%s%%5C%s:%s@", setting("VD_NTLM_DOMAIN"), setting("VD_NTLM_USER"), setting("VD_NTLM_PASSWORD"));
    sprintf(wrong, "%s%%5C%s:spatne@", setting("VD_NTLM_DOMAIN"), setting("VD_NTLM_USER"));

    expect(verify_through(named, squid, "ntlm", &json), VD_OK, json, "NTLM logs in to squid with domain, name and password of the address");
    json = NULL;
    expect(verify_through("", squid, "ntlm", &json), VD_OK, json, "NTLM logs in to squid as the user who is logged on");
    json = NULL;
    status = verify_through(wrong, squid, "ntlm", &json);
    check(status == VD_ERR_PROXY_AUTH && json && !strstr(json, "spatne"), "a wrong password is refused, and not repeated: %ld %s", (long)status, json ? json : "");
    vd.vd_string_free(json);
    json = NULL;
    status = verify_through(named, squid, "auto", &json);
    check(status == VD_ERR_PROXY_AUTH && json && strstr(json, "offers NTLM; option proxy_auth \\\"ntlm\\\" would try NTLM"),
          "where NTLM is not allowed, the error names it and the option: %ld %s", (long)status, json ? json : "");
    vd.vd_string_free(json);
}

static void try_kerberos(void)
{
    static const char *const kinds[] = {"auto", "negotiate", "ntlm"};
    int at;
    for (at = 0; *setting("VD_HAS_TICKET") && at < 3; at++) {
        char sentence[96], *json = NULL;
        sprintf(sentence, "Kerberos logs in to squid by the user's ticket with proxy_auth %s", kinds[at]);
        expect(verify_through("", setting("VD_SQUID_KERBEROS"), kinds[at], &json), VD_OK, json, sentence);
    }
}

/* The proxy asks for Negotiate and for NTLM, and is called by an address for which there is no ticket: what Windows would fall back to is NTLM. */
static void try_what_leaves(void)
{
    static const char *const kinds[] = {"auto", "basic", "negotiate", "none"};
    char named[128], *json = NULL;
    const char *shown;
    int at, with_login;
    sprintf(named, "%s%%5C%s:%s@", setting("VD_NTLM_DOMAIN"), setting("VD_NTLM_USER"), setting("VD_NTLM_PASSWORD"));
    for (with_login = 0; with_login < 2; with_login++) {
        for (at = 0; at < 4; at++) {
            vd_status status = verify_through(with_login ? named : "", setting("VD_ASKING"), kinds[at], &json);
            shown = control("SHOWN");
            check(status == VD_ERR_PROXY_AUTH && (!strcmp(shown, "nothing") || (with_login && !strcmp(kinds[at], "basic") && !strcmp(shown, "Basic"))),
                  "without the option ntlm no token of NTLM leaves (%s, %s): %ld, %s", kinds[at], with_login ? "login of the address" : "login of Windows",
                  (long)status, shown);
            vd.vd_string_free(json);
            json = NULL;
        }
    }
    expect(verify_through("", setting("VD_ASKING"), "ntlm", &json), VD_ERR_PROXY_AUTH, json, "with it");
    shown = control("SHOWN");
    check(strstr(shown, "NTLM+NTLMSSP") != NULL, "the same proxy is shown one, so that this test would see it: %s", shown);
}

/* The static setting, then a script: both are somebody's who may see the login. */
static void try_settings(void)
{
    static const char *const kinds[] = {"ntlm", "auto"};
    int by_script, at;
    for (by_script = 0; by_script < 2; by_script++) {
        for (at = 0; at < (*setting("VD_HAS_TICKET") ? 2 : 1); at++) {
            char script[256], url[64], options[64], sentence[128], *json = NULL;
            vd_client *client;
            sprintf(script, "%s/squid-%s.pac", setting("VD_SCRIPTS"), kinds[at]);
            sprintf(url, "https://praxe.example%s", strrchr(setting("VD_HTTPS"), ':'));
            sprintf(options, ",\"retries\":0,\"proxy_auth\":\"%s\"", kinds[at]);
            sprintf(sentence, "%s to squid by the %s of Windows, as the user who is logged on", at ? "Kerberos" : "NTLM", by_script ? "script" : "setting");
            set_user(by_script ? "" : setting(at ? "VD_SQUID_KERBEROS" : "VD_SQUID_NTLM"), "", by_script ? script : "", by_script ? 0 : PROXY_ON);
            client = client_with(url, options);
            expect(vd.vd_verify(client, &json), VD_OK, json, sentence);
            vd.vd_client_free(client);
        }
    }
    set_user("", "", "", 0);
}

int main(void)
{
    load();
    try_ntlm();
    try_kerberos();
    try_settings();
    try_what_leaves();
    return finish();
}
