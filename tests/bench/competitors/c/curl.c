/* As a careful program calls the service by libcurl: one handle kept alive, time-outs, TLS verified, a token for each call. */
#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "competitor.h"

struct caller {
    struct account account;
    CURL *curl;
};

struct body {
    char *text;
    size_t length;
};

static void start_libcurl(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

static size_t append(char *piece, size_t size, size_t count, void *into) {
    struct body *body = into;
    size_t more = size * count;
    char *grown = realloc(body->text, body->length + more + 1);
    if (grown == NULL) return 0;
    memcpy(grown + body->length, piece, more);
    body->text = grown;
    body->length += more;
    grown[body->length] = '\0';
    return more;
}

void *competitor_open(const struct account *account, int threads) {
    (void)threads;
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct caller *caller = calloc(1, sizeof *caller);
    pthread_once(&once, start_libcurl);
    caller->account = *account;
    caller->curl = curl_easy_init();
    if (caller->curl == NULL) give_up("curl_easy_init", "no handle");
    curl_easy_setopt(caller->curl, CURLOPT_CAINFO, account->ca_file);
    curl_easy_setopt(caller->curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(caller->curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(caller->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(caller->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(caller->curl, CURLOPT_CONNECTTIMEOUT_MS, 15000L);
    curl_easy_setopt(caller->curl, CURLOPT_TIMEOUT_MS, 30000L);
    curl_easy_setopt(caller->curl, CURLOPT_USERAGENT, "praxis/1.0");
    curl_easy_setopt(caller->curl, CURLOPT_WRITEFUNCTION, append);
    return caller;
}

static char *post(struct caller *caller, const char *path, const char *form) {
    struct body body = {NULL, 0};
    char address[512];
    long status = 0;
    CURLcode code;
    snprintf(address, sizeof address, "%s%s", caller->account.url, path);
    curl_easy_setopt(caller->curl, CURLOPT_URL, address);
    curl_easy_setopt(caller->curl, CURLOPT_POSTFIELDS, form);
    curl_easy_setopt(caller->curl, CURLOPT_WRITEDATA, &body);
    code = curl_easy_perform(caller->curl);
    if (code != CURLE_OK) give_up(path, curl_easy_strerror(code));
    curl_easy_getinfo(caller->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200 || body.text == NULL) give_up(path, "another status than 200");
    return body.text;
}

/* Appends "name=value", the value escaped. */
static void field(struct caller *caller, char *form, size_t room, const char *name, const char *value) {
    char *escaped = curl_easy_escape(caller->curl, value, 0);
    size_t length = strlen(form);
    snprintf(form + length, room - length, "%s%s=%s", length ? "&" : "", name, escaped);
    curl_free(escaped);
}

static char *token(struct caller *caller) {
    char form[1024] = "", *reply, *text;
    field(caller, form, sizeof form, "api_key", caller->account.api_key);
    field(caller, form, sizeof form, "api_app_key", caller->account.app_key);
    reply = post(caller, "/api_verify/", form);
    text = read_text(reply, "token");
    free(reply);
    return text;
}

char *competitor_list(void *handle) {
    char form[512] = "", *one_time = token(handle), *reply;
    field(handle, form, sizeof form, "token", one_time);
    reply = post(handle, "/api_meet_list/", form);
    free(one_time);
    return reply;
}

char *competitor_add(void *handle, const struct patient *patient) {
    char form[4096] = "", *one_time = token(handle), *reply;
    field(handle, form, sizeof form, "token", one_time);
    field(handle, form, sizeof form, "pacient_jmeno", patient->name);
    field(handle, form, sizeof form, "pacient_email", patient->email);
    field(handle, form, sizeof form, "pacient_telefon", patient->phone);
    field(handle, form, sizeof form, "pacient_narozen", patient->born);
    field(handle, form, sizeof form, "meet_start", patient->start);
    reply = post(handle, "/api_meet_add/", form);
    free(one_time);
    return reply;
}

void competitor_ping(void *handle) { free(post(handle, "/api_time/", "")); }

void competitor_free_text(char *text) { free(text); }

void competitor_close(void *handle) {
    struct caller *caller = handle;
    curl_easy_cleanup(caller->curl);
    free(caller);
}

void competitor_prepare(void *handle) { (void)handle; }

int competitor_can_share(void) { return 0; }
