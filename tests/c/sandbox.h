/* sandbox.h: the service that the tests call, and what a test asks of it. Its address comes from tests/with_sandbox.sh. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "videodoktor.h"

/* Where the library is to call: SANDBOX_HTTPS, or SANDBOX_HTTP if TEST_OVER is "http". */
const char *service_url(void);
const char *app_key(void);
const char *api_key(void);

/* Back to how it was at its start: no meetings, no faults, the machine's time. */
void reset_service(void);
/* The next request to this path meets a fault: its members as JSON, such as "\"delay_ms\":500". */
void next_request(const char *path, const char *fault);
/* Sets the service's clock, such as "2090-11-23 10:00"; NULL: to the machine's time. */
void set_service_clock(const char *when);
/* Gives the practice so many meetings of made-up patients. */
void make_up_meetings(int count);
/* Returns when a request has met every fault that waits. */
void wait_until_faults_are_met(void);
/* What an address of the control API answers; free() it. */
char *ask_service(const char *path);

/* A client of the service; NULL (and a failed check) if there is none. `options` are more members of options_json, or "". */
vd_client *a_client(const char *options);
/* The options of such a client, for calls of vd_client_new; free() it. */
char *client_options(const char *options);
/* The identifier of a new call of Jana's at this start; vd_string_free() it. */
char *a_meeting(vd_client *client, const char *start);

#endif
