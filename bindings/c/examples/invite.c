/* Video calls from the command line: invites a patient, lists the practice's calls, removes one. Run it without arguments for its usage.
 *
 * All text is UTF-8. On Windows, where arguments come in the ANSI code page, declare activeCodePage UTF-8 in the program's manifest. */
#define _CRT_SECURE_NO_WARNINGS /* getenv and sprintf are errors to a project of Visual C++ otherwise (C4996) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "videodoktor.h"

static int usage(void)
{
    fputs("usage: invite --name NAME [--email ADDRESS] [--phone NUMBER] --born YEAR --start TIME\n"
          "       invite list\n"
          "       invite remove MEET_ID\n"
          "\n"
          "NAME     first name and surname, 6 to 64 characters\n"
          "ADDRESS  and NUMBER (Czech mobile): at least one of them\n"
          "YEAR     year of birth, or a Czech birth number, from which it is taken\n"
          "TIME     Czech time such as \"23.11.2030 10:00\"\n", stderr);
    fputs("\n"
          "VIDEODOKTOR_URL, VIDEODOKTOR_APP_KEY and VIDEODOKTOR_API_KEY hold the service's address, the program's key and the practice's key,\n"
          "VIDEODOKTOR_OPTIONS options as a JSON object, such as {\"lang\":\"en\"}.\n", stderr);
    return 2;
}

/* What a person reads when a call has failed: the message from the error, or that of the status if there is no error. */
static int failed(vd_status status, const char *json)
{
    char *text = NULL;
    if (json && vd_json_get(json, "/error/message", &text) == VD_OK) {
        fprintf(stderr, "%s: %s\n", vd_status_name(status), text);
    } else {
        fprintf(stderr, "%s: %s\n", vd_status_name(status), vd_status_text(status, "en"));
    }
    vd_string_free(text);
    if (json && vd_json_get(json, "/error/detail", &text) == VD_OK) { fprintf(stderr, "  %s\n", text); vd_string_free(text); }
    if (json && vd_json_get(json, "/error/existing/meet_id", &text) == VD_OK) {
        fprintf(stderr, "  the invitation that is already there: %s\n", text);
        vd_string_free(text);
    }
    return 1;
}

static int print(const char *what, const char *json, const char *pointer)
{
    char *text = NULL;
    vd_status status = vd_json_get(json, pointer, &text);
    if (status != VD_OK) { return failed(status, NULL); }
    printf("%s%s\n", what, text);
    vd_string_free(text);
    return 0;
}

/* One line for each call: its identifier, start, patient. */
static int print_list(const char *json)
{
    static const char *const fields[] = {"meet_id", "meet_time", "pacient_jmeno"};
    int32_t count = 0, number;
    size_t field;
    vd_status status = vd_json_length(json, "", &count);
    for (number = 0; number < count && status == VD_OK; number++) {
        for (field = 0; field < sizeof fields / sizeof fields[0] && status == VD_OK; field++) {
            char pointer[64];
            char *text = NULL;
            sprintf(pointer, "/%ld/%s", (long)number, fields[field]);
            status = vd_json_get(json, pointer, &text);
            if (status == VD_OK) { printf("%s%s", field ? "  " : "", text); }
            vd_string_free(text);
        }
        putchar('\n');
    }
    return status == VD_OK ? 0 : failed(status, NULL);
}

static int list(vd_client *client)
{
    char *json = NULL;
    vd_status status = vd_meet_list(client, &json);
    int result = status == VD_OK ? print_list(json) : failed(status, json);
    vd_string_free(json);
    return result;
}

/* A change that failed may have been carried out: if nobody knows, or if the program stopped waiting after the request had left. */
static int may_have_acted(vd_status status, const char *json)
{
    char *text = NULL;
    int result = status == VD_ERR_OUTCOME_UNKNOWN;
    if (json && vd_json_get(json, "/error/may_have_acted", &text) == VD_OK) { result = result || strcmp(text, "true") == 0; }
    vd_string_free(text);
    return result;
}

/* Then the person gets the list, to look before anything is repeated. */
static int failed_change(vd_client *client, vd_status status, const char *json)
{
    failed(status, json);
    if (may_have_acted(status, json)) {
        puts("the video calls that the service has now:");
        list(client);
    }
    return 1;
}

static int remove_call(vd_client *client, const char *meet_id)
{
    char *json = NULL;
    vd_status status = vd_meet_remove(client, meet_id, &json);
    int result = status == VD_OK ? print("removed ", json, "/meet_id") : failed_change(client, status, json);
    vd_string_free(json);
    return result;
}

typedef struct invitation {
    const char *name, *email, *phone, *born, *start;
} invitation;

/* Fields that are not given stay "": what is missing, the library says better than we could. */
static int read_arguments(invitation *who, int count, char **arguments)
{
    int i;
    for (i = 0; i + 1 < count; i += 2) {
        const char *value = arguments[i + 1];
        if (strcmp(arguments[i], "--name") == 0) { who->name = value; }
        else if (strcmp(arguments[i], "--email") == 0) { who->email = value; }
        else if (strcmp(arguments[i], "--phone") == 0) { who->phone = value; }
        else if (strcmp(arguments[i], "--born") == 0) { who->born = value; }
        else if (strcmp(arguments[i], "--start") == 0) { who->start = value; }
        else { return 0; }
    }
    return i == count;
}

static int invite(vd_client *client, const invitation *who)
{
    char year_text[16];
    const char *born = who->born;
    int32_t year = 0;
    char *json = NULL;
    vd_status status;
    int result;
    if (strlen(born) > 4 && vd_birth_year(born, &year) == VD_OK) {
        sprintf(year_text, "%ld", (long)year);
        born = year_text;
    }
    status = vd_meet_add(client, who->name, who->email, who->phone, born, who->start, &json);
    result = status == VD_OK ? print("invited ", json, "/meet_id") || print("call at ", json, "/meet_url") : failed_change(client, status, json);
    vd_string_free(json);
    return result;
}

int main(int argc, char **argv)
{
    vd_client *client = NULL;
    invitation who = {"", "", "", "", ""};
    char *json = NULL;
    vd_status status;
    int result;
    int lists = argc == 2 && strcmp(argv[1], "list") == 0;
    int removes = argc == 3 && strcmp(argv[1], "remove") == 0;
    if (argc < 2 || (!lists && !removes && !read_arguments(&who, argc - 1, argv + 1))) { return usage(); }
    if (!getenv("VIDEODOKTOR_URL") || !getenv("VIDEODOKTOR_APP_KEY") || !getenv("VIDEODOKTOR_API_KEY")) { return usage(); }
    status = vd_client_new(getenv("VIDEODOKTOR_URL"), getenv("VIDEODOKTOR_APP_KEY"), getenv("VIDEODOKTOR_API_KEY"),
                           getenv("VIDEODOKTOR_OPTIONS"), &client, &json);
    if (status != VD_OK) { result = failed(status, json); }
    else if (lists) { result = list(client); }
    else if (removes) { result = remove_call(client, argv[2]); }
    else { result = invite(client, &who); }
    vd_string_free(json);
    vd_client_free(client);
    return result;
}
