// Several threads on one client, interrupts, and the log.
#include "stories.hpp"

#include <chrono>
#include <thread>

using namespace videodoktor;

static void eight_threads_share_a_client()
{
    reset_service();
    Client client = sandbox_client();
    std::atomic<int> wrong(0);
    std::vector<std::thread> threads;
    for (int number = 0; number < 8; number++) {
        threads.emplace_back([&client, &wrong, number] {
            try {
                for (int round = 0; round < 4; round++) {
                    const std::string meet_id = client.meet_add(jana(start_at(2090, 11, 1 + round, 8 + number, 0))).meet_id;
                    wrong += client.meet_detail(meet_id).meet_id != meet_id;
                    wrong += client.meet_list().empty();
                    if (round > 0) { client.meet_remove(meet_id); }
                }
            } catch (const Exception &) {
                wrong += 1000;
            }
        });
    }
    for (std::thread &thread : threads) { thread.join(); }
    CHECK_NUMBER(0, wrong.load());
    CHECK_NUMBER(8, client.meet_list().size());
}

/// Runs `ends` while a call waits for an answer that takes a minute; the call must end with CancelledError long before.
static void check_cancelled(Client &client, void (*ends)(Client &))
{
    bool cancelled = false;
    next_request("/api_meet_list/", "\"delay_ms\":60000");
    const auto began = std::chrono::steady_clock::now();
    std::thread caller([&] {
        try {
            client.meet_list();
        } catch (const CancelledError &error) {
            cancelled = error.status() == VD_ERR_CANCELLED;
        } catch (const Exception &) {
        }
    });
    wait_until_faults_are_met();
    ends(client);
    caller.join();
    CHECK(cancelled);
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(20));
}

static void an_interrupt_ends_the_call_and_the_client_lives_on()
{
    reset_service();
    Client client = sandbox_client();
    check_cancelled(client, [](Client &waiting) { waiting.interrupt(); });
    CHECK(client.meet_list().empty());
}

static void closing_ends_the_call_and_the_client()
{
    reset_service();
    Client client = sandbox_client();
    check_cancelled(client, [](Client &waiting) { waiting.close(); });
    Error error;
    client.meet_list(error);
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, error.status);
}

/// The error of an invitation that is interrupted while the request to `path` waits for its answer.
static Error interrupted_at(const char *path)
{
    reset_service();
    Client client = sandbox_client(sandbox_options().prefetch_tokens(0));
    next_request(path, "\"delay_ms\":60000");
    Error error;
    std::thread caller([&] { client.meet_add(jana("27.11.2090 10:00"), error); });
    wait_until_faults_are_met();
    client.interrupt();
    caller.join();
    CHECK_STATUS(VD_ERR_CANCELLED, error.status);
    return error;
}

static void an_interrupted_invitation_tells_whether_it_may_have_been_carried_out()
{
    CHECK(!interrupted_at("/api_verify/").may_have_acted);
    CHECK(interrupted_at("/api_meet_add/").may_have_acted);
}

static void the_second_of_two_same_invitations_gets_the_answer_to_the_first()
{
    reset_service();
    Client client = sandbox_client(), other = sandbox_client();
    next_request("/api_meet_add/", "\"act_after_ms\":3000");
    MeetingCreated first, second;
    Error error_of_first, error_of_second;
    std::thread caller([&] { first = client.meet_add(jana("23.11.2090 10:00"), error_of_first); });
    wait_until_faults_are_met();
    second = other.meet_add(jana("23.11.2090 10:00"), error_of_second);
    caller.join();
    CHECK(!error_of_first && !error_of_second);
    CHECK(!first.meet_id.empty() && first.meet_id == second.meet_id);
    CHECK_STRING("1", asked("counters").text("/requests/~1api_meet_add~1"));
}

static void the_log_tells_what_happens_and_nothing_of_the_patient()
{
    reset_service();
    std::atomic<int> messages(0), secrets(0);
    set_log([&](int level, const std::string &message) {
        messages++;
        secrets += level < VD_LOG_ERROR || level > VD_LOG_DEBUG || message.find("Nov\303\241kov\303\241") != std::string::npos || message.find(api_key()) != std::string::npos;
    }, VD_LOG_DEBUG);
    sandbox_client().meet_add(jana("23.11.2090 10:00"));
    set_log(nullptr);
    CHECK(messages > 0);
    CHECK_NUMBER(0, secrets.load());
    const int before = messages;
    sandbox_client().verify();
    CHECK_NUMBER(before, messages.load());
}

static void a_replaced_log_function_is_gone()
{
    reset_service();
    const std::shared_ptr<int> held = std::make_shared<int>(0);
    set_log([held](int, const std::string &) {}, VD_LOG_DEBUG);
    CHECK_NUMBER(2, held.use_count());
    std::atomic<int> heard(0);
    set_log([&heard](int, const std::string &) { heard++; }, VD_LOG_DEBUG);
    CHECK_NUMBER(1, held.use_count());
    Error error;
    set_log([held](int, const std::string &) {}, 0, error);
    CHECK_STATUS(VD_ERR_INVALID_ARGUMENT, error.status);
    sandbox_client().verify();
    CHECK(heard > 0); // a level that is none changed nothing
    set_log(nullptr);
}

static void what_a_log_function_throws_is_dropped_and_it_may_replace_itself()
{
    reset_service();
    std::atomic<int> calls(0);
    set_log([&calls](int, const std::string &) {
        calls++;
        set_log(nullptr);
        throw std::runtime_error("out of a log function");
    }, VD_LOG_DEBUG);
    sandbox_client(sandbox_options().prefetch_tokens(0)).verify();
    CHECK_NUMBER(1, calls.load());
}

static void log_functions_come_and_go_while_calls_are_made()
{
    reset_service();
    Client client = sandbox_client();
    std::atomic<bool> done(false);
    std::atomic<int> late(0);
    std::thread changer([&] {
        while (!done) {
            std::atomic<bool> gone(false);
            set_log([&gone, &late](int, const std::string &) { late += gone; }, VD_LOG_DEBUG);
            std::this_thread::yield();
            set_log(nullptr);
            gone = true; // who still ran would find this, or freed memory
        }
    });
    for (int i = 0; i < 30; i++) { client.verify(); }
    done = true;
    changer.join();
    CHECK_NUMBER(0, late.load());
}

void concurrent_story()
{
    RUN(eight_threads_share_a_client);
    RUN(an_interrupt_ends_the_call_and_the_client_lives_on);
    RUN(closing_ends_the_call_and_the_client);
    RUN(an_interrupted_invitation_tells_whether_it_may_have_been_carried_out);
    RUN(the_second_of_two_same_invitations_gets_the_answer_to_the_first);
    RUN(the_log_tells_what_happens_and_nothing_of_the_patient);
    RUN(a_replaced_log_function_is_gone);
    RUN(what_a_log_function_throws_is_dropped_and_it_may_replace_itself);
    RUN(log_functions_come_and_go_while_calls_are_made);
}
