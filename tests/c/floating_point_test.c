/* Hosts with floating-point traps on, such as Delphi before 12: every export works, and leaves the state as it was, to the bit. */
#include <fenv.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "every_call.h"
#include "sandbox.h"
#include "stories.h"

#if defined(__x86_64__) || defined(__i386__)

typedef struct state {
    const char *name;
    unsigned short x87;
    unsigned int mxcsr;
} state;

static const state states[] = {
    {"the default", 0x037F, 0x1F80},
    {"Delphi 7 to 11, 32 bit", 0x1332, 0x1900},
    {"Delphi 64 bit, and after an inexact result", 0x1332, 0x1920},
    {"all traps", 0x0340, 0x0000},
    {"all traps but inexact", 0x0360, 0x1000},
    {"rounding towards zero, tiny numbers are zero", 0x0F7F, 0xFFC0},
    {"rounding down, single precision", 0x047F, 0x3F80},
    {"rounding up, double precision, traps", 0x0A72, 0x5900}
};
enum { STATES = sizeof states / sizeof states[0] };

/* Bits that a processor fixes, such as the seventh of the x87 word, read as it likes. */
static const unsigned short X87_BITS = 0x1F3F;

static void enter(const state *wanted)
{
    __asm__ volatile("fnclex\n\tfldcw %0\n\tldmxcsr %1" : : "m"(wanted->x87), "m"(wanted->mxcsr) : "memory");
}

/* Reads the state, and leaves the default in force, in which C may compute again. */
static state leave(void)
{
    static const unsigned short x87 = 0x037F;
    static const unsigned int mxcsr = 0x1F80;
    state found = {"found", 0, 0};
    __asm__ volatile("fnstcw %0\n\tstmxcsr %1" : "=m"(found.x87), "=m"(found.mxcsr) : : "memory");
    __asm__ volatile("fnclex\n\tfldcw %0\n\tldmxcsr %1" : : "m"(x87), "m"(mxcsr) : "memory");
    return found;
}

static state peek(void)
{
    state found = {"found", 0, 0};
    __asm__ volatile("fnstcw %0\n\tstmxcsr %1" : "=m"(found.x87), "=m"(found.mxcsr) : : "memory");
    return found;
}

static int differ(const state *wanted, const state *found)
{
    return ((wanted->x87 ^ found->x87) & X87_BITS) != 0 || wanted->mxcsr != found->mxcsr;
}

static void check_same(const state *wanted, const state *found)
{
    CHECK_NUMBER(wanted->x87 & X87_BITS, found->x87 & X87_BITS);
    CHECK_NUMBER(wanted->mxcsr, found->mxcsr);
}

static void check_call(const named_call *call, scene *here, const state *wanted)
{
    char what[160], *json = NULL;
    vd_status status;
    state found;
    sprintf(what, "%s, %s", call->name, wanted->name);
    about(what);
    enter(wanted);
    status = call->make(here, &json);
    found = leave();
    CHECK_STATUS(VD_OK, status);
    check_same(wanted, &found);
    vd_string_free(json);
    about(NULL);
}

static void every_export_keeps_the_host_s_state_and_works_in_it(void)
{
    int i, j;
    for (i = 0; i < STATES; i++) {
        scene here;
        set_scene(&here);
        for (j = 0; j < client_call_count; j++) { check_call(&client_calls[j], &here, &states[i]); }
        for (j = 0; j < other_call_count; j++) { check_call(&other_calls[j], &here, &states[i]); }
        strike_scene(&here);
    }
}

static void an_error_keeps_the_state_too(void)
{
    int i;
    for (i = 0; i < STATES; i++) {
        vd_status status;
        state found;
        char *json = NULL;
        about(states[i].name);
        enter(&states[i]);
        status = vd_meet_list((vd_client *)3, &json);
        found = leave();
        CHECK_STATUS(VD_ERR_INVALID_HANDLE, status);
        check_same(&states[i], &found);
        vd_string_free(json);
    }
}

/* The number on which a parser of JSON raises overflow and invalid: with traps on, that ended the process. */
static void a_number_beyond_all_bounds_does_not_trap(void)
{
    int i;
    for (i = 0; i < STATES; i++) {
        vd_client *client;
        vd_status status;
        char *json = NULL;
        state found;
        reset_service();
        client = a_client("");
        about(states[i].name);
        next_request("/api_meet_list/", "\"body\":{\"text\":\"[{\\\"meet_id\\\":\\\"a\\\",\\\"meet_url\\\":\\\"u\\\",\\\"meet_active\\\":17976931348623157000000e300,"
                                        "\\\"odd\\\":17976931348623157000000e300}]\"}");
        enter(&states[i]);
        status = vd_meet_list(client, &json);
        found = leave();
        CHECK(status == VD_OK || status == VD_ERR_BAD_REPLY);
        check_same(&states[i], &found);
        vd_string_free(json);
        vd_client_free(client);
    }
}

static void traps_set_as_c_sets_them_stay_set(void)
{
    vd_status status;
    char *json = NULL;
    int traps;
    feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW);
    status = vd_json_get("[17976931348623157000000e300]", "/0", &json);
    traps = fegetexcept();
    fedisableexcept(FE_ALL_EXCEPT);
    CHECK_STATUS(VD_OK, status);
    CHECK_NUMBER(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW, traps);
    CHECK_TEXT("17976931348623157000000e300", json);
    vd_string_free(json);
}

/* What a callback found on the thread that had called the library. */
typedef struct probe {
    pthread_t host;
    const state *wanted;
    vd_client *client;
    int messages, differences;
    vd_status inside;
} probe;

static void on_log(int32_t level, const char *message, void *user_data)
{
    probe *who = (probe *)user_data;
    state found = peek();
    (void)level, (void)message;
    if (!pthread_equal(pthread_self(), who->host)) { return; } /* a thread of the library's has no state of the host's */
    who->messages++;
    who->differences += differ(who->wanted, &found);
    if (who->messages == 1) { who->inside = vd_time(who->client, NULL); }
    found = peek();
    who->differences += differ(who->wanted, &found);
}

static void inside_the_log_callback_the_host_s_state_is_in_force(void)
{
    int i;
    for (i = 0; i < STATES; i++) {
        probe who;
        vd_status status;
        state found;
        reset_service();
        memset(&who, 0, sizeof who);
        who.host = pthread_self();
        who.wanted = &states[i];
        who.inside = VD_ERR_INTERNAL;
        who.client = a_client("");
        about(states[i].name);
        CHECK_STATUS(VD_OK, vd_set_log(on_log, &who, VD_LOG_DEBUG));
        enter(&states[i]);
        status = vd_meet_list(who.client, NULL);
        found = leave();
        CHECK_STATUS(VD_OK, vd_set_log(NULL, NULL, VD_LOG_DEBUG));
        CHECK_STATUS(VD_OK, status);
        CHECK_STATUS(VD_OK, who.inside);
        CHECK(who.messages > 0);
        CHECK_NUMBER(0, who.differences);
        check_same(&states[i], &found);
        vd_client_free(who.client);
    }
}

static void an_exception_that_the_host_left_pending_does_not_fire_in_the_library(void)
{
    /* x87 raises it at the next x87 instruction; the host's is its own to meet, so its flag must still be there afterwards */
    static const unsigned short masked = 0x037F, trapping = 0x037B;
    unsigned short flags = 0;
    vd_status status;
    __asm__ volatile("fnclex\n\tfldcw %0\n\tfld1\n\tfldz\n\tfdivrp\n\tfstp %%st(0)" : : "m"(masked) : "memory");
    __asm__ volatile("fldcw %0" : : "m"(trapping) : "memory");
    status = vd_json_get("[1]", "/0", NULL);
    __asm__ volatile("fnstsw %0" : "=m"(flags));
    leave();
    CHECK_STATUS(VD_ERR_NULL_POINTER, status);
    CHECK_NUMBER(0x04, flags & 0x04);
}

void floating_point_story(void)
{
    RUN(every_export_keeps_the_host_s_state_and_works_in_it);
    RUN(an_error_keeps_the_state_too);
    RUN(a_number_beyond_all_bounds_does_not_trap);
    RUN(traps_set_as_c_sets_them_stay_set);
    RUN(inside_the_log_callback_the_host_s_state_is_in_force);
    RUN(an_exception_that_the_host_left_pending_does_not_fire_in_the_library);
}

#else

/* Other processors have no traps that a host could leave on. */
void floating_point_story(void) {}

#endif
