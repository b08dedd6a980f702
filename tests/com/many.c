/* 10,000 objects of each kind come and go, and the process does not grow. */
#include "automation.h"
#include <psapi.h>

static SIZE_T in_use(void)
{
    PROCESS_MEMORY_COUNTERS counters;
    GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters);
    return counters.PagefileUsage;
}

static void one(IDispatch *client)
{
    IDispatch *fresh = new_client(), *reply, *error;
    VARIANT value;
    open_at(fresh, L"https://localhost:1", L"key");
    reply = object_of(invoke(fresh, CALL, L"CheckInvitation", &value, 0), &value);
    release(object_of(invoke(reply, CALL, L"Value", &value, 1, text_of(L"/errors")), &value));
    release(reply);
    invoke(client, CALL, L"Detail", NULL, 1, text_of(L""));
    error = object_of(invoke(client, CALL, L"LastError", &value, 0), &value);
    property(error, L"Message");
    release(error);
    release(fresh);
}

int main(void)
{
    IDispatch *client;
    SIZE_T before, after;
    int i;
    CoInitialize(NULL);
    client = sandbox_client();
    for (i = 0; i < 500; i++) { one(client); }
    before = in_use();
    for (i = 0; i < 10000; i++) { one(client); }
    after = in_use();
    check(before > 0 && after < before + 2 * 1024 * 1024, "10,000 clients, answers and errors leave no more than 2 MiB: %lu to %lu KiB", (unsigned long)(before / 1024), (unsigned long)(after / 1024));
    release(client);
    return finish();
}
