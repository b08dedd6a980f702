// The service called by HttpClient on .NET 8, one client kept. Orders and answers as in ../c/main.c.
//
// mcs compiles it, which cannot read the assemblies of .NET 8 themselves; so JSON is read by DataContractJsonSerializer, which both know.
// The authority comes in the environment (SSL_CERT_FILE), where .NET looks for trusted ones.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Runtime.Serialization;
using System.Runtime.Serialization.Json;
using System.Text;

[DataContract]
public class Token
{
    [DataMember] public string token;
}

[DataContract]
public class Made
{
    [DataMember] public string meet_id;
    [DataMember] public string meet_url;
}

[DataContract]
public class Meeting
{
    [DataMember] public string meet_id;
    [DataMember] public string meet_url;
    [DataMember] public string meet_time;
    [DataMember] public string meet_time_imd;
    [DataMember] public int meet_active;
    [DataMember] public string pacient_jmeno;
    [DataMember] public string pacient_email;
    [DataMember] public string pacient_telefon;
    [DataMember] public string pacient_narozen;
}

public class Competitor
{
    static readonly DataContractJsonSerializer Tokens = new DataContractJsonSerializer(typeof(Token));
    static readonly DataContractJsonSerializer Lists = new DataContractJsonSerializer(typeof(Meeting[]));
    static readonly DataContractJsonSerializer MadeOnes = new DataContractJsonSerializer(typeof(Made));

    readonly HttpClient http = new HttpClient(new HttpClientHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    readonly string url, appKey, apiKey;

    Competitor(string url, string appKey, string apiKey)
    {
        this.url = url;
        this.appKey = appKey;
        this.apiKey = apiKey;
    }

    object Post(string path, DataContractJsonSerializer json, params string[] form)
    {
        var fields = Enumerable.Range(0, form.Length / 2).Select(n => new KeyValuePair<string, string>(form[2 * n], form[2 * n + 1]));
        using (var reply = http.PostAsync(url + path, new FormUrlEncodedContent(fields)).GetAwaiter().GetResult())
        {
            reply.EnsureSuccessStatusCode();
            using (var body = reply.Content.ReadAsStreamAsync().GetAwaiter().GetResult()) return json.ReadObject(body);
        }
    }

    string OneTimeToken()
    {
        return ((Token)Post("/api_verify/", Tokens, "api_key", apiKey, "api_app_key", appKey)).token;
    }

    Meeting[] List()
    {
        return (Meeting[])Post("/api_meet_list/", Lists, "token", OneTimeToken());
    }

    int Add()
    {
        var made = (Made)Post("/api_meet_add/", MadeOnes, "token", OneTimeToken(), "pacient_jmeno", "Jana Nováková", "pacient_email", "jana@example.cz",
            "pacient_telefon", "777123456", "pacient_narozen", "1980", "meet_start", "23.11.2030.10.00");
        if (made.meet_id == "" || !made.meet_url.StartsWith("https://")) throw new InvalidDataException("no address of a call");
        return 1;
    }

    // The service's texts hold no sign that JSON would have escaped.
    string Show()
    {
        var meetings = List().Select(m => "[\"" + string.Join("\",\"", m.meet_id, m.meet_url, m.meet_time, m.meet_time_imd, m.meet_active.ToString(),
            m.pacient_jmeno, m.pacient_email, m.pacient_telefon, m.pacient_narozen) + "\"]");
        return "[" + string.Join(",", meetings) + "]";
    }

    static string Repeated(int times, Func<int> act)
    {
        var took = new long[times];
        var count = 0;
        for (var n = 0; n < times; n++)
        {
            var began = Stopwatch.GetTimestamp();
            count = act();
            took[n] = (Stopwatch.GetTimestamp() - began) * (1000000000L / Stopwatch.Frequency);
        }
        return "{\"ns\":[" + string.Join(",", took) + "],\"count\":" + count + "}";
    }

    static void Main(string[] arguments)
    {
        Console.OutputEncoding = new UTF8Encoding(false);
        var competitor = new Competitor(arguments[0], arguments[2], arguments[3]);
        string order;
        while ((order = Console.ReadLine()) != null)
        {
            var words = order.Split(' ');
            if (words[0] == "show") Console.WriteLine(competitor.Show());
            else if (words[0] == "list") Console.WriteLine(Repeated(int.Parse(words[1]), () => competitor.List().Length));
            else Console.WriteLine(Repeated(int.Parse(words[1]), competitor.Add));
            Console.Out.Flush();
        }
    }
}
