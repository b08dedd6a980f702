using System;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using VideoDoktor;

/// <summary>What the library's JSON says is what the binding's objects say. The JSON is the test's, the library reads it.</summary>
public static class ReadingTests
{
    private const BindingFlags Inner = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private static readonly Assembly Binding = typeof(VideoDoktorClient).Assembly;

    /// <summary>The text as the library hands it out: it is a part of a larger one, and freed as any other answer.</summary>
    private static IDisposable ReplyOf(string json)
    {
        object native = Binding.GetType("VideoDoktor.NativeLibrary", true).GetProperty("Methods", Inner).GetValue(null, null);
        var get = (Delegate)native.GetType().GetField("vd_json_get", Inner).GetValue(native);
        GCHandle whole = GCHandle.Alloc(Encoding.UTF8.GetBytes("{\"reply\":" + json + "}\0"), GCHandleType.Pinned);
        try
        {
            var arguments = new object[] { whole.AddrOfPinnedObject(), Encoding.UTF8.GetBytes("/reply\0"), IntPtr.Zero };
            Check.Same(0, (int)get.DynamicInvoke(arguments), json);
            ConstructorInfo made = Binding.GetType("VideoDoktor.Reply", true).GetConstructors(Inner).Single();
            return (IDisposable)made.Invoke(new[] { native, arguments[2] });
        }
        finally
        {
            whole.Free();
        }
    }

    internal static VideoDoktorException ErrorOf(VideoDoktorStatus status, string members)
    {
        MethodInfo of = typeof(VideoDoktorException).GetMethods(Inner).Single(each => each.Name == "Of" && each.GetParameters().Length == 2);
        using (IDisposable reply = ReplyOf("{\"error\":{\"message\":\"Text.\"" + members + "}}"))
        {
            return (VideoDoktorException)of.Invoke(null, new object[] { (int)status, reply });
        }
    }

    private static T Made<T>(string json)
    {
        using (IDisposable reply = ReplyOf(json))
        {
            return (T)typeof(T).GetConstructors(Inner).Single(each => each.GetParameters().Length == 1).Invoke(new object[] { reply });
        }
    }

    public static void Every_part_of_an_error_is_passed_on_as_the_library_wrote_it()
    {
        // the words are such as a support desk reads: which host and port refused, and Windows' own number of a certificate's fault
        const string detail = "connect 10.0.0.7:8443: refused; the certificate was refused by Windows (0x800b010e)";
        VideoDoktorException error = ErrorOf(VideoDoktorStatus.Tls, ",\"code\":\"X1\",\"field\":\"f\",\"source\":\"network\",\"detail\":\"" + detail +
            "\",\"retryable\":true,\"http_status\":502,\"attempts\":3");
        Check.Same(typeof(VideoDoktorTlsException), error.GetType());
        Check.Same("Text.|X1|f|network|True|502|3|" + detail, string.Join("|", error.Message, error.Code, error.Field, error.Origin, error.IsRetryable,
            error.HttpStatus, error.Attempts, error.Detail));
    }

    public static void A_change_that_failed_tells_whether_it_may_have_been_carried_out()
    {
        foreach (var status in new[] { VideoDoktorStatus.Cancelled, VideoDoktorStatus.Timeout })
        {
            Check.Same(true, ErrorOf(status, ",\"may_have_acted\":true").MayHaveActed, status + ", true");
            Check.Same(false, ErrorOf(status, ",\"may_have_acted\":false").MayHaveActed, status + ", false");
            Check.Same(false, ErrorOf(status, "").MayHaveActed, status + " of a call that changes nothing");
        }
        Check.Same(true, ErrorOf(VideoDoktorStatus.OutcomeUnknown, "").MayHaveActed, "an unknown outcome");
        Check.Same(false, ErrorOf(VideoDoktorStatus.X024StartTaken, "").MayHaveActed, "a refusal");
    }

    public static void The_call_that_holds_the_start_is_a_property_of_both_errors_that_know_it_and_in_no_text()
    {
        foreach (var status in new[] { VideoDoktorStatus.X024StartTaken, VideoDoktorStatus.OutcomeUnknown })
        {
            VideoDoktorException error = ErrorOf(status, ",\"existing\":{\"meet_id\":\"k3Qx9\",\"same_patient\":true}");
            Check.Same("k3Qx9", error.ExistingMeetId);
            Check.Same(true, error.ExistingIsSamePatient);
            foreach (string logged in new[] { error.Message, error.Detail, error.ToString(), new InvalidOperationException("outer", error).ToString() })
            {
                Check.That(!logged.Contains("k3Qx9"), "the call's id is in <" + logged + ">");
            }
            Check.Same(0, error.Data.Count);
            Check.Same("", ErrorOf(status, "").ExistingMeetId);
        }
    }

    public static void A_report_that_is_not_there_yet_has_an_exception_of_its_own()
    {
        VideoDoktorException error = ErrorOf((VideoDoktorStatus)62, ",\"retryable\":false");
        Check.Same(typeof(VideoDoktorReportNotReadyException), error.GetType());
        Check.Same(VideoDoktorStatus.ReportNotReady, error.Status);
    }

    public static void Further_calls_of_a_patient_at_one_start_are_listed()
    {
        MeetingCreated created = Made<MeetingCreated>("{\"meet_id\":\"a\",\"meet_url\":\"https://x/a\",\"reconciled\":true,\"duplicates\":[\"b\",\"c\"]}");
        Check.Same("a b c", created.MeetId + " " + string.Join(" ", created.Duplicates));
        Check.Same(0, Made<MeetingCreated>("{\"meet_id\":\"a\",\"meet_url\":\"https://x/a\",\"reconciled\":false}").Duplicates.Count);
    }

    private static Meeting Row(string json)
    {
        return MeetingChanges.BetweenJson(null, "[" + json + "]").Added.Single();
    }

    public static void A_row_is_read_whatever_stands_in_it()
    {
        const string quoted = "\"meet_id\":\"a\\\\\\\"b\\u0041\\/\\n\\ud83d\\ude00\"";
        Check.Same("a\\\"bA/\n\U0001F600", Row("{" + quoted + "}").MeetId);
        string json = "{ \"own\" : {\"meet_id\":\"inner\",\"list\":[1,[\"]}\\\"\"],{}],\"n\":null} , \"meet_id\":\"ž1\", \"pacient_jmeno\" : \"null\" ,\"pacient_email\":null," +
            "\"pacient_telefon\":777123456,\"pacient_narozen\":\"\",\"meet_\\u0074ime\":\"23.11.2030 10:00\",\"meet_active\":\"1\",\"meet_url\":\"u\" , \"meet_url\":\"v\"}";
        Meeting meeting = Row(json);
        Check.Same("ž1|u|23.11.2030 10:00|True|null||777123456|", string.Join("|", meeting.MeetId, meeting.MeetUrl, meeting.MeetTime, meeting.MeetActive, meeting.PacientJmeno,
            meeting.PacientEmail, meeting.PacientTelefon, meeting.PacientNarozen));
        Check.Same(json, meeting.Json);
        Check.Same(json, meeting.Json, "the second time");
    }

    public static void What_no_string_of_the_library_holds_reads_as_empty()
    {
        foreach (string text in new[] { "a\\u0000", "\\ud83d", "\\ude00\\ud83d", "\\ud83d\\ud83d\\ude00" })
        {
            Check.Same("", Row("{\"meet_id\":\"i\",\"pacient_jmeno\":\"" + text + "\"}").PacientJmeno, text);
        }
    }

    public static void A_start_is_a_time_with_its_offset_or_none()
    {
        Func<string, string> read = text =>
        {
            DateTimeOffset? start = Row("{\"meet_id\":\"i\",\"meet_start\":\"" + text + "\"}").MeetStart;
            return start == null ? "" : start.Value.ToString("yyyy-MM-dd HH:mm:ss zzz", System.Globalization.CultureInfo.InvariantCulture);
        };
        Check.Same("2028-02-29 23:59:59 +01:00", read("2028-02-29T23:59:59+01:00"));
        Check.Same("2030-07-01 00:00:00 -02:30", read("2030-07-01T00:00:00-02:30"));
        foreach (string none in new[] { "", "2030-02-29T10:00:00+01:00", "2030-00-01T10:00:00+01:00", "2030-13-01T10:00:00+01:00", "2030-11-31T10:00:00+01:00", "2030-11-23T24:00:00+01:00",
            "2030-11-23T10:60:00+01:00", "2030-11-23T10:00:60+01:00", "2030-11-23T10:00:00+01:60", "2030-11-23T10:00:00+99:00", "2030-11-2 T10:00:00+01:00", "23.11.2030 10:00" })
        {
            Check.Same("", read(none), none);
        }
    }

    public static void Changes_name_both_rows_and_the_fields_that_differ()
    {
        MeetingChanges changes = MeetingChanges.BetweenJson("[{\"meet_id\":\"a\",\"meet_active\":0},{\"meet_id\":\"b\"},{\"meet_id\":\"c\"}]",
            "[{\"meet_id\":\"a\",\"meet_active\":1},{\"meet_id\":\"c\"},{\"meet_id\":\"d\"},{}]");
        MeetingChange change = changes.Changed.Single();
        Check.Same("d|b|1|1|meet_active|False|True", string.Join("|", changes.Added.Single().MeetId, changes.Removed.Single().MeetId, changes.Unchanged, changes.Skipped,
            string.Join(",", change.Fields), change.Before.MeetActive, change.After.MeetActive));
    }

    public static void A_saved_report_tells_what_it_is_and_stands_for_its_size()
    {
        SavedExport saved = Made<SavedExport>("{\"path\":\"C:\\\\výkaz.pdf\",\"bytes\":5000000000,\"content_type\":\"application/pdf\"}");
        Check.Same("C:\\výkaz.pdf, application/pdf", saved.Path + ", " + saved.ContentType);
        long size = saved;
        Check.Same(5000000000, size);
        Check.Same("5000000000", saved.ToString());
        Check.Same("", Made<SavedExport>("{\"path\":\"a\",\"bytes\":1}").ContentType);
    }
}
