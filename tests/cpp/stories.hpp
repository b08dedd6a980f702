// What the files of tests share: stories to run, and clients of the sandbox.
#ifndef STORIES_HPP
#define STORIES_HPP

#include "videodoktor.hpp"

#include "../c/check.h"
#include "../c/sandbox.h"

#define CHECK_STRING(expected, value) check_text(std::string(expected).c_str(), std::string(value).c_str(), #value, __FILE__, __LINE__)

void call_story();
void error_story();
void offline_story();
void concurrent_story();

/// Options of a client of the sandbox, to which a test adds its own.
inline videodoktor::Options sandbox_options()
{
    return videodoktor::Options().proxy("none").ca_file(std::getenv("SANDBOX_CA_FILE"));
}

/// A client of the sandbox's first practice.
inline videodoktor::Client sandbox_client(const videodoktor::Options &options = sandbox_options())
{
    return videodoktor::Client(service_url(), app_key(), api_key(), options);
}

/// Jana Nováková, reachable by e-mail.
inline videodoktor::Invitation jana(const std::string &start)
{
    return {"Jana Nov\303\241kov\303\241", "jana@example.cz", "", "1980", start};
}

/// What the sandbox's control API answers.
inline videodoktor::Json asked(const char *path)
{
    char *text = ask_service(path);
    const videodoktor::Json json = videodoktor::Json::parse(text);
    std::free(text);
    return json;
}

#endif
