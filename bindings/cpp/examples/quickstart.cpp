#include <iostream>
#include "videodoktor.hpp"

int main(int argc, char **argv) try {
    if (argc < 4) { std::cerr << "usage: quickstart ADDRESS APP_KEY PRACTICE_KEY [OPTIONS]\n"; return 2; }
    videodoktor::Client client(argv[1], argv[2], argv[3], argc > 4 ? argv[4] : "");
    std::cout << "Jana is invited to " << client.meet_add({"Jana Nováková", "jana@example.cz", "", "1980", "23.11.2090 10:00"}).meet_url << "\n";
} catch (const videodoktor::Exception &error) {
    std::cerr << error.error().name << ": " << error.what() << "\n";
    return 1;
}
