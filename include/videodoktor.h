/*
 * videodoktor: invites patients to video calls on VideoDoktor.cz.
 *
 * This file is written by build.rs from the library's source: change the comments there.
 *
 * Text      All text is UTF-8 and NUL-terminated, also paths on Windows. A CP1250 string is refused with VD_ERR_INVALID_UTF8, and the
 *           error names the argument.
 * Results   Every function returns a status, 0 (VD_OK) on success, save for those that return a static text or a version.
 *           char **out_json may be NULL if only the status is wanted. It is set to NULL on entry; on return it holds JSON on success and on
 *           error alike, except where there was no memory for it.
 * Errors    {"error":{"status":1011,"name":"VD_X011_EMAIL","code":"X011","field":"pacient_email","source":"client|server|network",
 *           "message":"...","detail":"...","retryable":false,"http_status":200,"attempts":1}}: message is for the person at the screen, in
 *           the client's language, and says what to do; detail is for the log, in English. Neither holds a key, a token or a patient's data.
 *           Some hold more: "existing" (VD_X024_START_TAKEN and VD_ERR_OUTCOME_UNKNOWN of vd_meet_add; its meet_id opens a call and does not
 *           belong into a log) and "may_have_acted" (see Changes).
 * Changes   The request of vd_meet_add, vd_meet_remove or vd_call may be carried out as soon as it has left this machine, and may still be under
 *           way after the connection broke. So it is sent once. Only what certainly was not carried out is sent again: nothing had left, the
 *           service refused the token (VD_X003_TOKEN), or it redirected to the same path with or without its slash.
 *           If the connection breaks, or what comes says nothing, vd_meet_add and vd_meet_remove look for the effect, for up to 10 s; if the answer
 *           is slow they look from two thirds of timeout_ms on, while it is still awaited. Neither goes beyond timeout_ms. Found: VD_OK and
 *           "reconciled":true. Not found: VD_ERR_OUTCOME_UNKNOWN. vd_call cannot look.
 *           After VD_ERR_OUTCOME_UNKNOWN show message to the person: the patient may have been invited, and is not to be invited again before
 *           somebody has looked. Offer to open the list of video calls, and nothing that repeats the call.
 *           The process remembers such a change, whichever client of the same service and practice made it: the same patient and start, or the
 *           same meet_id. For 2 minutes after the sending the same change is looked for and not sent; after that it is looked for once, and
 *           sent if it is not there. A second call for a change that is under way waits for the answer to the first and returns it;
 *           if the first is interrupted, the second goes on by itself.
 *           VD_ERR_CANCELLED and VD_ERR_TIMEOUT of these three calls hold "may_have_acted":true if the request had left this machine. Then do as
 *           after VD_ERR_OUTCOME_UNKNOWN.
 * Memory    Every char * that an out-parameter receives is freed with vd_string_free, and with nothing else. All memory that the library
 *           gives back is wiped first.
 * Stack     128 KiB of stack are enough for a thread that calls.
 * Handles   A vd_client * is an opaque value, not an address. A stale, doubled or random one gives VD_ERR_INVALID_HANDLE.
 * Threads   Every function may be called from any thread at any time, on the same handle too. No lock is held while the network is waited for.
 * Fields    What copying brings along unseen (direction marks, zero-width characters, a byte-order mark, ...) is taken off every field; no-break
 *           blanks are blanks.
 * Time      meet_start is Czech wall-clock time: "DD.MM.YYYY.HH.MM", "D.M.YYYY H:MM[:SS]", "D. M. YYYY H:MM[:SS]", "YYYY-MM-DD HH:MM[:SS]",
 *           "YYYY-MM-DDTHH:MM[:SS]"; or ISO 8601 with an offset or Z, with T or a blank, which is converted. Seconds are dropped, a fraction of
 *           one is rounded first. A time that the change to summer time skips is VD_X020_START; one that the change back repeats is taken as
 *           it is. Whether it is past is judged by the service's clock.
 * Waiting   A call returns within the client's timeout_ms + 100 ms, whatever the network does, and within 100 ms of vd_client_interrupt.
 * Limits    A reply may have 1 MiB, a list and a report 32 MiB, else VD_ERR_TOO_LARGE. Options and fields in JSON may be nested 8 deep, replies 100.
 * Traps     Floating-point traps may be on (Delphi, C++Builder): every function leaves the host's x87 control word and MXCSR as they were.
 * Unloading The library stays in the process once it was used: FreeLibrary and dlclose are harmless and do not unload it.
 * fork      After fork() without exec() only the parent may use the library.
 * ABI       Names, numbers and parameters never change; later versions only add to them.
 */


#ifndef VIDEODOKTOR_H
#define VIDEODOKTOR_H


#if defined(_MSC_VER) && _MSC_VER < 1600
typedef __int32 int32_t;
typedef unsigned __int32 uint32_t;
#elif defined(__BORLANDC__) && __BORLANDC__ < 0x0560
typedef int int32_t;
typedef unsigned int uint32_t;
#else
#include <stdint.h>
#endif

#ifndef VD_CALL
#if defined(_WIN32)
#define VD_CALL __cdecl
#else
#define VD_CALL
#endif
#endif

#ifndef VD_API
#define VD_API
#endif

/* Version of this header. vd_abi_version() and vd_version() tell that of the library. */
#define VD_ABI_VERSION 1u
#define VD_VERSION "1.1.0"
#define VD_VERSION_MAJOR 1
#define VD_VERSION_MINOR 1
#define VD_VERSION_PATCH 0

/* Statuses. A number never changes its meaning. 1000 + n is the service's code X0nn, whether it is listed here or not. */
#define VD_OK 0 /* All is well. */
#define VD_ERR_NULL_POINTER 1 /* The program did not pass a required value to the library. Check the settings for video calls, or contact the program's vendor. */
#define VD_ERR_INVALID_UTF8 2 /* The program passed text that is not UTF-8. Contact the program's vendor. */
#define VD_ERR_INVALID_HANDLE 3 /* The program used an object of the library that is not valid or was freed already. Contact the program's vendor. */
#define VD_ERR_INVALID_ARGUMENT 4 /* The program passed an invalid value or setting. Check the settings for video calls, or contact the program's vendor. */
#define VD_ERR_CANCELLED 5 /* Waiting for the service was interrupted. */
#define VD_ERR_DNS 20 /* The VideoDoktor server was not found. Open another page in the browser: if that fails, there is no internet connection. If it works, tell the network administrator that the computer does not know the service's address (DNS), and check it in the program's settings. */
#define VD_ERR_CONNECT 21 /* The VideoDoktor server cannot be reached. Open another page in the browser: if that fails, there is no internet connection. If it works, tell the network administrator that a firewall or antivirus probably blocks the connection to the VideoDoktor server (address and port are in the error's details). */
#define VD_ERR_TLS 22 /* A secure connection to the server could not be made. Check the computer's date and time. If they are right, tell the network administrator that the secure connection (TLS) to the VideoDoktor server failed, most likely because of an invalid or foreign certificate. */
#define VD_ERR_PROXY 23 /* The proxy server refused the connection, does not answer, or is set up wrongly. Ask the network administrator to allow access to the VideoDoktor server and to check the proxy setting. */
#define VD_ERR_TIMEOUT 24 /* The server did not answer in time. Try again in a moment. If it persists, tell the network administrator that the connection to the VideoDoktor server is too slow or blocked by a firewall. */
#define VD_ERR_NETWORK 25 /* The connection to the server broke. Try again in a moment. If it persists, tell the network administrator that the connection to the VideoDoktor server keeps breaking. */
#define VD_ERR_TLS_UNTRUSTED 26 /* The server's certificate comes from an unknown issuer: an antivirus or a company proxy probably inspects the connection. Ask the network administrator to switch the inspection of secure connections (HTTPS) off for the VideoDoktor server; where that cannot be, to give the certificate with which the antivirus or proxy signs the connection to the program's vendor (option ca_file). */
#define VD_ERR_PROXY_AUTH 27 /* The proxy server asks for a login. Get a name and password from the network administrator and add them to the proxy setting, or ask for access to the VideoDoktor server without a login. */
#define VD_ERR_HTTP 40 /* The server answered with an error. Try again in a moment. If it persists, write to podpora@videodoktor.cz. */
#define VD_ERR_BAD_REPLY 41 /* The server's reply makes no sense. Open another page in the browser: if the network (Wi-Fi, say) wants a login, log in. Otherwise try again in a moment; if it persists, tell the network administrator that the VideoDoktor server's replies are altered on their way, most likely by the network or a proxy. */
#define VD_ERR_REDIRECT 42 /* The server redirected the request elsewhere. Open another page in the browser: if the network (Wi-Fi, say) wants a login, log in. Otherwise ask the program's vendor to check the configured address of the service. */
#define VD_ERR_TOO_LARGE 43 /* The server's reply is too large. Contact the program's vendor. */
#define VD_ERR_OUTCOME_UNKNOWN 50 /* The service's answer did not arrive or made no sense, so it is not known whether the patient was invited, or the video call cancelled. Do not repeat it; first look at the list of video calls or the practice's e-mail. */
#define VD_ERR_OLD_REMAINS 51 /* The new video call is made and the patient is invited to it, but the old video call may still be there. Look at the list of video calls, and cancel the old one if it is still listed. */
#define VD_ERR_FILE 60 /* The file cannot be saved. Check that the folder exists and may be written to, that the disk has room, and that the file is not open in another program. */
#define VD_ERR_NOT_FOUND 61 /* There is no such value in the reply. */
#define VD_ERR_REPORT_NOT_READY 62 /* The report of this video call is not there yet. It is available on the day after the call at the earliest; try again tomorrow. */
#define VD_ERR_INTERNAL 99 /* An internal error happened in the video call library. Check the list of video calls and report the error to the program's vendor. */
#define VD_X000_RATE_LIMIT 1000 /* Too many requests came from this network. Wait a few minutes and try again. If it happens again, tell the program's vendor that the service limits the number of requests (X000). */
#define VD_X001_APP_KEY 1001 /* The service does not know this program's key. Tell the program's vendor that the service refuses its key (X001). */
#define VD_X002_API_KEY 1002 /* The service does not know the practice's key. Compare the key in the settings with the one that the practice was given, or ask podpora@videodoktor.cz for a new one (X002). */
#define VD_X003_TOKEN 1003 /* The service refused the one-time access code (token). Try again. */
#define VD_X004_MEET_ID 1004 /* The service does not know this video call. Refresh the list of video calls. */
#define VD_X005_SYSTEM 1005 /* The service has a fault or is down. Try again in a moment. If it persists, write to podpora@videodoktor.cz. */
#define VD_X010_NAME 1010 /* The patient's name is missing or not valid. First name and surname must have 6 to 64 characters together. */
#define VD_X011_EMAIL 1011 /* The patient's e-mail address is not valid. It must be a single address of 6 to 256 characters, such as jana@example.cz. */
#define VD_X012_PHONE 1012 /* The patient's phone number is not valid. A Czech mobile number must have 9 digits, such as 777 123 456. */
#define VD_X013_CONTACT 1013 /* Both the patient's e-mail address and phone number are missing. Enter at least one of them. */
#define VD_X014_BIRTH_YEAR 1014 /* The patient's year of birth is missing or not valid. Check the birth number, or enter the year of birth in four digits. */
#define VD_X020_START 1020 /* The start of the call is missing or not valid. Enter an existing date and time, such as 23.11.2030 10:00. */
#define VD_X021_START_PAST 1021 /* The start of the call has already passed. Choose a later time. */
#define VD_X022_START_OUTAGE 1022 /* The service is down between 3:00 and 4:00. Choose another time. */
#define VD_X023_START_OVERLOADED 1023 /* The service is fully booked at this time. Choose another time. */
#define VD_X024_START_TAKEN 1024 /* A video call is already planned for this time. Choose another time, or cancel the earlier video call first. */

/* Levels of log messages. */
#define VD_LOG_ERROR 1
#define VD_LOG_WARNING 2
#define VD_LOG_INFO 3
#define VD_LOG_DEBUG 4


/*
 A client: an opaque value, not an address. It is looked up in a table, so a stale, doubled or random one is an error and never a crash.
 */
typedef struct vd_client vd_client;

/*
 The status of a call: 0 is success, the others are listed above as `VD_…`.
 */
typedef int32_t vd_status;

/*
 What receives log messages: `level` 1 error, 2 warning, 3 info, 4 debug; `message` UTF-8, valid until the callback returns; `user_data`
 as it was set. It is called in the threads that are in a call of the library, in several at once, and never in a thread that the library
 started: what such a thread has to say comes with a later call. It must not throw or raise.
 */
typedef void (VD_CALL *vd_log_fn)(int32_t level, const char *message, void *user_data);

#ifdef __cplusplus
extern "C" {
#endif

/*
 The version of this interface: 1. A binding refuses to work with another.

 It only changes if something that a program was linked to would change or go; new functions, statuses, options and JSON fields leave it.

 Example:

     if (vd_abi_version() != VD_ABI_VERSION) { puts("another videodoktor is needed"); }
 */
VD_API uint32_t VD_CALL vd_abi_version(void);

/*
 The version of the library, such as "1.1.0". Static ASCII text, never freed, never NULL.

 Example:

     printf("videodoktor %s\n", vd_version());
 */
VD_API const char *VD_CALL vd_version(void);

/*
 The name of a status, such as "VD_X011_EMAIL". Static ASCII text, never freed, never NULL.

 A code that the service invents later has a name too: 1042 is "VD_X042". A number that is no status is "VD_UNKNOWN_STATUS".

 Example:

     puts(vd_status_name(VD_ERR_TIMEOUT));
 */
VD_API const char *VD_CALL vd_status_name(vd_status status);

/*
 What a status means and what to do now, for the person at the screen. Static UTF-8 text, never freed, never NULL.

 `lang` is "cs" or "en"; NULL and any other text mean "cs".

 Example:

     puts(vd_status_text(VD_ERR_TIMEOUT, "en"));
 */
VD_API const char *VD_CALL vd_status_text(vd_status status, const char *lang);

/*
 Makes a client: one practice at one service host. No network yet; `vd_verify` tells whether the keys are good.

 `app_url` is the label that the vendor assigned ("demo" means https://demo.videodoktor.cz), or an origin such as
 "https://localhost:8443"; http:// is accepted for this machine only, unless option allow_http is set. `api_app_key` is the program's key,
 `api_key` the practice's; both stay out of logs and errors and are wiped from memory when the client is freed. `options_json` is NULL or
 blank for none, or a JSON object (see "Options" in README.md); an unknown name is an error that says which.

 A report is fetched from the service's own origin and from https hosts under videodoktor.cz; option report_hosts, a list such as
 ["vykazy.example.cz"], allows others. Option proxy that is no address and none of the words "system" and "none" is
 VD_ERR_INVALID_ARGUMENT. Option proxy_auth says how to log in to an HTTP proxy that asks for it: "auto" (Kerberos by the system's login,
 else the name and password of the proxy's address), "basic", "negotiate", "ntlm" (Windows) or "none".

 On success `*out_client` is a handle that any number of threads may use at once; free it with `vd_client_free`. On error it is NULL and
 `*out_json`, if asked for, says what is wrong, in the language of option lang whatever else is wrong. On success `*out_json` is {}.
 Returns VD_OK, VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8, VD_ERR_INVALID_ARGUMENT; VD_ERR_TLS if a ca_file was given and no roots can be
 used.

 Example:

     status = vd_client_new("demo", "app-key", "practice-key", "{\"lang\":\"en\"}", &client, &json);
     if (status != VD_OK) { puts(json); }
     vd_string_free(json);

 Source: VideoDoktor API, "Základní informace" and "Získání tokenu".
 */
VD_API vd_status VD_CALL vd_client_new(const char *app_url,
    const char *api_app_key,
    const char *api_key,
    const char *options_json,
    vd_client **out_client,
    char **out_json);

/*
 Frees a client. Calls that are under way on it end with VD_ERR_CANCELLED; freeing from inside the log callback is fine.

 An invitation or removal that had been sent may be carried out all the same: that call's error holds "may_have_acted":true, and the same
 change is looked for before it is sent again, by other clients too (see "Changes" above).
 Returns VD_OK, also for NULL; VD_ERR_INVALID_HANDLE for a handle that was freed already or never was one, and nothing is touched.

 Example:

     vd_client_free(client);
 */
VD_API vd_status VD_CALL vd_client_free(vd_client *client);

/*
 Says that a call will follow soon, as when a form was opened or one of its fields was left. The client connects and fetches a token in the
 background, and keeps both at hand for 2 minutes after the last `vd_client_prepare`, so that the call takes one round trip however long the pause
 before it was. Without it a call after minutes of pause takes three or four.

 Returns at once and never fails for the network: what could not be got ahead, the call gets itself. It sends no patient's data, at most one request
 a minute, and none after VD_X000_RATE_LIMIT; a connection that the service closes is opened again at most every 5 s. Through a proxy the call may
 take one round trip more, for a connection through it cannot be known to be alive without a request.
 Returns VD_OK, VD_ERR_INVALID_HANDLE.

 Example:

     vd_client_prepare(client);

 Source: VideoDoktor API, "Získání tokenu": a token may be fetched before the call that it is for.
 */
VD_API vd_status VD_CALL vd_client_prepare(vd_client *client);

/*
 Ends every call that is now under way on the client, from any thread: each returns VD_ERR_CANCELLED within 100 ms. Later calls work.

 An invitation or removal that had been sent may be carried out all the same. That call's error says so: "may_have_acted" is true if the
 request had left this machine, false if not. If true, show the list of video calls rather than "cancelled" alone, and do not invite again
 before somebody has looked. The same change is then looked for before it is sent again (see "Changes" above).
 Returns VD_OK, VD_ERR_INVALID_HANDLE.

 Example:

     vd_client_interrupt(client);
 */
VD_API vd_status VD_CALL vd_client_interrupt(vd_client *client);

/*
 Asks whether the service accepts the keys.

 On success `*out_json` is {"valid":true}.
 Returns VD_OK, VD_X001_APP_KEY, VD_X002_API_KEY, VD_ERR_INVALID_HANDLE, VD_ERR_CANCELLED, or a status of the network (20 to 43) or the
 service (1000 and up).

 Example:

     if (vd_verify(client, NULL) == VD_OK) { puts("the keys are good"); }

 Source: VideoDoktor API, "Získání tokenu".
 */
VD_API vd_status VD_CALL vd_verify(vd_client *client, char **out_json);

/*
 Asks for the service's clock.

 On success `*out_json` is {"time":"21.11.2020.01.18","iso":"2020-11-21T01:18:00+01:00","clock_skew_s":…}: Czech wall-clock time as the
 service writes it, the same in ISO 8601, and how many seconds the service is ahead of this machine.
 Returns VD_OK, VD_ERR_INVALID_HANDLE, VD_ERR_CANCELLED, or a status of the network or the service.

 Example:

     status = vd_time(client, &json);
     vd_string_free(json);

 Source: VideoDoktor API, "Datum a čas".
 */
VD_API vd_status VD_CALL vd_time(vd_client *client, char **out_json);

/*
 Creates a video call; the service e-mails the invitation to the patient and a confirmation to the practice.

 `pacient_jmeno`: 6 to 64 characters. `pacient_email` (one bare address of 6 to 256 characters) and `pacient_telefon` (Czech mobile
 number, 9 digits; spaces, dots, brackets, dashes, slashes and +420 are taken off): one of them may be NULL or "". `pacient_narozen`: year
 of birth, 4 digits; see `vd_birth_year`.
 `meet_start`: Czech wall-clock time, see "Time" above. The fields are checked before anything is sent, unless option validate is
 "server"; `vd_check_invitation` does the same without a network.

 The invitation is sent once. If no answer to it comes, or one that says nothing, it is looked for in the list, so that such a call takes
 up to 10 s longer, never beyond timeout_ms. See "Changes" above, also for a second call with the same patient and start.

 On success `*out_json` is {"meet_id":"…","meet_url":"https…","meet_start":"2090-11-23T10:00:00+01:00"}; `meet_start` is added by the
 library. If it was found in the list after a lost answer, it also holds
 "reconciled":true, and if the list shows the patient more than once at this start, "duplicates":["…"] with each further meet_id: show
 them, for the patient has several invitations.
 Returns VD_OK, or
 - VD_X010_NAME to VD_X024_START_TAKEN for a field. With VD_X024_START_TAKEN the error holds
   "existing":{"meet_id":"…","same_patient":true|false}, if the list tells: the call that holds the start. If it is the same patient's,
   the patient is invited already.
 - VD_ERR_OUTCOME_UNKNOWN if nobody can tell whether the patient was invited. Show message, offer to open the list, and do not invite
   again before somebody has looked. With "existing" (then "same_patient":false) another patient's call was found at the start.
 - VD_ERR_CANCELLED or VD_ERR_TIMEOUT, with "may_have_acted":true or false. If true, do as after VD_ERR_OUTCOME_UNKNOWN.
 - VD_X005_SYSTEM if the service failed and the invitation is not in the list. It may be repeated: the next call for the same looks once
   before it sends.
 - another status of the service or VD_ERR_HTTP: it refused, and nobody was invited. A status of the network (20 to 43): nobody was
   invited.
 - VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8, VD_ERR_INVALID_HANDLE.

 Example:

     status = vd_meet_add(client, "Jana Nováková", "jana@example.cz", NULL, "1980", "23.11.2090 10:00", &json);
     puts(json);
     vd_string_free(json);

 Source: VideoDoktor API, "Vytvoření video hovoru / pozvánky".
 */
VD_API vd_status VD_CALL vd_meet_add(vd_client *client,
    const char *pacient_jmeno,
    const char *pacient_email,
    const char *pacient_telefon,
    const char *pacient_narozen,
    const char *meet_start,
    char **out_json);

/*
 Lists the practice's video calls.

 On success `*out_json` is an array, empty if there are none, of {"meet_id","meet_url","meet_time":"23.11.2020 10:00",
 "meet_time_imd":"2020-11-23 10:00:00","meet_active":0,"pacient_jmeno","pacient_email","pacient_telefon","pacient_narozen",
 "meet_start":"2020-11-23T10:00:00+01:00"}: texts but for the number `meet_active`; `meet_start` is added by the library. Where the
 service wrote something else, such as null or an object, the text is "" and the number 0; `meet_id` too may be "" then.
 Returns VD_OK; VD_ERR_TOO_LARGE if the list is larger than 32 MiB or there is no memory for it; VD_ERR_INVALID_HANDLE, VD_ERR_CANCELLED,
 or a status of the network or the service.

 Example:

     status = vd_meet_list(client, &json);
     if (status == VD_OK) { vd_json_length(json, "", &count); }
     vd_string_free(json);

 Source: VideoDoktor API, "Seznam video hovorů".
 */
VD_API vd_status VD_CALL vd_meet_list(vd_client *client, char **out_json);

/*
 Reads one video call.

 On success `*out_json` is one object as in `vd_meet_list`.
 Returns VD_OK; VD_X004_MEET_ID if the service does not know it; VD_ERR_INVALID_ARGUMENT if `meet_id` is empty; VD_ERR_NULL_POINTER,
 VD_ERR_INVALID_UTF8, VD_ERR_INVALID_HANDLE, VD_ERR_CANCELLED; or a status of the network or the service.

 Example:

     status = vd_meet_detail(client, meet_id, &json);
     vd_string_free(json);

 Source: VideoDoktor API, "Detail video hovoru".
 */
VD_API vd_status VD_CALL vd_meet_detail(vd_client *client, const char *meet_id, char **out_json);

/*
 Removes a video call; the service tells the patient and the practice by e-mail.

 The removal is sent once. If no answer to it comes, or one that says nothing, the library looks whether the call is gone, so that such a
 call takes up to 10 s longer, never beyond timeout_ms. See "Changes" above, also for a second removal of the same call.

 On success `*out_json` is {"meet_id":"…"}, with "reconciled":true if the answer was lost and the call was then found gone.
 Returns VD_OK, or
 - VD_X004_MEET_ID if the service does not know it.
 - VD_ERR_OUTCOME_UNKNOWN if nobody can tell whether it was removed. Show message, offer to open the list, and do not remove it again
   before somebody has looked.
 - VD_ERR_CANCELLED or VD_ERR_TIMEOUT, with "may_have_acted":true or false. If true, do as after VD_ERR_OUTCOME_UNKNOWN.
 - VD_X005_SYSTEM if the service failed and the call is still there. It may be repeated: the next call for the same looks once before it
   sends.
 - another status of the service, VD_ERR_HTTP, or a status of the network (20 to 43): it was not removed.
 - VD_ERR_INVALID_ARGUMENT if `meet_id` is empty; VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8, VD_ERR_INVALID_HANDLE.

 Example:

     status = vd_meet_remove(client, meet_id, NULL);

 Source: VideoDoktor API, "Odstranění video hovoru".
 */
VD_API vd_status VD_CALL vd_meet_remove(vd_client *client, const char *meet_id, char **out_json);

/*
 Asks for the address of a video call's report (výkaz). The service has it from the day after the call's date.

 On success `*out_json` is {"export_url":"https…"}. The address opens a patient's report: treat it like the report.
 Returns as `vd_meet_detail` does, and VD_ERR_REPORT_NOT_READY if there is no report yet (the service names no address): the day after the
 call at the earliest, so that repeating it today does not help.

 Example:

     status = vd_meet_export(client, meet_id, &json);
     vd_string_free(json);

 Source: VideoDoktor API, "Výkaz video hovoru".
 */
VD_API vd_status VD_CALL vd_meet_export(vd_client *client, const char *meet_id, char **out_json);

/*
 Fetches a video call's report (výkaz) and saves it under `path`, UTF-8 on Windows too. A file that is there already is replaced.

 It is written to a temporary file in the same folder and then renamed, so that the report is there whole or not at all. A new file can be
 read by its owner alone; one that is replaced keeps its permissions and owner. (On Windows both have the permissions of their folder.)
 The report is fetched only from the service's own origin, from https hosts under videodoktor.cz and from those of option report_hosts; an
 address elsewhere is VD_ERR_BAD_REPLY, and `detail` names its host. If the service answers a code in the report's place, that is the
 status.

 On success `*out_json` is {"path":"…","bytes":…,"content_type":"application/pdf"}: `content_type` is what the server said of the
 report, "" if nothing; a program that offers to open the file can check it.
 Returns as `vd_meet_export` does, VD_ERR_REPORT_NOT_READY included; VD_ERR_TOO_LARGE beyond 32 MiB; VD_ERR_FILE if the report cannot be
 written, or if something other than a file is at `path`.

 Example:

     status = vd_meet_export_save(client, meet_id, "vykaz.pdf", NULL);

 Source: VideoDoktor API, "Výkaz video hovoru".
 */
VD_API vd_status VD_CALL vd_meet_export_save(vd_client *client, const char *meet_id, const char *path, char **out_json);

/*
 Makes a call that the vendor has added for one implementation.

 `call_name` is its last part of the address, such as "api_meet_note": api_ and letters a to z, digits and _. `fields_json` is NULL or a
 JSON object of texts, numbers and truth values, sent as form fields; the token is added by the library. What such a call does is not
 known, so it is sent once, not even repeated after VD_X003_TOKEN, and nothing can be looked for. The same call made again is sent again:
 whether that is right only the program can know.

 On success `*out_json` is the service's JSON as it came.
 Returns VD_OK, or
 - VD_ERR_OUTCOME_UNKNOWN, which is not retryable, if it was sent and what came says nothing: no answer, half of one, HTTP 5xx, 408 or
   499, a page, another redirect, an answer to another request.
 - VD_ERR_CANCELLED or VD_ERR_TIMEOUT, with "may_have_acted":true or false. If true, it may have been carried out.
 - a status of the service, which refused it (VD_X005_SYSTEM may come after the service has acted), or VD_ERR_HTTP for another HTTP 4xx.
 - a status of the network (20 to 43): it was not sent.
 - VD_ERR_INVALID_ARGUMENT, VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8, VD_ERR_INVALID_HANDLE.

 Example:

     status = vd_call(client, "api_meet_note", "{\"meet_id\":\"abc\",\"note\":\"ok\"}", &json);
     vd_string_free(json);

 Source: VideoDoktor API, "Základní informace": the API of each implementation may be adapted.
 */
VD_API vd_status VD_CALL vd_call(vd_client *client, const char *call_name, const char *fields_json, char **out_json);

/*
 Finds out how far the way to the service goes: what a support desk asks for first.

 `*out_json` is, on failure too,
 {"ok":…,"steps":[{"step":"proxy|dns|connect|tls|time|clock|keys","ok":…,"ms":…,"detail":"…"}],"version":"…","abi":1}.
 A step that failed is the last one, and also holds "status", "name" and a "message" for the person at the screen.
 Returns VD_OK, or the status of that step; VD_ERR_TLS where only this computer's clock is wrong; VD_ERR_INVALID_HANDLE.

 Example:

     vd_diagnose(client, &json);
     puts(json);
     vd_string_free(json);
 */
VD_API vd_status VD_CALL vd_diagnose(vd_client *client, char **out_json);

/*
 Moves a video call: makes a new one at `meet_start`, then removes the old one. Each of the two requests is sent once (see "Changes" above).
 The service has no request that moves, so the new call has a `meet_id` and a `meet_url` of its own, and the patient gets the service's two
 e-mails: an invitation and a cancellation.

 Patient's fields as in `vd_meet_add`; NULL takes the old call's value. One that the service masks or that is not valid there has to be
 passed: VD_ERR_INVALID_ARGUMENT, and "field" names it. Of e-mail and phone one may be empty there.

 On success `*out_json` is {"meet_id":"…","meet_url":"https…","old_meet_id":"…","moved":true} of the new call: note both. If the call starts
 at `meet_start` already, "moved" is false and nothing was sent. "old_was_gone":true: somebody else has cancelled or moved the old call
 meanwhile, look at the list. "reconciled" and "duplicates" as in `vd_meet_add`; also where an earlier move of this call broke off and had
 made the new call, which then is not made again.
 Returns VD_OK, or
 - VD_ERR_OLD_REMAINS: the new call is made, and the old one may still be there, whatever kept it from being removed: an error, an
   interrupt, the time-out. The error holds "meet_id", "meet_url" and "old_meet_id". Show message; note the new call; the same call of
   vd_meet_move may be made again, and removes what is left.
 - VD_X004_MEET_ID: the service does not know the call, and nothing was done. Look at the list: it may have been moved already.
 - VD_ERR_OUTCOME_UNKNOWN: nobody can tell whether the new call was made; the old one stands. Do not repeat it before somebody has looked.
 - VD_ERR_CANCELLED or VD_ERR_TIMEOUT, with "may_have_acted":true or false: the same of the new call.
 - another status of `vd_meet_add`: nothing was made, and the old call stands.
 - VD_ERR_INVALID_ARGUMENT, VD_ERR_NULL_POINTER (`meet_id`, `meet_start`), VD_ERR_INVALID_UTF8, VD_ERR_INVALID_HANDLE.

 Example:

     status = vd_meet_move(client, meet_id, NULL, NULL, NULL, NULL, "24.11.2090 10:00", &json);
     if (status == VD_OK || status == VD_ERR_OLD_REMAINS) { puts(json); }
     vd_string_free(json);

 Source: VideoDoktor API, "Vytvoření video hovoru / pozvánky", "Zrušení video hovoru".
 */
VD_API vd_status VD_CALL vd_meet_move(vd_client *client,
    const char *meet_id,
    const char *pacient_jmeno,
    const char *pacient_email,
    const char *pacient_telefon,
    const char *pacient_narozen,
    const char *meet_start,
    char **out_json);

/*
 Compares two lists of video calls, as a program does that shows what has changed since it last asked. No network.

 `before_json` and `after_json` are arrays as `vd_meet_list` gives them; `before_json` NULL or "" means that there was none, and all are
 added. Rows are told apart by `meet_id`; of several rows with one `meet_id` the last counts. The time grows with the length of the lists.

 On success `*out_json` is {"added":[…],"removed":[…],"changed":[{"before":{…},"after":{…},"fields":["meet_active"]}],"unchanged":12,
 "skipped":0}: the rows as they stand in the lists, `fields` the names of what differs, `skipped` the rows without a `meet_id` in both
 lists. A patient who opens the call is a change of `meet_active` from 0 to 1. The service may leave past calls out of its list: a removed
 row need not be a cancelled one.
 Returns VD_OK; VD_ERR_INVALID_ARGUMENT if a text is no JSON array; VD_ERR_TOO_LARGE if there is no memory for the answer;
 VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8.

 Example:

     char *changes = NULL;
     status = vd_meet_list(client, &json);
     if (status == VD_OK) { status = vd_meet_changes("[]", json, &changes); }
     vd_string_free(changes);
     vd_string_free(json);
 */
VD_API vd_status VD_CALL vd_meet_changes(const char *before_json,
    const char *after_json,
    char **out_json);

/*
 Writes a video call as iCalendar text (RFC 5545), to be saved as a .ics file or sent by e-mail. No network.

 `meeting_json` is one object as `vd_meet_add`, `vd_meet_detail` or a row of `vd_meet_list` gives it. `options_json` is NULL or blank for
 none, or a JSON object:
 - duration_min (15): length in minutes, 1 to 1440; the service knows the start only
 - method ("PUBLISH"): "PUBLISH" for a calendar file; "REQUEST" invites and "CANCEL" cancels, both need organizer
 - organizer: a bare e-mail address. A request is addressed to the meeting's pacient_email, if it has one
 - sequence (0): a higher number for each later version of the same entry
 - uid: the entry's identity, where it is to be kept over `vd_meet_move`; else it is made from `meet_id`
 - summary: title of the entry; reminder_min: an alarm so many minutes before; lang ("cs"): "cs" or "en"
 - start: the start, in the forms of `vd_meet_add`, for a meeting that tells none

 The times are Czech wall-clock times with their time zone. The text holds the address of the call, so it is the patient's: whoever has it
 can open the call. On success `*out_text` is the text, UTF-8 with CRLF; free it with `vd_string_free`. On error it is NULL, and the log
 says why (level 3).
 Returns VD_OK; VD_ERR_INVALID_ARGUMENT if the meeting has no start or no `meet_id`, an option is unknown or not valid, or organizer is
 missing; VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8.

 Example:

     const char *meeting = "{\"meet_id\":\"abc\",\"meet_start\":\"2090-11-23T10:00:00+01:00\"}";
     status = vd_meet_ics(meeting, "{\"duration_min\":20,\"reminder_min\":60}", &text);
     vd_string_free(text);

 Source: RFC 5545, RFC 5546.
 */
VD_API vd_status VD_CALL vd_meet_ics(const char *meeting_json, const char *options_json, char **out_text);

/*
 Draws a text, such as `meet_url`, as a QR code that a phone's camera reads. No network.

 `text` has 1 to 2,000 bytes. `pixels`, 64 to 4096, is the width and height of the picture, the light margin that readers need included; a
 module is a whole number of pixels. `path` ends in .svg, .png or .bmp (one bit a pixel, for TImage of Delphi 7); a file there is replaced,
 whole or not at all. Its folder must exist. The picture of a `meet_url` is the patient's: whoever has it can open the call.

 On success `*out_json` is {"path":"…","bytes":1234,"modules":29}. With `path` NULL nothing is saved, and it is {"svg":"<svg…","modules":29}:
 a drawing for a web page or a report. `modules` is the number of squares on each side, without the margin.
 Returns VD_OK; VD_ERR_INVALID_ARGUMENT for a text, size or ending that is not possible, or for fewer pixels than the text needs in a .png
 or .bmp; VD_ERR_FILE if the file cannot be written; VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8.

 Example:

     status = vd_qr("https://demo.videodoktor.cz/meet/abc", "pozvanka.bmp", 512, &json);
     vd_string_free(json);

 Source: ISO/IEC 18004.
 */
VD_API vd_status VD_CALL vd_qr(const char *text,
    const char *path,
    int32_t pixels,
    char **out_json);

/*
 Checks an invitation without sending it, as a form does while the doctor types. Fields as in `vd_meet_add`.

 `*out_json` is {"valid":true,"fields":{…}} with the fields as they would be sent, or {"valid":false,"errors":[…]} with all violations
 at once, each as under "error" above. Whether the start is past is judged by this machine's clock here.
 Returns VD_OK; the status of the first violation; VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8.

 Example:

     status = vd_check_invitation("Jana Nováková", NULL, "+420 777 123 456", "1980", "23.11.2090 10:00", &json);
     vd_string_free(json);

 Source: VideoDoktor API, "Vytvoření video hovoru / pozvánky", "Chyby".
 */
VD_API vd_status VD_CALL vd_check_invitation(const char *pacient_jmeno,
    const char *pacient_email,
    const char *pacient_telefon,
    const char *pacient_narozen,
    const char *meet_start,
    char **out_json);

/*
 The year of birth in a Czech birth number (rodné číslo), with or without a slash: what `pacient_narozen` wants.

 Month and day are checked, and of a ten-digit number its check digit. `*out_year` is the year; 0 on error. The insurance number of a
 foreigner (month or day raised as no birth number has them) is none: ask for the year of birth. The log tells the two apart at level 3.
 Returns VD_OK; VD_X014_BIRTH_YEAR if the text is no birth number; VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8.

 Example:

     status = vd_birth_year("805512/1239", &year);

 Source: Act No. 133/2000 Coll. as amended by 53/2004 Coll.
 */
VD_API vd_status VD_CALL vd_birth_year(const char *rodne_cislo, int32_t *out_year);

/*
 Frees a string that the library handed out; its memory is wiped first.

 Returns VD_OK, also for NULL; VD_ERR_INVALID_HANDLE for text that is not ours or was freed already, and nothing is touched. The address
 of a text of up to 64 KiB is not handed out again before the next 1,000 such texts, or 1 MiB of them, were freed: until then a second
 free is found out.

 Example:

     vd_string_free(json);
 */
VD_API vd_status VD_CALL vd_string_free(char *text);

/*
 Takes one value out of a JSON text, for hosts without a JSON parser.

 `pointer` is an RFC 6901 pointer: "/meet_id", "/0/pacient_jmeno", "" for the whole. On success `*out_text` is the value: a string without
 its quotes and escapes, any other value as it stands there (12, true, null, {…}); free it with `vd_string_free`. On error it is NULL.
 Reading a list from first to last takes time in proportion to its length, if the text is one that the library handed out.
 Returns VD_OK; VD_ERR_NOT_FOUND if there is nothing; VD_ERR_INVALID_ARGUMENT if the text is not JSON up to there, the pointer is
 malformed, or the string holds a NUL; VD_ERR_TOO_LARGE if there is no memory for the value; VD_ERR_NULL_POINTER, VD_ERR_INVALID_UTF8.

 Example:

     if (vd_json_get(json, "/meet_id", &text) == VD_OK) { puts(text); }
     vd_string_free(text);
 */
VD_API vd_status VD_CALL vd_json_get(const char *json, const char *pointer, char **out_text);

/*
 Counts the items of the array, or the members of the object, at `pointer` in a JSON text.

 `*out_length` is their number; 0 on error.
 Returns as `vd_json_get` does; VD_ERR_INVALID_ARGUMENT also if neither an array nor an object is there.

 Example:

     status = vd_json_length(json, "", &count);
 */
VD_API vd_status VD_CALL vd_json_length(const char *json, const char *pointer, int32_t *out_length);

/*
 Sets the one log callback of the process; NULL switches the log off.

 Messages never hold a key, a token, a patient's data, an address of a call or text of the server. `max_level` is 1 (errors) to 4 (debug).
 A client that was freed logs nothing more. The callback may call any function of the library; what such calls would log is dropped.

 Once this returns VD_OK no earlier callback runs any more. It waits at most 2 seconds for those that are running, such as one that waits
 for the thread that calls this, and then returns VD_ERR_TIMEOUT: no new message reaches an earlier callback, but one still runs in it.
 Keep its code and its `user_data` and call this again. Called from inside a callback this returns VD_OK at once, and what runs goes on
 until it returns.

 Switch the log off, and wait for VD_OK, before what the callback needs is gone: before a runtime such as Python's or .NET's ends, and
 before a plug-in is unloaded.
 Returns VD_OK; VD_ERR_TIMEOUT; VD_ERR_INVALID_ARGUMENT for a callback with another `max_level`, and nothing is changed.

 Example:

     vd_set_log(on_log, NULL, VD_LOG_INFO);
     if (vd_set_log(NULL, NULL, VD_LOG_ERROR) != VD_OK) { puts("the callback still runs"); }
 */
VD_API vd_status VD_CALL vd_set_log(vd_log_fn callback, void *user_data, int32_t max_level);

#ifdef __cplusplus
}  // extern "C"
#endif

#endif
