/* An object that was made in the apartment of a form is interrupted from a second thread: COM must not wait for the first one. */
#include "automation.h"

static IStream *stream;
static IDispatch *made_here;

static DWORD WINAPI interrupts(void *nothing)
{
    IDispatch *client = NULL;
    HRESULT done;
    (void)nothing;
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    done = CoGetInterfaceAndReleaseStream(stream, &IID_IDispatch, (void **)&client);
    check(done == S_OK && client == made_here, "a second thread gets the object itself, no proxy: %08lx", (unsigned long)done);
    check(!strcmp(control("WAIT /api_meet_list/"), "met"), "the call is in the service's hands");
    if (client) {
        done = invoke(client, CALL, L"Interrupt", NULL, 0);
        check(done == S_OK, "Interrupt returns: %08lx", (unsigned long)done);
        IDispatch_Release(client);
    }
    CoUninitialize();
    return 0;
}

int main(void)
{
    HANDLE thread;
    DWORD began;
    HRESULT done;
    CoInitializeEx(NULL, COINIT_APARTMENTTHREADED);
    made_here = sandbox_client();
    invoke(made_here, CALL, L"Verify", NULL, 0);
    control("POST /_control/faults {\"path\":\"/api_meet_list/\",\"delay_ms\":20000}");
    done = CoMarshalInterThreadInterfaceInStream(&IID_IDispatch, (IUnknown *)made_here, &stream);
    check(done == S_OK, "the object is handed to a second thread: %08lx", (unsigned long)done);
    if (done != S_OK) { return finish(); }
    thread = CreateThread(NULL, 0, interrupts, NULL, 0, NULL);
    began = GetTickCount();
    done = invoke(made_here, CALL, L"Meetings", NULL, 0);
    WaitForSingleObject(thread, INFINITE);
    check(GetTickCount() - began < 15000, "the call ends long before its answer");
    fails(made_here, done, 5, "the interrupted call");
    control("DELETE /_control/faults");
    check(invoke(made_here, CALL, L"Verify", NULL, 0) == S_OK, "the next call works: %s", narrow(thrown.bstrDescription));
    release(made_here);
    CoUninitialize();
    return finish();
}
