/* The log callback and threads: one that does not return, threads of the library's own, clients that were freed. */
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "sandbox.h"
#include "stories.h"

/* What has called back, and whether all of it was in the thread that makes the calls. */
typedef struct thread_listener {
    pthread_mutex_t lock;
    pthread_t caller;
    int messages, elsewhere, of_tokens;
} thread_listener;

static void on_log(int32_t level, const char *message, void *user_data)
{
    thread_listener *who = (thread_listener *)user_data;
    (void)level;
    pthread_mutex_lock(&who->lock);
    who->messages++;
    who->elsewhere += !pthread_equal(pthread_self(), who->caller);
    who->of_tokens += strstr(message, "api_verify: VD_ERR_") != NULL;
    pthread_mutex_unlock(&who->lock);
}

static void start_listening(thread_listener *who)
{
    memset(who, 0, sizeof *who);
    pthread_mutex_init(&who->lock, NULL);
    who->caller = pthread_self();
}

/* A callback that replaces itself and does not return before the test lets it, as one that waits for the host's main thread. */
typedef struct stuck_callback {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int messages, is_inside, may_return;
    vd_status inside;
} stuck_callback;

static void on_log_that_is_stuck(int32_t level, const char *message, void *user_data)
{
    stuck_callback *who = (stuck_callback *)user_data;
    (void)level, (void)message;
    who->inside = vd_set_log(on_log_that_is_stuck, who, VD_LOG_DEBUG);
    pthread_mutex_lock(&who->lock);
    who->messages++;
    who->is_inside = 1;
    pthread_cond_broadcast(&who->changed);
    while (!who->may_return) { pthread_cond_wait(&who->changed, &who->lock); }
    pthread_mutex_unlock(&who->lock);
}

/* A call on a thread of its own. */
typedef struct other_thread {
    pthread_t thread;
    vd_client *client;
    vd_status status;
} other_thread;

static void *list_in_another_thread(void *argument)
{
    other_thread *other = (other_thread *)argument;
    other->status = vd_meet_list(other->client, NULL);
    return NULL;
}

static void start_other_thread(other_thread *other, vd_client *client)
{
    other->client = client;
    CHECK_NUMBER(0, pthread_create(&other->thread, NULL, list_in_another_thread, other));
}

/* Has a callback that is stuck in another thread. */
static void get_stuck(stuck_callback *who, other_thread *other, vd_client *client)
{
    memset(who, 0, sizeof *who);
    pthread_mutex_init(&who->lock, NULL);
    pthread_cond_init(&who->changed, NULL);
    who->inside = VD_ERR_INTERNAL;
    CHECK_STATUS(VD_OK, vd_set_log(on_log_that_is_stuck, who, VD_LOG_DEBUG));
    start_other_thread(other, client);
    pthread_mutex_lock(&who->lock);
    while (!who->is_inside) { pthread_cond_wait(&who->changed, &who->lock); }
    pthread_mutex_unlock(&who->lock);
}

static void let_return(stuck_callback *who)
{
    pthread_mutex_lock(&who->lock);
    who->may_return = 1;
    pthread_cond_broadcast(&who->changed);
    pthread_mutex_unlock(&who->lock);
}

static long milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void a_callback_that_does_not_return_is_waited_for_two_seconds(void)
{
    stuck_callback stuck;
    thread_listener second;
    other_thread other;
    vd_client *client, *of_other;
    long began, took;
    start_listening(&second);
    reset_service();
    client = a_client("\"prefetch_tokens\":0");
    of_other = a_client("\"prefetch_tokens\":0");
    get_stuck(&stuck, &other, of_other);
    CHECK_STATUS(VD_OK, stuck.inside); /* so that the one that still runs is not the one that is set */
    began = milliseconds();
    CHECK_STATUS(VD_ERR_TIMEOUT, vd_set_log(on_log, &second, VD_LOG_DEBUG));
    took = milliseconds() - began;
    CHECK(took >= 1900 && took < 10000);
    CHECK_STATUS(VD_OK, vd_meet_list(client, NULL));
    CHECK(second.messages > 0); /* the new callback is set all the same */
    CHECK_NUMBER(1, stuck.messages);
    let_return(&stuck);
    CHECK_STATUS(VD_OK, vd_set_log(NULL, NULL, VD_LOG_ERROR));
    pthread_join(other.thread, NULL);
    CHECK_STATUS(VD_OK, other.status);
    CHECK_NUMBER(1, stuck.messages);
    vd_client_free(of_other);
    vd_client_free(client);
}

/* Whether a thread that the library started is alive. */
static int has_threads_of_the_library(void)
{
    DIR *tasks = opendir("/proc/self/task");
    const struct dirent *task;
    int found = 0;
    if (!tasks) { return 0; }
    while ((task = readdir(tasks)) != NULL) {
        char path[300], name[32] = "";
        FILE *file;
        sprintf(path, "/proc/self/task/%.200s/comm", task->d_name);
        file = fopen(path, "r");
        if (!file) { continue; }
        if (fgets(name, sizeof name, file) && strncmp(name, "videodoktor-", 12) == 0) { found = 1; }
        fclose(file);
    }
    closedir(tasks);
    return found;
}

static void wait_for_threads_of_the_library(void)
{
    while (has_threads_of_the_library()) { sched_yield(); }
}

/* Has the client fetch tokens ahead, one of them in a thread of the library's own, and returns while it waits for the answer. */
static void list_and_have_tokens_fetched(vd_client *client)
{
    next_request("/api_verify/", "\"delay_ms\":0");
    next_request("/api_verify/", "\"delay_ms\":60000,\"times\":2");
    CHECK_STATUS(VD_OK, vd_meet_list(client, NULL));
    wait_until_faults_are_met();
    CHECK(has_threads_of_the_library());
}

static void no_thread_of_the_library_calls_back(void)
{
    thread_listener who;
    vd_client *client;
    int before;
    start_listening(&who);
    reset_service();
    /* more than one: a thread fetches them; a call waits for a token of theirs a quarter of its time */
    client = a_client("\"prefetch_tokens\":8,\"timeout_ms\":2000");
    CHECK_STATUS(VD_OK, vd_set_log(on_log, &who, VD_LOG_DEBUG));
    list_and_have_tokens_fetched(client);
    before = who.messages;
    CHECK_STATUS(VD_OK, vd_client_interrupt(client));
    wait_for_threads_of_the_library();
    CHECK_NUMBER(before, who.messages);
    who.of_tokens = 0;
    CHECK_STATUS(VD_OK, vd_meet_list(client, NULL)); /* which tells what the thread had to say */
    CHECK(who.of_tokens > 0);
    CHECK_NUMBER(0, who.elsewhere);
    CHECK_STATUS(VD_OK, vd_set_log(NULL, NULL, VD_LOG_ERROR));
    vd_client_free(client);
}

static void a_client_that_was_freed_logs_nothing_more(void)
{
    thread_listener who;
    other_thread other;
    vd_client *fetching, *waiting;
    int before;
    start_listening(&who);
    reset_service();
    fetching = a_client("\"prefetch_tokens\":8,\"timeout_ms\":2000");
    waiting = a_client("\"prefetch_tokens\":0");
    CHECK_STATUS(VD_OK, vd_set_log(on_log, &who, VD_LOG_DEBUG));
    list_and_have_tokens_fetched(fetching);
    next_request("/api_meet_list/", "\"delay_ms\":60000");
    start_other_thread(&other, waiting);
    wait_until_faults_are_met();
    before = who.messages;
    CHECK_STATUS(VD_OK, vd_client_free(fetching));
    CHECK_STATUS(VD_OK, vd_client_free(waiting));
    pthread_join(other.thread, NULL);
    CHECK_STATUS(VD_ERR_CANCELLED, other.status);
    wait_for_threads_of_the_library();
    CHECK_NUMBER(before, who.messages);
    CHECK_STATUS(VD_OK, vd_set_log(NULL, NULL, VD_LOG_ERROR));
}

void log_thread_story(void)
{
    RUN(a_callback_that_does_not_return_is_waited_for_two_seconds);
    RUN(no_thread_of_the_library_calls_back);
    RUN(a_client_that_was_freed_logs_nothing_more);
}
