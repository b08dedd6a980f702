// A C++ program for 1.0 meets the statuses that 1.0 did not know; LATER_STATUSES holds all of them, as 51=VD_ERR_OLD_REMAINS.
#include "../cpp/stories.hpp"

#include <sstream>

using namespace videodoktor;

static void each_has_a_name_and_a_text_in_both_languages()
{
    std::istringstream all(std::getenv("LATER_STATUSES"));
    for (std::string one; all >> one;) {
        const vd_status status = std::stoi(one);
        about(one.c_str());
        CHECK_STRING(one.substr(one.find('=') + 1), status_name(status));
        CHECK(status_text(status).size() > 20 && status_text(status) != status_text(status, "en"));
    }
}

/// The act ends in an error of the general class, which knows the status, its name and its text, and is caught as every other.
template <typename Act> static void check_shown(int number, const char *name, Act act)
{
    try {
        act();
        CHECK(!"an exception was thrown");
    } catch (const Exception &thrown) {
        const Error &error = thrown.error();
        CHECK_NUMBER(number, error.status);
        CHECK_STRING(name, error.name);
        CHECK_STRING(status_text(number), error.message);
        CHECK_STRING(error.message, thrown.what());
        CHECK(error.kind() == Kind::internal && dynamic_cast<const InternalError *>(&thrown));
    }
}

static void a_report_that_is_not_there_yet()
{
    reset_service();
    next_request("/api_meet_export/", "\"body\":{\"text\":\"{\\\"export_url\\\":\\\"\\\"}\"},\"times\":2");
    Client client = sandbox_client();
    check_shown(62, "VD_ERR_REPORT_NOT_READY", [&] { client.meet_export("abc"); });
    check_shown(62, "VD_ERR_REPORT_NOT_READY", [&] { client.meet_export_save("abc", "/nowhere/vykaz.pdf"); });
}

static void a_call_that_remains_beside_the_moved_one()
{
    reset_service();
    Client client = sandbox_client();
    const std::string meet_id = client.meet_add(jana("2.12.2090 10:00")).meet_id;
    next_request("/api_meet_remove/", "\"code\":\"X005\",\"times\":2");
    check_shown(51, "VD_ERR_OLD_REMAINS", [&] { client.meet_remove(meet_id); }); // see moves.c
}

int main()
{
    RUN(each_has_a_name_and_a_text_in_both_languages);
    RUN(a_report_that_is_not_there_yet);
    RUN(a_call_that_remains_beside_the_moved_one);
    return summary();
}
