/* What needs no network: checking an invitation, the year in a birth number. */
#include <stddef.h>

#include "check.h"
#include "stories.h"

#define JANA "Jana Nov\303\241kov\303\241"
#define CP1250_JANA "Jana Nov\341""kov\341"
#define START "23.11.2090 10:00"

static void a_good_invitation_shows_its_fields_as_they_would_be_sent(void)
{
    char *json = NULL;
    CHECK_STATUS(VD_OK, vd_check_invitation(" " JANA " ", "jana@example.cz", "+420 777 123 456", "1980", START, &json));
    CHECK_JSON("true", json, "/valid");
    CHECK_JSON(JANA, json, "/fields/pacient_jmeno");
    CHECK_JSON("jana@example.cz", json, "/fields/pacient_email");
    CHECK_JSON("777123456", json, "/fields/pacient_telefon");
    CHECK_JSON("1980", json, "/fields/pacient_narozen");
    CHECK_JSON("23.11.2090.10.00", json, "/fields/meet_start");
    vd_string_free(json);
}

static void one_contact_is_enough(void)
{
    CHECK_STATUS(VD_OK, vd_check_invitation(JANA, NULL, "777123456", "1980", START, NULL));
    CHECK_STATUS(VD_OK, vd_check_invitation(JANA, "", "777123456", "1980", START, NULL));
    CHECK_STATUS(VD_OK, vd_check_invitation(JANA, "jana@example.cz", NULL, "1980", START, NULL));
    CHECK_STATUS(VD_OK, vd_check_invitation(JANA, "jana@example.cz", "", "1980", START, NULL));
    CHECK_STATUS(VD_X013_CONTACT, vd_check_invitation(JANA, NULL, NULL, "1980", START, NULL));
    CHECK_STATUS(VD_X013_CONTACT, vd_check_invitation(JANA, "", "", "1980", START, NULL));
}

static void each_bad_field_has_its_status(void)
{
    CHECK_STATUS(VD_X010_NAME, vd_check_invitation("Jan", "jana@example.cz", NULL, "1980", START, NULL));
    CHECK_STATUS(VD_X011_EMAIL, vd_check_invitation(JANA, "jana", NULL, "1980", START, NULL));
    CHECK_STATUS(VD_X012_PHONE, vd_check_invitation(JANA, NULL, "+421777123456", "1980", START, NULL));
    CHECK_STATUS(VD_X014_BIRTH_YEAR, vd_check_invitation(JANA, "jana@example.cz", NULL, "80", START, NULL));
    CHECK_STATUS(VD_X020_START, vd_check_invitation(JANA, "jana@example.cz", NULL, "1980", "tomorrow", NULL));
    CHECK_STATUS(VD_X021_START_PAST, vd_check_invitation(JANA, "jana@example.cz", NULL, "1980", "23.11.2020 10:00", NULL));
    CHECK_STATUS(VD_X022_START_OUTAGE, vd_check_invitation(JANA, "jana@example.cz", NULL, "1980", "23.11.2090 03:30", NULL));
}

static void all_violations_are_told_at_once(void)
{
    char *json = NULL;
    int32_t errors = 0;
    CHECK_STATUS(VD_X010_NAME, vd_check_invitation("Jan", "jana", "123", "80", "tomorrow", &json));
    CHECK_JSON("false", json, "/valid");
    CHECK_STATUS(VD_OK, vd_json_length(json, "/errors", &errors));
    CHECK_NUMBER(5, errors);
    CHECK_JSON("VD_X010_NAME", json, "/errors/0/name");
    CHECK_JSON("pacient_email", json, "/errors/1/field");
    CHECK_JSON("X012", json, "/errors/2/code");
    CHECK_JSON("client", json, "/errors/3/source");
    CHECK_JSON("1020", json, "/errors/4/status");
    vd_string_free(json);
}

static void a_missing_field_is_named(void)
{
    char *json = NULL;
    CHECK_STATUS(VD_ERR_NULL_POINTER, vd_check_invitation(NULL, "jana@example.cz", NULL, "1980", START, &json));
    CHECK_JSON("pacient_jmeno", json, "/error/field");
    vd_string_free(json);
    CHECK_STATUS(VD_ERR_NULL_POINTER, vd_check_invitation(JANA, "jana@example.cz", NULL, NULL, START, &json));
    CHECK_JSON("pacient_narozen", json, "/error/field");
    vd_string_free(json);
    CHECK_STATUS(VD_ERR_NULL_POINTER, vd_check_invitation(JANA, "jana@example.cz", NULL, "1980", NULL, &json));
    CHECK_JSON("meet_start", json, "/error/field");
    vd_string_free(json);
}

/* Checks one field in CP1250: the error names it. */
static void check_cp1250(const char *field, const char *name, const char *email, const char *phone, const char *born, const char *start)
{
    char *json = NULL;
    about(field);
    CHECK_STATUS(VD_ERR_INVALID_UTF8, vd_check_invitation(name, email, phone, born, start, &json));
    CHECK_JSON(field, json, "/error/field");
    vd_string_free(json);
}

static void a_field_in_cp1250_is_named(void)
{
    check_cp1250("pacient_jmeno", CP1250_JANA, "jana@example.cz", NULL, "1980", START);
    check_cp1250("pacient_email", JANA, CP1250_JANA, NULL, "1980", START);
    check_cp1250("pacient_telefon", JANA, NULL, CP1250_JANA, "1980", START);
    check_cp1250("pacient_narozen", JANA, "jana@example.cz", NULL, CP1250_JANA, START);
    check_cp1250("meet_start", JANA, "jana@example.cz", NULL, "1980", CP1250_JANA);
}

static void a_birth_number_gives_the_year(void)
{
    int32_t year = 0;
    CHECK_STATUS(VD_OK, vd_birth_year("805512/1239", &year));
    CHECK_NUMBER(1980, year);
}

static void a_text_that_is_no_birth_number_gives_no_year(void)
{
    int32_t year = 1999;
    CHECK_STATUS(VD_X014_BIRTH_YEAR, vd_birth_year("805512/1230", &year));
    CHECK_NUMBER(0, year);
    year = 1999;
    CHECK_STATUS(VD_ERR_NULL_POINTER, vd_birth_year(NULL, &year));
    CHECK_NUMBER(0, year);
    year = 1999;
    CHECK_STATUS(VD_ERR_INVALID_UTF8, vd_birth_year(CP1250_JANA, &year));
    CHECK_NUMBER(0, year);
    CHECK_STATUS(VD_X014_BIRTH_YEAR, vd_birth_year("", &year));
    CHECK_STATUS(VD_ERR_NULL_POINTER, vd_birth_year("805512/1239", NULL));
}

void offline_story(void)
{
    RUN(a_good_invitation_shows_its_fields_as_they_would_be_sent);
    RUN(one_contact_is_enough);
    RUN(each_bad_field_has_its_status);
    RUN(all_violations_are_told_at_once);
    RUN(a_missing_field_is_named);
    RUN(a_field_in_cp1250_is_named);
    RUN(a_birth_number_gives_the_year);
    RUN(a_text_that_is_no_birth_number_gives_no_year);
}
