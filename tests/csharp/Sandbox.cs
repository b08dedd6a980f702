using System;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using VideoDoktor;

/// <summary>The service that the tests call, and what a test asks of it. Its address comes from tests/with_sandbox.sh.</summary>
internal static class Sandbox
{
    internal const string Jana = "Jana Nováková";
    internal static readonly string Url = Setting("SANDBOX_HTTPS");
    internal static readonly string AppKey = Setting("VIDEODOKTOR_APP_KEY");
    internal static readonly string ApiKey = Setting("VIDEODOKTOR_API_KEY");

    internal static string Setting(string name)
    {
        string value = Environment.GetEnvironmentVariable(name);
        Check.That(!string.IsNullOrEmpty(value), "the tests are run by tests/csharp/run.sh: there is no " + name);
        return value;
    }

    /// <summary>No meetings, no faults, the machine's time.</summary>
    internal static void Reset()
    {
        Control("POST", "reset", "");
    }

    /// <summary>The next request to this path meets a fault: its members as JSON.</summary>
    internal static void Next(string path, string fault)
    {
        Control("POST", "faults", "{\"path\":\"" + path + "\"," + fault + "}");
    }

    internal static void ForgetFaults()
    {
        Control("DELETE", "faults", "");
    }

    internal static void SetClock(string when)
    {
        Control("PUT", "clock", when == null ? "{\"real\":true}" : "{\"set\":\"" + when + "\"}");
    }

    internal static string Ask(string path)
    {
        return Control("GET", path, "");
    }

    /// <summary>Returns when a request has met every fault that waits: so a call is under way.</summary>
    internal static void WaitUntilFaultsAreMet()
    {
        while (Ask("faults") != "[]")
        {
            Thread.Yield();
        }
    }

    internal static VideoDoktorOptions Options()
    {
        return new VideoDoktorOptions { Proxy = "none", CaFile = Setting("SANDBOX_CA_FILE") };
    }

    internal static VideoDoktorClient Client()
    {
        return new VideoDoktorClient(Url, AppKey, ApiKey, Options());
    }

    internal static VideoDoktorClient ClientWithout(int retries, int timeoutMs)
    {
        VideoDoktorOptions options = Options();
        options.Retries = retries;
        options.PrefetchTokens = 0;
        options.TimeoutMs = timeoutMs;
        return new VideoDoktorClient(Url, AppKey, ApiKey, options);
    }

    internal static Invitation ForJana(DateTime start)
    {
        return new Invitation { PacientJmeno = Jana, PacientEmail = "jana@example.cz", PacientNarozen = 1980, MeetStart = start };
    }

    private static int startsOfTheirOwn;

    /// <summary>A start that no other invitation of this process has.</summary>
    /// <remarks>For tests that may leave an outcome unknown: the library remembers such a change and does not send the same one again for two minutes, whatever
    /// Reset has made of the service.</remarks>
    internal static DateTime OwnStart()
    {
        return new DateTime(2091, 1, 1, 10, 0, 0).AddDays(Interlocked.Increment(ref startsOfTheirOwn));
    }

    /// <summary>10 o'clock on this day of November 2090.</summary>
    internal static DateTime At10On(int day)
    {
        return new DateTime(2090, 11, day, 10, 0, 0);
    }

    /// <summary>A call of some days ago, made when its day was still to come: so there is a report now.</summary>
    internal static string MeetingWithReport()
    {
        DateTime day = DateTime.UtcNow.Date.AddDays(-4);
        SetClock(day.ToString("yyyy-MM-dd' 12:00'", CultureInfo.InvariantCulture));
        try
        {
            using (VideoDoktorClient then = ClientWithout(0, 20000))
            {
                return then.AddMeeting(ForJana(day.AddHours(14))).MeetId;
            }
        }
        finally
        {
            SetClock(null);
        }
    }

    private static string Control(string method, string path, string body)
    {
        var address = new Uri(Setting("SANDBOX_HTTP"));
        byte[] content = Encoding.UTF8.GetBytes(body);
        byte[] head = Encoding.ASCII.GetBytes(string.Format(CultureInfo.InvariantCulture,
            "{0} /_control/{1} HTTP/1.1\r\nHost: {2}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {3}\r\n\r\n",
            method, path, address.Authority, content.Length));
        using (var connection = new TcpClient(address.Host, address.Port))
        {
            NetworkStream stream = connection.GetStream();
            stream.Write(head, 0, head.Length);
            stream.Write(content, 0, content.Length);
            string answer = new StreamReader(stream, new UTF8Encoding(false)).ReadToEnd();
            Check.That(answer.StartsWith("HTTP/1.1 2", StringComparison.Ordinal), method + " " + path + ": " + answer);
            return answer.Substring(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4);
        }
    }
}
