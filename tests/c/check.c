/* The test framework: counts, and tells what failed. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *running;
static const char *subject;
static int failed_checks, passed, failed;

static void print_sentence(const char *name)
{
    for (; *name; name++) { fputc(*name == '_' ? ' ' : *name, stderr); }
}

void run_test(const char *name, void (*test)(void))
{
    running = name;
    subject = NULL;
    failed_checks = 0;
    test();
    if (failed_checks == 0) { passed++; } else { failed++; }
    if (getenv("CHECK_VERBOSE")) { printf("%s %s\n", failed_checks ? "FAILED" : "passed", name); }
}

void about(const char *what)
{
    subject = what;
}

static void fail(const char *file, int line)
{
    if (failed_checks++ == 0) {
        fputs("FAILED: ", stderr);
        print_sentence(running);
        fputc('\n', stderr);
    }
    fprintf(stderr, "  %s:%d: ", file, line);
    if (subject) { fprintf(stderr, "[%s] ", subject); }
}

void check_that(int holds, const char *condition, const char *file, int line)
{
    if (holds) { return; }
    fail(file, line);
    fprintf(stderr, "%s\n", condition);
}

void check_status(vd_status expected, vd_status actual, const char *call, const char *file, int line)
{
    if (expected == actual) { return; }
    fail(file, line);
    fprintf(stderr, "%s is %s, not %s\n", call, vd_status_name(actual), vd_status_name(expected));
}

void check_number(long expected, long actual, const char *value, const char *file, int line)
{
    if (expected == actual) { return; }
    fail(file, line);
    fprintf(stderr, "%s is %ld, not %ld\n", value, actual, expected);
}

void check_text(const char *expected, const char *actual, const char *text, const char *file, int line)
{
    if (expected && actual ? strcmp(expected, actual) == 0 : expected == actual) { return; }
    fail(file, line);
    fprintf(stderr, "%s is \"%s\", not \"%s\"\n", text, actual ? actual : "(NULL)", expected ? expected : "(NULL)");
}

void check_json(const char *expected, const char *json, const char *pointer, const char *file, int line)
{
    char *text = NULL;
    vd_status status = json ? vd_json_get(json, pointer, &text) : VD_ERR_NOT_FOUND;
    int holds = expected ? status == VD_OK && strcmp(expected, text) == 0 : status == VD_ERR_NOT_FOUND;
    if (!holds) {
        fail(file, line);
        fprintf(stderr, "%s is \"%s\" (%s), not \"%s\", in %s\n", pointer, text ? text : "(NULL)", vd_status_name(status), expected ? expected : "(NULL)", json ? json : "(NULL)");
    }
    vd_string_free(text);
}

int summary(void)
{
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
