/* Prints how far the way to the service goes, as a table: what a support desk asks for. Exit status 0 if all is well, 1 if not, 2 if keys are missing.
 *
 * VIDEODOKTOR_URL, VIDEODOKTOR_APP_KEY and VIDEODOKTOR_API_KEY are the address of the service and the two keys; VIDEODOKTOR_OPTIONS may hold options.
 * The table is in Czech; {"lang":"en"} in the options makes it English. It holds no key and no patient's data. */
#define _CRT_SECURE_NO_WARNINGS /* getenv and sprintf are errors to a project of Visual C++ otherwise (C4996) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "videodoktor.h"
#ifdef _WIN32
#include <windows.h>
#endif

typedef struct words {
    const char *heading[3], *yes, *no, *send_it, *all_is_well;
    const char *const (*steps)[2];
} words;

static const char *const czech_steps[][2] = {
    {"proxy", "proxy server"}, {"dns", "adresa serveru (DNS)"}, {"connect", "spojení"}, {"tls", "zabezpečení (TLS)"},
    {"time", "odpověď služby"}, {"clock", "hodiny počítače"}, {"keys", "klíče"}, {NULL, NULL}};
static const char *const english_steps[][2] = {
    {"proxy", "proxy server"}, {"dns", "server's address (DNS)"}, {"connect", "connection"}, {"tls", "security (TLS)"},
    {"time", "service's answer"}, {"clock", "computer's clock"}, {"keys", "keys"}, {NULL, NULL}};

static const words czech = {{"krok", "výsledek", "ms  zjištění"}, "v pořádku", "CHYBA",
    "Pošlete tento výpis správci sítě nebo dodavateli programu. Klíče ani údaje pacientů v něm nejsou.", "Vše je v pořádku.", czech_steps};
static const words english = {{"step", "result", "ms  finding"}, "good", "FAILED",
    "Send this table to the network administrator or the program's vendor. It holds no keys and no patient's data.", "All is well.", english_steps};

static int usage(void)
{
    fputs("usage: VIDEODOKTOR_URL=... VIDEODOKTOR_APP_KEY=... VIDEODOKTOR_API_KEY=... [VIDEODOKTOR_OPTIONS='{\"lang\":\"en\"}'] diagnose\n", stderr);
    return 2;
}

/* The value under a pointer such as "/steps/0/ms"; "" if there is none. The caller frees what is not NULL in `owned`. */
static const char *value(const char *json, const char *pointer, char **owned)
{
    return vd_json_get(json, pointer, owned) == VD_OK ? *owned : "";
}

/* Text and blanks up to `width` signs: a letter with a háček is one sign, though two bytes. */
static void print_cell(const char *text, int width)
{
    const char *sign;
    for (sign = text; *sign; sign++) { width -= ((unsigned char)*sign & 0xC0) != 0x80; }
    printf("%s%*s", text, width > 0 ? width : 0, "");
}

static const char *step_name(const char *const (*steps)[2], const char *step)
{
    for (; (*steps)[0]; steps++) {
        if (strcmp((*steps)[0], step) == 0) { return (*steps)[1]; }
    }
    return step;
}

static void print_step(const char *report, int32_t number, const words *in)
{
    static const char *const fields[] = {"step", "ok", "ms", "detail"};
    char *owned[4] = {NULL, NULL, NULL, NULL};
    const char *values[4];
    char pointer[64];
    int i;
    for (i = 0; i < 4; i++) {
        sprintf(pointer, "/steps/%ld/%s", (long)number, fields[i]);
        values[i] = value(report, pointer, &owned[i]);
    }
    print_cell(step_name(in->steps, values[0]), 24);
    print_cell(strcmp(values[1], "true") == 0 ? in->yes : in->no, 11);
    printf("%6s  %s\n", values[2], values[3]);
    for (i = 0; i < 4; i++) { vd_string_free(owned[i]); }
}

static void print_table(const char *report, const words *in)
{
    char *version = NULL;
    int32_t count = 0, number;
    printf("videodoktor %s\n\n", value(report, "/version", &version));
    vd_string_free(version);
    print_cell(in->heading[0], 24);
    print_cell(in->heading[1], 15);
    printf("%s\n", in->heading[2]);
    vd_json_length(report, "/steps", &count);
    for (number = 0; number < count; number++) { print_step(report, number, in); }
}

/* What to do about the step that failed, which is the last one. */
static void print_advice(vd_status status, const char *report, const words *in)
{
    char pointer[64], *message = NULL;
    int32_t count = 0;
    if (status == VD_OK) { printf("\n%s\n", in->all_is_well); return; }
    vd_json_length(report, "/steps", &count);
    sprintf(pointer, "/steps/%ld/message", (long)(count - 1));
    printf("\n%s: %s\n\n%s\n", vd_status_name(status), value(report, pointer, &message), in->send_it);
    vd_string_free(message);
}

static int is_english(const char *options)
{
    char *lang = NULL;
    int is = options && strcmp(value(options, "/lang", &lang), "en") == 0;
    vd_string_free(lang);
    return is;
}

int main(void)
{
    const char *options = getenv("VIDEODOKTOR_OPTIONS");
    const words *in = is_english(options) ? &english : &czech;
    vd_client *client = NULL;
    char *json = NULL;
    vd_status status;
#ifdef _WIN32
    SetConsoleOutputCP(CP_UTF8);
#endif
    if (!getenv("VIDEODOKTOR_URL") || !getenv("VIDEODOKTOR_APP_KEY") || !getenv("VIDEODOKTOR_API_KEY")) { return usage(); }
    status = vd_client_new(getenv("VIDEODOKTOR_URL"), getenv("VIDEODOKTOR_APP_KEY"), getenv("VIDEODOKTOR_API_KEY"), options, &client, &json);
    if (status == VD_OK) {
        vd_string_free(json);
        status = vd_diagnose(client, &json);
        print_table(json, in);
        print_advice(status, json, in);
    } else {
        fprintf(stderr, "%s: %s\n", vd_status_name(status), json ? json : "");
    }
    vd_string_free(json);
    vd_client_free(client);
    return status == VD_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
