// Every call on its good path, as a doctor's day goes.
#include "stories.hpp"

#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>

using namespace videodoktor;

/// Where a test looks at the requests themselves.
static Options without_prefetch() { return sandbox_options().prefetch_tokens(0); }

static void good_keys_are_verified()
{
    reset_service();
    sandbox_client(without_prefetch()).verify();
    CHECK_STRING("1", asked("counters").text("/requests/~1api_verify~1"));
}

static void the_service_tells_its_time()
{
    reset_service();
    set_service_clock("2090-11-23 10:00");
    const ServerTime now = sandbox_client().time();
    CHECK_STRING("23.11.2090.10.00", now.time);
    CHECK_STRING("2090-11-23T10:00:00+01:00", now.iso);
    CHECK(now.clock_skew_s > 86400LL * 365);
}

static void the_first_list_is_empty()
{
    reset_service();
    CHECK(sandbox_client().meet_list().empty());
}

static void a_meeting_is_made_listed_read_and_removed()
{
    reset_service();
    Client client = sandbox_client();
    const MeetingCreated made = client.meet_add(jana(start_at(2090, 11, 23, 10, 0)));
    CHECK(!made.meet_id.empty() && made.meet_url.find("http") == 0 && !made.reconciled);
    client.meet_add({"Petr & Co. + 100% \"X\"", "", "+420 777 123 456", "1955", "24.11.2090 9:30"});
    const std::vector<Meeting> meetings = client.meet_list();
    CHECK_NUMBER(2, meetings.size());
    CHECK_STRING("Petr & Co. + 100% \"X\"", meetings.at(1).pacient_jmeno);
    CHECK_STRING("777123456", meetings.at(1).pacient_telefon);
    const Meeting meeting = client.meet_detail(made.meet_id);
    CHECK_STRING(made.meet_id, meeting.meet_id);
    CHECK_STRING(made.meet_url, meeting.meet_url);
    CHECK_STRING("Jana Nov\303\241kov\303\241", meeting.pacient_jmeno);
    CHECK_STRING("jana@example.cz", meeting.pacient_email);
    CHECK_STRING("", meeting.pacient_telefon);
    CHECK_STRING("1980", meeting.pacient_narozen);
    CHECK_STRING("23.11.2090 10:00", meeting.meet_time);
    CHECK_STRING("2090-11-23 10:00:00", meeting.meet_time_imd);
    CHECK_STRING("2090-11-23T10:00:00+01:00", meeting.meet_start);
    CHECK(!meeting.meet_active);
    CHECK_STRING(made.meet_id, meeting.json.get("/meet_id"));
    const MeetingRemoved removed = client.meet_remove(made.meet_id);
    CHECK_STRING(made.meet_id, removed.meet_id);
    CHECK(!removed.reconciled);
    CHECK_NUMBER(1, client.meet_list().size());
}

static void lost_answers_are_found_by_looking()
{
    reset_service();
    Client client = sandbox_client();
    next_request("/api_meet_add/", "\"cut_reply_after\":0");
    const MeetingCreated made = client.meet_add(jana("23.11.2090 10:00"));
    CHECK(made.reconciled);
    CHECK_NUMBER(1, client.meet_list().size());
    next_request("/api_meet_remove/", "\"cut_reply_after\":0");
    CHECK(client.meet_remove(made.meet_id).reconciled);
    CHECK(client.meet_list().empty());
}

/// A row of the list at 23.11.2090 10:00, for a fault that answers in the service's place.
static std::string row(const std::string &meet_id, const std::string &pacient_jmeno, const std::string &pacient_email)
{
    return JsonObject().text("meet_id", meet_id).text("meet_url", "https://example.cz/" + meet_id).text("meet_time_imd", "2090-11-23 10:00:00")
        .text("pacient_jmeno", pacient_jmeno).text("pacient_email", pacient_email).str();
}

static void a_patient_who_is_in_the_list_twice_is_named_with_each_meeting()
{
    reset_service();
    next_request("/api_meet_add/", "\"cut_reply_after\":0");
    const std::string list = "[" + row("a", "Jana Nov\303\241kov\303\241", "jana@example.cz") + "," + row("x", "Petr Mal\303\275", "petr@example.cz") +
                             "," + row("b", "Jana Nov\303\241kov\303\241", "jana@example.cz") + "]";
    next_request("/api_meet_list/", ("\"body\":" + JsonObject().text("text", list).str() + ",\"times\":100").c_str());
    const MeetingCreated made = sandbox_client().meet_add(jana("23.11.2090 10:00"));
    CHECK(made.reconciled);
    CHECK_STRING("a", made.meet_id);
    CHECK_NUMBER(1, made.duplicates.size());
    CHECK_STRING("b", made.duplicates.at(0));
    CHECK(sandbox_client().meet_add(jana("24.11.2090 10:00")).duplicates.empty());
}

/// MeetingCreated and SavedReport as programs for release 1.0 use them.
static void what_was_written_for_release_1_0_compiles()
{
    reset_service();
    MeetingCreated made = sandbox_client().meet_add(jana("23.11.2090 10:00"));
    CHECK(&get<0>(made) == &made.meet_id && &get<1>(made) == &made.meet_url && &get<2>(made) == &made.reconciled);
    const SavedReport saved = {"vykaz.pdf", 7, ""};
    CHECK(&get<0>(saved) == &saved.path && get<1>(saved) == 7);
#if __cplusplus >= 201703L
    const auto [meet_id, meet_url, reconciled] = made;
    CHECK(meet_id == made.meet_id && meet_url == made.meet_url && reconciled == made.reconciled);
    auto &[path, bytes] = saved;
    CHECK(&path == &saved.path && bytes == 7);
    auto &&[moved, size] = SavedReport{"vykaz.pdf", 8, "application/pdf"};
    CHECK(moved == "vykaz.pdf" && size == 8);
#endif
}

static void a_meeting_shows_what_the_service_adds_and_a_call_that_is_open()
{
    reset_service();
    next_request("/api_meet_detail/", "\"body\":{\"text\":\"{\\\"meet_id\\\":\\\"abc\\\",\\\"meet_active\\\":\\\"1\\\",\\\"pacient_jmeno\\\":\\\"null\\\",\\\"room\\\":7}\"}");
    const Meeting meeting = sandbox_client().meet_detail("abc");
    CHECK(meeting.meet_active);
    CHECK_STRING("null", meeting.pacient_jmeno);
    CHECK_NUMBER(7, meeting.json.number("/room"));
}

/// A call of some days ago, made when its day was still to come, so that there is a report.
static std::string a_meeting_with_a_report()
{
    const std::time_t day = std::time(nullptr) - 4 * 86400;
    char moment[32];
    std::strftime(moment, sizeof moment, "%Y-%m-%d 12:00", std::gmtime(&day));
    set_service_clock(moment);
    std::strftime(moment, sizeof moment, "%Y-%m-%d 14:00", std::gmtime(&day));
    const std::string meet_id = sandbox_client(without_prefetch()).meet_add(jana(moment)).meet_id;
    set_service_clock(nullptr);
    return meet_id;
}

static void a_report_is_addressed_and_saved()
{
    reset_service();
    const std::string meet_id = a_meeting_with_a_report(), path = std::string(std::getenv("TEST_FOLDER")) + "/V\303\275kaz Nov\303\241kov\303\241.pdf";
    Client client = sandbox_client();
    CHECK(client.meet_export(meet_id).find("http") == 0);
    const SavedReport saved = client.meet_export_save(meet_id, path);
    std::ifstream file(path.c_str(), std::ios::binary);
    const std::string report((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    CHECK_STRING("%PDF", report.substr(0, 4));
    CHECK_NUMBER(report.size(), saved.bytes);
    CHECK_STRING(path, saved.path);
    CHECK_STRING("application/pdf", saved.content_type);
    std::remove(path.c_str());
}

static void a_meeting_is_moved()
{
    reset_service();
    Client client = sandbox_client();
    const Invitation jana = {"Jana Nov\303\241kov\303\241", "jana@example.cz", "777123456", "1980", "23.11.2090 10:00"};
    const std::string old = client.meet_add(jana).meet_id;
    const MeetingMoved moved = client.meet_move(old, Invitation{"", "", "", "", start_at(2090, 11, 24, 11, 0)});
    CHECK(moved.moved && !moved.old_was_gone && !moved.reconciled && moved.duplicates.empty());
    CHECK_STRING(old, moved.old_meet_id);
    const std::vector<Meeting> listed = client.meet_list();
    CHECK_NUMBER(1, static_cast<long long>(listed.size()));
    CHECK_STRING(moved.meet_id, listed.at(0).meet_id);
    CHECK_STRING(jana.pacient_jmeno, listed.at(0).pacient_jmeno);
    CHECK_STRING("24.11.2090 11:00", listed.at(0).meet_time);
    CHECK(!client.meet_move(moved.meet_id, Invitation{"", "", "", "", "24.11.2090 11:00"}).moved);

    next_request("/api_meet_remove/", "\"code\":\"X005\",\"times\":2");
    Error error;
    client.meet_move(moved.meet_id, Invitation{"", "", "", "", "25.11.2090 11:00"}, error);
    CHECK_STATUS(VD_ERR_OLD_REMAINS, error.status);
    CHECK(error.kind() == Kind::outcome_unknown && error.may_have_acted && !error.moved_meet_id.empty() && !error.moved_meet_url.empty());
    reset_service();
}

static void an_announced_call_asks_for_no_token_of_its_own()
{
    reset_service();
    Client client = sandbox_client(without_prefetch());
    client.prepare();
    while (asked("counters").text("/requests/~1api_verify~1", "0") != "1") {} // the token is being fetched
    client.meet_list();
    CHECK_STRING("1", asked("counters").text("/requests/~1api_verify~1"));
}

static void a_call_of_the_vendors_gets_its_fields()
{
    reset_service();
    const std::string note = "p\305\231i\305\241la \"v\304\215as\" \\ \n\t & dnes";
    const Json answer = sandbox_client(without_prefetch()).call("api_echo", JsonObject().text("note", note).number("n", -2).truth("ok", true).json("x", "1.50"));
    const std::string all = answer.str();
    CHECK(all.find("1.50") != std::string::npos && all.find("-2") != std::string::npos);
    const Json requests = asked("requests");
    CHECK_STRING(note, requests.text("/" + std::to_string(requests.length() - 1) + "/fields/1/1", "?"));
    CHECK(sandbox_client().call("api_meet_list").str() == "[]");
}

static void a_healthy_way_is_diagnosed_step_by_step()
{
    reset_service();
    const Diagnosis found = sandbox_client().diagnose();
    CHECK(found.ok && found.status == VD_OK && found.steps.size() >= 4);
    for (const DiagnosisStep &step : found.steps) { CHECK(step.ok && !step.step.empty() && step.ms >= 0 && step.message.empty()); }
    CHECK_STRING("keys", found.steps.back().step);
    CHECK_STRING(VD_VERSION, found.json.get("/version"));
}

static void a_wrong_key_is_diagnosed_in_the_last_step()
{
    reset_service();
    Client client(service_url(), app_key(), "nobodys-key", sandbox_options());
    const Diagnosis found = client.diagnose();
    CHECK(!found.ok && found.status == VD_X002_API_KEY);
    CHECK(found.steps.back().step == "keys" && !found.steps.back().ok && !found.steps.back().message.empty());
}

static void a_client_moves_and_closes()
{
    reset_service();
    Client first = sandbox_client();
    vd_client *const handle = first.handle();
    Client second(std::move(first));
    CHECK(second.handle() == handle && first.handle() == nullptr);
    second.verify();
    first = std::move(second);
    first.verify();
    Client third = sandbox_client();
    first = std::move(third); // the client that `first` had is freed
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_client_free(handle));
    first.verify();
    first.close();
    first.close();
    Error error;
    first.verify(error);
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, error.status);
}

static void the_end_of_its_scope_frees_a_client()
{
    vd_client *handle = nullptr;
    {
        Client client("demo", "app", "practice");
        handle = client.handle();
        CHECK(handle != nullptr);
    }
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_client_free(handle));
}

void call_story()
{
    RUN(good_keys_are_verified);
    RUN(the_service_tells_its_time);
    RUN(the_first_list_is_empty);
    RUN(a_meeting_is_made_listed_read_and_removed);
    RUN(lost_answers_are_found_by_looking);
    RUN(a_patient_who_is_in_the_list_twice_is_named_with_each_meeting);
    RUN(what_was_written_for_release_1_0_compiles);
    RUN(a_meeting_shows_what_the_service_adds_and_a_call_that_is_open);
    RUN(a_report_is_addressed_and_saved);
    RUN(a_meeting_is_moved);
    RUN(an_announced_call_asks_for_no_token_of_its_own);
    RUN(a_call_of_the_vendors_gets_its_fields);
    RUN(a_healthy_way_is_diagnosed_step_by_step);
    RUN(a_wrong_key_is_diagnosed_in_the_last_step);
    RUN(a_client_moves_and_closes);
    RUN(the_end_of_its_scope_frees_a_client);
}
