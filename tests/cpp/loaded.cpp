// The header over a table of functions that is loaded at run time, as C++Builder does it; a library of another ABI, and the one
// of release 1.0, which lacks functions: how videodoktor_loader.h, which C programs use too, tells that.
#include "../../bindings/c/videodoktor_loader.h"

static videodoktor_api loaded;
#define VIDEODOKTOR_FUNCTION(name) loaded.name
#include "videodoktor.hpp"

#include <iostream>

static uint32_t VD_CALL another_abi() { return VD_ABI_VERSION + 1; }

static bool a_library_of_another_abi_is_refused()
{
    const videodoktor_api right = loaded;
    loaded.vd_abi_version = another_abi;
    videodoktor::Error error;
    videodoktor::Client client("demo", "app", "practice", "", error);
    loaded = right;
    return error.kind() == videodoktor::Kind::internal && error.detail == "the library speaks ABI 2, this program ABI 1" && !client.handle();
}

/// The version of the header is that for which the program was made.
static bool the_library_of_1_0_is_told_with_both_versions(const videodoktor_path_char *path)
{
    videodoktor_api untouched = videodoktor_api();
    char why[2048];
    const bool is_loaded = videodoktor_load(&untouched, path, why, sizeof why) != 0;
    const std::string wanted = "the library is version 1.0.0, this program was made for version " VD_VERSION " or a later one: it lacks "
                               "vd_client_prepare, vd_meet_move, vd_meet_changes, vd_meet_ics, vd_qr";
    if (is_loaded || wanted != why) { std::cerr << "FAILED: the library of 1.0 is told with both versions: " << why << "\n"; }
    return !is_loaded && wanted == why && !untouched.vd_version;
}

static bool a_loaded_library_invites()
{
    videodoktor::Client client(std::getenv("SANDBOX_HTTP"), std::getenv("VIDEODOKTOR_APP_KEY"), std::getenv("VIDEODOKTOR_API_KEY"));
    return client.meet_add({"Jana Nov\303\241kov\303\241", "jana@example.cz", "", "1980", "23.11.2090 10:00"}).meet_url.find("http") == 0;
}

int main(int argc, char **argv)
{
    char why[2048];
#ifdef _WIN32
    (void)argc, (void)argv;
    const wchar_t *path = NULL, *of_1_0 = NULL; // compiled there, and run elsewhere
#else
    const char *path = argc > 1 ? argv[1] : NULL, *of_1_0 = argc > 2 ? argv[2] : NULL;
#endif
    if (!videodoktor_load(&loaded, path, why, sizeof why)) {
        std::cerr << why << "\n";
        return 2;
    }
    int failed = 0;
    try {
        failed = !a_library_of_another_abi_is_refused() + !the_library_of_1_0_is_told_with_both_versions(of_1_0) + !a_loaded_library_invites();
    } catch (const videodoktor::Exception &error) {
        std::cerr << error.error().name << " " << error.error().detail << "\n";
        failed = 3;
    }
    std::cout << 3 - failed << " passed, " << failed << " failed\n";
    return failed;
}
