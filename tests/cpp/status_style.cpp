// The style without exceptions, compiled with -fno-exceptions: each call tells how it ended.
#define VIDEODOKTOR_NO_EXCEPTIONS
#include "videodoktor.hpp"

#include "../c/check.h"
#include "../c/sandbox.h"

#include <cstdio>
#include <ctime>

using namespace videodoktor;

#define CHECK_SUCCESS(call) do { call; CHECK_STATUS(VD_OK, error.status); } while (0)

static Options sandbox_options() { return Options().proxy("none").ca_file(std::getenv("SANDBOX_CA_FILE")); }

static Client sandbox_client(const Options &options = sandbox_options())
{
    Error error;
    Client client(service_url(), app_key(), api_key(), options, error);
    CHECK_STATUS(VD_OK, error.status);
    return client;
}

static Invitation jana(const std::string &start) { return {"Jana Nov\303\241kov\303\241", "jana@example.cz", "", "1980", start}; }

static void every_call_sets_its_error_to_none_on_success()
{
    reset_service();
    Client client = sandbox_client();
    Error error = Error::of(VD_ERR_INTERNAL, "", "");
    CHECK_SUCCESS(client.verify(error));
    CHECK(!error && error.kind() == Kind::none && error.name.empty() && error.message.empty());
    CHECK_SUCCESS(CHECK(!client.time(error).iso.empty()));
    MeetingCreated made;
    CHECK_SUCCESS(made = client.meet_add(jana("23.11.2090 10:00"), error));
    CHECK_SUCCESS(CHECK(client.meet_list(error).size() == 1));
    CHECK_SUCCESS(CHECK(client.meet_detail(made.meet_id, error).meet_url == made.meet_url));
    CHECK_SUCCESS(CHECK(client.call("api_meet_list", "", error).length("", error) == 1));
    CHECK_SUCCESS(CHECK(client.meet_remove(made.meet_id, error).meet_id == made.meet_id));
    CHECK_SUCCESS(CHECK(client.diagnose(error).ok));
    CHECK_SUCCESS(CHECK(check_invitation(jana("23.11.2090 10:00"), error).valid));
    CHECK_SUCCESS(CHECK(birth_year("805512/1239", error) == 1980));
    CHECK_SUCCESS(CHECK(Json::parse("[1]", error).get("/0", error) == "1"));
    client.interrupt();
}

static void a_report_is_addressed_and_saved()
{
    reset_service();
    const std::string path = std::string(std::getenv("TEST_FOLDER")) + "/report.pdf";
    Error error;
    set_service_clock("2090-11-22 10:00");
    Client client = sandbox_client(sandbox_options().prefetch_tokens(0));
    const std::string meet_id = client.meet_add(jana("22.11.2090 12:00"), error).meet_id;
    set_service_clock("2090-11-24 10:00");
    CHECK_SUCCESS(CHECK(client.meet_export(meet_id, error).find("http") == 0));
    CHECK_SUCCESS(CHECK(client.meet_export_save(meet_id, path, error).bytes > 100));
    std::remove(path.c_str());
    CHECK(client.meet_export_save(meet_id, "/nowhere/report.pdf", error).path.empty());
    CHECK(error.kind() == Kind::file);
}

static void what_fails_says_so_and_gives_nothing()
{
    reset_service();
    Client client = sandbox_client(sandbox_options().retries(0));
    Error error;
    CHECK(client.meet_add({"Jan", "jana@example.cz", "", "1980", "23.11.2090 10:00"}, error).meet_id.empty());
    CHECK(error && error.kind() == Kind::rejected && error.status == VD_X010_NAME && error.field == "pacient_jmeno");
    CHECK(client.meet_detail("no-such-call", error).meet_id.empty());
    CHECK_STATUS(VD_X004_MEET_ID, error.status);
    next_request("/api_meet_list/", "\"status\":502");
    CHECK(client.meet_list(error).empty());
    CHECK(error.kind() == Kind::reply && error.http_status == 502 && !error.may_have_acted);
    next_request("/api_echo/", "\"cut_reply_after\":0");
    CHECK(client.call("api_echo", JsonObject().text("a", "b"), error).empty());
    CHECK(error.kind() == Kind::outcome_unknown && error.may_have_acted);
    client.close();
    CHECK(client.time(error).time.empty() && error.kind() == Kind::usage);
    CHECK(client.diagnose(error).steps.empty() && error.status == VD_ERR_INVALID_HANDLE);
    CHECK(birth_year("123", error) == 0 && error.status == VD_X014_BIRTH_YEAR);
    CHECK(Json::parse("{", error).empty() && error.status == VD_ERR_INVALID_ARGUMENT);
    CHECK(!check_invitation({"Jan", "x", "", "80", "1.1.2020 10:00"}, error).valid && !error);
}

static void a_client_that_cannot_be_made_says_why()
{
    Error error;
    Client client("demo", "app", "practice", "{\"lang\":\"en\",\"timeout\":5}", error);
    CHECK(client.handle() == nullptr);
    CHECK_STATUS(VD_ERR_INVALID_ARGUMENT, error.status);
    CHECK(error.field == "options_json" && !error.message.empty() && error.detail.find("timeout") != std::string::npos);
}

static void the_log_needs_no_exceptions()
{
    reset_service();
    std::atomic<int> messages(0);
    Error error;
    CHECK_SUCCESS(set_log([&messages](int, const std::string &) { messages++; }, VD_LOG_DEBUG, error));
    sandbox_client().verify(error);
    CHECK_SUCCESS(set_log(nullptr, VD_LOG_ERROR, error));
    CHECK(messages > 0);
}

int main()
{
    RUN(every_call_sets_its_error_to_none_on_success);
    RUN(a_report_is_addressed_and_saved);
    RUN(what_fails_says_so_and_gives_nothing);
    RUN(a_client_that_cannot_be_made_says_why);
    RUN(the_log_needs_no_exceptions);
    return summary();
}
