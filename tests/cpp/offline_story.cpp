// What needs no network: the case tables that every language runs, JSON, and wide text.
#include "stories.hpp"

#include <fstream>
#include <iterator>

using namespace videodoktor;

static Json table(const std::string &name)
{
    std::ifstream file((std::string(std::getenv("TEST_VECTORS")) + "/" + name).c_str(), std::ios::binary);
    return Json::parse(std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>()));
}

template <typename Check> static void for_each_case(const std::string &name, Check check)
{
    const Json cases = table(name);
    CHECK(cases.length() > 5);
    for (int i = 0, count = cases.length(); i < count; i++) {
        const Json one = cases.at("/" + std::to_string(i));
        const std::string why = name + ": " + one.get("/why");
        about(why.c_str());
        check(one);
    }
    about(nullptr);
}

/// A field of a case; null is "", which the library takes for the same.
static std::string field(const Json &json, const std::string &name)
{
    const std::string text = json.text("/" + name);
    return text == "null" ? "" : text;
}

static Invitation invitation(const Json &json)
{
    return {field(json, "pacient_jmeno"), field(json, "pacient_email"), field(json, "pacient_telefon"), field(json, "pacient_narozen"), field(json, "meet_start")};
}

static void check_field(const char *file, const char *name, std::string Invitation::*member)
{
    const Invitation model = invitation(table("invitations.json").at("/0"));
    for_each_case(file, [&](const Json &one) {
        Invitation changed = model;
        changed.*member = field(one, name);
        const InvitationCheck check = check_invitation(changed);
        CHECK_NUMBER(one.number("/status"), check.valid ? VD_OK : check.errors.at(0).status);
        if (check.valid) { CHECK_STRING(one.get("/sent"), check.fields.*member); }
    });
}

static void every_field_of_the_tables_is_judged_as_they_say()
{
    check_field("starts.json", "meet_start", &Invitation::meet_start);
    check_field("phones.json", "pacient_telefon", &Invitation::pacient_telefon);
    check_field("names.json", "pacient_jmeno", &Invitation::pacient_jmeno);
    check_field("emails.json", "pacient_email", &Invitation::pacient_email);
}

static void every_invitation_of_the_table_is_judged_as_it_says()
{
    for_each_case("invitations.json", [](const Json &one) {
        const InvitationCheck check = check_invitation(invitation(one));
        CHECK(check.valid == (one.number("/status") == 0));
        if (check.valid) { CHECK_STRING(one.get("/fields/meet_start"), check.fields.meet_start); }
        CHECK_NUMBER(one.has("/errors") ? one.length("/errors") : 0, check.errors.size());
        for (std::size_t i = 0; i < check.errors.size(); i++) {
            CHECK_NUMBER(one.number("/errors/" + std::to_string(i)), check.errors[i].status);
            CHECK(check.errors[i].kind() == Kind::rejected && !check.errors[i].field.empty() && !check.errors[i].message.empty());
        }
    });
}

static void every_birth_number_of_the_table_is_judged_as_it_says()
{
    for_each_case("birth_numbers.json", [](const Json &one) {
        Error error;
        CHECK_NUMBER(one.number("/year"), birth_year(one.get("/rodne_cislo"), error));
        CHECK_NUMBER(one.number("/status"), error.status);
    });
}

static void every_json_pointer_of_the_table_finds_what_it_says()
{
    for_each_case("json_pointers.json", [](const Json &one) {
        Error error;
        const Json json = Json::parse(one.get("/json"), error);
        if (error) { return; } // that a text is no JSON is found here already
        const std::string pointer = one.get("/pointer"), found = json.get(pointer, error);
        CHECK_NUMBER(one.number("/status"), error.status);
        if (one.has("/text")) { CHECK_STRING(one.get("/text"), found); }
        CHECK(json.has(pointer) == one.has("/text"));
        if (one.has("/length")) { CHECK_NUMBER(one.number("/length"), json.length(pointer)); }
    });
}

static void what_is_missing_has_a_stand_in()
{
    const Json json = Json::parse("{\"text\":\"a\",\"number\":-12.5,\"yes\":true,\"no\":false,\"nothing\":null,\"list\":[1,[2,3]],\"big\":9007199254740993}");
    CHECK_STRING("-", json.text("/missing", "-"));
    CHECK_STRING("null", json.text("/nothing"));
    CHECK_NUMBER(-12, json.number("/number"));
    CHECK_NUMBER(5, json.number("/text", 5));
    CHECK(json.number("/big") == 9007199254740993LL);
    CHECK(json.truth("/yes") && !json.truth("/no") && !json.truth("/missing"));
    CHECK_NUMBER(2, json.at("/list").length("/1"));
    CHECK(json.at("/missing").empty() && Json().empty() && Json().str().empty());
    CHECK(!Json().has("") && Json().number("/x", 3) == 3);
}

static void what_is_built_can_be_read()
{
    const std::string awkward = "\"\\\n\r\t\001 P\305\231\303\255li\305\241";
    const Json json = Json::parse(JsonObject().text(awkward, awkward).number("n", -9007199254740993LL).truth("t", false).json("j", "[1.50]"));
    CHECK_STRING(awkward, json.get("/" + awkward));
    CHECK_STRING("-9007199254740993", json.get("/n"));
    CHECK_STRING("false", json.get("/t"));
    CHECK_STRING("1.50", json.get("/j/0"));
    CHECK_STRING("{}", JsonObject().str());
}

static void every_option_is_known_to_the_library()
{
    const Options all = Options().timeout_ms(30000).connect_timeout_ms(15000).retries(0).prefetch_tokens(0).validate("server").lang("en").ascii_json(true)
        .proxy("http://user:pass@127.0.0.1:3128").proxy_auth("basic").tls_roots("bundled").ca_file(std::getenv("SANDBOX_CA_FILE")).meet_start_format("%Y-%m-%d %H:%M")
        .user_agent("Ordinace/7.1").allow_http(false);
    CHECK_NUMBER(14, Json::parse(all).length());
    Client("demo", "app", "practice", all);
}

static void the_library_tells_what_it_is()
{
    CHECK_STRING(VD_VERSION, version());
    CHECK_NUMBER(VD_ABI_VERSION, abi_version());
    CHECK_STRING("VD_ERR_TIMEOUT", status_name(VD_ERR_TIMEOUT));
    CHECK_STRING(vd_status_text(VD_ERR_TIMEOUT, "en"), status_text(VD_ERR_TIMEOUT, "en"));
    CHECK(status_text(VD_ERR_TIMEOUT) == vd_status_text(VD_ERR_TIMEOUT, "cs"));
    CHECK_STRING("2090-01-02 03:04", start_at(2090, 1, 2, 3, 4));
}

static void wide_text_comes_back()
{
    const std::string text = "P\305\231\303\255li\305\241 \342\202\254 \360\237\220\216"; // of one, two, three and four bytes
    const std::wstring wanted = L"P\u0159\u00edli\u0161 \u20ac \U0001F40E";
    CHECK(wide(text) == wanted);
    CHECK_STRING(text, utf8(wanted));
    CHECK_STRING("\360\237\220\216", utf8(std::wstring(1, static_cast<wchar_t>(0xD83D)) + static_cast<wchar_t>(0xDC0E)));
}

static void what_is_no_text_becomes_a_replacement_character()
{
    const std::string bad[] = {"\370", "\300\200", "\355\240\200", "\305", "\365\200\200\200", "\360\200\200\200", "\200"};
    for (const std::string &one : bad) { CHECK(wide(one).at(0) == static_cast<wchar_t>(0xFFFD)); }
    CHECK(wide("\305x") == std::wstring(1, static_cast<wchar_t>(0xFFFD)) + L"x");
    CHECK_STRING("\357\277\275x", utf8(std::wstring(1, static_cast<wchar_t>(0xD83D)) + L"x"));
    CHECK(utf8(std::wstring()).empty() && wide(std::string()).empty());
}

/// The meetings of a case's list, as meet_list would give them.
static std::vector<Meeting> list(const std::string &text)
{
    return text.empty() ? std::vector<Meeting>() : inside::meetings(Json::parse(text), "");
}

static void every_two_lists_of_the_table_differ_as_it_says()
{
    for_each_case("changes.json", [](const Json &one) {
        if (one.number("/status") != VD_OK) { return; } // no list of meetings can be such a text
        const Changes changes = meet_changes(list(field(one, "before_json")), list(field(one, "after_json")));
        CHECK_NUMBER(one.length("/changes/added"), static_cast<long long>(changes.added.size()));
        CHECK_NUMBER(one.length("/changes/removed"), static_cast<long long>(changes.removed.size()));
        CHECK_NUMBER(one.length("/changes/changed"), static_cast<long long>(changes.changed.size()));
        CHECK_NUMBER(one.number("/changes/unchanged"), changes.unchanged);
        CHECK_NUMBER(one.number("/changes/skipped"), changes.skipped);
        for (std::size_t i = 0; i < changes.changed.size(); i++) {
            const std::string at = "/changes/changed/" + std::to_string(i);
            CHECK_STRING(one.get(at + "/after/meet_id"), changes.changed[i].after.meet_id);
            CHECK_STRING(one.get(at + "/fields/0"), changes.changed[i].fields.at(0));
        }
    });
}

static void every_calendar_of_the_table_is_made_or_refused()
{
    for_each_case("calendars.json", [](const Json &one) {
        Error error;
        const std::string text = meet_ics(one.get("/meeting_json"), field(one, "options_json"), error);
        CHECK_NUMBER(one.number("/status"), error.status);
        CHECK(text.empty() == (error.status != VD_OK));
        std::string unfolded = text;
        for (std::size_t at; (at = unfolded.find("\r\n ")) != std::string::npos;) { unfolded.erase(at, 3); }
        for (const std::string &line : inside::texts(one, "/lines")) { CHECK(unfolded.find("\r\n" + line + "\r\n") != std::string::npos); }
    });
}

static void a_text_becomes_a_qr_code()
{
    const std::string path = std::string(std::getenv("TEST_FOLDER")) + "/k\303\263d.bmp";
    const QrCode code = qr("https://demo.videodoktor.cz/meet/abc", path, 256);
    CHECK_STRING(path, code.path);
    CHECK(code.modules >= 21);
    std::ifstream file(path.c_str(), std::ios::binary | std::ios::ate);
    CHECK_NUMBER(static_cast<long long>(file.tellg()), code.bytes);
    CHECK(qr_svg("abc", 256).compare(0, 5, "<svg ") == 0);
    Error error;
    qr("abc", path, 63, error);
    CHECK_STATUS(VD_ERR_INVALID_ARGUMENT, error.status);
    CHECK_STRING("pixels", error.field);
    qr("abc", path + ".gif", 64, error);
    CHECK_STRING("path", error.field);
    qr("abc", "/nowhere/kod.bmp", 64, error);
    CHECK_STATUS(VD_ERR_FILE, error.status);
}

void offline_story()
{
    RUN(every_field_of_the_tables_is_judged_as_they_say);
    RUN(every_invitation_of_the_table_is_judged_as_it_says);
    RUN(every_birth_number_of_the_table_is_judged_as_it_says);
    RUN(every_json_pointer_of_the_table_finds_what_it_says);
    RUN(every_two_lists_of_the_table_differ_as_it_says);
    RUN(every_calendar_of_the_table_is_made_or_refused);
    RUN(a_text_becomes_a_qr_code);
    RUN(what_is_missing_has_a_stand_in);
    RUN(what_is_built_can_be_read);
    RUN(every_option_is_known_to_the_library);
    RUN(the_library_tells_what_it_is);
    RUN(wide_text_comes_back);
    RUN(what_is_no_text_becomes_a_replacement_character);
}
