/* A host that unloads the library in the middle of a call lives on, and can load it again. */
#include "sandbox_client.h"

static vd_client *client;
static vd_status answered = -1;

static DWORD WINAPI list(void *unused)
{
    char *json = NULL;
    (void)unused;
    answered = vd.vd_meet_list(client, &json);
    vd.vd_string_free(json);
    return 0;
}

int main(void)
{
    HMODULE module;
    HANDLE thread;
    /* Wine forgets its sockets when the last user of ws2_32 goes, in plain C too; so it stays */
    LoadLibraryW(L"ws2_32.dll");
    load();
    client = client_with(setting("VD_HTTPS"), ",\"proxy\":\"none\",\"timeout_ms\":2500,\"retries\":0");
    control("POST /_control/faults {\"path\":\"/api_meet_list/\",\"delay_ms\":6000}");
    thread = CreateThread(NULL, 0, list, NULL, 0, NULL);
    control("WAIT /api_meet_list/");
    module = GetModuleHandleW(L"videodoktor.dll");
    check(module != NULL, "the library is loaded");
    FreeLibrary(module);
    FreeLibrary(module);
    check(GetModuleHandleW(L"videodoktor.dll") == module, "it stays where it is");
    check(WaitForSingleObject(thread, 15000) == WAIT_OBJECT_0, "the call that was under way ends");
    check(answered == VD_ERR_TIMEOUT, "with its time-out (%ld)", (long)answered);
    load();
    control("DELETE /_control/faults");
    expect(vd.vd_verify(client, NULL), VD_OK, NULL, "loaded again, the same client works");
    vd.vd_client_free(client);
    return finish();
}
