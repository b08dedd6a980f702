/* What one way of calling the service is to the program around it. `ours.c` and `curl.c` each give it. */
#ifndef RIVAL_H
#define RIVAL_H

struct account {
    const char *url, *ca_file, *app_key, *api_key;
};

struct patient {
    const char *name, *email, *phone, *born;
    const char *start; /* "23.11.2030.10.00" */
};

/* Everything below ends the program with a message if it fails. */
void *rival_open(const struct account *account, int threads);

/* The JSON text of the service's reply. One handle is used by one thread at a time, but for ours, which any number may use. */
char *rival_list(void *handle);
char *rival_add(void *handle, const struct patient *patient);
void rival_free_text(char *text);

/* One request, /api_time/, whose reply is not read: what a round trip on this line costs at the least. */
void rival_ping(void *handle);
void rival_close(void *handle);

/* A call will follow soon: what the library offers for that. */
void rival_prepare(void *handle);

/* Whether threads may share one handle. */
int rival_can_share(void);

void give_up(const char *what, const char *detail);

#endif
