/* The user's proxy setting of Windows. */
#ifndef INTERNET_SETTINGS_H
#define INTERNET_SETTINGS_H

#include <string.h>
#include <windows.h>

#define SETTINGS "Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings"

/* Flags of DefaultConnectionSettings: the ticks of the dialogue. */
enum { PROXY_ON = 2, DETECTION_ON = 8 };

static BYTE *put(BYTE *to, const char *text)
{
    DWORD length = (DWORD)strlen(text);
    memcpy(to, &length, sizeof length);
    memcpy(to + sizeof length, text, length);
    return to + sizeof length + length;
}

/* As the dialogue of Windows leaves them: the values by name, and the same once more in DefaultConnectionSettings. */
static void set_user(const char *server, const char *exceptions, const char *script, DWORD flags)
{
    HKEY key;
    BYTE both[1024] = {0x46}, *end;
    const DWORD is_on = (flags & PROXY_ON) != 0;
    RegCreateKeyExA(HKEY_CURRENT_USER, SETTINGS, 0, NULL, 0, KEY_WRITE, NULL, &key, NULL);
    RegSetValueExA(key, "ProxyEnable", 0, REG_DWORD, (const BYTE *)&is_on, sizeof is_on);
    RegSetValueExA(key, "ProxyServer", 0, REG_SZ, (const BYTE *)server, (DWORD)strlen(server) + 1);
    RegSetValueExA(key, "ProxyOverride", 0, REG_SZ, (const BYTE *)exceptions, (DWORD)strlen(exceptions) + 1);
    if (*script) { RegSetValueExA(key, "AutoConfigURL", 0, REG_SZ, (const BYTE *)script, (DWORD)strlen(script) + 1); }
    else { RegDeleteValueA(key, "AutoConfigURL"); }
    RegCloseKey(key);
    both[8] = (BYTE)(1 | flags | (*script ? 4 : 0));
    end = put(put(put(both + 12, server), exceptions), script) + 32;
    RegCreateKeyExA(HKEY_CURRENT_USER, SETTINGS "\\Connections", 0, NULL, 0, KEY_WRITE, NULL, &key, NULL);
    RegSetValueExA(key, "DefaultConnectionSettings", 0, REG_BINARY, both, (DWORD)(end - both));
    RegCloseKey(key);
}

#endif
