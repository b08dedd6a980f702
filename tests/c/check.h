/* check.h: a test is a function whose name is a sentence; each CHECK that fails is told with its place. C89 and C++98. */
#ifndef CHECK_H
#define CHECK_H

#include "videodoktor.h"

/* Runs one test. */
#define RUN(test) run_test(#test, test)
void run_test(const char *name, void (*test)(void));

/* Says what the checks from here on are about, such as the row of a table; NULL: nothing. */
void about(const char *what);

#define CHECK(condition) check_that((condition) ? 1 : 0, #condition, __FILE__, __LINE__)
void check_that(int holds, const char *condition, const char *file, int line);

#define CHECK_STATUS(expected, call) check_status(expected, call, #call, __FILE__, __LINE__)
void check_status(vd_status expected, vd_status actual, const char *call, const char *file, int line);

#define CHECK_NUMBER(expected, value) check_number((long)(expected), (long)(value), #value, __FILE__, __LINE__)
void check_number(long expected, long actual, const char *value, const char *file, int line);

/* Two texts; NULL equals only NULL. */
#define CHECK_TEXT(expected, text) check_text(expected, text, #text, __FILE__, __LINE__)
void check_text(const char *expected, const char *actual, const char *text, const char *file, int line);

/* What stands at a pointer of a JSON text; NULL if nothing must stand there. */
#define CHECK_JSON(expected, json, pointer) check_json(expected, json, pointer, __FILE__, __LINE__)
void check_json(const char *expected, const char *json, const char *pointer, const char *file, int line);

/* Prints "N passed, N failed"; what `main` returns. */
int summary(void);

#endif
