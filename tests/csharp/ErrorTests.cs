using System;
using System.Linq;
using System.Threading.Tasks;
using VideoDoktor;

/// <summary>Every kind of exception, and what it tells.</summary>
public static class ErrorTests
{
    public static void Wrong_keys_are_told_apart()
    {
        Sandbox.Reset();
        using (var client = new VideoDoktorClient(Sandbox.Url, "no-such-program", Sandbox.ApiKey, Sandbox.Options()))
        {
            var error = Check.Throws<VideoDoktorRejectedException>(client.Verify);
            Check.Same(VideoDoktorStatus.X001AppKey, error.Status);
            Check.Same("VD_X001_APP_KEY", error.StatusName);
            Check.Same("X001", error.Code);
            Check.Same("server", error.Origin);
            Check.Same(200, error.HttpStatus);
            Check.Same(false, error.IsRetryable);
            Check.Same(VideoDoktorLibrary.StatusText(VideoDoktorStatus.X001AppKey), error.Message);
        }
        using (var client = new VideoDoktorClient(Sandbox.Url, Sandbox.AppKey, "no-such-practice", Sandbox.Options()))
        {
            Check.Same(VideoDoktorStatus.X002ApiKey, Check.Throws<VideoDoktorRejectedException>(client.VerifyAsync()).Status);
        }
    }

    public static void A_field_that_the_service_would_refuse_is_named_and_not_sent()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            Invitation invitation = Sandbox.ForJana(Sandbox.At10On(23));
            invitation.PacientEmail = "jana";
            var error = Check.Throws<VideoDoktorRejectedException>(() => client.AddMeeting(invitation));
            Check.Same(VideoDoktorStatus.X011Email, error.Status);
            Check.Same("pacient_email", error.Field);
            Check.Same("client", error.Origin);
            Check.Same(0, error.HttpStatus);
            Check.Same("[]", Sandbox.Ask("meetings"));
        }
    }

    public static void A_field_that_was_not_filled_in_is_named_be_it_null_or_empty()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            foreach (string missing in new[] { null, "" })
            {
                Invitation invitation = Sandbox.ForJana(Sandbox.At10On(23));
                invitation.PacientJmeno = missing;
                foreach (var error in new[] { Check.Throws<VideoDoktorRejectedException>(() => client.AddMeeting(invitation)),
                    Check.Throws<VideoDoktorRejectedException>(client.AddMeetingAsync(invitation)) })
                {
                    Check.Same(VideoDoktorStatus.X010Name, error.Status);
                    Check.Same("pacient_jmeno", error.Field);
                    Check.Same(VideoDoktorLibrary.StatusText(VideoDoktorStatus.X010Name), error.Message);
                }
                Check.Same("pacient_jmeno", invitation.Check().Problems.Single().Field);
                Check.Same("pacient_jmeno,pacient_email,pacient_narozen,meet_start",
                    string.Join(",", InvitationCheck.Of(missing, missing, missing, missing, missing).Problems.Select(problem => problem.Field)));
            }
            var bare = Check.Throws<VideoDoktorRejectedException>(() => client.AddMeeting(new Invitation()));
            Check.Same(VideoDoktorStatus.X010Name, bare.Status);
            var undated = Sandbox.ForJana(Sandbox.At10On(23));
            undated.MeetStart = MeetStart.FromText(null);
            Check.Same("meet_start", Check.Throws<VideoDoktorRejectedException>(() => client.AddMeeting(undated)).Field);
            Check.Same("[]", Sandbox.Ask("meetings"));
        }
    }

    public static void A_second_invitation_at_one_start_shows_the_first()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            string id = client.AddMeeting(Sandbox.ForJana(Sandbox.At10On(23))).MeetId;
            var error = Check.Throws<VideoDoktorRejectedException>(() => client.AddMeeting(Sandbox.ForJana(Sandbox.At10On(23))));
            Check.Same(VideoDoktorStatus.X024StartTaken, error.Status);
            Check.Same(id, error.ExistingMeetId);
            Check.Same(true, error.ExistingIsSamePatient);
            Invitation petr = Sandbox.ForJana(Sandbox.At10On(23));
            petr.PacientJmeno = "Petr Novák";
            petr.PacientEmail = "petr@example.cz";
            Check.Same(false, Check.Throws<VideoDoktorRejectedException>(() => client.AddMeeting(petr)).ExistingIsSamePatient);
        }
    }

    public static void A_service_that_cannot_be_reached_is_an_error_of_the_network()
    {
        using (var client = new VideoDoktorClient("http://127.0.0.1:1", "app", "practice", Sandbox.Options()))
        {
            var error = Check.Throws<VideoDoktorNetworkException>(client.Verify);
            Check.Same(VideoDoktorStatus.Connect, error.Status);
            Check.Same("network", error.Origin);
            Check.Same(true, error.IsRetryable);
        }
    }

    public static void A_service_that_does_not_answer_is_a_time_out()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.ClientWithout(0, 1500))
        {
            Sandbox.Next("/api_meet_list/", "\"delay_ms\":60000");
            Check.Same(VideoDoktorStatus.Timeout, Check.Throws<VideoDoktorNetworkException>(() => client.ListMeetings()).Status);
        }
    }

    public static void A_certificate_of_an_unknown_issuer_is_refused()
    {
        Sandbox.Reset();
        var options = new VideoDoktorOptions { Proxy = "none", ProxyAuth = "none", TlsRoots = "bundled" };
        using (var client = new VideoDoktorClient(Sandbox.Url, Sandbox.AppKey, Sandbox.ApiKey, options))
        {
            Check.Same(VideoDoktorStatus.TlsUntrusted, Check.Throws<VideoDoktorTlsException>(client.Verify).Status);
        }
    }

    public static void A_page_of_html_is_no_reply()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.ClientWithout(0, 20000))
        {
            Sandbox.Next("/api_meet_list/", "\"status\":503");
            var error = Check.Throws<VideoDoktorReplyException>(() => client.ListMeetings());
            Check.Same(VideoDoktorStatus.Http, error.Status);
            Check.Same(503, error.HttpStatus);
            Check.Same(1, error.Attempts);
            Sandbox.Next("/api_meet_list/", "\"redirect\":\"https://login.example.cz/\"");
            Check.Same(VideoDoktorStatus.Redirect, Check.Throws<VideoDoktorReplyException>(() => client.ListMeetings()).Status);
        }
    }

    public static void An_outcome_that_nobody_can_tell_has_an_exception_of_its_own()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.ClientWithout(0, 3000))
        {
            Sandbox.Next("/api_meet_add/", "\"cut_reply_after\":0");
            Sandbox.Next("/api_meet_list/", "\"times\":50,\"status\":503");
            var error = Check.Throws<VideoDoktorOutcomeUnknownException>(() => client.AddMeeting(Sandbox.ForJana(Sandbox.OwnStart())));
            Check.Same(VideoDoktorStatus.OutcomeUnknown, error.Status);
            Check.Same(false, error.IsRetryable);
            Check.Same(true, error.MayHaveActed);
        }
    }

    public static void A_report_that_is_not_there_yet_has_an_exception_of_its_own()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.ClientWithout(0, 20000))
        {
            foreach (string nothing in new[] { "null", "\\\"\\\"" })
            {
                Sandbox.Next("/api_meet_export/", "\"body\":{\"text\":\"{\\\"export_url\\\":" + nothing + "}\"}");
                var error = Check.Throws<VideoDoktorReportNotReadyException>(() => client.GetExportUrl("a"));
                Check.Same(VideoDoktorStatus.ReportNotReady, error.Status);
                Check.Same(false, error.IsRetryable);
            }
        }
    }

    public static void A_report_that_cannot_be_written_is_an_error_of_the_file()
    {
        Sandbox.Reset();
        string id = Sandbox.MeetingWithReport();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            Check.Same("path", Check.Throws<VideoDoktorFileException>(() => client.SaveExport(id, "/nowhere/vykaz.pdf")).Field);
        }
    }

    public static void Null_and_nonsense_are_bugs_of_the_program_and_are_named()
    {
        using (VideoDoktorClient client = Sandbox.Client())
        {
            Check.Same(VideoDoktorStatus.NullPointer, Check.Throws<VideoDoktorUsageException>(() => client.GetMeeting(null)).Status);
            Check.Same(VideoDoktorStatus.InvalidArgument, Check.Throws<VideoDoktorUsageException>(() => client.GetMeeting("")).Status);
            Check.Throws<ArgumentNullException>(() => client.AddMeeting(null));
            Check.Throws<VideoDoktorUsageException>(() => client.Call("no_such", null));
            Check.Throws<VideoDoktorUsageException>(() => client.Call("api_x", "[1"));
        }
        Check.Throws<VideoDoktorUsageException>(() => new VideoDoktorClient(null, "app", "practice"));
        Check.Throws<VideoDoktorUsageException>(() => new VideoDoktorClient("demo", null, "practice"));
        Check.Throws<VideoDoktorUsageException>(() => new VideoDoktorClient("demo", "app", "practice", "{\"no_such\":1}"));
        Check.Holds("no_such", Check.Throws<VideoDoktorUsageException>(() => new VideoDoktorClient("demo", "app", "practice", "{\"no_such\":1}")).Detail);
        Check.Throws<ArgumentException>(() => VideoDoktorJson.Object("alone"));
    }

    public static void Text_that_is_not_Unicode_is_refused_and_never_changed()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            Invitation invitation = Sandbox.ForJana(Sandbox.At10On(23));
            invitation.PacientJmeno = "Jana \uD83D Nováková";
            var error = Check.Throws<VideoDoktorUsageException>(() => client.AddMeeting(invitation));
            Check.Same(VideoDoktorStatus.InvalidUtf8, error.Status);
            Check.Same("pacient_jmeno", error.Field);
            invitation.PacientJmeno = "Jana Nová\0ková";
            Check.Same(VideoDoktorStatus.InvalidArgument, Check.Throws<VideoDoktorUsageException>(() => client.AddMeeting(invitation)).Status);
        }
    }

    public static void After_Dispose_every_method_says_so()
    {
        VideoDoktorClient client = Sandbox.Client();
        client.Dispose();
        client.Dispose();
        Check.Throws<ObjectDisposedException>(client.Verify);
        Check.Throws<ObjectDisposedException>(client.Interrupt);
        Check.Throws<ObjectDisposedException>(() => { client.ListMeetingsAsync(); });
        Check.Throws<ObjectDisposedException>(client.ListMeetingsAsync(new System.Threading.CancellationTokenSource().Token));
    }

    public static void A_program_can_make_every_exception_for_its_own_tests()
    {
        Type[] kinds = typeof(VideoDoktorException).Assembly.GetExportedTypes().Where(type => typeof(VideoDoktorException).IsAssignableFrom(type)).ToArray();
        Check.That(kinds.Length >= 12, "found " + kinds.Length);
        var cause = new InvalidOperationException();
        foreach (Type kind in kinds)
        {
            var bare = (VideoDoktorException)Activator.CreateInstance(kind);
            var whole = (VideoDoktorException)Activator.CreateInstance(kind, "why", cause);
            Check.Same("why", ((VideoDoktorException)Activator.CreateInstance(kind, "why")).Message, kind.Name);
            Check.Same("why", whole.Message, kind.Name);
            Check.That(whole.InnerException == cause, kind.Name);
            Check.Same("", bare.StatusName + bare.Code + bare.Field + bare.Origin + bare.Detail + bare.ExistingMeetId, kind.Name);
        }
    }

    public static void No_exception_tells_a_key_or_a_patient()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.ClientWithout(0, 20000))
        {
            Sandbox.Next("/api_meet_add/", "\"code\":\"X005\"");
            var error = Check.Throws<VideoDoktorRejectedException>(() => client.AddMeeting(Sandbox.ForJana(Sandbox.OwnStart())));
            foreach (string secret in new[] { "Jana", "jana@", "1980", Sandbox.AppKey, Sandbox.ApiKey })
            {
                Check.That(!error.ToString().Contains(secret) && !error.Detail.Contains(secret), secret + " is in " + error);
            }
        }
    }

    public static void An_invitation_is_checked_without_the_network()
    {
        Check.Same(true, Sandbox.ForJana(Sandbox.At10On(23)).Check().IsValid);
        InvitationCheck check = new Invitation { PacientJmeno = "Jan", PacientNarozen = 80, MeetStart = Sandbox.At10On(23) }.Check();
        Check.Same(false, check.IsValid);
        Check.Same("X010Name X013Contact X014BirthYear", string.Join(" ", check.Problems.Select(problem => problem.Status.ToString()).OrderBy(name => name)));
        Check.That(check.Problems.All(problem => problem.Message.Length > 10), "each has its message");
        Check.Same("pacient_jmeno", check.Problems[0].Field);
        Check.Same(4, new Invitation().Check().Problems.Count);
    }

    public static void An_undocumented_code_has_a_name_too()
    {
        Check.Same("VD_X099", VideoDoktorLibrary.StatusName((VideoDoktorStatus)1099));
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.ClientWithout(0, 20000))
        {
            Sandbox.Next("/api_meet_list/", "\"body\":{\"text\":\"{\\\"error\\\":\\\"X077\\\"}\"}");
            var error = Check.Throws<VideoDoktorRejectedException>(() => client.ListMeetings());
            Check.Same(1077, (int)error.Status);
            Check.Same("X077", error.Code);
        }
    }
}
