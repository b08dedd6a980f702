/* What crossing the boundary costs: prints a line of JSON, nanoseconds a call, the best of several rounds.
 *
 *   boundary           all of them, timed
 *   boundary NAME N    only this one, so many times: for counting instructions
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "videodoktor.h"

enum { MEETINGS = 2000, ROUNDS = 15 };

static char *large;    /* a list of MEETINGS, not handed out by the library */
static char *ours;     /* the same, handed out by the library */
static int last = MEETINGS - 1;

static void nothing(void) { vd_abi_version(); }
static void stale(void) { vd_client_interrupt((vd_client *)(size_t)0x123450); }

static void check(void) {
    char *json;
    vd_check_invitation("Jana Nováková", "jana@example.cz", "777 123 456", "1980", "23.11.2090 10:00", &json);
    vd_string_free(json);
}

static void check_without_text(void) { vd_check_invitation("Jana Nováková", "jana@example.cz", "777 123 456", "1980", "23.11.2090 10:00", NULL); }

static void get(const char *json, int at) {
    char pointer[64], *text;
    snprintf(pointer, sizeof pointer, "/%d/pacient_jmeno", at);
    if (vd_json_get(json, pointer, &text) != VD_OK) abort();
    vd_string_free(text);
}

static void get_next(void) {
    static int at;
    get(ours, at++ % MEETINGS);
}
static void get_last_of_foreign(void) { get(large, last); }
static void get_small(void) {
    char *text;
    if (vd_json_get("{\"meet_id\":\"abc\",\"meet_url\":\"https://demo.videodoktor.cz/meet/abc\"}", "/meet_url", &text) != VD_OK) abort();
    vd_string_free(text);
}
static void free_foreign(void) { vd_string_free(large); }
static void year(void) {
    int32_t born;
    vd_birth_year("805512/1239", &born);
}

static const struct {
    const char *name;
    void (*act)(void);
    int times;
} boundaries[] = {
    {"the guard alone: vd_abi_version", nothing, 200000},
    {"vd_client_interrupt of a stale handle", stale, 50000},
    {"vd_birth_year", year, 50000},
    {"vd_string_free of a foreign text", free_foreign, 20000},
    {"vd_check_invitation without its JSON", check_without_text, 5000},
    {"vd_check_invitation and vd_string_free", check, 5000},
    {"vd_json_get from a small text, and vd_string_free", get_small, 20000},
    {"vd_json_get of the next of 2,000 meetings, and vd_string_free", get_next, MEETINGS},
    {"vd_json_get of the last of 2,000 meetings of a foreign text", get_last_of_foreign, 20},
};

static void make_lists(void) {
    size_t room = MEETINGS * 400, length = 1;
    large = malloc(room);
    large[0] = '[';
    for (int n = 0; n < MEETINGS; n++) {
        length += snprintf(large + length, room - length,
            "%s{\"meet_id\":\"m%d\",\"meet_url\":\"https://demo.videodoktor.cz/meet/m%d\",\"meet_time\":\"23.11.2030 10:00\",\"meet_time_imd\":"
            "\"2030-11-23 10:00:00\",\"meet_active\":0,\"pacient_jmeno\":\"Jana Nováková\",\"pacient_email\":\"jana@example.cz\",\"pacient_telefon\":"
            "\"777123456\",\"pacient_narozen\":\"1980\"}", n ? "," : "", n, n);
    }
    strcpy(large + length, "]");
    if (vd_json_get(large, "", &ours) != VD_OK) abort();
}

static double nanoseconds(void (*act)(void), int times) {
    struct timespec began, ended;
    clock_gettime(CLOCK_MONOTONIC, &began);
    for (int n = 0; n < times; n++) act();
    clock_gettime(CLOCK_MONOTONIC, &ended);
    return ((ended.tv_sec - began.tv_sec) * 1e9 + (ended.tv_nsec - began.tv_nsec)) / times;
}

int main(int count, char **arguments) {
    make_lists();
    for (size_t n = 0; n < sizeof boundaries / sizeof *boundaries; n++) {
        double best = 0;
        if (count == 3) {
            if (strcmp(arguments[1], boundaries[n].name) == 0) nanoseconds(boundaries[n].act, atoi(arguments[2]));
            continue;
        }
        for (int round = 0; round < ROUNDS; round++) {
            double took = nanoseconds(boundaries[n].act, boundaries[n].times);
            if (round == 0 || took < best) best = took;
        }
        printf("%s\"%s\":%.1f", n ? "," : "{", boundaries[n].name, best);
    }
    if (count != 3) puts("}");
    return 0;
}
