/* The user's proxy settings, of which many are common mistakes: the library goes where Windows' own clients go. Two proxies, A and B, tell who came. */
#include "internet_settings.h"
#include "sandbox_client.h"

#define SERVICE "demo.ordinace.test"

/* The clients that show what a row expects. Wine 8's WinHTTP knows no lists by scheme and its WinINet no scripts; neither knows exceptions with a star
   elsewhere than in "*.", a leading dot, a scheme or a port. What they do not know is expected as Windows' documentation and Edge have it. */
enum { BY_WINHTTP = 1, BY_WININET = 2 };

static const struct {
    const char *server, *exceptions, *script; /* {A} and {B} stand for the addresses */
    DWORD is_on;
    const char *expected; /* which of them is called; "-" for none, the connection is direct */
    int judges;
} rows[] = {
    {"{A}", "", "", 1, "A", BY_WINHTTP | BY_WININET},
    {"{A}", "", "", 0, "-", BY_WINHTTP | BY_WININET},
    {"http://{A}", "", "", 1, "A", BY_WININET},
    {"http={A};https={B}", "", "", 1, "B", 0},
    {"https={B}", "", "", 1, "B", 0},
    {"http={A}", "", "", 1, "-", 0},
    {"http={A};https={B};ftp={A}", "", "", 1, "B", 0},
    {"http={A} https={B}", "", "", 1, "B", 0},
    {"HTTPS={B}", "", "", 1, "B", 0},
    {"https=http://{B}", "", "", 1, "B", 0},
    {"http={A};socks={B}", "", "", 1, "B by SOCKS", 0},
    {"https={A};socks={B}", "", "", 1, "A", 0},
    {"socks={B}", "", "", 1, "B by SOCKS", 0},
    {"{A}", "demo.ordinace.test", "", 1, "-", BY_WINHTTP | BY_WININET},
    {"{A}", "DEMO.ordinace.TEST", "", 1, "-", BY_WINHTTP | BY_WININET},
    {"{A}", "ordinace.test", "", 1, "A", BY_WINHTTP | BY_WININET},
    {"{A}", "*.ordinace.test", "", 1, "-", BY_WINHTTP | BY_WININET},
    {"{A}", "*ordinace.test", "", 1, "-", 0},
    {"{A}", ".ordinace.test", "", 1, "-", 0},
    {"{A}", "*.test", "", 1, "-", BY_WINHTTP | BY_WININET},
    {"{A}", "demo.*", "", 1, "-", 0},
    {"{A}", "*.ordinace.*", "", 1, "-", 0},
    {"{A}", "*", "", 1, "-", 0},
    {"{A}", "*.dinace.test", "", 1, "A", BY_WINHTTP | BY_WININET},
    {"{A}", "<local>", "", 1, "A", BY_WINHTTP | BY_WININET},
    {"{A}", "<local>;*.ordinace.test", "", 1, "-", BY_WINHTTP | BY_WININET},
    {"{A}", "*.ordinace.test;<local>", "", 1, "-", BY_WINHTTP | BY_WININET},
    {"{A}", "10.*;192.168.*;localhost", "", 1, "A", BY_WINHTTP | BY_WININET},
    {"{A}", "10.*; *.ordinace.test", "", 1, "-", BY_WINHTTP | BY_WININET},
    {"{A}", "localhost *.ordinace.test", "", 1, "-", BY_WINHTTP | BY_WININET},
    {"{A}", "https://demo.ordinace.test", "", 1, "-", 0},
    {"{A}", "http://demo.ordinace.test", "", 1, "A", 0},
    {"{A}", "demo.ordinace.test:443", "", 1, "-", 0},
    {"{A}", "demo.ordinace.test:8443", "", 1, "A", 0},
    {"", "", "a.pac", 0, "A", BY_WINHTTP},
    {"{A}", "", "b.pac", 1, "B", BY_WINHTTP},
    {"{A}", "*.ordinace.test", "b-too.pac", 1, "B", BY_WINHTTP},
    {"{A}", "", "direct.pac", 1, "-", BY_WINHTTP},
    {"{A}", "", "unknown.pac", 1, "A", BY_WINHTTP | BY_WININET},
    {"", "", "unknown2.pac", 0, "-", BY_WINHTTP | BY_WININET},
    {"", "", "by-host.pac", 0, "B", BY_WINHTTP},
    {"", "", "by-scheme.pac", 0, "A", BY_WINHTTP},
    {"", "", "by-address.pac", 0, "A", BY_WINHTTP},
    {"", "", "by-pattern.pac", 0, "A", BY_WINHTTP},
    {"", "", "broken.pac", 0, "-", BY_WINHTTP},
};

/* The row's text with the addresses in. */
static const char *filled(const char *text, char *room)
{
    const char *at = text;
    *room = '\0';
    while (*at) {
        if (!strncmp(at, "{A}", 3)) { strcat(room, setting("VD_A")); at += 3; }
        else if (!strncmp(at, "{B}", 3)) { strcat(room, setting("VD_B")); at += 3; }
        else { strncat(room, at++, 1); }
    }
    return room;
}

/* The judges, each a request for https://demo.ordinace.test/ by the user's settings; the first tells, too, what Windows says that they are. */
void ask_by_winhttp(char *told);
void ask_by_wininet(void);
BOOL set_proxy_of_machine(const char *server, const char *exceptions);

/* Where the library goes: A, B or nowhere. */
static const char *seen_of_library(void)
{
    vd_client *client = client_with("https://" SERVICE, ",\"retries\":0,\"timeout_ms\":20000");
    control("SEEN");
    vd.vd_time(client, NULL);
    vd.vd_client_free(client);
    return control("SEEN");
}

static void try_row(size_t at)
{
    char server[512], script[512], wanted[1200], told[1200], winhttp[64], wininet[64];
    const char *exceptions = rows[at].exceptions, *expected = rows[at].expected, *library;
    DWORD is_on = rows[at].is_on;
    sprintf(script, "%s%s%s", *rows[at].script ? setting("VD_SCRIPTS") : "", *rows[at].script ? "/" : "", rows[at].script);
    set_user(filled(rows[at].server, server), exceptions, script, is_on ? PROXY_ON : 0);
    sprintf(wanted, "%s|%s|%s", is_on ? server : "", is_on ? exceptions : "", script);
    control("SEEN");
    ask_by_winhttp(told);
    strcpy(winhttp, control("SEEN"));
    ask_by_wininet();
    strcpy(wininet, control("SEEN"));
    library = seen_of_library();
    check(!strcmp(library, expected), "\"%s\"%s except \"%s\" script \"%s\" leads to %s: %s", rows[at].server, is_on ? "" : " (off)", exceptions, rows[at].script, expected, library);
    check(!strcmp(told, wanted), "Windows has that setting: %s", told);
    if (rows[at].judges & BY_WINHTTP) { check(!strcmp(winhttp, expected), "WinHTTP goes there, too: %s", winhttp); }
    if (rows[at].judges & BY_WININET) { check(!strcmp(wininet, expected), "WinINet goes there, too: %s", wininet); }
}

/* Of an account that nobody has set anything for, such as a service's. */
static void try_the_setting_of_the_machine(void)
{
    const char *seen;
    HKEY key;
    set_user("", "", "", 0);
    RegOpenKeyExA(HKEY_CURRENT_USER, SETTINGS, 0, KEY_WRITE, &key);
    RegDeleteValueA(key, "ProxyEnable");
    RegCloseKey(key);
    RegDeleteKeyA(HKEY_CURRENT_USER, SETTINGS "\\Connections");
    check(set_proxy_of_machine(setting("VD_B"), "<local>"), "the machine has a proxy");
    seen = seen_of_library();
    check(!strcmp(seen, "B"), "an account without a setting goes through it: %s", seen);
    check(set_proxy_of_machine(setting("VD_B"), "*.ordinace.test"), "with an exception");
    seen = seen_of_library();
    check(!strcmp(seen, "-"), "it goes past it: %s", seen);
    check(set_proxy_of_machine(setting("VD_B"), "<local>"), "without it again");
    set_user(setting("VD_A"), "", "", PROXY_ON);
    seen = seen_of_library();
    check(!strcmp(seen, "A"), "a user's own setting comes first: %s", seen);
    check(set_proxy_of_machine("", ""), "the machine has none");
}

/* A policy may say that the setting is one for all users. */
static void try_the_policy(void)
{
    static const char policies[] = "Software\\Policies\\Microsoft\\Windows\\CurrentVersion\\Internet Settings";
    const DWORD off = 0, on = 1;
    const char *seen;
    HKEY policy, machine;
    set_user(setting("VD_A"), "", "", PROXY_ON);
    RegCreateKeyExA(HKEY_LOCAL_MACHINE, policies, 0, NULL, 0, KEY_WRITE, NULL, &policy, NULL);
    RegCreateKeyExA(HKEY_LOCAL_MACHINE, SETTINGS, 0, NULL, 0, KEY_WRITE, NULL, &machine, NULL);
    RegSetValueExA(machine, "ProxyEnable", 0, REG_DWORD, (const BYTE *)&on, sizeof on);
    RegSetValueExA(machine, "ProxyServer", 0, REG_SZ, (const BYTE *)setting("VD_B"), (DWORD)strlen(setting("VD_B")) + 1);
    seen = seen_of_library();
    check(!strcmp(seen, "A"), "without the policy the user's setting counts: %s", seen);
    RegSetValueExA(policy, "ProxySettingsPerUser", 0, REG_DWORD, (const BYTE *)&off, sizeof off);
    seen = seen_of_library();
    check(!strcmp(seen, "B"), "where the policy says so, the machine's counts: %s", seen);
    RegDeleteValueA(policy, "ProxySettingsPerUser");
    RegDeleteValueA(machine, "ProxyEnable");
    RegDeleteValueA(machine, "ProxyServer");
    RegCloseKey(policy);
    RegCloseKey(machine);
}

int main(void)
{
    size_t at;
    load();
    for (at = 0; at < sizeof rows / sizeof *rows; at++) { try_row(at); }
    try_the_setting_of_the_machine();
    try_the_policy();
    set_user("", "", "", 0);
    return finish();
}
