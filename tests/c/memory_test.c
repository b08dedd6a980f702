/* What stays in memory, and what happens where memory or stack is short. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "alone.h"
#include "check.h"
#include "every_call.h"
#include "proxy.h"
#include "sandbox.h"
#include "stories.h"

/* Sanitizers have their own memory: it cannot be searched or limited. */
#if defined(__SANITIZE_ADDRESS__)
#define MEMORY_IS_OURS 0
#else
#define MEMORY_IS_OURS 1
#endif

#define START "3.12.2090 10:00"
#define NAME "Kan\303\241rkov\303\241 \305\275lut\304\233na"
#define EMAIL "zlutena@kanari.example"
#define PHONE "739444222"
#define BIRTH_NUMBER "315512/123"
#define TOKEN "kanari-zeton-55aa77"
#define PROXY_LOGIN "a2FuYXJpOmhlc2xvLWthbmFya2EtNzc=" /* kanari:heslo-kanarka-77 */

/* Kept by the host itself: whoever looks must find it. Put together at run time, so that it is in no file. */
static char *kept_by_the_host(void)
{
    static const char parts[2][16] = {"neuvolneny-", "kanarek"};
    char *text = (char *)malloc(32);
    sprintf(text, "%s%s", parts[0], parts[1]);
    return text;
}

/* What the host puts together on its way must not be taken for what the library left. */
static void wipe(char *text)
{
    volatile char *byte;
    for (byte = text; *byte; byte++) { *byte = '\0'; }
}

static vd_client *client_behind_proxy(const char *port)
{
    vd_client *client = NULL;
    char proxy_option[128], *options;
    sprintf(proxy_option, "\"proxy\":\"http://kanari:%s@127.0.0.1:%s\"", "heslo-kanarka-77", port);
    options = client_options(proxy_option);
    CHECK_STATUS(VD_OK, vd_client_new(service_url(), app_key(), api_key(), options, &client, NULL));
    wipe(options);
    wipe(proxy_option);
    free(options);
    return client;
}

enum { MOST_TEXTS = 32 };

typedef struct texts {
    char *held[MOST_TEXTS];
    int count;
} texts;

static char **next_text(texts *all)
{
    all->held[all->count] = NULL;
    return &all->held[all->count++];
}

/* Every call that brings or takes something secret, the answers held. The first uses the token that `vd_verify` was given: a scripted one,
   which the service refuses, so that another is fetched. */
static void make_every_call(vd_client *client, const char *reported_id, const char *path, texts *all)
{
    char *meet_id = NULL, *meet_url = NULL, *detail;
    int32_t year = 0;
    CHECK_STATUS(VD_OK, vd_verify(client, next_text(all)));
    CHECK_STATUS(VD_OK, vd_meet_list(client, next_text(all)));
    CHECK_STATUS(VD_OK, vd_time(client, next_text(all)));
    CHECK_STATUS(VD_OK, vd_meet_add(client, NAME, EMAIL, "+420 " PHONE, "1931", START, next_text(all)));
    CHECK_STATUS(VD_OK, vd_json_get(all->held[all->count - 1], "/meet_id", &meet_id));
    CHECK_STATUS(VD_OK, vd_json_get(all->held[all->count - 1], "/meet_url", &meet_url));
    CHECK_STATUS(VD_X024_START_TAKEN, vd_meet_add(client, NAME, EMAIL, PHONE, "1931", START, next_text(all)));
    CHECK_STATUS(VD_X011_EMAIL, vd_meet_add(client, NAME, EMAIL "@", PHONE, "1931", START, next_text(all)));
    CHECK_STATUS(VD_OK, vd_meet_list(client, next_text(all)));
    CHECK_STATUS(VD_OK, vd_meet_detail(client, meet_id, next_text(all)));
    detail = all->held[all->count - 1];
    CHECK_STATUS(VD_OK, vd_meet_export(client, reported_id, next_text(all)));
    CHECK_STATUS(VD_OK, vd_meet_export_save(client, reported_id, path, next_text(all)));
    CHECK_STATUS(VD_OK, vd_call(client, "api_kanari", "{\"poznamka\":\"kanari-dotaz \304\215\",\"cislo\":1.5}", next_text(all)));
    CHECK_STATUS(VD_ERR_INVALID_ARGUMENT, vd_call(client, "api_kanari", "{\"poznamka\":\"kanari-dotaz\",\"x\":[]}", next_text(all)));
    CHECK_STATUS(VD_OK, vd_diagnose(client, next_text(all)));
    CHECK_STATUS(VD_OK, vd_meet_ics(detail, "{\"method\":\"REQUEST\",\"organizer\":\"ordinace@example.cz\"}", next_text(all)));
    CHECK_STATUS(VD_OK, vd_meet_changes(NULL, all->held[1], next_text(all)));
    CHECK_STATUS(VD_OK, vd_qr(meet_url, NULL, 256, next_text(all)));
    CHECK_STATUS(VD_OK, vd_meet_remove(client, meet_id, next_text(all)));
    CHECK_STATUS(VD_OK, vd_check_invitation(NAME, EMAIL, PHONE, "1931", START, next_text(all)));
    CHECK_STATUS(VD_OK, vd_birth_year(BIRTH_NUMBER, &year));
    CHECK_STATUS(VD_OK, vd_string_free(meet_id));
    CHECK_STATUS(VD_OK, vd_string_free(meet_url));
}

void leave_nothing_behind(void)
{
    texts all;
    char *kept = kept_by_the_host();
    vd_client *direct = a_client(""), *ascii = a_client("\"ascii_json\":true"), *proxied = client_behind_proxy(getenv("TEST_PROXY_PORT"));
    all.count = 0;
    wipe((char *)app_key());
    wipe((char *)api_key());
    make_every_call(direct, getenv("TEST_REPORTED_ID"), getenv("TEST_REPORT_PATH"), &all);
    CHECK_STATUS(VD_OK, vd_meet_list(ascii, next_text(&all)));
    CHECK_STATUS(VD_OK, vd_meet_list(proxied, next_text(&all)));
    pause_for_a_look();
    while (all.count > 0) { CHECK_STATUS(VD_OK, vd_string_free(all.held[--all.count])); }
    CHECK_STATUS(VD_OK, vd_client_free(direct));
    CHECK_STATUS(VD_OK, vd_client_free(ascii));
    CHECK_STATUS(VD_OK, vd_client_free(proxied));
    pause_for_a_look();
    free(kept);
}

/* The `number`-th meeting's text at `name`, from the sandbox's own list. */
static char *of_meeting(const char *meetings, int number, const char *name)
{
    char pointer[64], *text = NULL;
    sprintf(pointer, "/%d/%s", number, name);
    CHECK_STATUS(VD_OK, vd_json_get(meetings, pointer, &text));
    return text;
}

static void check_gone(const other_process *other, const char *secret)
{
    about(secret);
    CHECK_NUMBER(0, count_in_memory(other, secret, 1));
    about(NULL);
}

/* Also as they stand in forms, in ASCII JSON and in a proxy's header. */
static const char *const secrets[] = {
    "Kan\303\241rkov\303\241", "lut\304\233na", "Kan%C3%A1rkov", "Kan\\u00e1rkov", "zlutena", PHONE, "739 444", "315512",
    TOKEN, "kanari-dotaz", "kanari-odpoved", "heslo-kanarka", PROXY_LOGIN
};

static void check_nothing_is_left(const other_process *other)
{
    char *meetings = ask_service("meetings");
    int32_t count = 0;
    size_t i;
    CHECK(is_down_to_one_thread(other));
    for (i = 0; i < sizeof secrets / sizeof secrets[0]; i++) { check_gone(other, secrets[i]); }
    check_gone(other, app_key());
    check_gone(other, api_key());
    CHECK_STATUS(VD_OK, vd_json_length(meetings, "", &count));
    CHECK(count > 1);
    while (count-- > 0) {
        char *meet_id = of_meeting(meetings, (int)count, "meet_id"), *report = of_meeting(meetings, (int)count, "report"), url[256];
        sprintf(url, "/meet/%.200s", meet_id);
        check_gone(other, url);
        check_gone(other, report);
        vd_string_free(meet_id);
        vd_string_free(report);
    }
    free(meetings);
}

static void nothing_secret_stays_in_memory(void)
{
    scene here;
    other_process other;
    proxy tunnels;
    char port[16], *kept = kept_by_the_host();
    set_scene(&here);
    next_request("/api_verify/", "\"body\":{\"text\":\"{\\\"token\\\":\\\"" TOKEN "\\\"}\"}");
    next_request("/api_kanari/", "\"body\":{\"text\":\"{\\\"odpoved\\\":\\\"kanari-odpoved \\\\u017d\\\"}\"}");
    tunnels = start_proxy(PROXY_LOGIN, atoi(strrchr(service_url(), ':') + 1));
    sprintf(port, "%d", tunnels.port);
    setenv("TEST_PROXY_PORT", port, 1);
    setenv("TEST_REPORTED_ID", here.reported_id, 1);
    setenv("TEST_REPORT_PATH", here.report_path, 1);
    other = start_alone("leave_nothing_behind");
    CHECK(wait_for_pause(&other));
    CHECK(count_in_memory(&other, kept, 0) > 0);
    CHECK(count_in_memory(&other, "Kan\303\241rkov\303\241", 0) > 0);
    CHECK(count_in_memory(&other, "kanari-odpoved", 0) > 0);
    let_go_on(&other);
    CHECK(wait_for_pause(&other));
    CHECK(count_in_memory(&other, kept, 0) > 0);
    check_nothing_is_left(&other);
    let_go_on(&other);
    CHECK(ended_well(&other));
    stop_proxy(&tunnels);
    free(kept);
    strike_scene(&here);
}

/* Of the address space, in bytes. */
static unsigned long memory_in_use(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file && fscanf(file, "%lu", &pages) == 1);
    if (file) { fclose(file); }
    return pages * (unsigned long)sysconf(_SC_PAGESIZE);
}

/* Allows so many bytes more than are in use; 0: as many as there are. */
static void limit_memory(unsigned long more)
{
    struct rlimit limit;
    getrlimit(RLIMIT_AS, &limit);
    limit.rlim_cur = more ? memory_in_use() + more : limit.rlim_max;
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
}

static void copy_until_memory_ends(const char *json)
{
    char *copies[100];
    int count = 0;
    vd_status status;
    limit_memory(2 * strlen(json));
    do { status = vd_json_get(json, "", &copies[count]); } while (status == VD_OK && ++count < 100);
    CHECK_STATUS(VD_ERR_TOO_LARGE, status);
    CHECK(count < 100 && copies[count] == NULL);
    limit_memory(0);
    while (count > 0) { CHECK_STATUS(VD_OK, vd_string_free(copies[--count])); }
}

/* As many as make 20 MB where TEST_LARGE is set, which takes a minute. */
static int many_meetings(void) { return getenv("TEST_LARGE") ? 60000 : 5000; }

/* Each round allows the list more memory, until it is enough. */
void get_along_with_little_memory(void)
{
    const unsigned long step = 80 * (unsigned long)many_meetings();
    vd_client *client = a_client("\"ascii_json\":true,\"prefetch_tokens\":0");
    vd_status status = VD_ERR_TOO_LARGE;
    unsigned long more;
    int refused = 0;
    CHECK_STATUS(VD_OK, vd_verify(client, NULL));
    for (more = step; status != VD_OK && more < 50 * step; more += step) {
        char *json = NULL;
        limit_memory(more);
        status = vd_meet_list(client, &json);
        if (getenv("CHECK_VERBOSE")) { printf("%lu KB: %s\n", more / 1024, vd_status_name(status)); }
        CHECK(json != NULL);
        if (status != VD_OK) {
            refused++;
            CHECK_STATUS(VD_ERR_TOO_LARGE, status);
            CHECK_JSON("VD_ERR_TOO_LARGE", json, "/error/name");
            CHECK_STATUS(VD_OK, vd_string_free(json));
            CHECK_STATUS(VD_OK, vd_verify(client, NULL));
            limit_memory(0);
        } else {
            limit_memory(0);
            copy_until_memory_ends(json);
            CHECK_STATUS(VD_OK, vd_string_free(json));
        }
    }
    CHECK_STATUS(VD_OK, status);
    CHECK(refused > 3);
    CHECK_STATUS(VD_OK, vd_client_free(client));
}

static void a_list_for_which_there_is_no_memory_is_an_error(void)
{
    other_process other;
    reset_service();
    make_up_meetings(many_meetings());
    setenv("MALLOC_ARENA_MAX", "1", 1); /* glibc keeps 64 MB of address space ready for each thread's arena */
    other = start_alone("get_along_with_little_memory");
    unsetenv("MALLOC_ARENA_MAX");
    CHECK(ended_well(&other));
    reset_service();
}

void memory_story(void)
{
    if (MEMORY_IS_OURS) {
        RUN(nothing_secret_stays_in_memory);
        RUN(a_list_for_which_there_is_no_memory_is_an_error);
    }
}
