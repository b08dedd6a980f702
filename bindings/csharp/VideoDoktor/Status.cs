namespace VideoDoktor
{
    /// <summary>What came of a call. A number never changes its meaning; 1000 + n is the service's code X0nn, also one that is not listed here.</summary>
    public enum VideoDoktorStatus
    {
        /// <summary>VD_OK</summary>
        Ok = 0,
        /// <summary>VD_ERR_NULL_POINTER: null where a value is required.</summary>
        NullPointer = 1,
        /// <summary>VD_ERR_INVALID_UTF8: text with half a surrogate pair.</summary>
        InvalidUtf8 = 2,
        /// <summary>VD_ERR_INVALID_HANDLE</summary>
        InvalidHandle = 3,
        /// <summary>VD_ERR_INVALID_ARGUMENT: a bad key, address, option or identifier; the detail names it.</summary>
        InvalidArgument = 4,
        /// <summary>VD_ERR_CANCELLED: interrupted, or the client was disposed of.</summary>
        Cancelled = 5,
        /// <summary>VD_ERR_DNS: the server's name was not found.</summary>
        Dns = 20,
        /// <summary>VD_ERR_CONNECT: refused or unreachable.</summary>
        Connect = 21,
        /// <summary>VD_ERR_TLS: no secure connection.</summary>
        Tls = 22,
        /// <summary>VD_ERR_PROXY: the proxy refused.</summary>
        Proxy = 23,
        /// <summary>VD_ERR_TIMEOUT</summary>
        Timeout = 24,
        /// <summary>VD_ERR_NETWORK: the connection broke.</summary>
        Network = 25,
        /// <summary>VD_ERR_TLS_UNTRUSTED: unknown issuer, most often an antivirus that inspects TLS.</summary>
        TlsUntrusted = 26,
        /// <summary>VD_ERR_PROXY_AUTH: the proxy asks for a login.</summary>
        ProxyAuth = 27,
        /// <summary>VD_ERR_HTTP: an HTTP error without a code of the service.</summary>
        Http = 40,
        /// <summary>VD_ERR_BAD_REPLY: not what the call promises.</summary>
        BadReply = 41,
        /// <summary>VD_ERR_REDIRECT</summary>
        Redirect = 42,
        /// <summary>VD_ERR_TOO_LARGE</summary>
        TooLarge = 43,
        /// <summary>VD_ERR_OUTCOME_UNKNOWN: it may have been carried out; look before repeating it.</summary>
        OutcomeUnknown = 50,
        /// <summary>VD_ERR_OLD_REMAINS: a move has made the new video call, the old one may still be there.</summary>
        OldRemains = 51,
        /// <summary>VD_ERR_FILE: the report or picture cannot be written.</summary>
        File = 60,
        /// <summary>VD_ERR_NOT_FOUND: no such value in the JSON; of a load error: no library.</summary>
        NotFound = 61,
        /// <summary>VD_ERR_REPORT_NOT_READY: the report is not there yet; the day after the call at the earliest.</summary>
        ReportNotReady = 62,
        /// <summary>VD_ERR_INTERNAL: a bug of the library, caught.</summary>
        Internal = 99,
        /// <summary>VD_X000_RATE_LIMIT</summary>
        X000RateLimit = 1000,
        /// <summary>VD_X001_APP_KEY: the program's key.</summary>
        X001AppKey = 1001,
        /// <summary>VD_X002_API_KEY: the practice's key.</summary>
        X002ApiKey = 1002,
        /// <summary>VD_X003_TOKEN</summary>
        X003Token = 1003,
        /// <summary>VD_X004_MEET_ID: no such video call.</summary>
        X004MeetId = 1004,
        /// <summary>VD_X005_SYSTEM</summary>
        X005System = 1005,
        /// <summary>VD_X010_NAME: 6 to 64 characters.</summary>
        X010Name = 1010,
        /// <summary>VD_X011_EMAIL: 6 to 256 characters.</summary>
        X011Email = 1011,
        /// <summary>VD_X012_PHONE: a Czech number of 9 digits.</summary>
        X012Phone = 1012,
        /// <summary>VD_X013_CONTACT: neither e-mail nor phone.</summary>
        X013Contact = 1013,
        /// <summary>VD_X014_BIRTH_YEAR</summary>
        X014BirthYear = 1014,
        /// <summary>VD_X020_START: no such time.</summary>
        X020Start = 1020,
        /// <summary>VD_X021_START_PAST</summary>
        X021StartPast = 1021,
        /// <summary>VD_X022_START_OUTAGE: between 3:00 and 4:00.</summary>
        X022StartOutage = 1022,
        /// <summary>VD_X023_START_OVERLOADED</summary>
        X023StartOverloaded = 1023,
        /// <summary>VD_X024_START_TAKEN: see <see cref="VideoDoktorException.ExistingMeetId"/>.</summary>
        X024StartTaken = 1024
    }
}
