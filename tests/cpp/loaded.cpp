// The header over a table of functions that is loaded at run time, as C++Builder does it; and a library of another ABI.
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
    const wchar_t *path = NULL;
#else
    const char *path = argc > 1 ? argv[1] : NULL;
#endif
    if (!videodoktor_load(&loaded, path, why, sizeof why)) {
        std::cerr << why << "\n";
        return 2;
    }
    int failed = 0;
    try {
        failed = !a_library_of_another_abi_is_refused() + !a_loaded_library_invites();
    } catch (const videodoktor::Exception &error) {
        std::cerr << error.error().name << " " << error.error().detail << "\n";
        failed = 2;
    }
    std::cout << 2 - failed << " passed, " << failed << " failed\n";
    return failed;
}
