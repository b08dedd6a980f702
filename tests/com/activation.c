/* Whether VideoDoktor.Client can be created, and what its first use says: where nothing is registered, by a manifest, without videodoktor.dll.
 *
 *     activation created        it can be created and tells the version of videodoktor.dll
 *     activation refused        COM does not know the class
 *     activation SENTENCE       it can be created, and the first use fails with this English sentence, or its beginning
 */
#include "automation.h"

int main(int argc, char **argv)
{
    CLSID class;
    IDispatch *client = NULL;
    const char *wanted = argc > 1 ? argv[1] : "created";
    HRESULT done;
    CoInitialize(NULL);
    done = CLSIDFromProgID(L"VideoDoktor.Client", &class);
    if (SUCCEEDED(done)) { done = CoCreateInstance(&class, NULL, CLSCTX_INPROC_SERVER, &IID_IDispatch, (void **)&client); }
    if (!strcmp(wanted, "refused")) {
        check(FAILED(done), "VideoDoktor.Client is not known");
        return finish();
    }
    check(SUCCEEDED(done), "VideoDoktor.Client is created by its name: %08lx", (unsigned long)done);
    if (client) { release(client); client = NULL; }
    /* A manifest gives the name an alias of the class, made up at run time; the class itself is found too. */
    done = CoCreateInstance(&CLASS_CLIENT, NULL, CLSCTX_INPROC_SERVER, &IID_IDispatch, (void **)&client);
    check(SUCCEEDED(done), "and by its class: %08lx", (unsigned long)done);
    if (SUCCEEDED(done)) {
        VARIANT value;
        set_option(client, L"lang", text_of(L"en"));
        done = invoke(client, CALL, L"Version", &value, 0);
        if (!strcmp(wanted, "created")) {
            check(done == S_OK && V_VT(&value) == VT_BSTR, "videodoktor.dll is loaded from its folder: %s", narrow(thrown.bstrDescription));
            VariantClear(&value);
        } else {
            fails(client, done, -1, "a library that cannot be loaded");
            done = invoke(client, CALL, L"Version", &value, 0);
            check(!strncmp(narrow(thrown.bstrDescription), wanted, strlen(wanted)), "says why: %s", narrow(thrown.bstrDescription));
        }
        release(client);
    }
    return finish();
}
