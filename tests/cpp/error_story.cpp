// Each kind of exception, thrown by what throws it in a practice.
#include "stories.hpp"

#include <functional>

using namespace videodoktor;

/// The error of an exception of exactly this class with this status; a failed check and no error if another or none comes.
template <typename Wanted> static Error thrown_by(const std::function<void()> &call, vd_status status)
{
    try {
        call();
    } catch (const Wanted &caught) {
        const Error error = caught.error();
        CHECK_STATUS(status, caught.status());
        CHECK_STRING(vd_status_name(status), error.name);
        CHECK_STRING(error.message, caught.what());
        CHECK(!error.message.empty());
        return error;
    } catch (const Exception &other) {
        about(other.error().name.c_str());
        CHECK(!"an exception of another class");
        about(nullptr);
        return Error();
    }
    CHECK_STATUS(status, VD_OK);
    return Error();
}

static void what_the_program_does_wrong_is_named()
{
    CHECK_STRING("api_key", thrown_by<UsageError>([] { Client("demo", "app", ""); }, VD_ERR_INVALID_ARGUMENT).field);
    CHECK_STRING("app_url", thrown_by<UsageError>([] { Client("ftp://example.cz", "app", "practice"); }, VD_ERR_INVALID_ARGUMENT).field);
    CHECK_STRING("options_json", thrown_by<UsageError>([] { Client("demo", "app", "practice", "{\"timeout\":5}"); }, VD_ERR_INVALID_ARGUMENT).field);
    CHECK_STRING("api_app_key", thrown_by<UsageError>([] { Client("demo", "kl\355\350", "practice"); }, VD_ERR_INVALID_UTF8).field);
    thrown_by<UsageError>([] { Client().verify(); }, VD_ERR_INVALID_HANDLE);
    thrown_by<UsageError>([] { birth_year("Ji\370\355"); }, VD_ERR_INVALID_UTF8);
    thrown_by<UsageError>([] { Json::parse("{}").get("/b"); }, VD_ERR_NOT_FOUND);
    thrown_by<UsageError>([] { Json::parse("{"); }, VD_ERR_INVALID_ARGUMENT);
    thrown_by<UsageError>([] { Json::parse("7").length(); }, VD_ERR_INVALID_ARGUMENT);
    thrown_by<UsageError>([] { set_log([](int, const std::string &) {}, 5); }, VD_ERR_INVALID_ARGUMENT);
    thrown_by<UsageError>([] { check_invitation({"Ji\370\355 Nov\341k", "jana@example.cz", "", "1980", "23.11.2090 10:00"}); }, VD_ERR_INVALID_UTF8);
}

static void a_text_with_a_nul_inside_is_refused_by_name()
{
    const std::string nul("a\0b", 3);
    Client client("demo", "app", "practice", Options().lang("en"));
    Invitation invitation = jana("23.11.2090 10:00");
    invitation.pacient_email += nul;
    const Error error = thrown_by<UsageError>([&] { client.meet_add(invitation); }, VD_ERR_INVALID_ARGUMENT);
    CHECK_STRING("pacient_email", error.field);
    CHECK_STRING(vd_status_text(VD_ERR_INVALID_ARGUMENT, "en"), error.message);
    CHECK_STRING("pacient_email", thrown_by<UsageError>([&] { check_invitation(invitation); }, VD_ERR_INVALID_ARGUMENT).field);
    CHECK_STRING("app_url", thrown_by<UsageError>([&] { Client("demo" + nul, "app", "practice"); }, VD_ERR_INVALID_ARGUMENT).field);
    CHECK_STRING("meet_id", thrown_by<UsageError>([&] { client.meet_detail(nul); }, VD_ERR_INVALID_ARGUMENT).field);
    CHECK_STRING("path", thrown_by<UsageError>([&] { client.meet_export_save("abc", nul); }, VD_ERR_INVALID_ARGUMENT).field);
    CHECK_STRING("call_name", thrown_by<UsageError>([&] { client.call(nul); }, VD_ERR_INVALID_ARGUMENT).field);
    thrown_by<UsageError>([&] { birth_year("805512/1239" + nul); }, VD_ERR_INVALID_ARGUMENT);
    thrown_by<UsageError>([&] { Json::parse("1" + nul); }, VD_ERR_INVALID_ARGUMENT);
}

static void a_way_that_fails_is_an_error_of_the_network()
{
    const Options quick = sandbox_options().retries(0);
    thrown_by<NetworkError>([&] { Client("https://127.0.0.1:1", "a", "k", quick).verify(); }, VD_ERR_CONNECT);
    thrown_by<NetworkError>([&] { Client("https://no-such-host.invalid", "a", "k", quick).verify(); }, VD_ERR_DNS);
    thrown_by<NetworkError>([] { Client(service_url(), app_key(), api_key(), Options().retries(0).proxy("http://127.0.0.1:1").ca_file(std::getenv("SANDBOX_CA_FILE"))).verify(); }, VD_ERR_PROXY);
    reset_service();
    next_request("/api_verify/", "\"delay_ms\":20000");
    const Error late = thrown_by<NetworkError>([] { sandbox_client(sandbox_options().timeout_ms(400).retries(0)).verify(); }, VD_ERR_TIMEOUT);
    CHECK_STRING("network", late.source);
    CHECK(late.retryable);
    CHECK_NUMBER(0, late.http_status);
}

static void an_authority_that_nobody_trusts_is_an_error_of_tls()
{
    const std::string https = std::getenv("SANDBOX_HTTPS");
    const Options strange = Options().proxy("none").tls_roots("bundled").retries(0);
    thrown_by<TlsError>([&] { Client(https, app_key(), api_key(), strange).verify(); }, VD_ERR_TLS_UNTRUSTED);
    thrown_by<NetworkError>([&] { Client(https, app_key(), api_key(), strange).verify(); }, VD_ERR_TLS_UNTRUSTED); // which is one of the network too
}

static void answers_without_sense_are_errors_of_the_reply()
{
    struct { const char *fault; vd_status status; } const cases[] = {
        {"\"status\":502,\"times\":9", VD_ERR_HTTP},
        {"\"status\":200,\"body\":{\"text\":\"<html>Login</html>\"},\"times\":9", VD_ERR_BAD_REPLY},
        {"\"redirect\":\"https://example.cz/\",\"times\":9", VD_ERR_REDIRECT},
        {"\"body\":{\"huge\":33554433},\"times\":9", VD_ERR_TOO_LARGE},
    };
    for (const auto &one : cases) {
        reset_service();
        next_request("/api_meet_list/", one.fault);
        thrown_by<ReplyError>([] { sandbox_client(sandbox_options().retries(0)).meet_list(); }, one.status);
    }
}

static void a_connection_that_breaks_is_an_error_of_the_network()
{
    reset_service();
    next_request("/api_meet_list/", "\"cut_before_acting\":true,\"times\":9");
    thrown_by<NetworkError>([] { sandbox_client(sandbox_options().retries(0)).meet_list(); }, VD_ERR_NETWORK);
}

static void an_outcome_that_nobody_knows_has_a_class_of_its_own()
{
    reset_service();
    // a start that no other test has: the process remembers it
    next_request("/api_meet_add/", "\"cut_reply_after\":0");
    next_request("/api_meet_list/", "\"status\":502,\"times\":100");
    const Error error = thrown_by<OutcomeUnknownError>([] { sandbox_client(sandbox_options().timeout_ms(2500)).meet_add(jana("25.11.2090 10:00")); }, VD_ERR_OUTCOME_UNKNOWN);
    CHECK(!error.retryable && error.may_have_acted && error.existing_meet_id.empty());
    CHECK_NUMBER(1, asked("meetings").length());
}

static void another_patient_at_the_start_of_an_unknown_invitation_is_named()
{
    reset_service();
    next_request("/api_meet_add/", "\"cut_before_acting\":true");
    next_request("/api_meet_list/", "\"body\":{\"text\":\"[{\\\"meet_id\\\":\\\"x\\\",\\\"meet_time_imd\\\":\\\"2090-11-26 10:00:00\\\","
                                    "\\\"pacient_jmeno\\\":\\\"Petr Novotny\\\",\\\"pacient_email\\\":\\\"petr@example.cz\\\"}]\"},\"times\":100");
    const Error error = thrown_by<OutcomeUnknownError>([] { sandbox_client(sandbox_options().timeout_ms(2500)).meet_add(jana("26.11.2090 10:00")); }, VD_ERR_OUTCOME_UNKNOWN);
    CHECK_STRING("x", error.existing_meet_id);
    CHECK(!error.existing_same_patient && error.may_have_acted);
    CHECK_STRING("1", asked("counters").text("/requests/~1api_meet_add~1"));
}

static void what_the_service_refuses_is_rejected_with_its_code()
{
    reset_service();
    const Error key = thrown_by<RejectedError>([] { Client(service_url(), app_key(), "nobodys-key", sandbox_options().lang("en")).verify(); }, VD_X002_API_KEY);
    CHECK_STRING("X002", key.code);
    CHECK_STRING("server", key.source);
    CHECK_STRING(vd_status_text(VD_X002_API_KEY, "en"), key.message);
    CHECK_NUMBER(200, key.http_status);
    Client client = sandbox_client();
    const std::string meet_id = client.meet_add(jana("23.11.2090 10:00")).meet_id;
    const Error taken = thrown_by<RejectedError>([&] { client.meet_add(jana("23.11.2090 10:00")); }, VD_X024_START_TAKEN);
    CHECK_STRING(meet_id, taken.existing_meet_id);
    CHECK(taken.existing_same_patient);
    CHECK_NUMBER(1, taken.attempts);
    thrown_by<RejectedError>([&] { client.meet_detail("no-such-call"); }, VD_X004_MEET_ID);
    thrown_by<RejectedError>([&] { client.meet_export(meet_id); }, VD_X004_MEET_ID);
    thrown_by<RejectedError>([&] { client.meet_remove("X005"); }, VD_X005_SYSTEM);
    next_request("/api_meet_detail/", "\"code\":\"X042\",\"times\":9");
    Error unlisted;
    client.meet_detail("abc", unlisted);
    CHECK_STATUS(1042, unlisted.status);
    CHECK(unlisted.kind() == Kind::rejected && unlisted.code == "X042" && unlisted.name == "VD_X042");
}

static void a_report_that_is_not_there_yet_is_refused_without_a_code()
{
    reset_service();
    next_request("/api_meet_export/", "\"body\":{\"text\":\"{\\\"export_url\\\":\\\"\\\"}\"},\"times\":2");
    Client client = sandbox_client();
    const Error early = thrown_by<RejectedError>([&] { client.meet_export("abc"); }, VD_ERR_REPORT_NOT_READY);
    CHECK(early.kind() == Kind::rejected && early.code.empty() && !early.retryable);
    thrown_by<RejectedError>([&] { client.meet_export_save("abc", "vykaz.pdf"); }, VD_ERR_REPORT_NOT_READY);
}

static void a_report_is_fetched_from_no_host_that_was_not_allowed()
{
    reset_service();
    next_request("/api_meet_export/", "\"body\":{\"text\":\"{\\\"export_url\\\":\\\"https://vykazy.invalid/a.pdf\\\"}\"},\"times\":2");
    const auto save = [](const Options &options) { Client(service_url(), app_key(), api_key(), options).meet_export_save("abc", "vykaz.pdf"); };
    const Error refused = thrown_by<ReplyError>([&] { save(sandbox_options().retries(0)); }, VD_ERR_BAD_REPLY);
    CHECK(refused.detail.find("vykazy.invalid") != std::string::npos);
    // it may be asked now, and is not there
    thrown_by<NetworkError>([&] { save(sandbox_options().retries(0).report_hosts({"a.example.cz", "vykazy.invalid"})); }, VD_ERR_DNS);
    CHECK_STRING("options_json", thrown_by<UsageError>([&] { save(sandbox_options().report_hosts({"https://vykazy.invalid/"})); }, VD_ERR_INVALID_ARGUMENT).field);
}

static void a_field_is_refused_before_anything_is_sent()
{
    reset_service();
    const Error error = thrown_by<RejectedError>([] { sandbox_client(sandbox_options().prefetch_tokens(0)).meet_add({"Jan", "jana@example.cz", "", "1980", "23.11.2090 10:00"}); }, VD_X010_NAME);
    CHECK_STRING("pacient_jmeno", error.field);
    CHECK_STRING("client", error.source);
    CHECK_STRING("X010", error.code);
    const Error unset = thrown_by<RejectedError>([] { sandbox_client(sandbox_options().prefetch_tokens(0)).meet_add(Invitation()); }, VD_X010_NAME);
    CHECK_STRING("pacient_jmeno", unset.field);
    CHECK_STRING("{}", asked("counters").text("/requests"));
    thrown_by<RejectedError>([] { birth_year("805512/1238"); }, VD_X014_BIRTH_YEAR);
}

static void a_report_that_cannot_be_written_is_an_error_of_the_file()
{
    reset_service();
    set_service_clock("2090-11-22 10:00");
    Client client = sandbox_client(sandbox_options().prefetch_tokens(0));
    const std::string meet_id = client.meet_add(jana("22.11.2090 12:00")).meet_id;
    set_service_clock("2090-11-24 10:00");
    CHECK_STRING("path", thrown_by<FileError>([&] { client.meet_export_save(meet_id, "/nowhere/vykaz.pdf"); }, VD_ERR_FILE).field);
}

static void an_exception_is_copied_with_all_it_knows()
{
    const RejectedError first(Error::of(1011, "pacient_email", "of a test"));
    const RejectedError copy = first;
    CHECK_STRING("of a test", copy.error().detail);
    CHECK_STRING("X011", copy.error().code);
    CHECK(!copy.error().may_have_acted && Error::of(VD_ERR_OUTCOME_UNKNOWN, "", "").may_have_acted);
    thrown_by<InternalError>([] { throw_error(Error::of(VD_ERR_INTERNAL, "", "")); }, VD_ERR_INTERNAL);
    throw_error(Error());
}

void error_story()
{
    RUN(what_the_program_does_wrong_is_named);
    RUN(a_text_with_a_nul_inside_is_refused_by_name);
    RUN(a_way_that_fails_is_an_error_of_the_network);
    // valgrind takes what ring's assembly works on for uninitialised
    if (!std::getenv("TEST_WITHOUT_TLS")) { RUN(an_authority_that_nobody_trusts_is_an_error_of_tls); }
    RUN(answers_without_sense_are_errors_of_the_reply);
    RUN(a_connection_that_breaks_is_an_error_of_the_network);
    RUN(an_outcome_that_nobody_knows_has_a_class_of_its_own);
    RUN(another_patient_at_the_start_of_an_unknown_invitation_is_named);
    RUN(what_the_service_refuses_is_rejected_with_its_code);
    RUN(a_report_that_is_not_there_yet_is_refused_without_a_code);
    RUN(a_report_is_fetched_from_no_host_that_was_not_allowed);
    RUN(a_field_is_refused_before_anything_is_sent);
    RUN(a_report_that_cannot_be_written_is_an_error_of_the_file);
    RUN(an_exception_is_copied_with_all_it_knows);
}
