/* A program that uses WinINet, which takes the user's settings by itself. */
#include <windows.h>
#include <wininet.h>

void ask_by_wininet(void);

void ask_by_wininet(void)
{
    HINTERNET session = InternetOpenA("judge", INTERNET_OPEN_TYPE_PRECONFIG, NULL, NULL, 0);
    HINTERNET connection = InternetConnectA(session, "demo.ordinace.test", 443, NULL, NULL, INTERNET_SERVICE_HTTP, 0, 0);
    HINTERNET request = HttpOpenRequestA(connection, "GET", "/", NULL, NULL, NULL, INTERNET_FLAG_SECURE | INTERNET_FLAG_RELOAD, 0);
    HttpSendRequestA(request, NULL, 0, NULL, 0);
    InternetCloseHandle(request);
    InternetCloseHandle(connection);
    InternetCloseHandle(session);
}
