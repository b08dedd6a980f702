/* Every member by IDispatch: a doctor's day, arguments in every form that hosts give them, each kind of error. */
#include "automation.h"

#define JANA L"Jana Nov\u00e1kov\u00e1 \u0158\u00edhov\u00e1"
#define START (47810.0 + 10.0 / 24.0) /* 23 November 2030, 10:00 */

static IDispatch *invite(IDispatch *client, VARIANT start)
{
    VARIANT made;
    HRESULT done = invoke(client, CALL, L"Invite", &made, 5, text_of(JANA), text_of(L"jana@example.cz"), of_type(VT_ERROR), number_of(1980), start);
    if (FAILED(done)) { check(0, "a patient is invited: %08lx %s", (unsigned long)done, narrow(thrown.bstrDescription)); }
    return object_of(done, &made);
}

static void each_meeting(IDispatch *meetings, const WCHAR *id)
{
    VARIANT value, item;
    IEnumVARIANT *each = NULL;
    DISPPARAMS none = { NULL, NULL, 0, 0 };
    ULONG fetched = 0;
    int count = 0, found = 0;
    VariantInit(&value);
    IDispatch_Invoke(meetings, DISPID_NEWENUM, &IID_NULL, 0, CALL, &none, &value, NULL, NULL);
    check(V_VT(&value) == VT_UNKNOWN && SUCCEEDED(IUnknown_QueryInterface(V_UNKNOWN(&value), &IID_IEnumVARIANT, (void **)&each)), "a list can be enumerated");
    if (!each) { return; }
    VariantInit(&item);
    while (IEnumVARIANT_Next(each, 1, &item, &fetched) == S_OK) {
        count++;
        found += V_VT(&item) == VT_DISPATCH && !lstrcmpW(property(V_DISPATCH(&item), L"MeetId"), id);
        VariantClear(&item);
    }
    check(count == 1 && found == 1 && fetched == 0, "the enumeration gives each call once");
    IEnumVARIANT_Release(each);
    VariantClear(&value);
}

static void try_a_day(void)
{
    IDispatch *client = sandbox_client(), *made, *detail, *list, *reply;
    VARIANT value;
    WCHAR id[64];
    HRESULT done;
    control("PUT /_control/clock {\"set\":\"2030-11-22 09:15\",\"frozen\":true}");
    check(invoke(client, CALL, L"Prepare", NULL, 0) == S_OK, "a call is announced");
    done = invoke(client, CALL, L"Verify", &value, 0);
    check(SUCCEEDED(done) && V_VT(&value) == VT_BOOL && V_BOOL(&value) == VARIANT_TRUE, "the keys are good: %s", narrow(thrown.bstrDescription));
    reply = object_of(invoke(client, CALL, L"Time", &value, 0), &value);
    check(reply && !wcsncmp(at(reply, L"/iso"), L"2030-11-22T09:15:00", 19), "the service's time: %s", reply ? narrow(at(reply, L"/iso")) : "");
    release(reply);

    made = invite(client, date_of(START));
    lstrcpynW(id, property(made, L"MeetId"), 64);
    check(id[0] && !wcsncmp(property(made, L"MeetUrl"), L"https://", 8), "an invitation has an id and an address");
    check(!lstrcmpiW(property(made, L"Reconciled"), L"False"), "its answer was not lost");
    release(made);

    detail = object_of(invoke(client, CALL, L"Detail", &value, 1, text_of(id)), &value);
    check(detail && !lstrcmpW(property(detail, L"PacientJmeno"), JANA), "the name comes back with its diacritics: %s", detail ? narrow(property(detail, L"PacientJmeno")) : "");
    check(detail && !lstrcmpW(property(detail, L"PacientEmail"), L"jana@example.cz") && !lstrcmpW(property(detail, L"PacientTelefon"), L""), "the contacts too");
    check(detail && !lstrcmpW(property(detail, L"PacientNarozen"), L"1980"), "the year of birth too");
    if (detail) {
        invoke(detail, CALL, L"MeetStart", &value, 0);
        check(V_VT(&value) == VT_DATE && V_DATE(&value) == START, "the start is the DATE that was given");
        invoke(detail, CALL, L"Field", &value, 1, text_of(L"pacient_jmeno"));
        check(V_VT(&value) == VT_BSTR && !lstrcmpW(V_BSTR(&value), JANA), "a field is read by the service's name");
        VariantClear(&value);
        invoke(detail, CALL, L"Field", &value, 1, text_of(L"nothing"));
        check(V_VT(&value) == VT_EMPTY, "a field that is not there is Empty");
    }
    release(detail);

    list = object_of(invoke(client, CALL, L"Meetings", &value, 0), &value);
    check(list && !lstrcmpW(property(list, L"Count"), L"1"), "one call is in the list");
    if (list) {
        each_meeting(list, id);
        detail = object_of(invoke(list, CALL, L"Item", &value, 1, number_of(1)), &value);
        check(detail && !lstrcmpW(property(detail, L"MeetId"), id), "the first item has the number 1");
        release(detail);
        check(invoke(list, CALL, L"Item", &value, 1, number_of(0)) == DISP_E_BADINDEX && invoke(list, CALL, L"Item", &value, 1, number_of(2)) == DISP_E_BADINDEX, "other numbers are a bad index");
    }
    release(list);

    control("PUT /_control/clock {\"set\":\"2030-11-24 09:15\",\"frozen\":true}");
    reply = object_of(invoke(client, CALL, L"Export", &value, 1, text_of(id)), &value);
    check(reply && !wcsncmp(at(reply, L"/export_url"), L"https://", 8), "there is a report: %s", narrow(thrown.bstrDescription));
    release(reply);
    reply = object_of(invoke(client, CALL, L"SaveReport", &value, 2, text_of(id), text_of(L"V\u00fdkaz \u0158eho\u0159.pdf")), &value);
    check(reply && _wtoi(at(reply, L"/bytes")) > 100, "the report is saved: %s", narrow(thrown.bstrDescription));
    check(GetFileAttributesW(L"V\u00fdkaz \u0158eho\u0159.pdf") != INVALID_FILE_ATTRIBUTES, "under its Czech name");
    release(reply);

    control("PUT /_control/clock {\"set\":\"2030-11-22 09:20\",\"frozen\":true}");
    reply = object_of(invoke(client, CALL, L"Call", &value, 2, text_of(L"api_meet_detail"), text_of(L"{\"meet_id\":\"\"}")), &value);
    check(!reply && thrown.scode == OUR_ERROR(1004), "a call by its name, with JSON: %s", narrow(thrown.bstrDescription));
    release(reply);
    reply = object_of(invoke(client, CALL, L"Remove", &value, 1, text_of(id)), &value);
    check(reply && !lstrcmpW(at(reply, L"/meet_id"), id), "the call is cancelled: %s", narrow(thrown.bstrDescription));
    release(reply);
    reply = object_of(invoke(client, CALL, L"Diagnose", &value, 0), &value);
    /* the sandbox's clock is years ahead */
    check(reply && !lstrcmpiW(at(reply, L"/ok"), L"False") && at(reply, L"/steps/0/step")[0], "a diagnosis that fails is an answer and no error");
    release(reply);
    invoke(client, CALL, L"Close", NULL, 0);
    fails(client, invoke(client, CALL, L"Verify", NULL, 0), 4, "a call after Close");
    release(client);
}

static VARIANT by_reference(VARTYPE type, void *place)
{
    VARIANT value = of_type((VARTYPE)(VT_BYREF | type));
    V_BYREF(&value) = place;
    return value;
}

/* Fields of an array of names and values, as VBA's Array makes it. */
static VARIANT fields_of(const WCHAR *name, const WCHAR *text)
{
    SAFEARRAY *array = SafeArrayCreateVector(VT_VARIANT, 0, 2);
    VARIANT value = of_type(VT_ARRAY | VT_VARIANT), item;
    LONG place = 0;
    item = text_of(name);
    SafeArrayPutElement(array, &place, &item);
    VariantClear(&item);
    item = text_of(text);
    place = 1;
    SafeArrayPutElement(array, &place, &item);
    VariantClear(&item);
    V_ARRAY(&value) = array;
    return value;
}

/* Free Pascal passes VT_BYREF|VT_DATE and a reference to a missing VARIANT, VBA a reference to a VARIANT, FoxPro numbers as doubles. */
static void try_arguments(void)
{
    IDispatch *client = sandbox_client(), *made, *reply;
    VARIANT value, missing = of_type(VT_ERROR), inner = date_of(START), outer, number = of_type(VT_R8), born = date_of(29221.0 /* 1980 */);
    DATE start = START;
    BSTR name = SysAllocString(JANA);
    static const VARTYPE nothing[] = { VT_EMPTY, VT_NULL, VT_ERROR };
    size_t i;
    control("POST /_control/reset {}");
    control("PUT /_control/clock {\"set\":\"2030-11-22 09:15\",\"frozen\":true}");
    V_R8(&number) = 777123456.0;
    outer = by_reference(VT_VARIANT, &inner);
    reply = object_of(invoke(client, CALL, L"CheckInvitation", &value, 5, by_reference(VT_BSTR, &name), by_reference(VT_VARIANT, &missing), number, born, outer), &value);
    check(reply && !lstrcmpiW(at(reply, L"/valid"), L"True"), "references, doubles and a date of birth are taken: %s", reply ? narrow(property(reply, L"Json")) : "");
    check(reply && !lstrcmpW(at(reply, L"/fields/pacient_narozen"), L"1980") && !lstrcmpW(at(reply, L"/fields/pacient_telefon"), L"777123456"), "as what they mean");
    release(reply);
    made = object_of(invoke(client, CALL, L"Invite", &value, 5, by_reference(VT_BSTR, &name), by_reference(VT_VARIANT, &missing), number, number_of(1980), by_reference(VT_DATE, &start)), &value);
    check(made != NULL, "an invitation with a phone and a start by reference: %s", narrow(thrown.bstrDescription));
    if (made) {
        VARIANT itself = of_type(VT_DISPATCH);
        V_DISPATCH(&itself) = made;
        IDispatch_AddRef(made);
        reply = object_of(invoke(client, CALL, L"Remove", &value, 1, itself), &value);
        check(reply != NULL, "a meeting stands for its id: %s", narrow(thrown.bstrDescription));
        release(reply);
    }
    release(made);
    for (i = 0; i < 3; i++) {
        reply = object_of(invoke(client, CALL, L"CheckInvitation", &value, 5, of_type(nothing[i]), of_type(nothing[i]), of_type(nothing[i]), of_type(nothing[i]), of_type(nothing[i])), &value);
        check(reply && !lstrcmpW(at(reply, L"/errors/0/field"), L"pacient_jmeno") && !lstrcmpW(at(reply, L"/errors/1/status"), L"1013"), "Empty, Null and a missing argument are not given (%u)", (unsigned)i);
        release(reply);
    }
    reply = object_of(invoke(client, CALL, L"Call", &value, 2, text_of(L"api_meet_detail"), fields_of(L"meet_id", L"none")), &value);
    check(!reply && thrown.scode == OUR_ERROR(1004), "an array of names and values makes fields: %s", narrow(thrown.bstrDescription));
    release(reply);
    fails(client, invoke(client, CALL, L"Invite", NULL, 5, text_of(L"a\xD800"), text_of(L"jana@example.cz"), of_type(VT_ERROR), number_of(1980), date_of(START)), 4, "half a surrogate pair");
    fails(client, invoke(client, CALL, L"Invite", NULL, 5, text_of(JANA), text_of(L"jana@example.cz"), of_type(VT_ERROR), number_of(1980), date_of(1e300)), 4, "a date that is none");
    fails(client, invoke(client, CALL, L"Detail", NULL, 0), 4, "a meeting without its id");
    fails(client, invoke(client, DISPATCH_PROPERTYPUT, L"Options", NULL, 2, text_of(L"lang"), text_of(L"en")), 4, "an option after Open");
    check(invoke(client, DISPATCH_PROPERTYPUT, L"Verify", NULL, 1, number_of(1)) == DISP_E_MEMBERNOTFOUND, "what is no property cannot be set");
    check(invoke(client, CALL, L"NoSuchMember", NULL, 0) == DISP_E_MEMBERNOTFOUND, "a member that is not there");
    invoke(client, CALL, L"BirthYear", &value, 1, text_of(L"805305/0016"));
    check(V_VT(&value) == VT_I4 && V_I4(&value) == 1980, "a year of birth of a birth number");
    fails(client, invoke(client, CALL, L"BirthYear", &value, 1, text_of(L"805305/0017")), 1014, "a birth number that is none");
    check(!lstrcmpW(property(client, L"AbiVersion"), L"1") && property(client, L"Version")[0] == L'1', "the versions");
    invoke(client, CALL, L"StatusName", &value, 1, number_of(1011));
    check(V_VT(&value) == VT_BSTR && !lstrcmpW(V_BSTR(&value), L"VD_X011_EMAIL"), "the name of a status");
    VariantClear(&value);
    invoke(client, CALL, L"StatusText", &value, 2, number_of(24), text_of(L"en"));
    check(V_VT(&value) == VT_BSTR && !wcsncmp(V_BSTR(&value), L"The server", 10), "the text of a status");
    VariantClear(&value);
    SysFreeString(name);
    release(client);
}

/* Named arguments, as VBA's MeetId:="..." passes them. */
static void try_named_arguments(void)
{
    IDispatch *client = sandbox_client();
    LPOLESTR names[] = { L"checkinvitation", L"MeetStart", L"PACIENTJMENO" };
    DISPID numbers[3];
    VARIANT arguments[2], value;
    DISPPARAMS parameters;
    HRESULT done = IDispatch_GetIDsOfNames(client, &IID_NULL, names, 3, LOCALE_USER_DEFAULT, numbers);
    check(done == S_OK && numbers[1] == 4 && numbers[2] == 0, "names and parameters are found whatever their case: %08lx", (unsigned long)done);
    arguments[0] = date_of(START);
    arguments[1] = text_of(JANA);
    parameters.rgvarg = arguments;
    parameters.rgdispidNamedArgs = numbers + 1;
    parameters.cArgs = parameters.cNamedArgs = 2;
    VariantInit(&value);
    done = IDispatch_Invoke(client, numbers[0], &IID_NULL, 0, CALL, &parameters, &value, NULL, NULL);
    check(done == S_OK && !lstrcmpW(at(V_DISPATCH(&value), L"/errors/0/status"), L"1013"), "named arguments reach their parameters");
    VariantClear(&value);
    VariantClear(&arguments[1]);
    release(client);
}

static void verify_fails(const WCHAR *url, const WCHAR *key, const WCHAR *option, VARIANT set, int status, const char *sentence)
{
    IDispatch *client = prepared_client();
    HRESULT done;
    set_option(client, L"retries", number_of(0));
    if (option) { set_option(client, option, set); }
    done = open_at(client, url, key);
    if (SUCCEEDED(done)) { done = invoke(client, CALL, L"Verify", NULL, 0); }
    fails(client, done, status, sentence);
    release(client);
}

static void list_fails(const char *fault, int status, const char *sentence)
{
    IDispatch *client = sandbox_client();
    char order[512];
    sprintf(order, "POST /_control/faults %s", fault);
    control(order);
    fails(client, invoke(client, CALL, L"Meetings", NULL, 0), status, sentence);
    control("DELETE /_control/faults");
    release(client);
}

static void invite_fails(const WCHAR *name, const WCHAR *email, const WCHAR *phone, VARIANT born, VARIANT start, int status, const char *sentence)
{
    IDispatch *client = sandbox_client();
    fails(client, invoke(client, CALL, L"Invite", NULL, 5, text_of(name), text_of(email), text_of(phone), born, start), status, sentence);
    release(client);
}

static void try_errors(void)
{
    IDispatch *client, *other;
    VARIANT value;
    const WCHAR *url = wide_setting("VD_HTTPS");
    WCHAR https[256];
    IErrorInfo *info = NULL;
    ISupportErrorInfo *support = NULL;
    BSTR said = NULL;
    lstrcpynW(https, url, 256);
    control("POST /_control/reset {}");
    control("PUT /_control/clock {\"set\":\"2030-11-22 09:15\",\"frozen\":true}");
    verify_fails(https, L"", NULL, of_type(VT_EMPTY), 4, "an empty key");
    verify_fails(L"ftp://example.cz", L"k", NULL, of_type(VT_EMPTY), 4, "an address that is none");
    verify_fails(https, L"k", L"no_such_option", number_of(1), 4, "an option that does not exist");
    verify_fails(L"https://127.0.0.1:1", L"k", NULL, of_type(VT_EMPTY), 21, "nobody who listens");
    verify_fails(L"https://no-such-host.invalid", L"k", NULL, of_type(VT_EMPTY), 20, "a host that does not exist");
    verify_fails(https, L"k", L"proxy", text_of(L"http://127.0.0.1:1"), 23, "a proxy that is not there");
    verify_fails(https, L"k", L"ca_file", of_type(VT_EMPTY), 26, "an authority that nobody trusts");
    verify_fails(https, L"nobodys-key", NULL, of_type(VT_EMPTY), 1002, "a key that the service does not know");
    control("POST /_control/faults {\"path\":\"/api_verify/\",\"delay_ms\":3000}");
    verify_fails(https, L"sandbox-practice-1", L"timeout_ms", number_of(500), 24, "a service that does not answer in time");
    control("DELETE /_control/faults");
    list_fails("{\"path\":\"/api_meet_list/\",\"status\":502,\"times\":9}", 40, "an error page");
    list_fails("{\"path\":\"/api_meet_list/\",\"status\":200,\"body\":{\"text\":\"<html>Login</html>\"},\"times\":9}", 41, "a login page");
    list_fails("{\"path\":\"/api_meet_list/\",\"redirect\":\"https://example.cz/\",\"times\":9}", 42, "a redirect");
    list_fails("{\"path\":\"/api_meet_list/\",\"body\":{\"huge\":33554433},\"times\":9}", 43, "a reply past the limit");
    list_fails("{\"path\":\"/api_meet_list/\",\"cut_before_acting\":true,\"times\":9}", 25, "a connection that breaks");
    invite_fails(L"J", L"jana@example.cz", L"", number_of(1980), date_of(START), 1010, "a name that is none");
    invite_fails(JANA, L"jana", L"", number_of(1980), date_of(START), 1011, "an e-mail that is none");
    invite_fails(JANA, L"", L"12", number_of(1980), date_of(START), 1012, "a phone that is none");
    invite_fails(JANA, L"", L"", number_of(1980), date_of(START), 1013, "no contact");
    invite_fails(JANA, L"jana@example.cz", L"", number_of(80), date_of(START), 1014, "a year that is none");
    invite_fails(JANA, L"jana@example.cz", L"", number_of(1980), text_of(L"tomorrow"), 1020, "a start that is none");
    invite_fails(JANA, L"jana@example.cz", L"", number_of(1980), date_of(40000.0), 1021, "a start that has passed");
    invite_fails(JANA, L"jana@example.cz", L"", number_of(1980), date_of(47810.0 + 3.5 / 24), 1022, "a start in the outage");

    client = sandbox_client();
    other = invite(client, date_of(START));
    release(other);
    fails(client, invoke(client, CALL, L"Invite", NULL, 5, text_of(L"Petr Svoboda"), text_of(L"petr@example.cz"), text_of(L""), number_of(1975), date_of(START)), 1024, "a start that is taken");
    other = object_of(invoke(client, CALL, L"LastError", &value, 0), &value);
    check(other && property(other, L"ExistingMeetId")[0] && !lstrcmpiW(property(other, L"ExistingSamePatient"), L"False"), "LastError tells which call stands at the start");
    check(other && !lstrcmpW(property(other, L"Code"), L"X024") && !lstrcmpW(property(other, L"Source"), L"server") && property(other, L"Detail")[0], "and the rest");
    release(other);
    fails(client, invoke(client, CALL, L"Export", NULL, 1, text_of(L"unknown")), 1004, "a meeting that is not known");
    check(IDispatch_QueryInterface(client, &IID_ISupportErrorInfo, (void **)&support) == S_OK && ISupportErrorInfo_InterfaceSupportsErrorInfo(support, &IID_IDispatch) == S_OK, "IErrorInfo is offered");
    if (support) { ISupportErrorInfo_Release(support); }
    SetErrorInfo(0, NULL);
    invoke(client, CALL, L"Detail", NULL, 1, text_of(L""));
    check(GetErrorInfo(0, &info) == S_OK && SUCCEEDED(IErrorInfo_GetDescription(info, &said)) && said && !lstrcmpW(said, thrown.bstrDescription), "and says what EXCEPINFO says");
    SysFreeString(said);
    if (info) { IErrorInfo_Release(info); }
    release(client);

    client = new_client();
    fails(client, invoke(client, CALL, L"Meetings", NULL, 0), 4, "a call before Open");
    release(client);
}

/* The answer of an invitation is lost and the list shows it; or it does not, and nothing is sent again. */
static void try_lost_answers(void)
{
    IDispatch *client = sandbox_client(), *made;
    control("POST /_control/reset {}");
    control("PUT /_control/clock {\"set\":\"2030-11-22 09:15\",\"frozen\":true}");
    control("POST /_control/faults {\"path\":\"/api_meet_add/\",\"cut_reply_after\":0}");
    made = invite(client, date_of(START + 1));
    check(made && !lstrcmpiW(property(made, L"Reconciled"), L"True"), "an invitation whose answer is lost is found");
    release(made);
    release(client);
}

/* The length of a file whose beginning is as it has to be; 0 if it is not. */
static long file_of_kind(const WCHAR *path, const char *beginning)
{
    char head[8] = "";
    long length = 0;
    FILE *file = _wfopen(path, L"rb");
    if (!file) { return 0; }
    if (fread(head, 1, 4, file) == 4 && !strncmp(head, beginning, strlen(beginning))) { fseek(file, 0, SEEK_END); length = ftell(file); }
    fclose(file);
    return length;
}

static VARIANT object_value(IDispatch *object)
{
    VARIANT value = of_type(VT_DISPATCH);
    V_DISPATCH(&value) = object;
    if (object) { IDispatch_AddRef(object); }
    return value;
}

/* A move: the patient's fields that are left out stay; the old call that cannot be removed is told. */
static void try_moving(void)
{
    IDispatch *client = sandbox_client(), *made, *moved, *detail, *last;
    VARIANT value;
    WCHAR old[64], id[64];
    control("POST /_control/reset {}");
    control("PUT /_control/clock {\"set\":\"2030-11-22 09:15\",\"frozen\":true}");
    made = invite(client, date_of(START));
    lstrcpynW(old, property(made, L"MeetId"), 64);
    moved = object_of(invoke(client, CALL, L"Move", &value, 2, object_value(made), date_of(START + 1)), &value);
    release(made);
    check(moved && !lstrcmpiW(property(moved, L"Moved"), L"True") && !lstrcmpW(property(moved, L"OldMeetId"), old), "a call is moved: %s", narrow(thrown.bstrDescription));
    check(moved && !lstrcmpiW(property(moved, L"OldWasGone"), L"False") && !wcsncmp(property(moved, L"MeetUrl"), L"https://", 8), "with an address of its own");
    lstrcpynW(id, property(moved, L"MeetId"), 64);
    release(moved);
    detail = object_of(invoke(client, CALL, L"Detail", &value, 1, text_of(id)), &value);
    check(detail && !lstrcmpW(property(detail, L"PacientJmeno"), JANA) && !lstrcmpW(property(detail, L"PacientEmail"), L"jana@example.cz"), "what is left out stays as it was");
    release(detail);
    fails(client, invoke(client, CALL, L"Detail", NULL, 1, text_of(old)), 1004, "the call that was moved");

    moved = object_of(invoke(client, CALL, L"Move", &value, 6, text_of(id), text_of(L"24.11.2030 10:00"), of_type(VT_NULL), of_type(VT_ERROR), text_of(L"603000111"), number_of(1980)), &value);
    check(moved && !lstrcmpiW(property(moved, L"Moved"), L"False") && !lstrcmpW(property(moved, L"MeetId"), id), "a call that starts then already is left alone: %s", narrow(thrown.bstrDescription));
    release(moved);
    moved = object_of(invoke(client, CALL, L"Move", &value, 6, text_of(id), date_of(START + 2), text_of(L""), of_type(VT_EMPTY), text_of(L"603000111"), of_type(VT_ERROR)), &value);
    lstrcpynW(id, moved ? property(moved, L"MeetId") : L"", 64);
    release(moved);
    detail = object_of(invoke(client, CALL, L"Detail", &value, 1, text_of(id)), &value);
    check(detail && !lstrcmpW(property(detail, L"PacientTelefon"), L"603000111") && !lstrcmpW(property(detail, L"PacientJmeno"), JANA), "what is given takes the old value's place");
    release(detail);

    control("POST /_control/faults {\"path\":\"/api_meet_remove/\",\"code\":\"X005\",\"times\":2}");
    fails(client, invoke(client, CALL, L"Move", NULL, 2, text_of(id), date_of(START + 3)), 51, "an old call that cannot be removed");
    last = object_of(invoke(client, CALL, L"LastError", &value, 0), &value);
    check(last && property(last, L"MovedMeetId")[0] && lstrcmpW(property(last, L"MovedMeetId"), id) && !wcsncmp(property(last, L"MovedMeetUrl"), L"https://", 8), "LastError tells the new call");
    release(last);
    control("DELETE /_control/faults");
    moved = object_of(invoke(client, CALL, L"Move", &value, 2, text_of(id), date_of(START + 3)), &value);
    check(moved && !lstrcmpiW(property(moved, L"Reconciled"), L"True"), "the same move again ends it: %s", narrow(thrown.bstrDescription));
    release(moved);
    fails(client, invoke(client, CALL, L"Move", NULL, 1, text_of(id)), 4, "a move without a start");
    fails(client, invoke(client, CALL, L"Move", NULL, 2, text_of(L"unknown"), date_of(START)), 1004, "a move of a call that is not known");
    release(client);
}

/* Lists compared, a calendar entry, a QR code: of objects and of their JSON. */
static void try_offline(void)
{
    static const WCHAR *const files[] = { L"K\u00f3d \u0158eho\u0159.bmp", L"k\u00f3d.png", L"k\u00f3d.svg" };
    static const char *const beginnings[] = { "BM", "\x89PNG", "<" };
    IDispatch *client = sandbox_client(), *unopened = new_client(), *made, *detail, *before, *after, *reply, *item;
    VARIANT value, options;
    int i;
    control("POST /_control/reset {}");
    control("PUT /_control/clock {\"set\":\"2030-11-22 09:15\",\"frozen\":true}");
    before = object_of(invoke(client, CALL, L"Meetings", &value, 0), &value);
    made = invite(client, date_of(START));
    after = object_of(invoke(client, CALL, L"Meetings", &value, 0), &value);
    reply = object_of(invoke(unopened, CALL, L"Changes", &value, 2, object_value(before), object_value(after)), &value);
    check(reply && !lstrcmpW(at(reply, L"/added/0/pacient_jmeno"), JANA) && !at(reply, L"/added/1/meet_id")[0], "two lists are compared, also before Open: %s", narrow(thrown.bstrDescription));
    release(reply);
    reply = object_of(invoke(client, CALL, L"Changes", &value, 2, text_of(property(after, L"Json")), text_of(L"[]")), &value);
    check(reply && !lstrcmpW(at(reply, L"/removed/0/pacient_jmeno"), JANA), "as JSON, too: %s", narrow(thrown.bstrDescription));
    release(reply);
    reply = object_of(invoke(client, CALL, L"Changes", &value, 2, of_type(VT_NULL), object_value(after)), &value);
    check(reply && !lstrcmpW(at(reply, L"/added/0/pacient_jmeno"), JANA) && !lstrcmpW(at(reply, L"/unchanged"), L"0"), "without a list before, all are added: %s", narrow(thrown.bstrDescription));
    release(reply);
    fails(client, invoke(client, CALL, L"Changes", NULL, 2, text_of(L"{"), text_of(L"[]")), 4, "what is no list");
    fails(client, invoke(client, CALL, L"Changes", NULL, 2, object_value(client), text_of(L"[]")), 4, "an object that is no list");

    detail = object_of(invoke(client, CALL, L"Detail", &value, 1, object_value(made)), &value);
    options = fields_of(L"summary", L"Kontrola \u0158");
    check(SUCCEEDED(invoke(unopened, CALL, L"Calendar", &value, 2, object_value(detail), options)) && V_VT(&value) == VT_BSTR, "a calendar entry is made: %s", narrow(thrown.bstrDescription));
    check(V_VT(&value) == VT_BSTR && wcsstr(V_BSTR(&value), L"DTSTART;TZID=Europe/Prague:20301123T100000\r\n") && wcsstr(V_BSTR(&value), L"SUMMARY:Kontrola \u0158\r\n"), "of its start, with the options of an array");
    VariantClear(&value);
    check(SUCCEEDED(invoke(client, CALL, L"Calendar", &value, 2, text_of(property(made, L"Json")), text_of(L"{\"duration_min\":20}"))) && V_VT(&value) == VT_BSTR
        && wcsstr(V_BSTR(&value), L"DTEND;TZID=Europe/Prague:20301123T102000\r\n"), "of the answer to the invitation, with JSON: %s", narrow(thrown.bstrDescription));
    VariantClear(&value);
    options = of_type(VT_ARRAY | VT_VARIANT);
    V_ARRAY(&options) = SafeArrayCreateVector(VT_VARIANT, 0, 2);
    for (i = 0; i < 2; i++) {
        LONG place = i;
        VARIANT part = i ? number_of(30) : text_of(L"duration_min");
        SafeArrayPutElement(V_ARRAY(&options), &place, &part);
        VariantClear(&part);
    }
    check(SUCCEEDED(invoke(client, CALL, L"Calendar", &value, 2, object_value(detail), options)) && V_VT(&value) == VT_BSTR && wcsstr(V_BSTR(&value), L"T103000\r\n"), "a number in the array is a number: %s", narrow(thrown.bstrDescription));
    VariantClear(&value);
    fails(client, invoke(client, CALL, L"Calendar", NULL, 2, object_value(detail), text_of(L"{\"no_such\":1}")), 4, "an option that does not exist in a calendar");
    fails(client, invoke(client, CALL, L"Calendar", NULL, 1, of_type(VT_EMPTY)), 1, "no meeting");

    for (i = 0; i < 3; i++) {
        long length;
        reply = object_of(invoke(client, CALL, L"QrCode", &value, 3, object_value(detail), text_of(files[i]), number_of(300)), &value);
        length = file_of_kind(files[i], beginnings[i]);
        check(reply && length > 100 && _wtoi(at(reply, L"/bytes")) == length, "a QR code of a meeting is saved (%d): %s", i, narrow(thrown.bstrDescription));
        release(reply);
    }
    reply = object_of(invoke(unopened, CALL, L"QrCode", &value, 1, text_of(L"https://demo.videodoktor.cz/meet/abc")), &value);
    check(reply && !wcsncmp(at(reply, L"/svg"), L"<svg", 4) && wcsstr(at(reply, L"/svg"), L"512"), "without a path it is a drawing, 512 wide: %s", narrow(thrown.bstrDescription));
    release(reply);
    fails(client, invoke(client, CALL, L"QrCode", NULL, 3, text_of(L"x"), text_of(L"k\u00f3d.gif"), of_type(VT_ERROR)), 4, "an ending that is not known");
    fails(client, invoke(client, CALL, L"QrCode", NULL, 3, text_of(L"x"), text_of(L"no such folder\\k\u00f3d.bmp"), of_type(VT_ERROR)), 60, "a folder that is not there");
    fails(client, invoke(client, CALL, L"QrCode", NULL, 3, text_of(L"x"), of_type(VT_ERROR), number_of(1)), 4, "a size that is not possible");
    item = object_of(invoke(client, CALL, L"LastError", &value, 0), &value);
    check(item && property(item, L"Detail")[0], "LastError says why");
    release(item);
    release(made);
    release(detail);
    release(before);
    release(after);
    release(unopened);
    release(client);
}

/* What oleaut32 makes of the type library: each member of each interface has its number in our table. */
static void try_type_library(void)
{
    IDispatch *client = new_client();
    ITypeInfo *info = NULL;
    ITypeLib *library = NULL;
    UINT index, i, members = 0, unknown = 0;
    check(IDispatch_GetTypeInfo(client, 0, 0, &info) == S_OK && ITypeInfo_GetContainingTypeLib(info, &library, &index) == S_OK, "the type library can be read");
    if (info && library) {
        TYPEATTR *type;
        ITypeInfo_GetTypeAttr(info, &type);
        check(type->typekind == TKIND_DISPATCH, "the interface is a dispinterface: no vtable is promised");
        for (i = 0; i < type->cFuncs; i++) {
            FUNCDESC *function;
            DISPPARAMS none = { NULL, NULL, 0, 0 };
            HRESULT done;
            ITypeInfo_GetFuncDesc(info, i, &function);
            done = IDispatch_Invoke(client, function->memid, &IID_NULL, 0, CALL, &none, NULL, NULL, NULL);
            if (function->memid < 1000 && !(function->wFuncFlags & FUNCFLAG_FRESTRICTED)) {
                members++;
                unknown += done == DISP_E_MEMBERNOTFOUND;
            }
            ITypeInfo_ReleaseFuncDesc(info, function);
        }
        ITypeInfo_ReleaseTypeAttr(info, type);
        check(members >= 25 && unknown == 0, "every member of the type library is served: %u, %u not", members, unknown);
        check(ITypeLib_GetTypeInfoCount(library) == 10, "five interfaces and five classes: %u", ITypeLib_GetTypeInfoCount(library));
        ITypeLib_Release(library);
        ITypeInfo_Release(info);
    }
    release(client);
}

int main(void)
{
    CoInitialize(NULL);
    try_a_day();
    try_arguments();
    try_named_arguments();
    try_errors();
    try_lost_answers();
    try_moving();
    try_offline();
    try_type_library();
    return finish();
}
