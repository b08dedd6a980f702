/* Strings that the library hands out, and its reader of JSON. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "stories.h"

static char *a_string_of_the_library(void)
{
    char *text = NULL;
    CHECK_STATUS(VD_OK, vd_json_get("{\"meet_id\":\"abc\"}", "/meet_id", &text));
    return text;
}

static void null_may_be_freed(void)
{
    CHECK_STATUS(VD_OK, vd_string_free(NULL));
}

static void a_string_is_freed_once(void)
{
    char *text = a_string_of_the_library();
    CHECK_TEXT("abc", text);
    CHECK_STATUS(VD_OK, vd_string_free(text));
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_string_free(text));
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_string_free(text));
}

/* Its address is not handed out again soon: who frees twice does not free what came in between. */
static void a_string_freed_twice_frees_no_other(void)
{
    enum { OTHERS = 1000 };
    char *others[OTHERS];
    char *text = a_string_of_the_library();
    int i;
    CHECK_STATUS(VD_OK, vd_string_free(text));
    for (i = 0; i < OTHERS; i++) {
        others[i] = a_string_of_the_library();
        CHECK(others[i] != text);
        if (i % 2) { CHECK_STATUS(VD_OK, vd_string_free(others[i])); }
    }
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_string_free(text));
    for (i = 0; i < OTHERS; i++) {
        if (i % 2) {
            CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_string_free(others[i]));
        } else {
            CHECK_TEXT("abc", others[i]);
            CHECK_STATUS(VD_OK, vd_string_free(others[i]));
        }
    }
}

static void a_string_that_is_not_ours_is_left_alone(void)
{
    char on_the_stack[] = "Jana";
    char *on_the_heap = (char *)malloc(5);
    char *ours = a_string_of_the_library();
    strcpy(on_the_heap, "Jana");
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_string_free(on_the_stack));
    CHECK_TEXT("Jana", on_the_stack);
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_string_free(on_the_heap));
    CHECK_TEXT("Jana", on_the_heap);
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_string_free((char *)vd_version()));
    CHECK_TEXT(VD_VERSION, vd_version());
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_string_free(ours + 1));
    CHECK_TEXT("abc", ours);
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_string_free((char *)1));
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_string_free((char *)(size_t)-1));
    CHECK_STATUS(VD_OK, vd_string_free(ours));
    free(on_the_heap);
}

static void values_are_taken_out_of_json(void)
{
    static const char json[] = "{\"a\":[1,{\"b\":\"\\u017dofie\"}],\"t\":true,\"n\":null,\"x\":17976931348623157000000e300,\"\":\"\"}";
    CHECK_JSON("1", json, "/a/0");
    CHECK_JSON("\305\275ofie", json, "/a/1/b");
    CHECK_JSON("true", json, "/t");
    CHECK_JSON("null", json, "/n");
    CHECK_JSON("17976931348623157000000e300", json, "/x");
    CHECK_JSON("", json, "/");
    CHECK_JSON(json, json, "");
    CHECK_JSON(NULL, json, "/a/2");
    CHECK_JSON(NULL, json, "/b");
}

static void items_and_members_are_counted(void)
{
    int32_t count = -1;
    CHECK_STATUS(VD_OK, vd_json_length("[1,2,[3,4]]", "", &count));
    CHECK_NUMBER(3, count);
    CHECK_STATUS(VD_OK, vd_json_length("{\"a\":{\"b\":1,\"c\":2}}", "/a", &count));
    CHECK_NUMBER(2, count);
    CHECK_STATUS(VD_OK, vd_json_length("[]", "", &count));
    CHECK_NUMBER(0, count);
}

/* Both readers of JSON refuse this with the status, and leave nothing in their out-parameters. */
static void check_refused(vd_status expected, const char *json, const char *pointer)
{
    char *text = (char *)"left over";
    int32_t count = 77;
    CHECK_STATUS(expected, vd_json_get(json, pointer, &text));
    CHECK(text == NULL);
    CHECK_STATUS(expected, vd_json_length(json, pointer, &count));
    CHECK_NUMBER(0, count);
}

static void bad_input_leaves_nothing_in_the_out_parameters(void)
{
    check_refused(VD_ERR_NULL_POINTER, NULL, "/a");
    check_refused(VD_ERR_NULL_POINTER, "{}", NULL);
    check_refused(VD_ERR_NOT_FOUND, "{}", "/a");
    check_refused(VD_ERR_INVALID_ARGUMENT, "{\"a\"", "/a");
    check_refused(VD_ERR_INVALID_ARGUMENT, "", "");
    check_refused(VD_ERR_INVALID_ARGUMENT, "{\"a\":1}", "a");
    check_refused(VD_ERR_INVALID_ARGUMENT, "{\"a\":1}", "/~2");
    check_refused(VD_ERR_INVALID_UTF8, "{\"a\":\"Nov\341\"}", "/a");
    check_refused(VD_ERR_INVALID_UTF8, "{\"a\":1}", "/Nov\341");
    CHECK_STATUS(VD_ERR_NULL_POINTER, vd_json_get("{\"a\":1}", "/a", NULL));
    CHECK_STATUS(VD_ERR_NULL_POINTER, vd_json_length("{\"a\":1}", "", NULL));
}

static void a_value_without_members_has_no_length(void)
{
    int32_t count = 77;
    CHECK_STATUS(VD_ERR_INVALID_ARGUMENT, vd_json_length("{\"a\":1}", "/a", &count));
    CHECK_NUMBER(0, count);
    CHECK_STATUS(VD_ERR_INVALID_ARGUMENT, vd_json_length("\"text\"", "", &count));
}

static void nesting_without_end_is_an_error_and_no_crash(void)
{
    const size_t depth = 200000;
    char *json = (char *)malloc(depth + 1), *text = NULL;
    int32_t count = 0;
    memset(json, '[', depth);
    json[depth] = '\0';
    CHECK_STATUS(VD_ERR_INVALID_ARGUMENT, vd_json_get(json, "", &text));
    CHECK_STATUS(VD_ERR_INVALID_ARGUMENT, vd_json_length(json, "", &count));
    CHECK_STATUS(VD_ERR_INVALID_ARGUMENT, vd_json_get(json, "/0/0/0", &text));
    vd_string_free(text);
    free(json);
}

void text_story(void)
{
    RUN(null_may_be_freed);
    RUN(a_string_is_freed_once);
    RUN(a_string_freed_twice_frees_no_other);
    RUN(a_string_that_is_not_ours_is_left_alone);
    RUN(values_are_taken_out_of_json);
    RUN(items_and_members_are_counted);
    RUN(bad_input_leaves_nothing_in_the_out_parameters);
    RUN(a_value_without_members_has_no_length);
    RUN(nesting_without_end_is_an_error_and_no_crash);
}
