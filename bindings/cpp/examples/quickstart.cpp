#include <cstdlib>
#include <ctime>
#include <iostream>
#ifdef _WIN32
#include <windows.h>
#endif
#include "videodoktor.hpp"

static std::string setting(const char *name, const char *otherwise) {
    const char *value = std::getenv(name);
    return value ? value : otherwise;
}

int main() try {
#ifdef _WIN32
    SetConsoleOutputCP(CP_UTF8);
#endif
    videodoktor::Client client(setting("VIDEODOKTOR_URL", "http://127.0.0.1:43210"), setting("VIDEODOKTOR_APP_KEY", "sandbox-app-key"),
                               setting("VIDEODOKTOR_API_KEY", "sandbox-practice-1"), setting("VIDEODOKTOR_OPTIONS", "{}"));
    std::time_t now = std::time(nullptr);
    std::tm at = *std::localtime(&now);
    at.tm_mday += 1, at.tm_hour = 10, at.tm_min = 0, at.tm_isdst = -1; // tomorrow at 10:00, or the next quarter of an hour that is free
    for (;; at.tm_min += 15) try {
        char start[32];
        std::mktime(&at);
        std::strftime(start, sizeof start, "%d.%m.%Y %H:%M", &at);
        const videodoktor::MeetingCreated made = client.meet_add({"Jana Nováková", "jana@example.cz", "", "1980", start});
        std::cout << "The patient is invited: " << made.meet_url << "\n";
        return 0;
    } catch (const videodoktor::RejectedError &refused) {
        if (refused.error().status != VD_X024_START_TAKEN) throw;
    }
} catch (const videodoktor::Exception &error) {
    std::cerr << error.what() << " (" << error.error().name << ")\n";
    return 1;
}
