/* Which library this is, and what its statuses mean. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "stories.h"

typedef struct named_status {
    vd_status status;
    const char *name;
} named_status;

#define NAMED(status) {status, #status}
static const named_status statuses[] = {
    NAMED(VD_OK), NAMED(VD_ERR_NULL_POINTER), NAMED(VD_ERR_INVALID_UTF8), NAMED(VD_ERR_INVALID_HANDLE), NAMED(VD_ERR_INVALID_ARGUMENT),
    NAMED(VD_ERR_CANCELLED), NAMED(VD_ERR_DNS), NAMED(VD_ERR_CONNECT), NAMED(VD_ERR_TLS), NAMED(VD_ERR_PROXY), NAMED(VD_ERR_TIMEOUT),
    NAMED(VD_ERR_NETWORK), NAMED(VD_ERR_TLS_UNTRUSTED), NAMED(VD_ERR_PROXY_AUTH), NAMED(VD_ERR_HTTP), NAMED(VD_ERR_BAD_REPLY),
    NAMED(VD_ERR_REDIRECT), NAMED(VD_ERR_TOO_LARGE), NAMED(VD_ERR_OUTCOME_UNKNOWN), NAMED(VD_ERR_FILE), NAMED(VD_ERR_NOT_FOUND),
    NAMED(VD_ERR_OLD_REMAINS),
    NAMED(VD_ERR_REPORT_NOT_READY),
    NAMED(VD_ERR_INTERNAL), NAMED(VD_X000_RATE_LIMIT), NAMED(VD_X001_APP_KEY), NAMED(VD_X002_API_KEY), NAMED(VD_X003_TOKEN),
    NAMED(VD_X004_MEET_ID), NAMED(VD_X005_SYSTEM), NAMED(VD_X010_NAME), NAMED(VD_X011_EMAIL), NAMED(VD_X012_PHONE), NAMED(VD_X013_CONTACT),
    NAMED(VD_X014_BIRTH_YEAR), NAMED(VD_X020_START), NAMED(VD_X021_START_PAST), NAMED(VD_X022_START_OUTAGE), NAMED(VD_X023_START_OVERLOADED),
    NAMED(VD_X024_START_TAKEN)
};
static const size_t status_count = sizeof statuses / sizeof statuses[0];

static void the_library_is_of_the_version_of_its_header(void)
{
    char version[64];
    CHECK_NUMBER(VD_ABI_VERSION, vd_abi_version());
    CHECK_TEXT(VD_VERSION, vd_version());
    sprintf(version, "%d.%d.%d", VD_VERSION_MAJOR, VD_VERSION_MINOR, VD_VERSION_PATCH);
    CHECK_TEXT(version, vd_version());
    CHECK(vd_version() == vd_version());
}

static void every_status_has_its_name(void)
{
    size_t i;
    for (i = 0; i < status_count; i++) { CHECK_TEXT(statuses[i].name, vd_status_name(statuses[i].status)); }
}

static void every_status_has_a_czech_and_an_english_text(void)
{
    size_t i;
    for (i = 0; i < status_count; i++) {
        const char *czech = vd_status_text(statuses[i].status, "cs");
        const char *english = vd_status_text(statuses[i].status, "en");
        about(statuses[i].name);
        CHECK(strlen(czech) > 5 && strlen(english) > 5 && strcmp(czech, english) != 0);
        CHECK(czech[strlen(czech) - 1] == '.' || czech[strlen(czech) - 1] == ')');
    }
}

static void numbers_are_those_of_the_service_s_codes(void)
{
    size_t i;
    for (i = 0; i < status_count; i++) {
        if (strncmp(statuses[i].name, "VD_X", 4) == 0) {
            about(statuses[i].name);
            CHECK_NUMBER(1000 + atoi(statuses[i].name + 4), statuses[i].status);
        }
    }
}

static void a_code_that_the_service_invents_later_has_a_name_and_a_text(void)
{
    CHECK_TEXT("VD_X042", vd_status_name(1042));
    CHECK_TEXT("VD_X999", vd_status_name(1999));
    CHECK(*vd_status_text(1042, "cs") && *vd_status_text(1042, "en"));
}

static void a_number_that_is_no_status_is_called_unknown(void)
{
    static const int32_t numbers[] = {-1, 6, 19, 100, 999, 2000, 0x7FFFFFFF, -0x7FFFFFFF - 1};
    size_t i;
    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        CHECK_TEXT("VD_UNKNOWN_STATUS", vd_status_name(numbers[i]));
        CHECK(*vd_status_text(numbers[i], "cs") && *vd_status_text(numbers[i], "en"));
    }
}

static void another_language_means_czech(void)
{
    const char *czech = vd_status_text(VD_ERR_TIMEOUT, "cs");
    CHECK_TEXT(czech, vd_status_text(VD_ERR_TIMEOUT, NULL));
    CHECK_TEXT(czech, vd_status_text(VD_ERR_TIMEOUT, ""));
    CHECK_TEXT(czech, vd_status_text(VD_ERR_TIMEOUT, "de"));
    CHECK_TEXT(czech, vd_status_text(VD_ERR_TIMEOUT, "\xe8""e\xb9tina"));
}

void library_story(void)
{
    RUN(the_library_is_of_the_version_of_its_header);
    RUN(every_status_has_its_name);
    RUN(every_status_has_a_czech_and_an_english_text);
    RUN(numbers_are_those_of_the_service_s_codes);
    RUN(a_code_that_the_service_invents_later_has_a_name_and_a_text);
    RUN(a_number_that_is_no_status_is_called_unknown);
    RUN(another_language_means_czech);
}
