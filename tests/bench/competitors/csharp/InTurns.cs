// A list read by the binding and by HttpClient with the runtime's JSON, in turns in one process: so both meet the same load and the same collector.
//
// On .NET 8 Roslyn compiles it, with System.Text.Json; on Mono mcs, with DataContractJsonSerializer. Orders: "ours N", "async N", "theirs N" list N times
// and answer {"rows":…}; "same" answers whether all read the same texts. The arguments are those of every competitor.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
#if NETCOREAPP
using System.Text.Json;
#else
using System.Runtime.Serialization.Json;
using System.Security.Cryptography.X509Certificates;
#endif
using VideoDoktor;

public class Token
{
    public string token { get; set; }
}

public class Row
{
    public string meet_id { get; set; }
    public string meet_url { get; set; }
    public string meet_time { get; set; }
    public string meet_time_imd { get; set; }
    public int meet_active { get; set; }
    public string pacient_jmeno { get; set; }
    public string pacient_email { get; set; }
    public string pacient_telefon { get; set; }
    public string pacient_narozen { get; set; }
}

public class InTurns
{
    readonly HttpClient http;
    readonly VideoDoktorClient client;
    readonly string url, appKey, apiKey;

    InTurns(string url, string caFile, string appKey, string apiKey)
    {
        this.url = url;
        this.appKey = appKey;
        this.apiKey = apiKey;
        var handler = new HttpClientHandler { UseProxy = false };
#if !NETCOREAPP
        // Mono looks for authorities in a store of its own: the one authority of the sandbox is told here.
        string issuer = new X509Certificate2(caFile).Subject;
        handler.ServerCertificateCustomValidationCallback = (request, certificate, chain, errors) => certificate.Issuer == issuer;
#endif
        http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };
        client = new VideoDoktorClient(url, appKey, apiKey, new VideoDoktorOptions { Proxy = "none", CaFile = caFile });
    }

    T Post<T>(string path, params string[] form)
    {
        var fields = Enumerable.Range(0, form.Length / 2).Select(n => new KeyValuePair<string, string>(form[2 * n], form[2 * n + 1]));
        using (var reply = http.PostAsync(url + path, new FormUrlEncodedContent(fields)).GetAwaiter().GetResult())
        {
            reply.EnsureSuccessStatusCode();
            using (var body = reply.Content.ReadAsStreamAsync().GetAwaiter().GetResult()) return Read<T>(body);
        }
    }

#if NETCOREAPP
    static T Read<T>(Stream body)
    {
        return JsonSerializer.Deserialize<T>(body);
    }
#else
    static class Serializer<T>
    {
        internal static readonly DataContractJsonSerializer Json = new DataContractJsonSerializer(typeof(T));
    }

    static T Read<T>(Stream body)
    {
        return (T)Serializer<T>.Json.ReadObject(body);
    }
#endif

    Row[] Theirs()
    {
        string token = Post<Token>("/api_verify/", "api_key", apiKey, "api_app_key", appKey).token;
        return Post<Row[]>("/api_meet_list/", "token", token);
    }

    bool AllReadTheSame()
    {
        Func<Meeting, string> ours = m => string.Join("\n", m.MeetId, m.MeetUrl, m.MeetTime, m.MeetActive ? "1" : "0", m.PacientJmeno, m.PacientEmail,
            m.PacientTelefon, m.PacientNarozen);
        var texts = Theirs().Select(r => string.Join("\n", r.meet_id, r.meet_url, r.meet_time, r.meet_active.ToString(CultureInfo.InvariantCulture), r.pacient_jmeno,
            r.pacient_email, r.pacient_telefon, r.pacient_narozen)).ToArray();
        return texts.Length > 0 && texts.SequenceEqual(client.ListMeetings().Select(ours)) && texts.SequenceEqual(client.ListMeetingsAsync().Result.Select(ours));
    }

    static string Repeated(int times, Func<int> act)
    {
        int rows = 0;
        for (int n = 0; n < times; n++)
        {
            rows = act();
        }
        return "{\"rows\":" + rows + "}";
    }

    string Obeyed(string[] words)
    {
        switch (words[0])
        {
            case "same": return AllReadTheSame() ? "true" : "false";
            case "ours": return Repeated(int.Parse(words[1]), () => client.ListMeetings().Count);
            case "async": return Repeated(int.Parse(words[1]), () => client.ListMeetingsAsync().GetAwaiter().GetResult().Count);
            default: return Repeated(int.Parse(words[1]), () => Theirs().Length);
        }
    }

    static void Main(string[] arguments)
    {
        VideoDoktorLibrary.Path = Environment.GetEnvironmentVariable("VIDEODOKTOR_LIBRARY");
        var turns = new InTurns(arguments[0], arguments[1], arguments[2], arguments[3]);
        string order;
        while ((order = Console.ReadLine()) != null)
        {
            Console.WriteLine(turns.Obeyed(order.Split(' ')));
            Console.Out.Flush();
        }
    }
}
