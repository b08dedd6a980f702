/* What the Windows test programs share: a line for each thing that holds or does not, and orders to whoever started the program, which has the sandbox. */
#ifndef CHECK_H
#define CHECK_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static int passed, failed;

static void check(int holds, const char *sentence, ...)
{
    char line[1024];
    va_list values;
    va_start(values, sentence);
    vsnprintf(line, sizeof line, sentence, values);
    va_end(values);
    if (holds) { passed++; } else { failed++; }
    printf("%s - %s\n", holds ? "ok" : "not ok", line);
    fflush(stdout);
}

/* One request to the sandbox's control API (or an order of the runner's own); the first part of its answer. */
static const char *control(const char *order)
{
    static char answer[65536];
    printf("@control %s\n", order);
    fflush(stdout);
    if (!fgets(answer, sizeof answer, stdin)) { answer[0] = '\0'; }
    answer[strcspn(answer, "\r\n")] = '\0';
    return answer;
}

/* A setting of the runner's. */
static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value ? value : "";
}

static int finish(void)
{
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}

#endif
