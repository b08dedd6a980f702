/* videodoktor_loader.h: videodoktor.dll without an import library.
 *
 * Loads the library at run time and fills a table of its functions. C89 and C++98, one header, no other file: for C++Builder (bcc32, bcc32c,
 * bcc64), MSVC, MinGW, gcc and clang. A program without the DLL starts, and can say what is missing.
 *
 *     static videodoktor_api vd;
 *     char why[512];
 *     if (!videodoktor_load(&vd, NULL, why, sizeof why)) { puts(why); return 1; }
 *     status = vd.vd_client_new("demo", app_key, practice_key, NULL, &client, &json);
 *
 * On Windows the library is looked for beside the program, then in its x86 or x64 folder, and nowhere else: an old or foreign DLL on PATH must not
 * answer. A path that is given may be relative to the current folder. There is no unload: the library stays for the life of the process.
 *
 * VIDEODOKTOR_LOADER_TYPES_ONLY, defined before this header is included, leaves the functions out: for source files that use the table and do not
 * fill it. Otherwise <windows.h> is included without winsock.h, min and max; include it or <winsock2.h> before this header if you need more of it.
 */
#ifndef VIDEODOKTOR_LOADER_H
#define VIDEODOKTOR_LOADER_H

#include <stddef.h> /* wchar_t */

#include "videodoktor.h"

#define VIDEODOKTOR_LOADER_ABI 1

/* Each function of the library: its result, its name, its parameters. */
#define VIDEODOKTOR_FUNCTIONS(FUNCTION) \
    FUNCTION(uint32_t, vd_abi_version, (void)) \
    FUNCTION(const char *, vd_version, (void)) \
    FUNCTION(const char *, vd_status_name, (vd_status status)) \
    FUNCTION(const char *, vd_status_text, (vd_status status, const char *lang)) \
    FUNCTION(vd_status, vd_client_new, (const char *app_url, const char *api_app_key, const char *api_key, const char *options_json, vd_client **out_client, char **out_json)) \
    FUNCTION(vd_status, vd_client_free, (vd_client *client)) \
    FUNCTION(vd_status, vd_client_interrupt, (vd_client *client)) \
    FUNCTION(vd_status, vd_client_prepare, (vd_client *client)) \
    FUNCTION(vd_status, vd_verify, (vd_client *client, char **out_json)) \
    FUNCTION(vd_status, vd_time, (vd_client *client, char **out_json)) \
    FUNCTION(vd_status, vd_meet_add, (vd_client *client, const char *pacient_jmeno, const char *pacient_email, const char *pacient_telefon, const char *pacient_narozen, const char *meet_start, char **out_json)) \
    FUNCTION(vd_status, vd_meet_list, (vd_client *client, char **out_json)) \
    FUNCTION(vd_status, vd_meet_detail, (vd_client *client, const char *meet_id, char **out_json)) \
    FUNCTION(vd_status, vd_meet_remove, (vd_client *client, const char *meet_id, char **out_json)) \
    FUNCTION(vd_status, vd_meet_export, (vd_client *client, const char *meet_id, char **out_json)) \
    FUNCTION(vd_status, vd_meet_export_save, (vd_client *client, const char *meet_id, const char *path, char **out_json)) \
    FUNCTION(vd_status, vd_call, (vd_client *client, const char *call_name, const char *fields_json, char **out_json)) \
    FUNCTION(vd_status, vd_diagnose, (vd_client *client, char **out_json)) \
    FUNCTION(vd_status, vd_meet_move, (vd_client *client, const char *meet_id, const char *pacient_jmeno, const char *pacient_email, const char *pacient_telefon, const char *pacient_narozen, const char *meet_start, char **out_json)) \
    FUNCTION(vd_status, vd_meet_changes, (const char *before_json, const char *after_json, char **out_json)) \
    FUNCTION(vd_status, vd_meet_ics, (const char *meeting_json, const char *options_json, char **out_text)) \
    FUNCTION(vd_status, vd_qr, (const char *text, const char *path, int32_t pixels, char **out_json)) \
    FUNCTION(vd_status, vd_check_invitation, (const char *pacient_jmeno, const char *pacient_email, const char *pacient_telefon, const char *pacient_narozen, const char *meet_start, char **out_json)) \
    FUNCTION(vd_status, vd_birth_year, (const char *rodne_cislo, int32_t *out_year)) \
    FUNCTION(vd_status, vd_string_free, (char *text)) \
    FUNCTION(vd_status, vd_json_get, (const char *json, const char *pointer, char **out_text)) \
    FUNCTION(vd_status, vd_json_length, (const char *json, const char *pointer, int32_t *out_length)) \
    FUNCTION(vd_status, vd_set_log, (vd_log_fn callback, void *user_data, int32_t max_level))

#ifdef _WIN32
typedef wchar_t videodoktor_path_char;
#define VIDEODOKTOR_PATH_SIZE 32768
#else
typedef char videodoktor_path_char;
#endif

#define VIDEODOKTOR_MEMBER(result, name, parameters) result (VD_CALL *name) parameters;
typedef struct videodoktor_api {
    VIDEODOKTOR_FUNCTIONS(VIDEODOKTOR_MEMBER)
} videodoktor_api;
#undef VIDEODOKTOR_MEMBER

#ifndef VIDEODOKTOR_LOADER_TYPES_ONLY

#include <string.h>

#ifdef _WIN32
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN /* no winsock.h, which would clash with a later winsock2.h */
#endif
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>
#else
#include <dlfcn.h>
#endif

#ifdef _WIN64
#define VIDEODOKTOR_BITS "64"
#define VIDEODOKTOR_FOLDER L"x64"
#else
#define VIDEODOKTOR_BITS "32"
#define VIDEODOKTOR_FOLDER L"x86"
#endif

/* Appends as much of `text` as fits. By hand, because Visual C++ takes the functions of the C library that would do it for errors (C4996). */
static void videodoktor_say(char *why, size_t size, const char *text)
{
    size_t used = why ? strlen(why) : 0;
    if (!why || used + 1 >= size) { return; }
    while (*text && used + 1 < size) { why[used++] = *text++; }
    why[used] = '\0';
}

static void videodoktor_say_number(char *why, size_t size, unsigned long number)
{
    char digits[24];
    char *first = digits + sizeof digits - 1;
    *first = '\0';
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    videodoktor_say(why, size, first);
}

#ifdef _WIN32

static FARPROC videodoktor_symbol(HMODULE module, const char *name) { return GetProcAddress(module, name); }

static HMODULE videodoktor_open(const wchar_t *path, char *why, size_t size)
{
    UINT mode = SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX); /* no message box of the system's */
    /* its own folder and System32; a Windows 7 without its update of 2011 knows only the older flag */
    HMODULE module = LoadLibraryExW(path, NULL, 0x100 | 0x800);
    DWORD error = GetLastError();
    if (!module && error == ERROR_INVALID_PARAMETER) {
        module = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
        error = GetLastError();
    }
    SetErrorMode(mode);
    if (module) { return module; }
    if (why && size) {
        size_t used = strlen(why);
        if (used + 1 < size) { WideCharToMultiByte(CP_UTF8, 0, path, -1, why + used, (int)(size - used), NULL, NULL); }
        why[size - 1] = '\0';
    }
    if (error == ERROR_BAD_EXE_FORMAT) {
        videodoktor_say(why, size, ": not a " VIDEODOKTOR_BITS "-bit library, and this program is " VIDEODOKTOR_BITS "-bit");
    } else if (GetFileAttributesW(path) == (DWORD)-1) { /* INVALID_FILE_ATTRIBUTES, which Visual C++ 6 lacks */
        videodoktor_say(why, size, ": not there");
    }
    videodoktor_say(why, size, " (Windows error ");
    videodoktor_say_number(why, size, (unsigned long)error);
    videodoktor_say(why, size, ")\n");
    return NULL;
}

/* A relative path is one of the current folder: the system would look for it in the program's folder, the current one and PATH. */
static HMODULE videodoktor_open_named(const wchar_t *path, char *why, size_t size)
{
    static wchar_t full[VIDEODOKTOR_PATH_SIZE];
    DWORD length = GetFullPathNameW(path, VIDEODOKTOR_PATH_SIZE, full, NULL);
    return videodoktor_open(length > 0 && length < VIDEODOKTOR_PATH_SIZE ? full : path, why, size);
}

static HMODULE videodoktor_open_beside_program(char *why, size_t size)
{
    static wchar_t path[VIDEODOKTOR_PATH_SIZE + 32];
    HMODULE module;
    DWORD length = GetModuleFileNameW(NULL, path, VIDEODOKTOR_PATH_SIZE);
    while (length > 0 && path[length - 1] != L'\\') { length--; }
    memcpy(path + length, L"videodoktor.dll", sizeof L"videodoktor.dll");
    module = videodoktor_open(path, why, size);
    if (module) { return module; }
    memcpy(path + length, VIDEODOKTOR_FOLDER L"\\videodoktor.dll", sizeof(VIDEODOKTOR_FOLDER L"\\videodoktor.dll"));
    return videodoktor_open(path, why, size);
}

#define VIDEODOKTOR_MODULE HMODULE
#define VIDEODOKTOR_SYMBOL FARPROC
#define VIDEODOKTOR_CLOSE FreeLibrary

#else

static void *videodoktor_symbol(void *module, const char *name) { return dlsym(module, name); }

static void *videodoktor_open(const char *path, char *why, size_t size)
{
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!module) { videodoktor_say(why, size, dlerror()); }
    return module;
}

static void *videodoktor_open_named(const char *path, char *why, size_t size) { return videodoktor_open(path, why, size); }

static void *videodoktor_open_beside_program(char *why, size_t size)
{
    return videodoktor_open("libvideodoktor.so", why, size);
}

#define VIDEODOKTOR_MODULE void *
#define VIDEODOKTOR_SYMBOL void *
#define VIDEODOKTOR_CLOSE dlclose

#endif

/* The functions by name, in the order of the table. */
#define VIDEODOKTOR_NAME(result, name, parameters) #name,
static const char *const videodoktor_names[] = { VIDEODOKTOR_FUNCTIONS(VIDEODOKTOR_NAME) NULL };
#undef VIDEODOKTOR_NAME

/* The table is filled by position: it holds these functions and no padding. */
typedef char videodoktor_table_is_dense[sizeof(videodoktor_api) == sizeof videodoktor_names - sizeof videodoktor_names[0] ? 1 : -1];

/* Which functions the library lacks, and if it is one of ours, its version and the one that the program was compiled for. */
static void videodoktor_say_missing(const videodoktor_api *found, VIDEODOKTOR_MODULE module, char *why, size_t size)
{
    const char *before = "";
    size_t i;
    if (found->vd_abi_version && found->vd_version) {
        videodoktor_say(why, size, "the library is version ");
        videodoktor_say(why, size, found->vd_version());
        videodoktor_say(why, size, ", this program was made for version " VD_VERSION " or a later one: it lacks ");
    } else {
        videodoktor_say(why, size, "a foreign library, it lacks ");
    }
    for (i = 0; videodoktor_names[i]; i++) {
        if (videodoktor_symbol(module, videodoktor_names[i])) { continue; }
        videodoktor_say(why, size, before);
        videodoktor_say(why, size, videodoktor_names[i]);
        before = ", ";
    }
}

/* Loads the library from `path`, or from beside the program if `path` is NULL, and fills `api`. 1 on success. On failure 0, `api` is untouched and
 * `why` (if given) holds in UTF-8 every path tried and what was wrong with it. Not for two threads at once. */
static int videodoktor_load(videodoktor_api *api, const videodoktor_path_char *path, char *why, size_t size)
{
    videodoktor_api found;
    VIDEODOKTOR_SYMBOL symbol;
    VIDEODOKTOR_MODULE module;
    size_t i;
    int missing = 0;
    if (why && size) { why[0] = '\0'; }
    module = path ? videodoktor_open_named(path, why, size) : videodoktor_open_beside_program(why, size);
    if (!module) { return 0; }
    if (why && size) { why[0] = '\0'; }
    memset(&found, 0, sizeof found);
    for (i = 0; videodoktor_names[i]; i++) {
        symbol = videodoktor_symbol(module, videodoktor_names[i]);
        if (symbol) {
            /* an address of code as whatever pointer to a function is wanted: the one conversion that C leaves open, made by copying */
            memcpy((char *)&found + i * sizeof symbol, &symbol, sizeof symbol);
        } else {
            missing = 1;
        }
    }
    if (missing) { videodoktor_say_missing(&found, module, why, size); }
    if (!missing && found.vd_abi_version() != VIDEODOKTOR_LOADER_ABI) {
        videodoktor_say(why, size, "the library speaks ABI ");
        videodoktor_say_number(why, size, (unsigned long)found.vd_abi_version());
        videodoktor_say(why, size, ", this program ABI ");
        videodoktor_say_number(why, size, VIDEODOKTOR_LOADER_ABI);
        missing = 1;
    }
    if (missing) {
        VIDEODOKTOR_CLOSE(module);
        return 0;
    }
    *api = found;
    return 1;
}

#undef VIDEODOKTOR_MODULE
#undef VIDEODOKTOR_SYMBOL
#undef VIDEODOKTOR_CLOSE
#undef VIDEODOKTOR_BITS
#undef VIDEODOKTOR_FOLDER

#endif /* VIDEODOKTOR_LOADER_TYPES_ONLY */

#endif
