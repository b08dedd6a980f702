/* A library that passes for videodoktor at first sight: ABI and VERSION are given on the command line, RELEASE_1_0 leaves out what 1.0 had not, FOREIGN everything. */
#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT
#endif
#ifdef FOREIGN
EXPORT int somebody_elses(void) { return 0; }
#else
EXPORT unsigned vd_abi_version(void) { return ABI; }
EXPORT const char *vd_version(void) { return VERSION; }
#define FUNCTION(name) EXPORT int name(void) { return 99; }
FUNCTION(vd_status_name) FUNCTION(vd_status_text) FUNCTION(vd_client_new) FUNCTION(vd_client_free) FUNCTION(vd_client_interrupt) FUNCTION(vd_verify)
FUNCTION(vd_time) FUNCTION(vd_meet_add) FUNCTION(vd_meet_list) FUNCTION(vd_meet_detail) FUNCTION(vd_meet_remove) FUNCTION(vd_meet_export) FUNCTION(vd_meet_export_save)
FUNCTION(vd_call) FUNCTION(vd_diagnose) FUNCTION(vd_check_invitation) FUNCTION(vd_birth_year) FUNCTION(vd_string_free) FUNCTION(vd_json_get)
FUNCTION(vd_json_length) FUNCTION(vd_set_log)
#ifndef RELEASE_1_0
FUNCTION(vd_client_prepare) FUNCTION(vd_meet_move) FUNCTION(vd_meet_changes) FUNCTION(vd_meet_ics) FUNCTION(vd_qr)
#endif
#endif
