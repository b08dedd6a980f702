/* Making a client: what is accepted, and what is refused before there is any network. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "sandbox.h"
#include "stories.h"

/* A client that must not come about: its status, and what the error says about the argument. */
static void check_refused(vd_status expected, const char *field, const char *word, const char *url, const char *app, const char *practice, const char *options)
{
    vd_client *client = (vd_client *)1;
    char *json = (char *)"left over", *detail = NULL;
    about(word ? word : field);
    CHECK_STATUS(expected, vd_client_new(url, app, practice, options, &client, &json));
    CHECK(client == NULL);
    CHECK_JSON(field, json, "/error/field");
    CHECK_JSON("client", json, "/error/source");
    CHECK_STATUS(VD_OK, vd_json_get(json, "/error/detail", &detail));
    CHECK(detail && strstr(detail, word ? word : field));
    vd_string_free(detail);
    vd_string_free(json);
    client = (vd_client *)1;
    CHECK_STATUS(expected, vd_client_new(url, app, practice, options, &client, NULL));
    CHECK(client == NULL);
    about(NULL);
}

static void a_client_is_made_without_the_network(void)
{
    vd_client *client = NULL;
    char *json = NULL;
    CHECK_STATUS(VD_OK, vd_client_new("demo", "app", "practice", NULL, &client, &json));
    CHECK(client != NULL);
    CHECK_TEXT("{}", json);
    CHECK_STATUS(VD_OK, vd_string_free(json));
    CHECK_STATUS(VD_OK, vd_client_free(client));
    CHECK_STATUS(VD_OK, vd_client_new("demo", "app", "practice", " \n", &client, NULL));
    CHECK_STATUS(VD_OK, vd_client_free(client));
}

static void addresses_are_labels_or_origins(void)
{
    static const char *const good[] = {"demo", "https://localhost:8443", "https://example.cz", "https://example.cz/", "http://127.0.0.1:8080", "http://[::1]:8080"};
    size_t i;
    for (i = 0; i < sizeof good / sizeof good[0]; i++) {
        vd_client *client = NULL;
        about(good[i]);
        CHECK_STATUS(VD_OK, vd_client_new(good[i], "app", "practice", NULL, &client, NULL));
        vd_client_free(client);
    }
}

static void other_addresses_are_refused(void)
{
    static const char *const bad[] = {"", " ", "-demo", "d\303\251mo", "ftp://example.cz", "https://", "https://example.cz/path", "https://jana:heslo@example.cz",
                                      "http://example.cz", "https://example.cz?x=1", "example.cz"};
    size_t i;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        vd_client *client = NULL;
        about(bad[i]);
        CHECK_STATUS(VD_ERR_INVALID_ARGUMENT, vd_client_new(bad[i], "app", "practice", NULL, &client, NULL));
        CHECK(client == NULL);
    }
    check_refused(VD_ERR_INVALID_ARGUMENT, "app_url", NULL, "ftp://example.cz", "app", "practice", NULL);
}

static void plain_http_to_another_machine_needs_its_option(void)
{
    vd_client *client = NULL;
    check_refused(VD_ERR_INVALID_ARGUMENT, "app_url", "allow_http", "http://example.cz", "app", "practice", NULL);
    CHECK_STATUS(VD_OK, vd_client_new("http://example.cz", "app", "practice", "{\"allow_http\":true}", &client, NULL));
    CHECK_STATUS(VD_OK, vd_client_free(client));
}

static void a_missing_argument_is_named(void)
{
    char *json = NULL;
    check_refused(VD_ERR_NULL_POINTER, "app_url", NULL, NULL, "app", "practice", NULL);
    check_refused(VD_ERR_NULL_POINTER, "api_app_key", NULL, "demo", NULL, "practice", NULL);
    check_refused(VD_ERR_NULL_POINTER, "api_key", NULL, "demo", "app", NULL, NULL);
    CHECK_STATUS(VD_ERR_NULL_POINTER, vd_client_new("demo", "app", "practice", NULL, NULL, &json));
    CHECK_JSON("out_client", json, "/error/field");
    vd_string_free(json);
}

static void an_argument_in_cp1250_is_named(void)
{
    check_refused(VD_ERR_INVALID_UTF8, "app_url", NULL, "d\351mo", "app", "practice", NULL);
    check_refused(VD_ERR_INVALID_UTF8, "api_app_key", NULL, "demo", "kl\355\350", "practice", NULL);
    check_refused(VD_ERR_INVALID_UTF8, "api_key", NULL, "demo", "app", "kl\355\350", NULL);
    check_refused(VD_ERR_INVALID_UTF8, "options_json", "CP1250", "demo", "app", "practice", "{\"user_agent\":\"Ordinace \310\341p\"}");
}

static void a_key_that_cannot_be_one_is_refused(void)
{
    check_refused(VD_ERR_INVALID_ARGUMENT, "api_app_key", NULL, "demo", "", "practice", NULL);
    check_refused(VD_ERR_INVALID_ARGUMENT, "api_key", NULL, "demo", "app", "two words", NULL);
    check_refused(VD_ERR_INVALID_ARGUMENT, "api_key", NULL, "demo", "app", "kl\303\255\304\215", NULL);
}

static void a_key_of_the_sandbox_does_not_reach_the_real_service(void)
{
    check_refused(VD_ERR_INVALID_ARGUMENT, "api_app_key", "sandbox", "demo", app_key(), "practice", NULL);
    check_refused(VD_ERR_INVALID_ARGUMENT, "api_key", "sandbox", "demo", "app", api_key(), NULL);
}

static void options_that_are_no_json_object_are_refused(void)
{
    static const char *const bad[] = {"{", "{\"lang\":}", "[]", "null", "42", "\"lang\"", "{} {}"};
    size_t i;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        check_refused(VD_ERR_INVALID_ARGUMENT, "options_json", NULL, "demo", "app", "practice", bad[i]);
    }
}

static void an_unknown_option_is_named(void)
{
    check_refused(VD_ERR_INVALID_ARGUMENT, "options_json", "timeout", "demo", "app", "practice", "{\"timeout\":5}");
    check_refused(VD_ERR_INVALID_ARGUMENT, "options_json", "unknown option verify_tls", "demo", "app", "practice", "{\"verify_tls\":false}");
}

typedef struct option_case {
    const char *name, *options;
} option_case;

static void an_ill_typed_option_is_named(void)
{
    static const option_case cases[] = {
        {"timeout_ms", "{\"timeout_ms\":\"30\"}"}, {"timeout_ms", "{\"timeout_ms\":0}"}, {"timeout_ms", "{\"timeout_ms\":-1}"},
        {"timeout_ms", "{\"timeout_ms\":1.5}"}, {"timeout_ms", "{\"timeout_ms\":17976931348623157000000e300}"},
        {"connect_timeout_ms", "{\"connect_timeout_ms\":null}"}, {"retries", "{\"retries\":true}"}, {"retries", "{\"retries\":1000}"},
        {"prefetch_tokens", "{\"prefetch_tokens\":-1}"}, {"validate", "{\"validate\":\"lax\"}"}, {"validate", "{\"validate\":1}"},
        {"lang", "{\"lang\":\"de\"}"}, {"lang", "{\"lang\":null}"}, {"ascii_json", "{\"ascii_json\":1}"}, {"proxy", "{\"proxy\":\"ftp://x\"}"},
        {"proxy", "{\"proxy\":7}"}, {"proxy_auth", "{\"proxy_auth\":\"kerberos\"}"}, {"tls_roots", "{\"tls_roots\":\"none\"}"}, {"ca_file", "{\"ca_file\":1}"},
        {"meet_start_format", "{\"meet_start_format\":\"%H:%M\"}"}, {"meet_start_format", "{\"meet_start_format\":1}"},
        {"user_agent", "{\"user_agent\":\"\"}"}, {"user_agent", "{\"user_agent\":\"a\\r\\nb\"}"}, {"allow_http", "{\"allow_http\":\"yes\"}"}
    };
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_refused(VD_ERR_INVALID_ARGUMENT, "options_json", cases[i].name, "demo", "app", "practice", cases[i].options);
    }
}

static void every_option_has_a_value_that_is_accepted(void)
{
    static const char options[] =
        "{\"timeout_ms\":30000,\"connect_timeout_ms\":15000,\"retries\":0,\"prefetch_tokens\":0,\"validate\":\"server\",\"lang\":\"en\",\"ascii_json\":true,"
        "\"proxy\":\"http://user:pass@127.0.0.1:3128\",\"proxy_auth\":\"basic\",\"tls_roots\":\"bundled\",\"ca_file\":null,\"meet_start_format\":\"%Y-%m-%d %H:%M\","
        "\"user_agent\":\"Ordinace/7.1\",\"allow_http\":false}";
    vd_client *client = NULL;
    CHECK_STATUS(VD_OK, vd_client_new("demo", "app", "practice", options, &client, NULL));
    CHECK_STATUS(VD_OK, vd_client_free(client));
}

static void a_ca_file_that_is_not_there_is_refused(void)
{
    check_refused(VD_ERR_INVALID_ARGUMENT, "options_json", "ca_file", "demo", "app", "practice", "{\"ca_file\":\"/nowhere/ca.pem\"}");
}

static void nothing_of_this_reaches_the_service(void)
{
    char *counters;
    reset_service();
    check_refused(VD_ERR_INVALID_ARGUMENT, "options_json", "timeout", service_url(), app_key(), api_key(), "{\"timeout\":5}");
    counters = ask_service("counters");
    CHECK_JSON("{}", counters, "/requests");
    free(counters);
}

void client_story(void)
{
    RUN(a_client_is_made_without_the_network);
    RUN(addresses_are_labels_or_origins);
    RUN(other_addresses_are_refused);
    RUN(plain_http_to_another_machine_needs_its_option);
    RUN(a_missing_argument_is_named);
    RUN(an_argument_in_cp1250_is_named);
    RUN(a_key_that_cannot_be_one_is_refused);
    RUN(a_key_of_the_sandbox_does_not_reach_the_real_service);
    RUN(options_that_are_no_json_object_are_refused);
    RUN(an_unknown_option_is_named);
    RUN(an_ill_typed_option_is_named);
    RUN(every_option_has_a_value_that_is_accepted);
    RUN(a_ca_file_that_is_not_there_is_refused);
    RUN(nothing_of_this_reaches_the_service);
}
