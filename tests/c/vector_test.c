/* The case tables of tests/vectors, which every language runs: same inputs, same statuses, same texts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "stories.h"

static const char *const fields[] = {"pacient_jmeno", "pacient_email", "pacient_telefon", "pacient_narozen", "meet_start"};
#define FIELDS 5

/* A table as a string of the library's: looking through such a one from first to last is fast. */
static char *read_table(const char *name)
{
    const char *folder = getenv("TEST_VECTORS");
    char path[1024], *content = (char *)malloc(1 << 20), *table = NULL;
    size_t size;
    FILE *file;
    if (!folder || !content || strlen(folder) + strlen(name) + 2 > sizeof path) { exit(2); }
    sprintf(path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (!file) { perror(path); exit(2); }
    size = fread(content, 1, (1 << 20) - 1, file);
    content[size] = '\0';
    fclose(file);
    CHECK_STATUS(VD_OK, vd_json_get(content, "", &table));
    free(content);
    return table;
}

/* What stands under a name in a case; NULL if it is null or not there. vd_string_free() it. */
static char *of_case(const char *one, const char *name)
{
    char pointer[64], *text = NULL;
    sprintf(pointer, "/%s", name);
    if (vd_json_get(one, pointer, &text) == VD_OK && strcmp(text, "null") == 0) {
        vd_string_free(text);
        text = NULL;
    }
    return text;
}

static long number_of_case(const char *one, const char *name)
{
    char *text = of_case(one, name);
    long number = text ? atol(text) : -1;
    vd_string_free(text);
    return number;
}

/* Calls `check` with each case of a table. */
static void for_each_case(const char *table_name, void (*check)(const char *one))
{
    char *table = read_table(table_name);
    int32_t count = 0, i;
    CHECK_STATUS(VD_OK, vd_json_length(table, "", &count));
    CHECK(count > 5);
    for (i = 0; i < count; i++) {
        char pointer[16], *one = NULL, *why;
        sprintf(pointer, "/%ld", (long)i);
        CHECK_STATUS(VD_OK, vd_json_get(table, pointer, &one));
        why = of_case(one, "why");
        about(why);
        check(one);
        about(NULL);
        vd_string_free(why);
        vd_string_free(one);
    }
    vd_string_free(table);
}

/* The first case of invitations.json, into which the tables of one field put theirs. */
static char *model_invitation;

static char *field_of_case(const char *one, const char *field)
{
    char *raw = NULL, pointer[64];
    sprintf(pointer, "/%s", field);
    if (vd_json_get(one, pointer, &raw) == VD_ERR_NOT_FOUND) { return of_case(model_invitation, field); }
    vd_string_free(raw);
    return of_case(one, field);
}

static vd_status check_invitation(const char *one, char **json)
{
    char *value[FIELDS];
    vd_status status;
    int i;
    for (i = 0; i < FIELDS; i++) { value[i] = field_of_case(one, fields[i]); }
    status = vd_check_invitation(value[0], value[1], value[2], value[3], value[4], json);
    for (i = 0; i < FIELDS; i++) { vd_string_free(value[i]); }
    return status;
}

static void check_one_field(const char *one)
{
    char *json = NULL, *sent = of_case(one, "sent"), *raw = NULL, pointer[64];
    int i;
    CHECK_NUMBER(number_of_case(one, "status"), check_invitation(one, &json));
    for (i = 0; i < FIELDS; i++) {
        sprintf(pointer, "/%s", fields[i]);
        if (sent && vd_json_get(one, pointer, &raw) == VD_OK) {
            sprintf(pointer, "/fields/%s", fields[i]);
            CHECK_JSON(sent, json, pointer);
        }
        vd_string_free(raw);
        raw = NULL;
    }
    vd_string_free(sent);
    vd_string_free(json);
}

static void check_whole_invitation(const char *one)
{
    char *json = NULL, pointer[64], *expected;
    int32_t errors = 0, i;
    CHECK_NUMBER(number_of_case(one, "status"), check_invitation(one, &json));
    for (i = 0; i < FIELDS && number_of_case(one, "status") == 0; i++) {
        sprintf(pointer, "fields/%s", fields[i]);
        expected = of_case(one, pointer);
        sprintf(pointer, "/fields/%s", fields[i]);
        CHECK_JSON(expected, json, pointer);
        vd_string_free(expected);
    }
    if (vd_json_length(one, "/errors", &errors) == VD_OK) {
        int32_t found = 0;
        CHECK_STATUS(VD_OK, vd_json_length(json, "/errors", &found));
        CHECK_NUMBER(errors, found);
    }
    for (i = 0; i < errors; i++) {
        sprintf(pointer, "errors/%ld", (long)i);
        expected = of_case(one, pointer);
        sprintf(pointer, "/errors/%ld/status", (long)i);
        CHECK_JSON(expected, json, pointer);
        vd_string_free(expected);
    }
    vd_string_free(json);
}

static void with_model_invitation(void (*check)(void))
{
    char *invitations = read_table("invitations.json");
    CHECK_STATUS(VD_OK, vd_json_get(invitations, "/0", &model_invitation));
    vd_string_free(invitations);
    check();
    vd_string_free(model_invitation);
    model_invitation = NULL;
}

static void starts(void) { for_each_case("starts.json", check_one_field); }
static void phones(void) { for_each_case("phones.json", check_one_field); }
static void names(void) { for_each_case("names.json", check_one_field); }
static void emails(void) { for_each_case("emails.json", check_one_field); }
static void invitations(void) { for_each_case("invitations.json", check_whole_invitation); }

static void every_start_of_the_table_is_judged_as_it_says(void) { with_model_invitation(starts); }
static void every_phone_of_the_table_is_judged_as_it_says(void) { with_model_invitation(phones); }
static void every_name_of_the_table_is_judged_as_it_says(void) { with_model_invitation(names); }
static void every_email_of_the_table_is_judged_as_it_says(void) { with_model_invitation(emails); }
static void every_invitation_of_the_table_is_judged_as_it_says(void) { with_model_invitation(invitations); }

static void check_birth_number(const char *one)
{
    char *rodne_cislo = of_case(one, "rodne_cislo");
    int32_t year = -1;
    long status = number_of_case(one, "status");
    CHECK_NUMBER(status, vd_birth_year(rodne_cislo, &year));
    CHECK_NUMBER(status == 0 ? number_of_case(one, "year") : 0, year);
    vd_string_free(rodne_cislo);
}

static void every_birth_number_of_the_table_is_judged_as_it_says(void)
{
    for_each_case("birth_numbers.json", check_birth_number);
}

static void check_pointer(const char *one)
{
    char *json = NULL, *pointer = NULL, *expected = NULL, *text = NULL;
    int32_t length = 0;
    CHECK_STATUS(VD_OK, vd_json_get(one, "/json", &json));
    CHECK_STATUS(VD_OK, vd_json_get(one, "/pointer", &pointer));
    if (vd_json_get(one, "/text", &expected) == VD_OK) {
        CHECK_STATUS(VD_OK, vd_json_get(json, pointer, &text));
        CHECK_TEXT(expected, text);
    } else {
        CHECK_NUMBER(number_of_case(one, "status"), vd_json_get(json, pointer, &text));
        CHECK(text == NULL);
    }
    if (number_of_case(one, "length") >= 0) {
        CHECK_STATUS(VD_OK, vd_json_length(json, pointer, &length));
        CHECK_NUMBER(number_of_case(one, "length"), length);
    } else if (number_of_case(one, "length_status") >= 0) {
        CHECK_NUMBER(number_of_case(one, "length_status"), vd_json_length(json, pointer, &length));
    }
    vd_string_free(text);
    vd_string_free(expected);
    vd_string_free(pointer);
    vd_string_free(json);
}

static void every_json_pointer_of_the_table_finds_what_it_says(void)
{
    for_each_case("json_pointers.json", check_pointer);
}

void vector_story(void)
{
    RUN(every_start_of_the_table_is_judged_as_it_says);
    RUN(every_phone_of_the_table_is_judged_as_it_says);
    RUN(every_name_of_the_table_is_judged_as_it_says);
    RUN(every_email_of_the_table_is_judged_as_it_says);
    RUN(every_invitation_of_the_table_is_judged_as_it_says);
    RUN(every_birth_number_of_the_table_is_judged_as_it_says);
    RUN(every_json_pointer_of_the_table_finds_what_it_says);
}
