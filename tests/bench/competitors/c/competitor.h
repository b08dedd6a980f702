/* What one way of calling the service is to the program around it. `ours.c` and `curl.c` each give it. */
#ifndef COMPETITOR_H
#define COMPETITOR_H

struct account {
    const char *url, *ca_file, *app_key, *api_key;
};

struct patient {
    const char *name, *email, *phone, *born;
    const char *start; /* "23.11.2030.10.00" */
};

/* Everything below ends the program with a message if it fails. */
void *competitor_open(const struct account *account, int threads);

/* The JSON text of the service's reply. One handle is used by one thread at a time, but for ours, which any number may use. */
char *competitor_list(void *handle);
char *competitor_add(void *handle, const struct patient *patient);
void competitor_free_text(char *text);

/* One request, /api_time/, whose reply is not read: what a round trip on this line costs at the least. */
void competitor_ping(void *handle);
void competitor_close(void *handle);

/* A call will follow soon: what the library offers for that. */
void competitor_prepare(void *handle);

/* Whether threads may share one handle. */
int competitor_can_share(void);

void give_up(const char *what, const char *detail);

#endif
