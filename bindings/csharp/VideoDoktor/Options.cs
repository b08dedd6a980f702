using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace VideoDoktor
{
    /// <summary>Settings of a client. What stays null is the library's default.</summary>
    public sealed class VideoDoktorOptions
    {
        /// <summary>Of a whole call, repeats and token included; 30000.</summary>
        public int? TimeoutMs { get; set; }

        /// <summary>Of connecting; 15000.</summary>
        public int? ConnectTimeoutMs { get; set; }

        /// <summary>How often what is safe to repeat is repeated; 2.</summary>
        public int? Retries { get; set; }

        /// <summary>Tokens kept ready; 1.</summary>
        public int? PrefetchTokens { get; set; }

        /// <summary>Language of messages: cs (the default) or en.</summary>
        [AllowNull, MaybeNull]
        public string Lang { get; set; }

        /// <summary>system (the default), none, http://user:password@host:port or socks5://…</summary>
        [AllowNull, MaybeNull]
        public string Proxy { get; set; }

        /// <summary>How to log in to a proxy that asks for it: auto (the default), basic, negotiate, ntlm (Windows) or none.</summary>
        [AllowNull, MaybeNull]
        public string ProxyAuth { get; set; }

        /// <summary>system (the default), or bundled where a third party's module breaks the system's store.</summary>
        [AllowNull, MaybeNull]
        public string TlsRoots { get; set; }

        /// <summary>A PEM file with further trusted roots, such as that of an antivirus that inspects TLS.</summary>
        [AllowNull, MaybeNull]
        public string CaFile { get; set; }

        /// <summary>Name and version of your program.</summary>
        [AllowNull, MaybeNull]
        public string UserAgent { get; set; }

        /// <summary>Further members of the options object, as JSON without the braces: "validate":"server". An unknown name is an error.</summary>
        [AllowNull, MaybeNull]
        public string MoreJson { get; set; }

        internal string ToJson()
        {
            var json = new StringBuilder();
            Add(json, "timeout_ms", TimeoutMs);
            Add(json, "connect_timeout_ms", ConnectTimeoutMs);
            Add(json, "retries", Retries);
            Add(json, "prefetch_tokens", PrefetchTokens);
            Add(json, "lang", Lang);
            Add(json, "proxy", Proxy);
            Add(json, "proxy_auth", ProxyAuth);
            Add(json, "tls_roots", TlsRoots);
            Add(json, "ca_file", CaFile);
            Add(json, "user_agent", UserAgent);
            if (!string.IsNullOrEmpty(MoreJson))
            {
                json.Append(json.Length == 0 ? "" : ",").Append(MoreJson);
            }
            return "{" + json + "}";
        }

        private static void Add(StringBuilder json, string name, string value)
        {
            if (value != null)
            {
                json.Append(json.Length == 0 ? "" : ",").Append(VideoDoktorJson.Quoted(name)).Append(':').Append(VideoDoktorJson.Quoted(value));
            }
        }

        private static void Add(StringBuilder json, string name, int? value)
        {
            if (value != null)
            {
                json.Append(json.Length == 0 ? "" : ",").Append(VideoDoktorJson.Quoted(name)).Append(':')
                    .Append(value.Value.ToString(CultureInfo.InvariantCulture));
            }
        }
    }
}
