// Runs the stories of the throwing style.
#include "stories.hpp"

int main()
{
    call_story();
    error_story();
    offline_story();
    concurrent_story();
    return summary();
}
