/* The floating-point promise: whatever state the host is in, every export works and gives it back to the bit; so do loading and the log callback. */
#include "sandbox_client.h"

typedef struct { unsigned char x87[28]; unsigned mxcsr; } state;

static void store(state *now)
{
    __asm__ volatile("fnstenv %0\n\tfldenv %0\n\tstmxcsr %1" : "=m"(now->x87), "=m"(now->mxcsr) : : "memory");
}

static void load_state(unsigned short control, unsigned mxcsr)
{
    __asm__ volatile("fninit\n\tfldcw %0\n\tldmxcsr %1" : : "m"(control), "m"(mxcsr) : "memory");
}

/* Control, status and tag word, and MXCSR; what follows them is where the last instruction was. */
static int same(const state *a, const state *b) { return !memcmp(a->x87, b->x87, 12) && a->mxcsr == b->mxcsr; }

static const struct { unsigned short control; unsigned mxcsr; const char *name; } hosts[] = {
    { 0x1332, 0x1920, "Delphi before 12 (1332, 1920)" },
    { 0x1372, 0x1920, "Delphi before 12 with the FPU's denormals (1372, 1920)" },
    { 0x1332, 0x1900, "Delphi on Win64 (1332, 1900)" },
    { 0x0000, 0x0000, "every trap on" },
    { 0x0F7F, 0xFFC0, "everything masked, rounding and flushing changed" }
};

static unsigned host;
static state before;
static int logged, logged_in_host_state;

static void enter(void) { load_state(hosts[host].control, hosts[host].mxcsr); store(&before); }

/* To be called right after the export: the C library below may change flags. */
static void leave(const char *name)
{
    state after;
    store(&after);
    load_state(0x037F, 0x1F80);
    check(same(&before, &after), "%s leaves the state of %s", name, hosts[host].name);
}

static void log_line(int32_t level, const char *message, void *user_data)
{
    state now;
    store(&now);
    (void)level; (void)message; (void)user_data;
    logged++;
    logged_in_host_state += same(&before, &now);
}

#define PROMISE(name, call) enter(); call; leave(#name)

/* The system's verifier runs Windows' own code in our thread: it must not change anything either. */
static void try_systems_verifier(void)
{
    char *json = NULL;
    vd_client *client = NULL;
    vd_status status;
    vd.vd_client_new(setting("VD_HTTPS"), "sandbox-app-key", "sandbox-practice-1", "{\"proxy\":\"none\",\"retries\":0}", &client, NULL);
    PROMISE(vd_verify with the system roots, status = vd.vd_verify(client, &json));
    /* Wine stumbles over the missing revocation data before it looks for the authority */
    expect(status, status == VD_ERR_TLS ? VD_ERR_TLS : VD_ERR_TLS_UNTRUSTED, json, "an authority that the system does not know is not trusted");
    vd.vd_client_free(client);
}

static void try_everything(void)
{
    static const char odd[] = "[{\"n\":17976931348623157000000e300},1e-400,1e999]";
    char *json = NULL, *text = NULL;
    const char *fixed = NULL;
    vd_client *client = NULL;
    vd_status status = 0;
    uint32_t abi = 0;
    int32_t number = 0;
    char options[256], id[256] = "";
    sprintf(options, "{\"proxy\":\"none\",\"ca_file\":\"%s\",\"tls_roots\":\"%s\",\"retries\":0}", CA_FILE, setting("VD_TLS_ROOTS"));

    PROMISE(vd_abi_version, abi = vd.vd_abi_version());
    check(abi == 1, "the ABI is 1");
    PROMISE(vd_version, fixed = vd.vd_version());
    PROMISE(vd_status_name, fixed = vd.vd_status_name(1011));
    PROMISE(vd_status_text, fixed = vd.vd_status_text(1011, "cs"));
    check(fixed && *fixed, "a status has a text");
    PROMISE(vd_set_log, status = vd.vd_set_log(log_line, NULL, 4));
    PROMISE(vd_client_new, status = vd.vd_client_new(setting("VD_HTTPS"), "sandbox-app-key", "sandbox-practice-1", options, &client, &json));
    expect(status, VD_OK, json, "a client is made");
    PROMISE(vd_verify, status = vd.vd_verify(client, &json));
    expect(status, VD_OK, json, "the keys are good");
    PROMISE(vd_time, status = vd.vd_time(client, &json));
    expect(status, VD_OK, json, "the service has a clock");
    PROMISE(vd_meet_add, status = vd.vd_meet_add(client, JANA, "jana@example.cz", "", "1980", "23.11.2090 10:00", &json));
    enter(); status = vd.vd_json_get(json, "/meet_id", &text); leave("vd_json_get");
    if (text) { strcpy(id, text); }
    vd.vd_string_free(text);
    expect(status, VD_OK, json, "a patient is invited");
    PROMISE(vd_meet_list, status = vd.vd_meet_list(client, &json));
    PROMISE(vd_json_length, vd.vd_json_length(json, "", &number));
    check(number == 1, "one call is in the list");
    PROMISE(vd_string_free, vd.vd_string_free(json));
    control("POST /_control/faults {\"path\":\"/api_meet_list/\",\"body\":{\"text\":\"[{\\\"meet_id\\\":\\\"a\\\",\\\"n\\\":17976931348623157000000e300}]\"}}");
    PROMISE(vd_meet_list, status = vd.vd_meet_list(client, &json));
    vd.vd_string_free(json);
    check(status == VD_OK || status == VD_ERR_BAD_REPLY, "a number that traps in other hosts is read or refused");
    PROMISE(vd_meet_detail, status = vd.vd_meet_detail(client, id, &json));
    expect(status, VD_OK, json, "a call is read");
    PROMISE(vd_meet_export, status = vd.vd_meet_export(client, id, &json));
    vd.vd_string_free(json);
    PROMISE(vd_meet_export_save, status = vd.vd_meet_export_save(client, id, "none.pdf", &json));
    vd.vd_string_free(json);
    PROMISE(vd_call, status = vd.vd_call(client, "api_meet_list", NULL, &json));
    expect(status, VD_OK, json, "a call is made by its name");
    PROMISE(vd_meet_move, status = vd.vd_meet_move(client, id, NULL, NULL, NULL, NULL, "23.11.2090 10:00", &json));
    expect(status, VD_OK, json, "a call that is at its start already stays there");
    PROMISE(vd_meet_remove, status = vd.vd_meet_remove(client, id, &json));
    expect(status, VD_OK, json, "a call is removed");
    PROMISE(vd_diagnose, status = vd.vd_diagnose(client, &json));
    expect(status, VD_OK, json, "the way is clear");
    PROMISE(vd_check_invitation, status = vd.vd_check_invitation("", "?", "1e999", "17976931348623157000000e300", "1e999", &json));
    expect(status, VD_X010_NAME, json, "all is wrong with this invitation");
    PROMISE(vd_meet_changes, status = vd.vd_meet_changes(NULL, odd, &json));
    expect(status, VD_OK, json, "a first list is all new");
    PROMISE(vd_qr, status = vd.vd_qr("https://demo.videodoktor.cz/meet/abc", "kod.bmp", 256, &json));
    expect(status, VD_OK, json, "a QR code is drawn");
    PROMISE(vd_meet_ics, status = vd.vd_meet_ics("{\"meet_id\":\"a\"}", "{\"start\":\"23.11.2090 10:00\"}", &text));
    check(status == VD_OK && text && !strncmp(text, "BEGIN:VCALENDAR", 15), "a calendar is written");
    vd.vd_string_free(text);
    PROMISE(vd_birth_year, status = vd.vd_birth_year("805305/0016", &number));
    check(status == VD_OK && number == 1980, "a year of birth");
    PROMISE(vd_json_get, status = vd.vd_json_get(odd, "/0/n", &text));
    check(status == VD_OK && text && !strcmp(text, "17976931348623157000000e300"), "an odd number is handed on to the last digit");
    vd.vd_string_free(text);
    PROMISE(vd_client_prepare, status = vd.vd_client_prepare(client));
    check(status == VD_OK, "a call is announced");
    PROMISE(vd_client_interrupt, status = vd.vd_client_interrupt(client));
    PROMISE(vd_client_free, status = vd.vd_client_free(client));
    check(status == VD_OK, "the client is freed");
    PROMISE(vd_verify with a stale handle, status = vd.vd_verify(client, &json));
    expect(status, VD_ERR_INVALID_HANDLE, json, "a stale handle is known");
    vd.vd_set_log(NULL, NULL, 0);
}

int main(void)
{
    enter();
    load();
    leave("loading");
    for (host = 0; host < sizeof hosts / sizeof *hosts; host++) {
        control("POST /_control/reset {}");
        logged = logged_in_host_state = 0;
        try_everything();
        try_systems_verifier();
        check(logged > 0, "the log callback was called");
    }
    return finish();
}
