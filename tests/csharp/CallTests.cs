using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using VideoDoktor;

/// <summary>Every call on its good path, in both forms.</summary>
public static class CallTests
{
    public static void The_library_tells_its_version_and_where_it_came_from()
    {
        Check.Same("1.1.0", VideoDoktorLibrary.Version);
        Check.Same(Sandbox.Setting("VIDEODOKTOR_LIBRARY"), VideoDoktorLibrary.Path);
        Check.Holds("loaded already, from", Check.Throws<InvalidOperationException>(() => VideoDoktorLibrary.Path = "/elsewhere/libvideodoktor.so").Message);
    }

    public static void Good_keys_are_verified()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            client.Verify();
            client.VerifyAsync().Wait();
        }
    }

    public static void The_service_tells_its_time_in_Prague()
    {
        Sandbox.Reset();
        Sandbox.SetClock("2090-07-23 10:00");
        using (VideoDoktorClient client = Sandbox.Client())
        {
            ServiceTime time = client.GetTime();
            Check.Same(new DateTimeOffset(2090, 7, 23, 10, 0, 0, TimeSpan.FromHours(2)), time.Time.Value);
            Check.Same(TimeSpan.FromHours(2), time.Time.Value.Offset);
            Check.That(time.ClockSkewSeconds > 60L * 365 * 86400, "the service is decades ahead, not " + time.ClockSkewSeconds + " s");
            Check.Same(time.Time, client.GetTimeAsync().Result.Time);
        }
        Sandbox.SetClock(null);
    }

    public static void A_meeting_is_made_listed_read_and_removed()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            Check.Same(0, client.ListMeetings().Count);
            MeetingCreated created = client.AddMeeting(Sandbox.ForJana(Sandbox.At10On(23)));
            Check.Holds("http", created.MeetUrl);
            Check.Same(false, created.Reconciled);
            IReadOnlyList<Meeting> list = client.ListMeetings();
            Check.Same(1, list.Count);
            Check.Same(created.MeetId, list[0].MeetId);
            Meeting meeting = client.GetMeeting(created.MeetId);
            Check.Same(created.MeetUrl, meeting.MeetUrl);
            Check.Same(new DateTimeOffset(2090, 11, 23, 10, 0, 0, TimeSpan.FromHours(1)), meeting.MeetStart.Value);
            Check.Same("23.11.2090 10:00", meeting.MeetTime);
            Check.Same(false, meeting.MeetActive);
            Check.Same(Sandbox.Jana, meeting.PacientJmeno);
            Check.Same("jana@example.cz", meeting.PacientEmail);
            Check.Same("", meeting.PacientTelefon);
            Check.Same("1980", meeting.PacientNarozen);
            Check.Same("2090-11-23 10:00:00", VideoDoktorJson.Text(meeting.Json, "/meet_time_imd"));
            MeetingRemoved removed = client.RemoveMeeting(created.MeetId);
            Check.Same(created.MeetId, removed.MeetId);
            Check.Same(false, removed.Reconciled);
            Check.Same(0, client.ListMeetings().Count);
        }
    }

    public static void The_same_goes_without_waiting()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            string id = client.AddMeetingAsync(Sandbox.ForJana(Sandbox.At10On(23))).Result.MeetId;
            Check.Same(id, client.ListMeetingsAsync().Result.Single().MeetId);
            Check.Same(Sandbox.Jana, client.GetMeetingAsync(id).Result.PacientJmeno);
            Check.Same(id, client.RemoveMeetingAsync(id).Result.MeetId);
            Check.Throws<VideoDoktorRejectedException>(client.GetMeetingAsync(id));
        }
    }

    public static void A_lost_answer_does_not_invite_twice()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            Sandbox.Next("/api_meet_add/", "\"cut_reply_after\":0");
            MeetingCreated created = client.AddMeeting(Sandbox.ForJana(Sandbox.At10On(23)));
            Check.Same(true, created.Reconciled);
            Check.Same(1, VideoDoktorJson.Length(Sandbox.Ask("meetings"), ""));
            Check.Same(created.MeetId, VideoDoktorJson.Text(Sandbox.Ask("meetings"), "/0/meet_id"));
            Sandbox.Next("/api_meet_remove/", "\"cut_reply_after\":0");
            Check.Same(true, client.RemoveMeeting(created.MeetId).Reconciled);
        }
    }

    public static void A_call_is_moved_and_an_old_one_that_remains_is_told()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            string old = client.AddMeeting(Sandbox.ForJana(Sandbox.At10On(23))).MeetId;
            MeetingMoved moved = client.MoveMeeting(old, new Invitation { MeetStart = Sandbox.At10On(24) });
            Check.Same(true, moved.Moved && !moved.OldWasGone && !moved.Reconciled && moved.Duplicates.Count == 0);
            Check.Same(old, moved.OldMeetId);
            IList<Meeting> listed = client.ListMeetings();
            Check.Same(1, listed.Count);
            Check.Same(moved.MeetId, listed[0].MeetId);
            Check.Same(Sandbox.Jana, listed[0].PacientJmeno);
            Check.Same(false, client.MoveMeetingAsync(moved.MeetId, new Invitation { MeetStart = Sandbox.At10On(24) }).Result.Moved);
            Sandbox.Next("/api_meet_remove/", "\"code\":\"X005\",\"times\":2");
            var error = Check.Throws<VideoDoktorOldRemainsException>(() => client.MoveMeeting(moved.MeetId, new Invitation { MeetStart = Sandbox.At10On(25) }));
            Check.Same(VideoDoktorStatus.OldRemains, error.Status);
            Check.That(error.MayHaveActed && error.MovedMeetId != "" && error.MovedMeetUrl != "", "it tells the new call");
            Check.That(!error.ToString().Contains(error.MovedMeetId), "and not in a text for the log");
        }
    }

    public static void An_announced_call_asks_for_no_token_of_its_own_whichever_form_it_has()
    {
        var calls = new Action<VideoDoktorClient>[]
        {
            client => client.ListMeetings(),
            client => client.ListMeetingsAsync().Wait(),
            client => client.ListMeetingsAsync(new CancellationTokenSource().Token).Wait()
        };
        foreach (Action<VideoDoktorClient> call in calls)
        {
            Sandbox.Reset();
            using (VideoDoktorClient client = Sandbox.ClientWithout(0, 30000))
            {
                client.Prepare();
                while (Tokens() == 0)
                {
                    Thread.Yield();
                }
                call(client);
                Check.Same(1, Tokens());
            }
        }
        VideoDoktorClient freed = Sandbox.Client();
        freed.Dispose();
        Check.Throws<ObjectDisposedException>(freed.Prepare);
    }

    private static int Tokens()
    {
        const string Of = "\"/api_verify/\":";
        string counters = Sandbox.Ask("counters");
        int at = counters.IndexOf(Of, StringComparison.Ordinal);
        return at < 0 ? 0 : int.Parse(new string(counters.Substring(at + Of.Length).TakeWhile(char.IsDigit).ToArray()), CultureInfo.InvariantCulture);
    }

    public static void Every_sign_of_a_name_arrives()
    {
        Sandbox.Reset();
        const string name = "Žofie & Ivo+Müller=50 %;#?\"'\\<> \U0001F600";
        using (VideoDoktorClient client = Sandbox.Client())
        {
            Invitation invitation = Sandbox.ForJana(Sandbox.At10On(23));
            invitation.PacientJmeno = name;
            client.AddMeeting(invitation);
            Check.Same(name, VideoDoktorJson.Text(Sandbox.Ask("meetings"), "/0/pacient_jmeno"));
            Check.Same(name, client.ListMeetings()[0].PacientJmeno);
        }
    }

    public static void A_start_is_Czech_wall_clock_time_or_a_moment()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            MeetStart[] starts =
            {
                new DateTime(2090, 7, 1, 10, 30, 59), DateTime.SpecifyKind(new DateTime(2090, 7, 2, 10, 30, 0), DateTimeKind.Local),
                new DateTime(2090, 7, 3, 8, 30, 0, DateTimeKind.Utc), new DateTimeOffset(2090, 7, 4, 4, 30, 0, TimeSpan.FromHours(-4)),
                MeetStart.FromText("5.7.2090 10:30")
            };
            for (int i = 0; i < starts.Length; i++)
            {
                Invitation invitation = Sandbox.ForJana(default(DateTime));
                invitation.MeetStart = starts[i];
                string id = client.AddMeeting(invitation).MeetId;
                Check.Same("0" + (i + 1) + ".07.2090 10:30", client.GetMeeting(id).MeetTime);
            }
        }
    }

    public static void An_invitation_may_change_while_it_is_being_sent()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            Invitation invitation = Sandbox.ForJana(Sandbox.At10On(23));
            Sandbox.Next("/api_verify/", "\"delay_ms\":300");
            var call = client.AddMeetingAsync(invitation);
            invitation.PacientJmeno = "Somebody Else";
            Check.Same(Sandbox.Jana, client.GetMeeting(call.Result.MeetId).PacientJmeno);
        }
    }

    public static void A_report_is_there_the_day_after_and_is_saved()
    {
        Sandbox.Reset();
        string id = Sandbox.MeetingWithReport();
        string path = Path.Combine(Path.GetTempPath(), "výkaz " + Guid.NewGuid().ToString("N") + ".pdf");
        using (VideoDoktorClient client = Sandbox.Client())
        {
            try
            {
                Check.Holds("http", client.GetExportUrl(id));
                Check.Holds("http", client.GetExportUrlAsync(id).Result);
                long size = client.SaveExportAsync(id, path).Result;
                Check.Same(new FileInfo(Saved(client, id, path)).Length, size);
                Check.Same("%PDF", Encoding.ASCII.GetString(File.ReadAllBytes(path), 0, 4));
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    private static string Saved(VideoDoktorClient client, string id, string path)
    {
        SavedExport saved = client.SaveExport(id, path);
        Check.Same(new FileInfo(path).Length, saved.Bytes);
        Check.Same(path, saved.Path);
        Check.Same("application/pdf", saved.ContentType);
        return saved.Path;
    }

    public static void A_call_that_the_vendor_added_answers_as_it_likes()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.ClientWithout(0, 20000))
        {
            Sandbox.Next("/api_meet_note/", "\"times\":2,\"body\":{\"text\":\"{\\\"ok\\\":1.50,\\\"who\\\":null}\"}");
            string fields = VideoDoktorJson.Object("meet_id", "abc", "note", "příště \"dnes\"\n\\");
            Check.Same("{\"ok\":1.50,\"who\":null}", client.Call("api_meet_note", fields));
            Check.Same("příště \"dnes\"\n\\", VideoDoktorJson.Text(Sandbox.Ask("requests"), "/1/fields/2/1"));
            Check.Same("{\"ok\":1.50,\"who\":null}", client.CallAsync("api_meet_note", null).Result);
        }
    }

    public static void A_healthy_way_to_the_service_is_told_step_by_step()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            foreach (Diagnosis diagnosis in new[] { client.Diagnose(), client.DiagnoseAsync().Result })
            {
                Check.Same(true, diagnosis.IsOk);
                Check.Same(VideoDoktorStatus.Ok, diagnosis.Status);
                Check.Holds("keys", string.Join(" ", diagnosis.Steps.Select(step => step.Name)));
                Check.That(diagnosis.Steps.All(step => step.IsOk && step.Milliseconds >= 0), diagnosis.Json);
                Check.Same("1.1.0", VideoDoktorJson.Text(diagnosis.Json, "/version"));
            }
        }
    }

    public static void Where_the_way_ends_is_a_result_and_no_exception()
    {
        using (var client = new VideoDoktorClient("http://127.0.0.1:1", "app", "practice", Sandbox.Options()))
        {
            Diagnosis diagnosis = client.Diagnose();
            Check.Same(false, diagnosis.IsOk);
            Check.Same(VideoDoktorStatus.Connect, diagnosis.Status);
            DiagnosisStep last = diagnosis.Steps[diagnosis.Steps.Count - 1];
            Check.Same("connect", last.Name);
            Check.Same(false, last.IsOk);
            string told = "/steps/" + (diagnosis.Steps.Count - 1).ToString(CultureInfo.InvariantCulture);
            Check.Same(VideoDoktorJson.Text(diagnosis.Json, told + "/message"), last.Message);
            Check.Same(VideoDoktorJson.Text(diagnosis.Json, told + "/detail"), last.Detail);
        }
    }

    public static void Every_setting_reaches_the_library()
    {
        Sandbox.Reset();
        var options = Sandbox.Options();
        options.TimeoutMs = 20000;
        options.ConnectTimeoutMs = 10000;
        options.Retries = 1;
        options.PrefetchTokens = 0;
        options.Lang = "en";
        options.TlsRoots = "bundled";
        options.UserAgent = "Ordinace/7.1";
        options.MoreJson = "\"validate\":\"server\"";
        using (var client = new VideoDoktorClient(Sandbox.Url, Sandbox.AppKey, Sandbox.ApiKey, options))
        {
            Invitation invitation = Sandbox.ForJana(Sandbox.At10On(23));
            invitation.PacientJmeno = "Jan";
            var error = Check.Throws<VideoDoktorRejectedException>(() => client.AddMeeting(invitation));
            Check.Same("server", error.Origin);
            Check.Same(VideoDoktorLibrary.StatusText(VideoDoktorStatus.X010Name, "en"), error.Message);
        }
        using (new VideoDoktorClient("demo", "app", "practice")) { }
        using (new VideoDoktorClient("demo", "app", "practice", (VideoDoktorOptions)null)) { }
        using (new VideoDoktorClient("demo", "app", "practice", "{\"lang\":\"en\"}")) { }
        using (new VideoDoktorClient("demo", "app", "practice", "")) { }
    }
}
