/* JSON of the service read into fields, by cJSON. */
#ifndef FIELDS_H
#define FIELDS_H

#include <stddef.h>

enum { FIELDS = 9 };
extern const char *const field_names[FIELDS];

struct meeting {
    char *fields[FIELDS];
};

struct meetings {
    size_t count;
    struct meeting *items;
};

struct meetings read_meetings(const char *json);
void free_meetings(struct meetings *meetings);

/* meet_id and meet_url of a new meeting. */
struct made {
    char *id, *url;
};

struct made read_made(const char *json);
void free_made(struct made *made);

/* A text of an object, for the caller to free. */
char *read_text(const char *json, const char *name);

#endif
