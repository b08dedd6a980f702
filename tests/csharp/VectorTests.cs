using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using VideoDoktor;

/// <summary>The case tables of tests/vectors, which every language runs.</summary>
public static class VectorTests
{
    private static readonly string[] Fields = { "pacient_jmeno", "pacient_email", "pacient_telefon", "pacient_narozen", "meet_start" };

    internal static IEnumerable<string> Cases(string file)
    {
        string table = File.ReadAllText(Path.Combine(Sandbox.Setting("TEST_VECTORS"), file), Encoding.UTF8);
        int count = VideoDoktorJson.Length(table, "");
        Check.That(count > 5, file + " has " + count + " cases");
        return Enumerable.Range(0, count).Select(i => VideoDoktorJson.Text(table, "/" + i.ToString(CultureInfo.InvariantCulture)));
    }

    private static string Of(string one, string pointer)
    {
        string text;
        return VideoDoktorJson.TryText(one, pointer, out text) ? text : null;
    }

    private static int Number(string one, string name)
    {
        string text = Of(one, name);
        return text == null ? 0 : int.Parse(text, CultureInfo.InvariantCulture);
    }

    private static string Why(string one)
    {
        return Of(one, "/why");
    }

    /// <summary>The field of the case, or of the model invitation; a null of the table is null.</summary>
    private static string Field(string one, string model, string name)
    {
        string text = Of(one, "/" + name) ?? Of(model, "/" + name);
        return text == "null" ? null : text;
    }

    private static InvitationCheck CheckOf(string one, string model)
    {
        string[] values = Fields.Select(name => Field(one, model, name)).ToArray();
        return InvitationCheck.Of(values[0], values[1], values[2], values[3], values[4]);
    }

    private static void JudgeField(string file, string name)
    {
        string model = Cases("invitations.json").First();
        foreach (string one in Cases(file))
        {
            InvitationCheck check = CheckOf(one, model);
            Check.Same(Number(one, "/status"), check.IsValid ? 0 : (int)check.Problems[0].Status, Why(one));
            if (check.IsValid)
            {
                Check.Same(Of(one, "/sent"), VideoDoktorJson.Text(check.FieldsJson, "/" + name), Why(one));
            }
        }
    }

    public static void Every_start_of_the_table_is_judged_as_it_says() { JudgeField("starts.json", "meet_start"); }

    public static void Every_phone_of_the_table_is_judged_as_it_says() { JudgeField("phones.json", "pacient_telefon"); }

    public static void Every_name_of_the_table_is_judged_as_it_says() { JudgeField("names.json", "pacient_jmeno"); }

    public static void Every_email_of_the_table_is_judged_as_it_says() { JudgeField("emails.json", "pacient_email"); }

    public static void Every_invitation_of_the_table_is_judged_as_it_says()
    {
        foreach (string one in Cases("invitations.json"))
        {
            InvitationCheck check = CheckOf(one, "{}");
            string statuses = string.Join(",", check.Problems.Select(problem => ((int)problem.Status).ToString(CultureInfo.InvariantCulture)));
            Check.Same((Of(one, "/errors") ?? "[]").Replace(" ", ""), "[" + statuses + "]", Why(one));
            foreach (string name in Fields)
            {
                Check.Same(Of(one, "/fields/" + name), check.IsValid ? VideoDoktorJson.Text(check.FieldsJson, "/" + name) : null, Why(one));
            }
        }
    }

    public static void Every_birth_number_of_the_table_is_judged_as_it_says()
    {
        foreach (string one in Cases("birth_numbers.json"))
        {
            int status = 0, year = 0;
            try
            {
                year = VideoDoktorLibrary.BirthYear(Of(one, "/rodne_cislo"));
            }
            catch (VideoDoktorRejectedException error)
            {
                status = (int)error.Status;
            }
            Check.Same(Number(one, "/status"), status, Why(one));
            Check.Same(Number(one, "/year"), year, Why(one));
        }
    }

    public static void Every_two_lists_of_the_table_differ_as_it_says()
    {
        foreach (string one in Cases("changes.json"))
        {
            MeetingChanges changes = null;
            string before = Of(one, "/before_json");
            int status = StatusOf(() => changes = MeetingChanges.BetweenJson(before == "null" ? null : before, Of(one, "/after_json")));
            Check.Same(Number(one, "/status"), status, Why(one));
            if (status != 0)
            {
                continue;
            }
            Check.Same(VideoDoktorJson.Length(one, "/changes/added"), changes.Added.Count, Why(one));
            Check.Same(VideoDoktorJson.Length(one, "/changes/removed"), changes.Removed.Count, Why(one));
            Check.Same(VideoDoktorJson.Length(one, "/changes/changed"), changes.Changed.Count, Why(one));
            Check.Same(Number(one, "/changes/unchanged"), changes.Unchanged, Why(one));
            Check.Same(Number(one, "/changes/skipped"), changes.Skipped, Why(one));
            Check.Same(changes.Added.Count, MeetingChanges.Between(null, changes.Added).Added.Count, Why(one));
            for (int i = 0; i < changes.Changed.Count; i++)
            {
                string at = "/changes/changed/" + i.ToString(CultureInfo.InvariantCulture);
                Check.Same(Of(one, at + "/after/meet_id"), changes.Changed[i].After.MeetId, Why(one));
                Check.Same(Of(one, at + "/fields/0"), changes.Changed[i].Fields[0], Why(one));
            }
        }
    }

    public static void Every_calendar_of_the_table_is_made_or_refused()
    {
        foreach (string one in Cases("calendars.json"))
        {
            string options = Of(one, "/options_json"), text = "";
            Check.Same(Number(one, "/status"),
                StatusOf(() => text = VideoDoktorLibrary.Calendar(Of(one, "/meeting_json"), options == "null" ? null : options)), Why(one));
            string[] lines = text.Replace("\r\n ", "").Split(new[] { "\r\n" }, StringSplitOptions.None);
            for (int i = 0; Of(one, "/lines/" + i.ToString(CultureInfo.InvariantCulture)) != null; i++)
            {
                Check.That(lines.Contains(Of(one, "/lines/" + i.ToString(CultureInfo.InvariantCulture))), Why(one));
            }
        }
    }

    public static void A_text_becomes_a_qr_code()
    {
        string path = Path.Combine(Path.GetTempPath(), "kód-" + Guid.NewGuid().ToString("N") + ".bmp");
        VideoDoktorLibrary.SaveQrCode("https://demo.videodoktor.cz/meet/abc", path, 256);
        Check.Same(62 + 256 * 32L, new FileInfo(path).Length, "one bit a pixel");
        File.Delete(path);
        Check.That(VideoDoktorLibrary.QrCodeSvg("abc", 256).StartsWith("<svg ", StringComparison.Ordinal), "a drawing");
        Check.Same(4, StatusOf(() => VideoDoktorLibrary.SaveQrCode("abc", path, 63)), "too small");
        Check.Same(60, StatusOf(() => VideoDoktorLibrary.SaveQrCode("abc", "/nowhere/kod.png", 64)), "no such folder");
    }

    public static void Every_pointer_of_the_table_finds_what_it_says()
    {
        foreach (string one in Cases("json_pointers.json"))
        {
            string json = Of(one, "/json"), pointer = Of(one, "/pointer"), text = null;
            int length = 0;
            Check.Same(Number(one, "/status"), StatusOf(() => text = VideoDoktorJson.Text(json, pointer)), Why(one));
            Check.Same(Of(one, "/text"), text, Why(one));
            if (Of(one, "/length") != null || Of(one, "/length_status") != null)
            {
                Check.Same(Number(one, "/length_status"), StatusOf(() => length = VideoDoktorJson.Length(json, pointer)), Why(one));
                Check.Same(Number(one, "/length"), length, Why(one));
            }
        }
    }

    private static int StatusOf(Action act)
    {
        try
        {
            act();
            return 0;
        }
        catch (VideoDoktorException error)
        {
            return (int)error.Status;
        }
    }

    private static readonly Dictionary<string, string> Paths = new Dictionary<string, string>
    {
        { "token", "/api_verify/" }, { "time", "/api_time/" }, { "made", "/api_meet_add/" }, { "meetings", "/api_meet_list/" },
        { "meeting", "/api_meet_detail/" }, { "removed", "/api_meet_remove/" }, { "export", "/api_meet_export/" }, { "any", "/api_any/" }
    };

    public static void Every_reply_of_the_table_is_read_as_it_says()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.ClientWithout(0, 20000))
        {
            foreach (string one in Cases("replies.json"))
            {
                string promise = Of(one, "/promise");
                int status = Number(one, "/status");
                if (IsLost(status, Number(one, "/http_status")))
                {
                    if (promise == "made" || promise == "removed")
                    {
                        continue; // the library looks into the list, for 10 seconds: that has its own tests
                    }
                    status = promise == "any" ? (int)VideoDoktorStatus.OutcomeUnknown : status; // nobody can look what it did
                }
                Sandbox.Next(Paths[promise], "\"times\":1000,\"status\":" + Of(one, "/http_status") + ",\"body\":" + Body(one));
                string answer = Of(one, "/answer");
                Check.Same(status, StatusOf(() => Ask(client, promise, answer, Why(one))), Why(one));
                Sandbox.ForgetFaults();
            }
        }
    }

    /// <summary>Whether the reply says nothing about what became of the request. A 4xx without a code refuses it.</summary>
    private static bool IsLost(int status, int httpStatus)
    {
        bool isRefusal = status == (int)VideoDoktorStatus.Http && httpStatus >= 400 && httpStatus < 500 && httpStatus != 408 && httpStatus != 499;
        return status >= (int)VideoDoktorStatus.Http && status <= (int)VideoDoktorStatus.TooLarge && !isRefusal;
    }

    /// <summary>One for all: an answer with the same meet_id for another start would belong to another invitation.</summary>
    private static readonly DateTime StartOfReplies = Sandbox.OwnStart();

    private static string Body(string one)
    {
        string hex = Of(one, "/body_hex");
        if (hex != null)
        {
            IEnumerable<string> bytes = Enumerable.Range(0, hex.Length / 2)
                .Select(i => byte.Parse(hex.Substring(2 * i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture));
            return "{\"bytes\":[" + string.Join(",", bytes) + "]}";
        }
        string text = string.Concat(Enumerable.Repeat(Of(one, "/body"), Math.Max(1, Number(one, "/times"))));
        return "{\"text\":" + VideoDoktorJson.Text(VideoDoktorJson.Object("text", text), "").Substring("{\"text\":".Length);
    }

    private static void Ask(VideoDoktorClient client, string promise, string answer, string why)
    {
        switch (promise)
        {
            case "token": client.Verify(); break;
            case "time": client.GetTime(); break;
            case "made": Check.Same(Of(answer ?? "{}", "/meet_id"), client.AddMeeting(Sandbox.ForJana(StartOfReplies)).MeetId, why); break;
            case "meeting": Compare(client.GetMeeting("a"), answer, "", why); break;
            case "removed": client.RemoveMeeting("a"); break;
            case "export": Check.Same(Of(answer ?? "{}", "/export_url"), client.GetExportUrl("a"), why); break;
            case "any": Check.Same(answer, client.Call("api_any", null), why); break;
            case "meetings":
                IReadOnlyList<Meeting> list = client.ListMeetings();
                Check.Same(VideoDoktorJson.Length(answer ?? "[]", ""), list.Count, why);
                for (int i = 0; i < list.Count; i++)
                {
                    Compare(list[i], answer, "/" + i.ToString(CultureInfo.InvariantCulture), why);
                }
                break;
            default: throw new Check.Missed("no promise is called " + promise);
        }
    }

    private static void Compare(Meeting meeting, string answer, string place, string why)
    {
        answer = answer ?? "{}";
        Check.Same(Of(answer, place + "/meet_id"), meeting.MeetId, why);
        Check.Same(Of(answer, place + "/meet_url"), meeting.MeetUrl, why);
        Check.Same(Of(answer, place + "/meet_time"), meeting.MeetTime, why);
        Check.Same(Of(answer, place + "/meet_active") == "1", meeting.MeetActive, why);
        Check.Same(Of(answer, place + "/pacient_jmeno"), meeting.PacientJmeno, why);
        Check.Same(Of(answer, place + "/pacient_email"), meeting.PacientEmail, why);
        Check.Same(Of(answer, place + "/pacient_telefon"), meeting.PacientTelefon, why);
        Check.Same(Of(answer, place + "/pacient_narozen"), meeting.PacientNarozen, why);
    }
}
