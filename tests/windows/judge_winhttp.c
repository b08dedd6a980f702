/* A program that uses WinHTTP as its documentation says: the user's configuration, the script if there is one, and then a request. */
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <winhttp.h>

#define SERVICE L"demo.ordinace.test"

void ask_by_winhttp(char *told);
BOOL set_proxy_of_machine(const char *server, const char *exceptions);

static const wchar_t *shown(const wchar_t *text) { return text ? text : L""; }

void ask_by_winhttp(char *told)
{
    WINHTTP_CURRENT_USER_IE_PROXY_CONFIG user;
    WINHTTP_AUTOPROXY_OPTIONS options;
    WINHTTP_PROXY_INFO found;
    HINTERNET session, connection, request;
    memset(&user, 0, sizeof user);
    memset(&options, 0, sizeof options);
    memset(&found, 0, sizeof found);
    WinHttpGetIEProxyConfigForCurrentUser(&user);
    sprintf(told, "%ls|%ls|%ls", shown(user.lpszProxy), shown(user.lpszProxyBypass), shown(user.lpszAutoConfigUrl));
    found.dwAccessType = user.lpszProxy ? WINHTTP_ACCESS_TYPE_NAMED_PROXY : WINHTTP_ACCESS_TYPE_NO_PROXY;
    found.lpszProxy = user.lpszProxy;
    found.lpszProxyBypass = user.lpszProxyBypass;
    if (user.lpszAutoConfigUrl) {
        WINHTTP_PROXY_INFO by_script;
        memset(&by_script, 0, sizeof by_script);
        options.dwFlags = WINHTTP_AUTOPROXY_CONFIG_URL;
        options.lpszAutoConfigUrl = user.lpszAutoConfigUrl;
        session = WinHttpOpen(L"judge", WINHTTP_ACCESS_TYPE_NO_PROXY, NULL, NULL, 0);
        if (WinHttpGetProxyForUrl(session, L"https://" SERVICE L"/", &options, &by_script)) { found = by_script; }
        WinHttpCloseHandle(session);
    }
    session = WinHttpOpen(L"judge", found.dwAccessType, found.lpszProxy, found.lpszProxyBypass, 0);
    connection = WinHttpConnect(session, SERVICE, 443, 0);
    request = WinHttpOpenRequest(connection, L"GET", L"/", NULL, NULL, NULL, WINHTTP_FLAG_SECURE);
    WinHttpSendRequest(request, NULL, 0, NULL, 0, 0, 0);
    WinHttpCloseHandle(request);
    WinHttpCloseHandle(connection);
    WinHttpCloseHandle(session);
}

/* As `netsh winhttp set proxy` does it; "" takes it away. */
BOOL set_proxy_of_machine(const char *server, const char *exceptions)
{
    wchar_t wide_server[256], wide_exceptions[256];
    WINHTTP_PROXY_INFO info;
    MultiByteToWideChar(CP_ACP, 0, server, -1, wide_server, 256);
    MultiByteToWideChar(CP_ACP, 0, exceptions, -1, wide_exceptions, 256);
    info.dwAccessType = *server ? WINHTTP_ACCESS_TYPE_NAMED_PROXY : WINHTTP_ACCESS_TYPE_NO_PROXY;
    info.lpszProxy = wide_server;
    info.lpszProxyBypass = wide_exceptions;
    return WinHttpSetDefaultProxyConfiguration(&info);
}
