/* Runs all modules, or those that are named. Under valgrind floating_point is left out: valgrind does not know traps. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "stories.h"

typedef struct module {
    const char *name;
    void (*story)(void);
} module;

static const module modules[] = {
    {"library", library_story}, {"offline", offline_story}, {"text", text_story}, {"vector", vector_story}, {"client", client_story},
    {"call", call_story}, {"argument", argument_story}, {"handle", handle_story}, {"log", log_story}, {"log_thread", log_thread_story},
    {"thread", thread_story}, {"stack", stack_story}, {"memory", memory_story}, {"floating_point", floating_point_story}
};

/* Run by alone.c in a process of their own. */
static const module scenarios[] = {
    {"leave_nothing_behind", leave_nothing_behind}, {"get_along_with_little_memory", get_along_with_little_memory}
};

static int run_scenario(const char *name)
{
    size_t i;
    for (i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        if (strcmp(scenarios[i].name, name) == 0) { run_test(name, scenarios[i].story); }
    }
    return summary();
}

static int is_wanted(const char *name, int argc, char **argv)
{
    int i;
    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], name) == 0) { return 1; }
    }
    return argc == 1;
}

int main(int argc, char **argv)
{
    size_t i;
    if (argc == 3 && strcmp(argv[1], "--alone") == 0) { return run_scenario(argv[2]); }
    for (i = 0; i < sizeof modules / sizeof modules[0]; i++) {
        if (is_wanted(modules[i].name, argc, argv)) { modules[i].story(); }
    }
    return summary();
}
