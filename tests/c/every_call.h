/* every_call.h: each export once, with arguments that succeed, so that a test can go through all of them. */
#ifndef EVERY_CALL_H
#define EVERY_CALL_H

#include "videodoktor.h"

/* What the calls need. Its meetings are at the service. */
typedef struct scene {
    vd_client *client;
    char *meet_id;         /* of a call that is still to come */
    char *reported_id;     /* of a call that has a report */
    char report_path[64];  /* where a report may be saved */
} scene;

void set_scene(scene *here);
void strike_scene(scene *here);

typedef struct named_call {
    const char *name;
    vd_status (*make)(scene *here, char **out_json);
} named_call;

/* The calls that take a client, out_json last, in an order in which all succeed. The last one removes the meeting. */
extern const named_call client_calls[];
extern const int client_call_count;

/* All other exports. Each returns VD_OK, and leaves out_json alone or fills it. */
extern const named_call other_calls[];
extern const int other_call_count;

#endif
