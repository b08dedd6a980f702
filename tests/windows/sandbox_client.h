/* A client of the sandbox's first practice over HTTPS, through the loader header. */
#ifndef SANDBOX_CLIENT_H
#define SANDBOX_CLIENT_H

#include "check.h"
#include "videodoktor_loader.h"

static videodoktor_api vd;

/* A folder and a file name with diacritics, in UTF-8. */
#define CA_FILE "Certifik\xC3\xA1ty \xC4\x8D. 1/ca.pem"
#define REPORT "V\xC3\xBDkaz \xC5\x98" "eho\xC5\x99.pdf"
#define JANA "Jana Nov\xC3\xA1kov\xC3\xA1"

static void load(void)
{
    static char why[1024];
    if (!videodoktor_load(&vd, NULL, why, sizeof why)) {
        check(0, "the library loads: %s", why);
        exit(finish());
    }
}

static vd_client *client_with(const char *url, const char *more_options)
{
    char options[512];
    char *json = NULL;
    vd_client *client = NULL;
    vd_status status;
    sprintf(options, "{\"ca_file\":\"%s\",\"tls_roots\":\"%s\"%s}", CA_FILE, setting("VD_TLS_ROOTS"), more_options);
    status = vd.vd_client_new(url, "sandbox-app-key", "sandbox-practice-1", options, &client, &json);
    if (status != VD_OK) { check(0, "a client is made: %s", json ? json : "no text"); }
    vd.vd_string_free(json);
    return client;
}

static vd_client *sandbox_client(void) { return client_with(setting("VD_HTTPS"), ",\"proxy\":\"none\""); }

/* Frees the text and says whether the status was the wanted one. */
static void expect(vd_status got, vd_status wanted, char *json, const char *sentence)
{
    if (got == wanted) { check(1, "%s", sentence); }
    else { check(0, "%s: got %ld %s", sentence, (long)got, json ? json : ""); }
    vd.vd_string_free(json);
}

#endif
