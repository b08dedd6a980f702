/* The log callback of the process. */
#include <pthread.h>
#include <string.h>

#include "check.h"
#include "sandbox.h"
#include "stories.h"

/* What one callback has heard; several threads may call it at once. */
typedef struct listener {
    pthread_mutex_t lock;
    int messages, too_detailed, secrets, max_level;
    vd_status inside;
} listener;

static void start_listening(listener *who, int32_t max_level)
{
    memset(who, 0, sizeof *who);
    pthread_mutex_init(&who->lock, NULL);
    who->max_level = max_level;
}

static int heard(listener *who)
{
    int messages;
    pthread_mutex_lock(&who->lock);
    messages = who->messages;
    pthread_mutex_unlock(&who->lock);
    return messages;
}

static int holds_a_secret(const char *message)
{
    static const char *const words[] = {"Jana", "Nov\303\241kov\303\241", "jana@example.cz", "777123456", "1980", "/meet/", "/report/"};
    size_t i;
    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strstr(message, words[i])) { return 1; }
    }
    return strstr(message, app_key()) || strstr(message, api_key());
}

static void on_log(int32_t level, const char *message, void *user_data)
{
    listener *who = (listener *)user_data;
    pthread_mutex_lock(&who->lock);
    who->messages++;
    who->too_detailed += level < VD_LOG_ERROR || level > who->max_level;
    who->secrets += holds_a_secret(message);
    pthread_mutex_unlock(&who->lock);
}

static void a_call_is_logged_without_a_word_about_the_patient(void)
{
    listener who;
    vd_client *client;
    char *meet_id;
    start_listening(&who, VD_LOG_DEBUG);
    reset_service();
    client = a_client("");
    CHECK_STATUS(VD_OK, vd_set_log(on_log, &who, VD_LOG_DEBUG));
    meet_id = a_meeting(client, "23.11.2090 10:00");
    CHECK_STATUS(VD_X024_START_TAKEN, vd_meet_add(client, "Jana Nov\303\241kov\303\241", NULL, "777123456", "1980", "23.11.2090 10:00", NULL));
    CHECK_STATUS(VD_OK, vd_meet_remove(client, meet_id, NULL));
    CHECK_STATUS(VD_OK, vd_set_log(NULL, NULL, VD_LOG_ERROR));
    CHECK(who.messages > 0);
    CHECK_NUMBER(0, who.too_detailed);
    CHECK_NUMBER(0, who.secrets);
    vd_string_free(meet_id);
    vd_client_free(client);
}

static void only_what_is_asked_for_is_logged(void)
{
    listener who;
    vd_client *client;
    start_listening(&who, VD_LOG_WARNING);
    reset_service();
    client = a_client("");
    CHECK_STATUS(VD_OK, vd_set_log(on_log, &who, VD_LOG_WARNING));
    CHECK_STATUS(VD_OK, vd_meet_list(client, NULL));
    CHECK_NUMBER(0, heard(&who));
    CHECK_STATUS(VD_X004_MEET_ID, vd_meet_detail(client, "no-such-call", NULL));
    CHECK_STATUS(VD_OK, vd_set_log(NULL, NULL, VD_LOG_ERROR));
    CHECK(who.messages > 0);
    CHECK_NUMBER(0, who.too_detailed);
    vd_client_free(client);
}

static void a_callback_that_was_replaced_or_switched_off_hears_no_more(void)
{
    listener first, second;
    vd_client *client;
    int before;
    start_listening(&first, VD_LOG_DEBUG);
    start_listening(&second, VD_LOG_DEBUG);
    reset_service();
    client = a_client("");
    CHECK_STATUS(VD_OK, vd_set_log(on_log, &first, VD_LOG_DEBUG));
    CHECK_STATUS(VD_OK, vd_meet_list(client, NULL));
    CHECK_STATUS(VD_OK, vd_set_log(on_log, &second, VD_LOG_DEBUG));
    before = first.messages;
    CHECK_STATUS(VD_OK, vd_meet_list(client, NULL));
    CHECK_NUMBER(before, first.messages);
    CHECK_STATUS(VD_OK, vd_set_log(NULL, NULL, VD_LOG_DEBUG));
    before = second.messages;
    CHECK(before > 0);
    CHECK_STATUS(VD_OK, vd_meet_list(client, NULL));
    CHECK_NUMBER(before, second.messages);
    vd_client_free(client);
}

static void a_level_that_is_none_changes_nothing(void)
{
    listener who;
    vd_client *client;
    start_listening(&who, VD_LOG_DEBUG);
    reset_service();
    client = a_client("");
    CHECK_STATUS(VD_OK, vd_set_log(on_log, &who, VD_LOG_DEBUG));
    CHECK_STATUS(VD_ERR_INVALID_ARGUMENT, vd_set_log(on_log, NULL, 0));
    CHECK_STATUS(VD_ERR_INVALID_ARGUMENT, vd_set_log(on_log, NULL, 5));
    CHECK_STATUS(VD_ERR_INVALID_ARGUMENT, vd_set_log(on_log, NULL, -1));
    CHECK_STATUS(VD_OK, vd_meet_list(client, NULL));
    CHECK(heard(&who) > 0);
    CHECK_STATUS(VD_OK, vd_set_log(NULL, NULL, VD_LOG_ERROR));
    vd_client_free(client);
}

static vd_client *called_inside;

/* Calls the library, switches the log off and frees a client, all from inside. */
static void on_log_that_calls_back(int32_t level, const char *message, void *user_data)
{
    listener *who = (listener *)user_data;
    (void)level, (void)message;
    pthread_mutex_lock(&who->lock);
    who->messages++;
    pthread_mutex_unlock(&who->lock);
    if (vd_set_log(NULL, NULL, VD_LOG_ERROR) == VD_OK) {
        who->inside = vd_meet_list(called_inside, NULL);
        if (who->inside == VD_OK) { who->inside = vd_client_free(called_inside); }
    }
}

static void inside_the_callback_the_library_may_be_called(void)
{
    listener who;
    vd_client *client;
    start_listening(&who, VD_LOG_DEBUG);
    who.inside = VD_ERR_INTERNAL;
    reset_service();
    client = a_client("\"prefetch_tokens\":0");
    called_inside = a_client("\"prefetch_tokens\":0");
    CHECK_STATUS(VD_OK, vd_set_log(on_log_that_calls_back, &who, VD_LOG_DEBUG));
    CHECK_STATUS(VD_OK, vd_meet_list(client, NULL));
    CHECK_STATUS(VD_OK, who.inside);
    CHECK_NUMBER(1, who.messages);
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_client_free(called_inside));
    vd_client_free(client);
}

static vd_client *freed_inside;

static void on_log_that_frees_its_own_client(int32_t level, const char *message, void *user_data)
{
    listener *who = (listener *)user_data;
    (void)level, (void)message;
    if (who->messages++ == 0) { who->inside = vd_client_free(freed_inside); }
}

static void a_client_may_be_freed_by_the_callback_of_its_own_call(void)
{
    listener who;
    start_listening(&who, VD_LOG_DEBUG);
    who.inside = VD_ERR_INTERNAL;
    reset_service();
    freed_inside = a_client("\"prefetch_tokens\":0");
    CHECK_STATUS(VD_OK, vd_set_log(on_log_that_frees_its_own_client, &who, VD_LOG_DEBUG));
    CHECK_STATUS(VD_ERR_CANCELLED, vd_meet_list(freed_inside, NULL));
    CHECK_STATUS(VD_OK, vd_set_log(NULL, NULL, VD_LOG_ERROR));
    CHECK_STATUS(VD_OK, who.inside);
    CHECK_STATUS(VD_ERR_INVALID_HANDLE, vd_client_free(freed_inside));
}

static vd_client *called_by_the_log;

static void on_log_that_lists(int32_t level, const char *message, void *user_data)
{
    listener *who = (listener *)user_data;
    (void)level;
    if (!strstr(message, "kept tokens are refused")) { return; }
    who->messages++;
    who->inside = vd_meet_list(called_by_the_log, NULL);
}

static void the_callback_may_use_the_client_that_logs(void)
{
    listener who;
    int i;
    start_listening(&who, VD_LOG_INFO);
    who.inside = VD_ERR_INTERNAL;
    reset_service();
    called_by_the_log = a_client("");
    CHECK_STATUS(VD_OK, vd_set_log(on_log_that_lists, &who, VD_LOG_INFO));
    for (i = 0; i < 20 && who.messages == 0; i++) {
        next_request("/api_meet_list/", "\"code\":\"X003\"");
        CHECK_STATUS(VD_OK, vd_meet_list(called_by_the_log, NULL));
    }
    CHECK_NUMBER(1, who.messages);
    CHECK_STATUS(VD_OK, who.inside);
    CHECK_STATUS(VD_OK, vd_set_log(NULL, NULL, VD_LOG_ERROR));
    vd_client_free(called_by_the_log);
}

void log_story(void)
{
    RUN(a_call_is_logged_without_a_word_about_the_patient);
    RUN(only_what_is_asked_for_is_logged);
    RUN(a_callback_that_was_replaced_or_switched_off_hears_no_more);
    RUN(a_level_that_is_none_changes_nothing);
    RUN(inside_the_callback_the_library_may_be_called);
    RUN(a_client_may_be_freed_by_the_callback_of_its_own_call);
    RUN(the_callback_may_use_the_client_that_logs);
}
