/*
 * videodoktor.hpp: the library for C++11 and later. One header over videodoktor.h; nothing to compile, no other dependency.
 *
 *     videodoktor::Client client("demo", app_key, practice_key);
 *     videodoktor::MeetingCreated made = client.meet_add({"Jana Nováková", "jana@example.cz", "", "1980", "23.11.2090 10:00"});
 *
 * Text      std::string in UTF-8 everywhere, in and out; wide() and utf8() convert for programs of wchar_t. MSVC wants /utf-8 for texts in the source.
 *           A text that is not UTF-8 or holds a NUL is refused by name.
 * Errors    Each call exists twice. client.verify() throws an Exception of one of the classes below. client.verify(error) throws nothing of ours
 *           and sets `error`, which is VD_OK and false after success. VIDEODOKTOR_NO_EXCEPTIONS, defined before this header is included, leaves
 *           out all that throws: for -fno-exceptions. Define it in all source files of a program or in none.
 * Memory    Every text of the library is freed by whoever holds it here; there is nothing to free by hand.
 * Threads   Any number of threads may use one Client at once. Only moving, assigning and destroying it want it for themselves; close() does not.
 * Loading   A program that loads the library at run time (bindings/c/videodoktor_loader.h) defines, before this header is included, how a function
 *           of its table is called: #define VIDEODOKTOR_FUNCTION(name) my_table.name
 *
 * What a call does, which statuses it returns and where its rules come from stands in videodoktor.h, at the function of the same name.
 */
#ifndef VIDEODOKTOR_HPP
#define VIDEODOKTOR_HPP

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <stdint.h> // WCHAR_MAX
#include <stdlib.h>

#ifndef VIDEODOKTOR_NO_EXCEPTIONS
#include <stdexcept>
#endif

#include "videodoktor.h"

#ifndef VIDEODOKTOR_FUNCTION
#define VIDEODOKTOR_FUNCTION(name) ::name
#endif

namespace videodoktor {

struct Error;

/* ---- JSON ---- */

/// A JSON text that the library keeps, read by RFC 6901 pointers. Copies are cheap and share the text; a Json never changes.
///
///     for (int i = 0; i < list.length(); i++) { std::cout << list.text("/" + std::to_string(i) + "/pacient_jmeno") << "\n"; }
///
/// text(), number() and truth() are for what may be missing, get() and length() for what must be there.
class Json {
public:
    /// Nothing: empty() is true, and there is no value at any pointer.
    Json() {}

    /// Takes a text over from the library; vd_string_free is called when the last copy goes. NULL makes an empty Json.
    static Json own(char *text)
    {
        Json json;
        if (text) { json.text_ = std::shared_ptr<char>(text, release); }
        return json;
    }

    /// A Json of any text. `error` is VD_ERR_INVALID_ARGUMENT if it is not JSON, VD_ERR_INVALID_UTF8 if it is not UTF-8.
    static Json parse(const std::string &text, Error &error);

    /// There is no text at all, as after a failed call.
    bool empty() const { return !text_; }

    /// The whole text in UTF-8; "" if there is none.
    std::string str() const { return text_ ? std::string(text_.get()) : std::string(); }

    /// The same without a copy, for as long as this Json lives; NULL if there is none.
    const char *c_str() const { return text_.get(); }

    /// The value at `pointer`: a string without its quotes, any other value as JSON. `error` is VD_ERR_NOT_FOUND if there is none, and
    /// VD_ERR_INVALID_ARGUMENT if the pointer is malformed or the string holds a NUL.
    std::string get(const std::string &pointer, Error &error) const;

    /// How many items the array, or members the object, at `pointer` has; 0 and `error` if neither is there.
    int length(const std::string &pointer, Error &error) const;

    /// There is a value at `pointer`, be it null.
    bool has(const std::string &pointer) const
    {
        Json value;
        return find(pointer, value) == VD_OK;
    }

    /// The value at `pointer` as get() has it, so "null" for null; `otherwise` if there is none.
    std::string text(const std::string &pointer, const std::string &otherwise = std::string()) const
    {
        Json value;
        return find(pointer, value) == VD_OK ? value.str() : otherwise;
    }

    /// The integer at `pointer`; `otherwise` if there is none. What follows the integer part of a number is dropped.
    long long number(const std::string &pointer, long long otherwise = 0) const
    {
        Json value;
        if (find(pointer, value) != VD_OK) { return otherwise; }
        char *end = nullptr;
        const long long found = strtoll(value.c_str(), &end, 10); // C++Builder before 10.3 has it outside of std only
        return end == value.c_str() ? otherwise : found;
    }

    /// `true` stands at `pointer`.
    bool truth(const std::string &pointer) const { return text(pointer) == "true"; }

    /// The value at `pointer` as a Json of its own; empty if there is none. Of a string it holds the text without quotes.
    Json at(const std::string &pointer) const
    {
        Json value;
        find(pointer, value);
        return value;
    }

#ifndef VIDEODOKTOR_NO_EXCEPTIONS
    /// As parse(text, error), but throws.
    static Json parse(const std::string &text);
    /// As get(pointer, error), but throws.
    std::string get(const std::string &pointer) const;
    /// As length(pointer, error), but throws.
    int length(const std::string &pointer = std::string()) const;
#endif

private:
    static void release(char *text) { VIDEODOKTOR_FUNCTION(vd_string_free)(text); }

    vd_status find(const std::string &pointer, Json &value) const
    {
        char *found = nullptr;
        if (pointer.find('\0') != std::string::npos) { return VD_ERR_INVALID_ARGUMENT; }
        const vd_status status = VIDEODOKTOR_FUNCTION(vd_json_get)(text_.get(), pointer.c_str(), &found);
        value = own(found);
        return status;
    }

    std::shared_ptr<char> text_;
};

/// Builds a JSON object member by member, for the fields of Client::call() and for options. Names and texts are UTF-8.
///
///     client.call("api_meet_note", videodoktor::JsonObject().text("meet_id", id).text("note", "přišla \"včas\"").number("n", 2));
class JsonObject {
public:
    /// Adds a text; quotes, backslashes and control characters are escaped.
    JsonObject &text(const std::string &name, const std::string &value) { return json(name, quoted(value)); }
    /// Adds a number.
    JsonObject &number(const std::string &name, long long value) { return json(name, std::to_string(value)); }
    /// Adds true or false.
    JsonObject &truth(const std::string &name, bool value) { return json(name, value ? "true" : "false"); }
    /// Adds a value that is JSON already.
    JsonObject &json(const std::string &name, const std::string &value)
    {
        members_ += (members_.empty() ? "" : ",") + quoted(name) + ":" + value;
        return *this;
    }
    /// The object as JSON; "{}" if nothing was added.
    std::string str() const { return "{" + members_ + "}"; }
    /// The same, so that the object itself can be passed where JSON is wanted.
    operator std::string() const { return str(); }

    /// A text as a JSON string, with its quotes.
    static std::string quoted(const std::string &text)
    {
        std::string result = "\"";
        for (char sign : text) {
            if (sign == '"' || sign == '\\') { result += '\\'; }
            if (static_cast<unsigned char>(sign) >= 0x20) {
                result += sign;
            } else {
                static const char digits[] = "0123456789abcdef";
                result += "\\u00";
                result += digits[static_cast<unsigned char>(sign) >> 4];
                result += digits[static_cast<unsigned char>(sign) & 0xF];
            }
        }
        return result + "\"";
    }

private:
    std::string members_;
};

/* ---- errors ---- */

/// What sort of error a status is; each has an exception class of its own.
enum class Kind {
    none,            ///< VD_OK
    usage,           ///< the program passed something that it should not have: UsageError
    cancelled,       ///< interrupted, or the client was closed; see Error::may_have_acted: CancelledError
    network,         ///< the way to the service failed: name, connection, proxy, time-out: NetworkError
    tls,             ///< no secure connection, or a certificate that is not trusted: TlsError, which is a NetworkError
    reply,           ///< the service answered what makes no sense: ReplyError
    outcome_unknown, ///< the patient may have been invited (or the call removed) and nobody can tell; it was sent once. Or a moved call's old one may
                     ///< still be there: OutcomeUnknownError
    file,            ///< the report cannot be written: FileError
    rejected,        ///< refused by the service or by our check of a field with a code X0nn, or a report that is not there yet: RejectedError
    internal         ///< a bug of the library, caught, or a library of another ABI: InternalError
};

/// How a call ended. False after success:
///
///     videodoktor::Error error;
///     client.verify(error);
///     if (error) { log(error.name + " " + error.detail); show(error.message); }
///
/// It holds no key, no token and no patient's data.
struct Error {
    vd_status status;     ///< VD_OK, or one of the VD_ constants, or 1000 + n for the service's code X0nn
    std::string name;     ///< "VD_X011_EMAIL"
    std::string code;     ///< the service's code, "X011"; "" if it is none of the service's
    std::string field;    ///< the argument or field that is wrong, "pacient_email"; "" if none is
    std::string source;   ///< "client" (nothing was sent), "server" or "network"
    std::string message;  ///< for the person at the screen: what happened and what to do, in the client's language
    std::string detail;   ///< for the log, in English
    bool retryable;       ///< the same call may succeed a little later
    int http_status;      ///< of the answer; 0 if there was none
    int attempts;         ///< how often the service was tried
    /// VD_X024_START_TAKEN, and VD_ERR_OUTCOME_UNKNOWN of an invitation: the call that holds the start already; "" if none was found. It opens
    /// the call: do not log it.
    std::string existing_meet_id;
    /// It is this very patient's: most often the program invited before and did not note it down. Never of VD_ERR_OUTCOME_UNKNOWN: there it is
    /// another patient's, for this one's would have been a success.
    bool existing_same_patient;
    /// The call failed, and may have been carried out all the same: show `message`, offer to open the list of video calls, and do not invite again
    /// before somebody has looked. Always of VD_ERR_OUTCOME_UNKNOWN and VD_ERR_OLD_REMAINS; of VD_ERR_CANCELLED and VD_ERR_TIMEOUT if an invitation, a removal or a call
    /// of the vendor's had left this machine. Otherwise false.
    bool may_have_acted;
    /// VD_ERR_OLD_REMAINS: the new call, which is made; note it. Both open the patient's call: do not log them.
    std::string moved_meet_id;
    std::string moved_meet_url;

    /// No error.
    Error() : status(VD_OK), retryable(false), http_status(0), attempts(0), existing_same_patient(false), may_have_acted(false) {}

    /// An error that comes without JSON, with the library's text for its status in `lang`, "cs" or "en".
    static Error of(vd_status status, const std::string &field, const std::string &detail, const std::string &lang = "cs")
    {
        Error error;
        if (status == VD_OK) { return error; }
        error.status = status;
        error.may_have_acted = status == VD_ERR_OUTCOME_UNKNOWN || status == VD_ERR_OLD_REMAINS;
        error.name = VIDEODOKTOR_FUNCTION(vd_status_name)(status);
        if (status >= 1000 && status < 2000) { error.code = "X" + std::to_string(status).substr(1); }
        error.field = field;
        error.source = "client";
        error.message = VIDEODOKTOR_FUNCTION(vd_status_text)(status, lang.c_str());
        error.detail = detail;
        return error;
    }

    /// The error object at `pointer` of an answer; where the library had no memory for one, what of() knows.
    static Error read(vd_status status, const Json &answer, const std::string &pointer)
    {
        Error error = of(status, "", "");
        const Json json = answer.at(pointer);
        if (status == VD_OK || json.empty()) { return error; }
        error.code = or_nothing(json.text("/code"));
        error.field = or_nothing(json.text("/field"));
        error.source = json.text("/source");
        error.message = json.text("/message", error.message);
        error.detail = json.text("/detail");
        error.retryable = json.truth("/retryable");
        error.http_status = static_cast<int>(json.number("/http_status"));
        error.attempts = static_cast<int>(json.number("/attempts"));
        error.existing_meet_id = json.text("/existing/meet_id");
        error.existing_same_patient = json.truth("/existing/same_patient");
        error.may_have_acted = error.may_have_acted || json.truth("/may_have_acted");
        if (status == VD_ERR_OLD_REMAINS) {
            error.moved_meet_id = json.text("/meet_id");
            error.moved_meet_url = json.text("/meet_url");
        }
        return error;
    }

    /// There is an error.
    explicit operator bool() const { return status != VD_OK; }

    /// What sort of error it is.
    Kind kind() const
    {
        if (status >= 1000 && status < 2000) { return Kind::rejected; }
        switch (status) {
        case VD_OK: return Kind::none;
        case VD_ERR_NULL_POINTER: case VD_ERR_INVALID_UTF8: case VD_ERR_INVALID_HANDLE: case VD_ERR_INVALID_ARGUMENT: case VD_ERR_NOT_FOUND:
            return Kind::usage;
        case VD_ERR_CANCELLED: return Kind::cancelled;
        case VD_ERR_DNS: case VD_ERR_CONNECT: case VD_ERR_PROXY: case VD_ERR_TIMEOUT: case VD_ERR_NETWORK: case VD_ERR_PROXY_AUTH:
            return Kind::network;
        case VD_ERR_TLS: case VD_ERR_TLS_UNTRUSTED: return Kind::tls;
        case VD_ERR_HTTP: case VD_ERR_BAD_REPLY: case VD_ERR_REDIRECT: case VD_ERR_TOO_LARGE: return Kind::reply;
        case VD_ERR_OUTCOME_UNKNOWN: case VD_ERR_OLD_REMAINS: return Kind::outcome_unknown;
        case VD_ERR_FILE: return Kind::file;
        case VD_ERR_REPORT_NOT_READY: return Kind::rejected;
        default: return Kind::internal;
        }
    }

private:
    /// A code or the name of a field is never the word null.
    static std::string or_nothing(const std::string &text) { return text == "null" ? std::string() : text; }
};

#ifndef VIDEODOKTOR_NO_EXCEPTIONS

/// Whatever the library reports; the classes below tell the kinds apart. what() is the message for the person at the screen, in UTF-8.
///
///     try { client.meet_add(invitation); }
///     catch (const videodoktor::Exception &e) {
///         log(e.error().name + " " + e.error().detail);
///         show(e.what());
///         if (e.error().may_have_acted) { show_the_list(); }
///     }
class Exception : public std::runtime_error {
public:
    /// An exception of an error; throw_error() chooses the class.
    explicit Exception(const Error &error) : std::runtime_error(error.message), error_(std::make_shared<Error>(error)) {}
    /// Everything that is known about the error.
    const Error &error() const noexcept { return *error_; }
    /// The status of the call that failed.
    vd_status status() const noexcept { return error_->status; }

private:
    std::shared_ptr<const Error> error_; // shared: copying an exception must not throw
};

/// The program passed something that it should not have: a closed client, text that is not UTF-8, a bad key or option. error().field names it.
class UsageError : public Exception { public: using Exception::Exception; };
/// Interrupted, or the client was closed meanwhile. error().may_have_acted tells whether an invitation or removal had been sent.
class CancelledError : public Exception { public: using Exception::Exception; };
/// The way to the service failed: name, connection, proxy, time-out. Of a time-out, error().may_have_acted tells whether a change had been sent.
class NetworkError : public Exception { public: using Exception::Exception; };
/// No secure connection; most often an antivirus or a company's proxy inspects it, or the computer's clock is wrong.
class TlsError : public NetworkError { public: using NetworkError::NetworkError; };
/// The service, or something on the way to it, answered what makes no sense.
class ReplyError : public Exception { public: using Exception::Exception; };
/// The patient may have been invited, or the call removed, and nobody can tell. It was sent once and is not sent again: for 2 minutes the same
/// call is only looked for. Show what(), offer to open the list, and do not invite again before somebody has looked.
class OutcomeUnknownError : public Exception { public: using Exception::Exception; };
/// The report cannot be written.
class FileError : public Exception { public: using Exception::Exception; };
/// Refused with a code X0nn, by the service or by our check of a field: error().code, error().field. Also VD_ERR_REPORT_NOT_READY, which has no code.
class RejectedError : public Exception { public: using Exception::Exception; };
/// A bug of the library, caught, or a library of another ABI than this header's.
class InternalError : public Exception { public: using Exception::Exception; };

/// Throws the exception of an error's kind; does nothing after success.
inline void throw_error(const Error &error)
{
    switch (error.kind()) {
    case Kind::none: return;
    case Kind::usage: throw UsageError(error);
    case Kind::cancelled: throw CancelledError(error);
    case Kind::network: throw NetworkError(error);
    case Kind::tls: throw TlsError(error);
    case Kind::reply: throw ReplyError(error);
    case Kind::outcome_unknown: throw OutcomeUnknownError(error);
    case Kind::file: throw FileError(error);
    case Kind::rejected: throw RejectedError(error);
    case Kind::internal: break;
    }
    throw InternalError(error);
}

#endif

inline Json Json::parse(const std::string &text, Error &error)
{
    char *whole = nullptr;
    vd_status status = VD_ERR_INVALID_ARGUMENT;
    if (text.find('\0') == std::string::npos) { status = VIDEODOKTOR_FUNCTION(vd_json_get)(text.c_str(), "", &whole); }
    const Json json = own(whole);
    error = Error::of(status, "json", "the text is not JSON");
    return json;
}

inline std::string Json::get(const std::string &pointer, Error &error) const
{
    Json value;
    error = Error::of(find(pointer, value), "pointer", "there is no such value in the JSON");
    return value.str();
}

inline int Json::length(const std::string &pointer, Error &error) const
{
    int32_t found = 0;
    vd_status status = VD_ERR_INVALID_ARGUMENT;
    if (pointer.find('\0') == std::string::npos) { status = VIDEODOKTOR_FUNCTION(vd_json_length)(text_.get(), pointer.c_str(), &found); }
    error = Error::of(status, "pointer", "there is no such array or object in the JSON");
    return found;
}

/* ---- what goes in ---- */

/// Whom to invite, and when. An aggregate, in the order of vd_meet_add: {"Jana Nováková", "jana@example.cz", "", "1980", "23.11.2090 10:00"}.
struct Invitation {
    std::string pacient_jmeno;   ///< 6 to 64 characters
    std::string pacient_email;   ///< 6 to 256 characters; "" if there is a phone
    std::string pacient_telefon; ///< Czech mobile number: 9 digits, with or without blanks and +420; "" if there is an e-mail
    std::string pacient_narozen; ///< year of birth, 4 digits; birth_year() reads it from a birth number
    std::string meet_start;      ///< Czech wall-clock time in any form that "Time" in videodoktor.h lists; start_at() writes one
};

namespace inside {

/// The number with at least so many digits.
inline std::string padded(int number, std::size_t width)
{
    const std::string digits = std::to_string(number);
    return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

} // namespace inside

/// A start for Invitation, in Czech wall-clock time: start_at(2090, 11, 23, 10, 0) is "2090-11-23 10:00".
inline std::string start_at(int year, int month, int day, int hour, int minute)
{
    using inside::padded;
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + " " + padded(hour, 2) + ":" + padded(minute, 2);
}

/// Settings of a client; what is not set has the library's default. Passed where options_json is wanted. "Options" in README.md tells more.
///
///     videodoktor::Client client("demo", app_key, practice_key, videodoktor::Options().timeout_ms(10000).user_agent("Ordinace/7.1"));
class Options {
public:
    /// Milliseconds for a whole call, repeats included; 30000 if not set.
    Options &timeout_ms(int value) { return number("timeout_ms", value); }
    /// Milliseconds for one connection; 15000 if not set.
    Options &connect_timeout_ms(int value) { return number("connect_timeout_ms", value); }
    /// How often what is safe to repeat is repeated; 2 if not set, 0 switches it off.
    Options &retries(int value) { return number("retries", value); }
    /// Tokens kept ready; 1 if not set, 0 switches it off.
    Options &prefetch_tokens(int value) { return number("prefetch_tokens", value); }
    /// "strict" (if not set), or "server": the service alone judges the fields.
    Options &validate(const std::string &value) { return text("validate", value); }
    /// Language of Error::message: "cs" (if not set) or "en".
    Options &lang(const std::string &value) { return text("lang", value); }
    /// Results in ASCII, other characters as \uXXXX. Only for programs that pass JSON on to ANSI code.
    Options &ascii_json(bool value) { return truth("ascii_json", value); }
    /// "system" (if not set), "none", "http://user:pass@host:port" or "socks5://...".
    Options &proxy(const std::string &value) { return text("proxy", value); }
    /// How to log in to a proxy that asks for it: "auto" (if not set), "basic", "negotiate", "ntlm" (Windows) or "none".
    Options &proxy_auth(const std::string &value) { return text("proxy_auth", value); }
    /// Further hosts from which a report may be fetched, by https: {"vykazy.example.cz"}. The service's own and those of videodoktor.cz always may.
    Options &report_hosts(const std::vector<std::string> &hosts)
    {
        std::string list;
        for (const std::string &host : hosts) { list += (list.empty() ? "" : ",") + JsonObject::quoted(host); }
        object_.json("report_hosts", "[" + list + "]");
        return *this;
    }
    /// "system" (if not set), or "bundled": Mozilla's roots.
    Options &tls_roots(const std::string &value) { return text("tls_roots", value); }
    /// A file in PEM or DER with further trusted roots; a path in UTF-8.
    Options &ca_file(const std::string &value) { return text("ca_file", value); }
    /// The strftime pattern that the service expects; "%d.%m.%Y.%H.%M" if not set.
    Options &meet_start_format(const std::string &value) { return text("meet_start_format", value); }
    /// Name and version of the program.
    Options &user_agent(const std::string &value) { return text("user_agent", value); }
    /// Accept http:// for another machine than this one.
    Options &allow_http(bool value) { return truth("allow_http", value); }
    /// The options as JSON.
    std::string str() const { return object_.str(); }
    /// The same, so that the options themselves can be passed to a Client.
    operator std::string() const { return str(); }

private:
    Options &text(const char *name, const std::string &value) { object_.text(name, value); return *this; }
    Options &number(const char *name, long long value) { object_.number(name, value); return *this; }
    Options &truth(const char *name, bool value) { object_.truth(name, value); return *this; }

    JsonObject object_;
};

/* ---- what comes back ---- */

/// The service's clock.
struct ServerTime {
    std::string time;       ///< as the service writes it, "21.11.2020.01.18"
    std::string iso;        ///< "2020-11-21T01:18:00+01:00"
    long long clock_skew_s; ///< seconds by which the service is ahead of this machine
};

/// A call that was created.
struct MeetingCreated {
    std::string meet_id;
    std::string meet_url; ///< opens the patient's call: treat it like a key
    bool reconciled;      ///< the answer was lost and the invitation was then found in the list
    /// Meetings besides `meet_id` that the list then showed for this patient at this start: the patient has several invitations. Most often none.
    std::vector<std::string> duplicates;
};

/// A call that was removed.
struct MeetingRemoved {
    std::string meet_id;
    bool reconciled; ///< the answer was lost and the call was then found gone
};

/// A call that was moved.
struct MeetingMoved {
    std::string meet_id;     ///< of the new call
    std::string meet_url;    ///< opens the patient's new call: treat it like a key
    std::string old_meet_id;
    bool moved;        ///< false: it starts then already, and nothing was sent
    bool old_was_gone; ///< somebody else has cancelled or moved the old call meanwhile: look at the list
    bool reconciled;   ///< the new call was found in the list: after a lost answer, or of an earlier move that broke off
    /// As MeetingCreated::duplicates.
    std::vector<std::string> duplicates;
};

/// A video call of the practice. A text that the service left out is "".
struct Meeting {
    std::string meet_id;
    std::string meet_url;
    std::string meet_time;     ///< "23.11.2020 10:00"
    std::string meet_time_imd; ///< "2020-11-23 10:00:00"
    std::string meet_start;    ///< "2020-11-23T10:00:00+01:00"; "" if the service's time cannot be read
    bool meet_active;          ///< it may be entered now
    std::string pacient_jmeno;
    std::string pacient_email;
    std::string pacient_telefon;
    std::string pacient_narozen;
    Json json; ///< all of it, with what the service adds for one implementation
};

/// A video call that differs between two lists.
struct MeetingChange {
    Meeting before;
    Meeting after;
    std::vector<std::string> fields; ///< names of the fields that differ, such as "meet_active"
};

/// What is different between two lists.
struct Changes {
    std::vector<Meeting> added;
    std::vector<Meeting> removed;
    std::vector<MeetingChange> changed;
    long long unchanged; ///< calls that are the same in both
    long long skipped;   ///< rows without a meet_id
    Json json;           ///< all of it
};

/// A QR code that was saved.
struct QrCode {
    std::string path; ///< in UTF-8
    long long bytes;
    int modules; ///< squares on each side, without the light margin
};

/// A report that was saved.
struct SavedReport {
    std::string path; ///< in UTF-8
    long long bytes;
    std::string content_type; ///< what the server said of it, "application/pdf"; "" if nothing
};

/// One step on the way to the service.
struct DiagnosisStep {
    std::string step;    ///< "proxy", "dns", "connect", "tls", "time", "clock" or "keys"
    bool ok;
    long long ms;        ///< how long it took
    std::string detail;  ///< in English
    std::string message; ///< for the person at the screen; "" if all is well
};

/// What a support desk asks for. Where a step failed it is the last one, and `status` is its.
struct Diagnosis {
    bool ok;
    vd_status status;
    std::vector<DiagnosisStep> steps;
    Json json; ///< all of it, as one would send it to the support desk
};

/// What is wrong with an invitation.
struct InvitationCheck {
    bool valid;
    Invitation fields;         ///< if valid: as they would be sent
    std::vector<Error> errors; ///< otherwise: all violations at once
    Json json;
};

/* Not for callers. */
namespace inside {

/// Says whether one of the texts holds a NUL, where C would end it unnoticed.
inline bool holds_nul(const std::string &text, const char *name, const std::string &lang, Error &error)
{
    if (text.find('\0') == std::string::npos) { return false; }
    error = Error::of(VD_ERR_INVALID_ARGUMENT, name, std::string(name) + " holds a NUL", lang);
    return true;
}

inline bool holds_nul(const Invitation &invitation, const std::string &lang, Error &error)
{
    return holds_nul(invitation.pacient_jmeno, "pacient_jmeno", lang, error) || holds_nul(invitation.pacient_email, "pacient_email", lang, error) ||
           holds_nul(invitation.pacient_telefon, "pacient_telefon", lang, error) ||
           holds_nul(invitation.pacient_narozen, "pacient_narozen", lang, error) || holds_nul(invitation.meet_start, "meet_start", lang, error);
}

/// A text, or NULL for one that is not given.
inline const char *given(const std::string &text) { return text.empty() ? nullptr : text.c_str(); }

/// The texts in the array at `pointer`; none if there is no array.
inline std::vector<std::string> texts(const Json &json, const std::string &pointer)
{
    std::vector<std::string> read;
    Error none;
    for (int i = 0, count = json.length(pointer, none); i < count; i++) { read.push_back(json.text(pointer + "/" + std::to_string(i))); }
    return read;
}

/// An answer with its error, if it is one.
inline Json answer(vd_status status, char *text, Error &error)
{
    const Json json = Json::own(text);
    error = Error::read(status, json, "/error");
    return json;
}

inline Invitation invitation(const Json &json, const std::string &at)
{
    Invitation read;
    read.pacient_jmeno = json.text(at + "/pacient_jmeno");
    read.pacient_email = json.text(at + "/pacient_email");
    read.pacient_telefon = json.text(at + "/pacient_telefon");
    read.pacient_narozen = json.text(at + "/pacient_narozen");
    read.meet_start = json.text(at + "/meet_start");
    return read;
}

inline Meeting meeting(const Json &json)
{
    Meeting read;
    read.meet_id = json.text("/meet_id");
    read.meet_url = json.text("/meet_url");
    read.meet_time = json.text("/meet_time");
    read.meet_time_imd = json.text("/meet_time_imd");
    read.meet_start = json.text("/meet_start");
    read.meet_active = json.number("/meet_active") != 0;
    read.pacient_jmeno = json.text("/pacient_jmeno");
    read.pacient_email = json.text("/pacient_email");
    read.pacient_telefon = json.text("/pacient_telefon");
    read.pacient_narozen = json.text("/pacient_narozen");
    read.json = json;
    return read;
}

/// The meetings in the array at `pointer`; none if there is no array.
inline std::vector<Meeting> meetings(const Json &json, const std::string &pointer)
{
    std::vector<Meeting> read;
    Error none;
    for (int i = 0, count = json.length(pointer, none); i < count; i++) { read.push_back(meeting(json.at(pointer + "/" + std::to_string(i)))); }
    return read;
}

/// A list as the library reads it.
inline std::string list(const std::vector<Meeting> &meetings)
{
    std::string text;
    for (const Meeting &one : meetings) { text += (text.empty() ? "" : ",") + one.json.str(); }
    return "[" + text + "]";
}

inline std::vector<DiagnosisStep> steps(const Json &json)
{
    std::vector<DiagnosisStep> read;
    Error none;
    for (int i = 0, count = json.length("/steps", none); i < count; i++) {
        const Json one = json.at("/steps/" + std::to_string(i));
        DiagnosisStep step;
        step.step = one.text("/step");
        step.ok = one.truth("/ok");
        step.ms = one.number("/ms");
        step.detail = one.text("/detail");
        step.message = one.text("/message");
        read.push_back(step);
    }
    return read;
}

} // namespace inside

/* ---- the client ---- */

/// One practice at one service host. It can be moved, not copied, and frees itself.
///
/// Calls block until there is an answer, an error, the time-out or an interrupt: call from a worker thread where a window must stay alive.
class Client {
public:
    /// No client yet: its calls end with VD_ERR_INVALID_HANDLE. Assign one to it.
    Client() : handle_(nullptr) {}

    /// As the constructor below, but throws nothing of ours: on error the client is as one made by Client(), and `error` says why.
    Client(const std::string &app_url, const std::string &api_app_key, const std::string &api_key, const std::string &options_json, Error &error)
        : Client()
    {
        open(app_url, api_app_key, api_key, options_json, error);
    }

    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    /// Takes the other's client; the other is then as one made by Client().
    Client(Client &&other) noexcept : handle_(other.handle_.exchange(nullptr)), lang_(std::move(other.lang_)) {}

    /// Closes its own client and takes the other's.
    Client &operator=(Client &&other) noexcept
    {
        if (this != &other) {
            close();
            handle_ = other.handle_.exchange(nullptr);
            lang_ = std::move(other.lang_);
        }
        return *this;
    }

    ~Client() { close(); }

    /// Frees the client now. From any thread: calls under way on it end with VD_ERR_CANCELLED, later ones with VD_ERR_INVALID_HANDLE.
    void close() noexcept { VIDEODOKTOR_FUNCTION(vd_client_free)(handle_.exchange(nullptr)); }

    /// Ends every call that is now under way on the client, from any thread, within 100 ms. Later calls work.
    void interrupt() noexcept { VIDEODOKTOR_FUNCTION(vd_client_interrupt)(handle_); }

    /// Says that a call will follow soon, as when a form was opened or one of its fields was left: connects and fetches a token in the background, and
    /// keeps both at hand for 2 minutes, so that the call takes one round trip. Returns at once and never fails.
    void prepare() noexcept { VIDEODOKTOR_FUNCTION(vd_client_prepare)(handle_); }

    /// The handle, for functions of videodoktor.h; this object still owns it. NULL if there is none.
    vd_client *handle() const noexcept { return handle_; }

    /// Asks whether the service accepts the keys: VD_X001_APP_KEY or VD_X002_API_KEY if it does not.
    void verify(Error &error)
    {
        char *json = nullptr;
        const vd_status status = VIDEODOKTOR_FUNCTION(vd_verify)(handle_, &json);
        inside::answer(status, json, error);
    }

    /// Asks for the service's clock.
    ServerTime time(Error &error)
    {
        char *text = nullptr;
        const vd_status status = VIDEODOKTOR_FUNCTION(vd_time)(handle_, &text);
        const Json json = inside::answer(status, text, error);
        return ServerTime{json.text("/time"), json.text("/iso"), json.number("/clock_skew_s")};
    }

    /// Creates a video call and invites the patient. The invitation is sent once: after a lost answer it is looked for, which takes up to 10 s more,
    /// never beyond timeout_ms. Found: MeetingCreated::reconciled. Otherwise VD_ERR_OUTCOME_UNKNOWN: nobody can tell whether the patient was
    /// invited; look before inviting again. VD_X024_START_TAKEN: Error::existing_meet_id tells what is there.
    MeetingCreated meet_add(const Invitation &invitation, Error &error)
    {
        char *text = nullptr;
        if (inside::holds_nul(invitation, lang_, error)) { return MeetingCreated(); }
        const vd_status status = VIDEODOKTOR_FUNCTION(vd_meet_add)(
            handle_, invitation.pacient_jmeno.c_str(), invitation.pacient_email.c_str(), invitation.pacient_telefon.c_str(),
            invitation.pacient_narozen.c_str(), invitation.meet_start.c_str(), &text);
        const Json json = inside::answer(status, text, error);
        return MeetingCreated{json.text("/meet_id"), json.text("/meet_url"), json.truth("/reconciled"), inside::texts(json, "/duplicates")};
    }

    /// Lists the practice's video calls.
    std::vector<Meeting> meet_list(Error &error)
    {
        char *text = nullptr;
        const vd_status status = VIDEODOKTOR_FUNCTION(vd_meet_list)(handle_, &text);
        const Json json = inside::answer(status, text, error);
        std::vector<Meeting> meetings;
        if (error) { return meetings; }
        for (int i = 0, count = json.length("", error); i < count; i++) { meetings.push_back(inside::meeting(json.at("/" + std::to_string(i)))); }
        return meetings;
    }

    /// Reads one video call; VD_X004_MEET_ID if the service does not know it.
    Meeting meet_detail(const std::string &meet_id, Error &error) { return inside::meeting(of_meeting(VIDEODOKTOR_FUNCTION(vd_meet_detail), meet_id, error)); }

    /// Removes a video call; patient and practice are told by e-mail. It is sent once and looked for as meet_add is; VD_ERR_OUTCOME_UNKNOWN if
    /// nobody can tell whether it was removed.
    MeetingRemoved meet_remove(const std::string &meet_id, Error &error)
    {
        const Json json = of_meeting(VIDEODOKTOR_FUNCTION(vd_meet_remove), meet_id, error);
        return MeetingRemoved{json.text("/meet_id"), json.truth("/reconciled")};
    }

    /// Moves a video call: makes a new one at `to.meet_start`, then removes the old one, each at most once. An empty field of the patient takes the old
    /// call's value. The patient gets an invitation and a cancellation by e-mail. VD_ERR_OLD_REMAINS: the new call is made (Error::moved_meet_id), the
    /// old one may still be there; the same move may be made again.
    MeetingMoved meet_move(const std::string &meet_id, const Invitation &to, Error &error)
    {
        char *text = nullptr;
        if (inside::holds_nul(meet_id, "meet_id", lang_, error) || inside::holds_nul(to, lang_, error)) { return MeetingMoved(); }
        const vd_status status = VIDEODOKTOR_FUNCTION(vd_meet_move)(
            handle_, meet_id.c_str(), inside::given(to.pacient_jmeno), inside::given(to.pacient_email), inside::given(to.pacient_telefon),
            inside::given(to.pacient_narozen), to.meet_start.c_str(), &text);
        const Json json = inside::answer(status, text, error);
        if (error) { return MeetingMoved(); }
        return MeetingMoved{json.text("/meet_id"), json.text("/meet_url"), json.text("/old_meet_id"), json.truth("/moved"), json.truth("/old_was_gone"),
                            json.truth("/reconciled"), inside::texts(json, "/duplicates")};
    }

    /// The address of a call's report, from the day after the call on; VD_ERR_REPORT_NOT_READY if there is none yet. It opens a patient's report:
    /// treat it like the report.
    std::string meet_export(const std::string &meet_id, Error &error)
    {
        return of_meeting(VIDEODOKTOR_FUNCTION(vd_meet_export), meet_id, error).text("/export_url");
    }

    /// Saves a call's report under `path` (UTF-8, on Windows too), whole or not at all; VD_ERR_REPORT_NOT_READY if there is none yet, VD_ERR_FILE if
    /// it cannot be written.
    SavedReport meet_export_save(const std::string &meet_id, const std::string &path, Error &error)
    {
        char *text = nullptr;
        if (inside::holds_nul(meet_id, "meet_id", lang_, error) || inside::holds_nul(path, "path", lang_, error)) { return SavedReport(); }
        const vd_status status = VIDEODOKTOR_FUNCTION(vd_meet_export_save)(handle_, meet_id.c_str(), path.c_str(), &text);
        const Json json = inside::answer(status, text, error);
        return SavedReport{json.text("/path"), json.number("/bytes"), json.text("/content_type")};
    }

    /// A call that the vendor added for one implementation, such as "api_meet_note"; `fields_json` is a JsonObject, or "" for no fields.
    /// The service's JSON as it came. VD_ERR_OUTCOME_UNKNOWN if it was sent and no answer came, or one that says nothing: it is sent once.
    Json call(const std::string &call_name, const std::string &fields_json, Error &error)
    {
        char *text = nullptr;
        if (inside::holds_nul(call_name, "call_name", lang_, error) || inside::holds_nul(fields_json, "fields_json", lang_, error)) { return Json(); }
        const vd_status status =
            VIDEODOKTOR_FUNCTION(vd_call)(handle_, call_name.c_str(), fields_json.empty() ? nullptr : fields_json.c_str(), &text);
        return answer_or_nothing(status, text, error);
    }

    /// Finds out how far the way to the service goes. A step that fails is a result, in Diagnosis::status, and no error.
    Diagnosis diagnose(Error &error)
    {
        char *text = nullptr;
        const vd_status status = VIDEODOKTOR_FUNCTION(vd_diagnose)(handle_, &text);
        const Json json = inside::answer(status, text, error);
        if (json.has("/steps")) { error = Error(); }
        return Diagnosis{status == VD_OK, status, inside::steps(json), json};
    }

#ifndef VIDEODOKTOR_NO_EXCEPTIONS

    /// Makes a client; no network yet. `app_url` is the label that the vendor assigned ("demo") or an origin; `options_json` is an Options, JSON, or ""
    /// for the defaults. Throws UsageError, whose error().field names what is wrong.
    Client(const std::string &app_url, const std::string &api_app_key, const std::string &api_key, const std::string &options_json = std::string())
        : Client()
    {
        Error error;
        open(app_url, api_app_key, api_key, options_json, error);
        throw_error(error);
    }

    /// As verify(error), but throws.
    void verify() { Error error; verify(error); throw_error(error); }
    /// As time(error), but throws.
    ServerTime time() { Error error; return thrown(time(error), error); }
    /// As meet_add(invitation, error), but throws.
    MeetingCreated meet_add(const Invitation &invitation) { Error error; return thrown(meet_add(invitation, error), error); }
    /// As meet_list(error), but throws.
    std::vector<Meeting> meet_list() { Error error; return thrown(meet_list(error), error); }
    /// As meet_detail(meet_id, error), but throws.
    Meeting meet_detail(const std::string &meet_id) { Error error; return thrown(meet_detail(meet_id, error), error); }
    /// As meet_remove(meet_id, error), but throws.
    MeetingRemoved meet_remove(const std::string &meet_id) { Error error; return thrown(meet_remove(meet_id, error), error); }
    /// As meet_move(meet_id, to, error), but throws.
    MeetingMoved meet_move(const std::string &meet_id, const Invitation &to) { Error error; return thrown(meet_move(meet_id, to, error), error); }
    /// As meet_export(meet_id, error), but throws.
    std::string meet_export(const std::string &meet_id) { Error error; return thrown(meet_export(meet_id, error), error); }
    /// As meet_export_save(meet_id, path, error), but throws.
    SavedReport meet_export_save(const std::string &meet_id, const std::string &path) { Error error; return thrown(meet_export_save(meet_id, path, error), error); }
    /// As call(call_name, fields_json, error), but throws.
    Json call(const std::string &call_name, const std::string &fields_json = std::string()) { Error error; return thrown(call(call_name, fields_json, error), error); }
    /// As diagnose(error), but throws where nothing could be diagnosed: a closed client, an interrupt.
    Diagnosis diagnose() { Error error; return thrown(diagnose(error), error); }

#endif

private:
    typedef vd_status(VD_CALL *MeetingCall)(vd_client *, const char *, char **);

    void open(const std::string &app_url, const std::string &api_app_key, const std::string &api_key, const std::string &options_json, Error &error)
    {
        lang_ = language(options_json);
        const uint32_t abi = VIDEODOKTOR_FUNCTION(vd_abi_version)();
        if (abi != VD_ABI_VERSION) {
            error = Error::of(VD_ERR_INTERNAL, "", "the library speaks ABI " + std::to_string(abi) + ", this program ABI " + std::to_string(VD_ABI_VERSION), lang_);
            return;
        }
        if (inside::holds_nul(app_url, "app_url", lang_, error) || inside::holds_nul(api_app_key, "api_app_key", lang_, error) ||
            inside::holds_nul(api_key, "api_key", lang_, error) || inside::holds_nul(options_json, "options_json", lang_, error)) {
            return;
        }
        char *text = nullptr;
        vd_client *made = nullptr;
        const vd_status status = VIDEODOKTOR_FUNCTION(vd_client_new)(
            app_url.c_str(), api_app_key.c_str(), api_key.c_str(), options_json.empty() ? nullptr : options_json.c_str(), &made, &text);
        handle_ = made;
        inside::answer(status, text, error);
    }

    static std::string language(const std::string &options_json)
    {
        Error none;
        return Json::parse(options_json, none).text("/lang", "cs");
    }

    Json of_meeting(MeetingCall function, const std::string &meet_id, Error &error)
    {
        char *text = nullptr;
        if (inside::holds_nul(meet_id, "meet_id", lang_, error)) { return Json(); }
        const vd_status status = function(handle_, meet_id.c_str(), &text);
        return answer_or_nothing(status, text, error);
    }

    static Json answer_or_nothing(vd_status status, char *text, Error &error)
    {
        const Json json = inside::answer(status, text, error);
        return error ? Json() : json;
    }

#ifndef VIDEODOKTOR_NO_EXCEPTIONS
    template <typename Result> static Result thrown(Result result, const Error &error)
    {
        throw_error(error);
        return result;
    }
#endif

    std::atomic<vd_client *> handle_;
    std::string lang_;
};

/* ---- without the network ---- */

/// Checks an invitation as Client::meet_add does, all fields at once; what is wrong is a result, in InvitationCheck::errors. `error` only tells of
/// texts that are not UTF-8 or hold a NUL. Messages are in Czech.
inline InvitationCheck check_invitation(const Invitation &invitation, Error &error)
{
    InvitationCheck check = InvitationCheck();
    char *text = nullptr;
    if (inside::holds_nul(invitation, "cs", error)) { return check; }
    const vd_status status = VIDEODOKTOR_FUNCTION(vd_check_invitation)(
        invitation.pacient_jmeno.c_str(), invitation.pacient_email.c_str(), invitation.pacient_telefon.c_str(), invitation.pacient_narozen.c_str(),
        invitation.meet_start.c_str(), &text);
    check.json = inside::answer(status, text, error);
    check.valid = status == VD_OK;
    check.fields = inside::invitation(check.json, "/fields");
    if (!check.json.has("/errors")) { return check; }
    for (int i = 0, count = check.json.length("/errors", error); i < count; i++) {
        const std::string at = "/errors/" + std::to_string(i);
        check.errors.push_back(Error::read(static_cast<vd_status>(check.json.number(at + "/status")), check.json, at));
    }
    return check;
}

/// The year of birth in a Czech birth number, with or without a slash: birth_year("805512/1239") is 1980. 0 and VD_X014_BIRTH_YEAR if it is none.
inline int birth_year(const std::string &rodne_cislo, Error &error)
{
    int32_t year = 0;
    if (inside::holds_nul(rodne_cislo, "rodne_cislo", "cs", error)) { return 0; }
    error = Error::of(VIDEODOKTOR_FUNCTION(vd_birth_year)(rodne_cislo.c_str(), &year), "rodne_cislo", "the text is no birth number");
    return year;
}

/// Compares two lists of Client::meet_list: what was added, removed or changed. An empty `before` means that all were added. A patient who opens the
/// call is a change of "meet_active". The service may leave past calls out of its list: a removed row need not be a cancelled one.
inline Changes meet_changes(const std::vector<Meeting> &before, const std::vector<Meeting> &after, Error &error)
{
    char *text = nullptr;
    const vd_status status = VIDEODOKTOR_FUNCTION(vd_meet_changes)(inside::list(before).c_str(), inside::list(after).c_str(), &text);
    const Json json = inside::answer(status, text, error);
    Changes changes = Changes();
    if (error) { return changes; }
    changes.added = inside::meetings(json, "/added");
    changes.removed = inside::meetings(json, "/removed");
    for (int i = 0, count = json.length("/changed", error); i < count; i++) {
        const Json one = json.at("/changed/" + std::to_string(i));
        changes.changed.push_back(MeetingChange{inside::meeting(one.at("/before")), inside::meeting(one.at("/after")), inside::texts(one, "/fields")});
    }
    changes.unchanged = json.number("/unchanged");
    changes.skipped = json.number("/skipped");
    changes.json = json;
    return changes;
}

/// A video call as iCalendar text for a .ics file or an e-mail. `meeting_json` is Meeting::json, or a JsonObject with meet_id, meet_url and meet_start;
/// `options_json` is a JsonObject with the options of vd_meet_ics, or "" for none:
///
///     meet_ics(meeting.json.str(), JsonObject().number("duration_min", 20).number("reminder_min", 60), error);
///
/// The text holds the address of the patient's call: treat it like a key.
inline std::string meet_ics(const std::string &meeting_json, const std::string &options_json, Error &error)
{
    char *text = nullptr;
    if (inside::holds_nul(meeting_json, "meeting_json", "cs", error) || inside::holds_nul(options_json, "options_json", "cs", error)) { return std::string(); }
    const vd_status status =
        VIDEODOKTOR_FUNCTION(vd_meet_ics)(meeting_json.c_str(), options_json.empty() ? nullptr : options_json.c_str(), &text);
    error = Error::of(status, "meeting_json", "the meeting or an option is not as vd_meet_ics wants it; the log tells more");
    return Json::own(text).str();
}

/// Draws a text, such as a meet_url, as a QR code into a file that ends in .svg, .png or .bmp (`path` in UTF-8). `pixels` is its width and height,
/// 64 to 4096. The picture of a meet_url is the patient's: whoever has it can open the call.
inline QrCode qr(const std::string &text, const std::string &path, int pixels, Error &error)
{
    char *json_text = nullptr;
    if (inside::holds_nul(text, "text", "cs", error) || inside::holds_nul(path, "path", "cs", error)) { return QrCode(); }
    const vd_status status = VIDEODOKTOR_FUNCTION(vd_qr)(text.c_str(), path.c_str(), pixels, &json_text);
    const Json json = inside::answer(status, json_text, error);
    return QrCode{json.text("/path"), json.number("/bytes"), static_cast<int>(json.number("/modules"))};
}

/// The same as an SVG drawing, for a web page or a report.
inline std::string qr_svg(const std::string &text, int pixels, Error &error)
{
    char *json_text = nullptr;
    if (inside::holds_nul(text, "text", "cs", error)) { return std::string(); }
    const vd_status status = VIDEODOKTOR_FUNCTION(vd_qr)(text.c_str(), nullptr, pixels, &json_text);
    return inside::answer(status, json_text, error).text("/svg");
}

/// The version of the library, such as "1.1.0".
inline std::string version() { return VIDEODOKTOR_FUNCTION(vd_version)(); }
/// The version of the library's interface; a Client wants VD_ABI_VERSION.
inline uint32_t abi_version() { return VIDEODOKTOR_FUNCTION(vd_abi_version)(); }
/// The name of a status: "VD_X011_EMAIL".
inline std::string status_name(vd_status status) { return VIDEODOKTOR_FUNCTION(vd_status_name)(status); }
/// What a status means and what to do, in "cs" or "en", for the person at the screen.
inline std::string status_text(vd_status status, const std::string &lang = "cs") { return VIDEODOKTOR_FUNCTION(vd_status_text)(status, lang.c_str()); }

/* ---- the log ---- */

/// What receives log messages: a level (VD_LOG_ERROR to VD_LOG_DEBUG) and a text in UTF-8. It is called in the threads of the program that are in a
/// call of the library, in several at once, and never in a thread of the library's own. What it throws is dropped.
typedef std::function<void(int level, const std::string &message)> LogFunction;

namespace inside {

/// The one listener of the process. It is never destroyed: a thread may be in a call while main() ends.
class LogSlot {
public:
    static LogSlot &of_process()
    {
        static LogSlot *const slot = new LogSlot;
        return *slot;
    }

    std::shared_ptr<const LogFunction> listener()
    {
        lock();
        std::shared_ptr<const LogFunction> copy = listener_;
        busy_.clear(std::memory_order_release);
        return copy;
    }

    void listen(std::shared_ptr<const LogFunction> other)
    {
        lock();
        listener_.swap(other);
        busy_.clear(std::memory_order_release);
    } // the old one goes here, outside the lock

private:
    // Held for a copy of a pointer only, never while a listener runs; and MinGW's win32 threads know no std::mutex.
    void lock() { while (busy_.test_and_set(std::memory_order_acquire)) {} }

    std::atomic_flag busy_ = ATOMIC_FLAG_INIT;
    std::shared_ptr<const LogFunction> listener_;
};

inline void VD_CALL on_log(int32_t level, const char *message, void *)
{
#ifndef VIDEODOKTOR_NO_EXCEPTIONS
    try {
#endif
        const std::shared_ptr<const LogFunction> listener = LogSlot::of_process().listener();
        if (listener) { (*listener)(level, message); }
#ifndef VIDEODOKTOR_NO_EXCEPTIONS
    } catch (...) { // it must not cross the library
    }
#endif
}

} // namespace inside

/// Sets the one log function of the process; nullptr switches the log off. Messages hold no key, no token and no patient's data.
///
/// Once this returns without an error the old function runs no more, unless it is called from inside that very function.
/// `error` is VD_ERR_INVALID_ARGUMENT for a `max_level` other than VD_LOG_ERROR to VD_LOG_DEBUG, and the old function stays. It is VD_ERR_TIMEOUT
/// (thrown as NetworkError) if the old function has not returned for 2 seconds, most often because it waits for this thread: it gets no new message,
/// but what it refers to has to stay until this, called again, returns without an error.
///
///     videodoktor::set_log([](int, const std::string &message) { std::clog << message << "\n"; }, VD_LOG_INFO, error);
inline void set_log(const LogFunction &function, int max_level, Error &error)
{
    if (function && (max_level < VD_LOG_ERROR || max_level > VD_LOG_DEBUG)) {
        error = Error::of(VD_ERR_INVALID_ARGUMENT, "max_level", "max_level is not 1 to 4");
        return;
    }
    // First the slot, then the library: it waits until what still runs the old one has returned.
    inside::LogSlot::of_process().listen(function ? std::make_shared<const LogFunction>(function) : std::shared_ptr<const LogFunction>());
    const vd_status status = VIDEODOKTOR_FUNCTION(vd_set_log)(function ? inside::on_log : nullptr, nullptr, max_level);
    error = Error::of(status, "callback", "the log could not be set");
}

#ifndef VIDEODOKTOR_NO_EXCEPTIONS
inline Json Json::parse(const std::string &text) { Error error; Json json = parse(text, error); throw_error(error); return json; }
inline std::string Json::get(const std::string &pointer) const { Error error; std::string value = get(pointer, error); throw_error(error); return value; }
inline int Json::length(const std::string &pointer) const { Error error; int count = length(pointer, error); throw_error(error); return count; }

/// As check_invitation(invitation, error), but throws.
inline InvitationCheck check_invitation(const Invitation &invitation)
{
    Error error;
    InvitationCheck check = check_invitation(invitation, error);
    throw_error(error);
    return check;
}

/// As birth_year(rodne_cislo, error), but throws.
inline int birth_year(const std::string &rodne_cislo)
{
    Error error;
    const int year = birth_year(rodne_cislo, error);
    throw_error(error);
    return year;
}

/// As meet_changes(before, after, error), but throws.
inline Changes meet_changes(const std::vector<Meeting> &before, const std::vector<Meeting> &after)
{
    Error error;
    const Changes result = meet_changes(before, after, error);
    throw_error(error);
    return result;
}

/// As meet_ics(meeting_json, options_json, error), but throws.
inline std::string meet_ics(const std::string &meeting_json, const std::string &options_json = std::string())
{
    Error error;
    const std::string result = meet_ics(meeting_json, options_json, error);
    throw_error(error);
    return result;
}

/// As qr(text, path, pixels, error), but throws.
inline QrCode qr(const std::string &text, const std::string &path, int pixels)
{
    Error error;
    const QrCode result = qr(text, path, pixels, error);
    throw_error(error);
    return result;
}

/// As qr_svg(text, pixels, error), but throws.
inline std::string qr_svg(const std::string &text, int pixels)
{
    Error error;
    const std::string result = qr_svg(text, pixels, error);
    throw_error(error);
    return result;
}

/// As set_log(function, max_level, error), but throws.
inline void set_log(const LogFunction &function, int max_level = VD_LOG_INFO)
{
    Error error;
    set_log(function, max_level, error);
    throw_error(error);
}
#endif

/* ---- wide text ---- */

namespace inside {

/// The sign that begins at `at`, which moves behind it; U+FFFD for what is not UTF-8.
inline uint32_t next_sign(const std::string &text, std::size_t &at)
{
    const unsigned char first = static_cast<unsigned char>(text[at++]);
    if (first < 0x80) { return first; }
    if (first < 0xC2 || first > 0xF4) { return 0xFFFD; }
    const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    const uint32_t least = more == 3 ? 0x10000 : more == 2 ? 0x800 : 0x80;
    uint32_t sign = first & (0x3Fu >> more);
    for (int i = 0; i < more; i++) {
        if (at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) { return 0xFFFD; }
        sign = sign << 6 | (static_cast<unsigned char>(text[at++]) & 0x3Fu);
    }
    return sign < least || sign > 0x10FFFF || (sign >= 0xD800 && sign < 0xE000) ? 0xFFFD : sign;
}

inline void append_utf8(std::string &text, uint32_t sign)
{
    const int more = sign < 0x80 ? 0 : sign < 0x800 ? 1 : sign < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0x00, 0xC0, 0xE0, 0xF0};
    text += static_cast<char>(lead[more] | sign >> 6 * more);
    for (int i = more - 1; i >= 0; i--) { text += static_cast<char>(0x80 | (sign >> 6 * i & 0x3F)); }
}

} // namespace inside

/// UTF-8 as wide text, UTF-16 on Windows: MessageBoxW(0, videodoktor::wide(e.what()).c_str(), L"VideoDoktor", MB_OK). What is not UTF-8 becomes U+FFFD.
inline std::wstring wide(const std::string &text)
{
    std::wstring result;
    for (std::size_t at = 0; at < text.size();) {
        uint32_t sign = inside::next_sign(text, at);
#if WCHAR_MAX <= 0xFFFF
        if (sign >= 0x10000) {
            result += static_cast<wchar_t>(0xD7C0 + (sign >> 10));
            sign = 0xDC00 + (sign & 0x3FF);
        }
#endif
        result += static_cast<wchar_t>(sign);
    }
    return result;
}

/// Wide text (a UnicodeString's c_str(), a CString, the text of a window) as UTF-8. Half a surrogate pair becomes U+FFFD.
inline std::string utf8(const std::wstring &text)
{
    std::string result;
    for (std::size_t at = 0; at < text.size(); at++) {
        uint32_t sign = static_cast<uint32_t>(text[at]);
        const uint32_t next = at + 1 < text.size() ? static_cast<uint32_t>(text[at + 1]) : 0;
        if (sign >= 0xD800 && sign < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
            sign = 0x10000 + ((sign - 0xD800) << 10) + (next - 0xDC00);
            at++;
        }
        inside::append_utf8(result, sign > 0x10FFFF || (sign >= 0xD800 && sign < 0xE000) ? 0xFFFD : sign);
    }
    return result;
}

} // namespace videodoktor

/* ---- structured bindings ---- */

/* MeetingCreated and SavedReport have more members than in release 1.0. What was written for it still compiles: with structured bindings they have
   the members of 1.0, `auto [meet_id, meet_url, reconciled] = client.meet_add(invitation);`, and those that came later by their names only. */
namespace std {
template <> struct tuple_size<videodoktor::MeetingCreated> : integral_constant<size_t, 3> {};
template <> struct tuple_element<0, videodoktor::MeetingCreated> { typedef string type; };
template <> struct tuple_element<1, videodoktor::MeetingCreated> { typedef string type; };
template <> struct tuple_element<2, videodoktor::MeetingCreated> { typedef bool type; };
template <> struct tuple_size<videodoktor::SavedReport> : integral_constant<size_t, 2> {};
template <> struct tuple_element<0, videodoktor::SavedReport> { typedef string type; };
template <> struct tuple_element<1, videodoktor::SavedReport> { typedef long long type; };
} // namespace std

namespace videodoktor {
namespace inside {

inline std::tuple<std::string &, std::string &, bool &> members(MeetingCreated &of) { return std::tie(of.meet_id, of.meet_url, of.reconciled); }
inline std::tuple<std::string &, long long &> members(SavedReport &of) { return std::tie(of.path, of.bytes); }

template <std::size_t I, typename T> using Bound = typename std::tuple_element<I, T>::type;

} // namespace inside

template <std::size_t I> inside::Bound<I, MeetingCreated> &get(MeetingCreated &of) { return std::get<I>(inside::members(of)); }
template <std::size_t I> const inside::Bound<I, MeetingCreated> &get(const MeetingCreated &of) { return get<I>(const_cast<MeetingCreated &>(of)); }
template <std::size_t I> inside::Bound<I, MeetingCreated> &&get(MeetingCreated &&of) { return std::move(get<I>(of)); }
template <std::size_t I> inside::Bound<I, SavedReport> &get(SavedReport &of) { return std::get<I>(inside::members(of)); }
template <std::size_t I> const inside::Bound<I, SavedReport> &get(const SavedReport &of) { return get<I>(const_cast<SavedReport &>(of)); }
template <std::size_t I> inside::Bound<I, SavedReport> &&get(SavedReport &&of) { return std::move(get<I>(of)); }

} // namespace videodoktor

#endif
