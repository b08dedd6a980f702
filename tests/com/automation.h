/* Late-bound calls as a C program makes them: by name, through IDispatch. */
#ifndef AUTOMATION_H
#define AUTOMATION_H

#define COBJMACROS
#include <windows.h>
#include <ole2.h>
#include <oleauto.h>
#include <stdarg.h>
#include "check.h"

/* GUIDs of videodoktor.idl */
static const CLSID CLASS_CLIENT = { 0x868c1a08, 0x3c94, 0x4822, { 0xab, 0x6e, 0x59, 0x24, 0xd6, 0xe4, 0x36, 0x21 } };
#define OUR_ERROR(status) ((SCODE)(0x80040000L + 10000 + (status)))

/* What the last call that failed said. */
static EXCEPINFO thrown;

static VARIANT text_of(const WCHAR *text)
{
    VARIANT value;
    VariantInit(&value);
    V_VT(&value) = VT_BSTR;
    V_BSTR(&value) = SysAllocString(text);
    return value;
}

static VARIANT number_of(LONG number)
{
    VARIANT value;
    VariantInit(&value);
    V_VT(&value) = VT_I4;
    V_I4(&value) = number;
    return value;
}

static VARIANT date_of(DATE date)
{
    VARIANT value;
    VariantInit(&value);
    V_VT(&value) = VT_DATE;
    V_DATE(&value) = date;
    return value;
}

static VARIANT of_type(VARTYPE type)
{
    VARIANT value;
    VariantInit(&value);
    V_VT(&value) = type;
    if (type == VT_ERROR) { V_ERROR(&value) = DISP_E_PARAMNOTFOUND; }
    return value;
}

static DISPID member(IDispatch *object, const WCHAR *name)
{
    DISPID number = DISPID_UNKNOWN;
    LPOLESTR names[1];
    names[0] = (LPOLESTR)name;
    IDispatch_GetIDsOfNames(object, &IID_NULL, names, 1, LOCALE_USER_DEFAULT, &number);
    return number;
}

/* The arguments are cleared. */
static HRESULT invoke(IDispatch *object, WORD how, const WCHAR *name, VARIANT *result, int count, ...)
{
    VARIANT arguments[8], nowhere;
    DISPPARAMS parameters = { NULL, NULL, 0, 0 };
    DISPID put = DISPID_PROPERTYPUT;
    HRESULT done;
    va_list list;
    int i;
    va_start(list, count);
    for (i = 0; i < count; i++) { arguments[count - 1 - i] = va_arg(list, VARIANT); }
    va_end(list);
    parameters.rgvarg = arguments;
    parameters.cArgs = count;
    if (how == DISPATCH_PROPERTYPUT) { parameters.rgdispidNamedArgs = &put; parameters.cNamedArgs = 1; }
    SysFreeString(thrown.bstrDescription);
    SysFreeString(thrown.bstrSource);
    memset(&thrown, 0, sizeof thrown);
    VariantInit(&nowhere);
    if (result) { VariantInit(result); }
    done = IDispatch_Invoke(object, member(object, name), &IID_NULL, LOCALE_USER_DEFAULT, how, &parameters, result ? result : &nowhere, &thrown, NULL);
    for (i = 0; i < count; i++) { VariantClear(&arguments[i]); }
    VariantClear(&nowhere);
    return done;
}

#define CALL (DISPATCH_METHOD | DISPATCH_PROPERTYGET)

/* A property as text: what Visual Basic's CStr makes of it. */
static const WCHAR *property(IDispatch *object, const WCHAR *name)
{
    static WCHAR text[8][2048];
    static int next;
    WCHAR *into = text[next++ % 8];
    VARIANT value;
    into[0] = 0;
    if (SUCCEEDED(invoke(object, CALL, name, &value, 0)) && SUCCEEDED(VariantChangeTypeEx(&value, &value, LOCALE_INVARIANT, VARIANT_ALPHABOOL, VT_BSTR))) {
        lstrcpynW(into, V_BSTR(&value) ? V_BSTR(&value) : L"", 2048);
    }
    VariantClear(&value);
    return into;
}

/* The value of a _Reply at a pointer, as text. */
static const WCHAR *at(IDispatch *reply, const WCHAR *pointer)
{
    static WCHAR text[2048];
    VARIANT value;
    text[0] = 0;
    if (SUCCEEDED(invoke(reply, CALL, L"Value", &value, 1, text_of(pointer))) && SUCCEEDED(VariantChangeTypeEx(&value, &value, LOCALE_INVARIANT, VARIANT_ALPHABOOL, VT_BSTR))) {
        lstrcpynW(text, V_BSTR(&value) ? V_BSTR(&value) : L"", 2048);
    }
    VariantClear(&value);
    return text;
}

/* The object that a call answers; NULL if it fails. */
static IDispatch *object_of(HRESULT done, VARIANT *value)
{
    if (SUCCEEDED(done) && V_VT(value) == VT_DISPATCH) { return V_DISPATCH(value); }
    VariantClear(value);
    return NULL;
}

static void release(IDispatch *object) { if (object) { IDispatch_Release(object); } }

static const char *narrow(const WCHAR *text)
{
    static char narrow[4096];
    WideCharToMultiByte(CP_UTF8, 0, text ? text : L"", -1, narrow, sizeof narrow, NULL, NULL);
    return narrow;
}

static WCHAR *wide_setting(const char *name)
{
    static WCHAR wide[2][512];
    static int next;
    WCHAR *into = wide[next++ % 2];
    MultiByteToWideChar(CP_UTF8, 0, setting(name), -1, into, 512);
    return into;
}

static IDispatch *new_client(void)
{
    CLSID class;
    IDispatch *client = NULL;
    HRESULT done = CLSIDFromProgID(L"VideoDoktor.Client", &class);
    if (SUCCEEDED(done)) { done = CoCreateInstance(&class, NULL, CLSCTX_INPROC_SERVER, &IID_IDispatch, (void **)&client); }
    if (FAILED(done)) { check(0, "VideoDoktor.Client is created: %08lx", (unsigned long)done); exit(finish()); }
    return client;
}

static void set_option(IDispatch *client, const WCHAR *name, VARIANT value)
{
    HRESULT done = invoke(client, DISPATCH_PROPERTYPUT, L"Options", NULL, 2, text_of(name), value);
    if (FAILED(done)) { check(0, "an option is set: %08lx %s", (unsigned long)done, narrow(thrown.bstrDescription)); }
}

static HRESULT open_at(IDispatch *client, const WCHAR *url, const WCHAR *key)
{
    return invoke(client, CALL, L"Open", NULL, 3, text_of(url), text_of(L"sandbox-app-key"), text_of(key));
}

/* A client with the sandbox's options, not open yet. */
static IDispatch *prepared_client(void)
{
    IDispatch *client = new_client();
    set_option(client, L"proxy", text_of(L"none"));
    set_option(client, L"ca_file", text_of(L"Certifik\u00e1ty \u010d. 1/ca.pem"));
    set_option(client, L"tls_roots", text_of(wide_setting("VD_TLS_ROOTS")));
    return client;
}

static IDispatch *sandbox_client(void)
{
    IDispatch *client = prepared_client();
    HRESULT done = open_at(client, wide_setting("VD_HTTPS"), L"sandbox-practice-1");
    if (FAILED(done)) { check(0, "the client opens: %08lx %s", (unsigned long)done, narrow(thrown.bstrDescription)); exit(finish()); }
    return client;
}

/* That a call has failed with this status: by its number, a sentence, and LastError. */
static void fails(IDispatch *client, HRESULT done, int status, const char *sentence)
{
    VARIANT value;
    IDispatch *last;
    WCHAR wanted[32];
    int told = done == DISP_E_EXCEPTION && thrown.scode == OUR_ERROR(status) && thrown.bstrDescription && thrown.bstrDescription[0];
    check(told, "%s is error %d: %08lx, %08lx %s", sentence, status, (unsigned long)done, (unsigned long)thrown.scode, narrow(thrown.bstrDescription));
    wsprintfW(wanted, L"%d", status);
    {
        BSTR said = SysAllocString(thrown.bstrDescription);
        last = object_of(invoke(client, CALL, L"LastError", &value, 0), &value);
        check(last && !lstrcmpW(property(last, L"Status"), wanted), "LastError tells the status of %s", sentence);
        check(last && said && !lstrcmpW(property(last, L"Message"), said), "LastError has the sentence of %s", sentence);
        SysFreeString(said);
    }
    release(last);
}

#endif
