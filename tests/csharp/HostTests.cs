using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using VideoDoktor;

/// <summary>What a program that runs all day asks for: threads, memory, the garbage collector.</summary>
public static class HostTests
{
    public static void Eight_threads_share_one_client()
    {
        Sandbox.Reset();
        var errors = new ConcurrentQueue<Exception>();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            Thread[] threads = Enumerable.Range(1, 8).Select(day => new Thread(() => InviteReadRemove(client, day, errors))).ToArray();
            foreach (Thread thread in threads) { thread.Start(); }
            foreach (Thread thread in threads) { thread.Join(); }
            Exception first;
            Check.That(!errors.TryPeek(out first), "a thread failed: " + first);
            Check.Same(0, client.ListMeetings().Count);
            Check.Same(8 * 5, VideoDoktorJson.Length(Sandbox.Ask("meetings"), ""));
        }
    }

    private static void InviteReadRemove(VideoDoktorClient client, int day, ConcurrentQueue<Exception> errors)
    {
        try
        {
            for (int hour = 0; hour < 5; hour++)
            {
                Invitation invitation = Sandbox.ForJana(Sandbox.At10On(day).AddHours(hour));
                invitation.PacientJmeno = "Jana Nováková " + day;
                string id = client.AddMeeting(invitation).MeetId;
                Check.Same("Jana Nováková " + day, client.GetMeetingAsync(id, new CancellationTokenSource().Token).Result.PacientJmeno);
                client.RemoveMeeting(id);
            }
        }
        catch (Exception error)
        {
            errors.Enqueue(error);
        }
    }

    public static void Eight_tasks_wait_at_once_without_waiting_for_each_other()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            Sandbox.Next("/api_meet_list/", "\"times\":8,\"delay_ms\":1500");
            Stopwatch watch = Stopwatch.StartNew();
            Task.WaitAll(Enumerable.Range(0, 8).Select(i => (Task)client.ListMeetingsAsync()).ToArray());
            Check.That(watch.ElapsedMilliseconds < 8 * 1500, "one after the other: " + watch.ElapsedMilliseconds + " ms");
        }
    }

    public static void Ten_thousand_clients_made_and_disposed_of_leave_nothing()
    {
        string options = "{\"proxy\":\"none\"}";
        Grows(10000, 4 << 20, i => new VideoDoktorClient("demo", "app", "practice", options).Dispose());
    }

    public static void Ten_thousand_answers_and_errors_leave_nothing()
    {
        string json = VideoDoktorJson.Object("text", new string('x', 2000));
        Grows(10000, 4 << 20, i =>
        {
            VideoDoktorJson.Text(json, "/text");
            InvitationCheck.Of("Jan", "jana", "123", "80", "today");
        });
    }

    public static void Forgotten_clients_are_freed_by_the_garbage_collector()
    {
        string options = "{\"proxy\":\"none\"}";
        Grows(3000, 6 << 20, i => new VideoDoktorClient("demo", "app", "practice", options));
    }

    /// <summary>Memory of the process, after a run that fills caches, stays within the bound.</summary>
    private static void Grows(int times, long bound, Action<int> act)
    {
        for (int i = 0; i < times; i++) { act(i); }
        long before = Resident();
        for (int i = 0; i < times; i++) { act(i); }
        long grown = Resident() - before;
        Check.That(grown < bound, "grown by " + grown + " bytes");
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        string pages = File.ReadAllText("/proc/self/statm").Split(' ')[1];
        return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }

    public static void The_log_arrives_while_the_garbage_collector_runs_and_tells_no_secret()
    {
        Sandbox.Reset();
        var messages = new ConcurrentQueue<string>();
        SetLogAndForgetIt(messages);
        bool ended = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref ended))
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            using (VideoDoktorClient client = Sandbox.Client())
            {
                for (int day = 1; day <= 10; day++)
                {
                    client.RemoveMeeting(client.AddMeeting(Sandbox.ForJana(Sandbox.At10On(day))).MeetId);
                }
            }
        }
        finally
        {
            Volatile.Write(ref ended, true);
            collector.Join();
            VideoDoktorLog.Set(null, VideoDoktorLogLevel.Error);
        }
        Check.That(messages.Count > 10, "only " + messages.Count + " messages");
        Check.That(!messages.Any(text => text.Contains("Jana") || text.Contains("jana@") || text.Contains(Sandbox.ApiKey)), "the log tells a secret");
    }

    /// <summary>In a frame of its own, so that nothing here keeps the handler alive.</summary>
    private static void SetLogAndForgetIt(ConcurrentQueue<string> messages)
    {
        VideoDoktorLog.Set((level, text) => messages.Enqueue(level + " " + text), VideoDoktorLogLevel.Debug);
    }

    public static void A_log_that_is_off_is_silent()
    {
        Sandbox.Reset();
        int calls = 0;
        VideoDoktorLog.Set((level, text) => Interlocked.Increment(ref calls), VideoDoktorLogLevel.Debug);
        using (VideoDoktorClient client = Sandbox.ClientWithout(0, 20000))
        {
            client.Verify();
            VideoDoktorLog.Set(null, VideoDoktorLogLevel.Error);
            int before = calls;
            Check.That(before > 0, "it never spoke");
            client.Verify();
            Check.Same(before, calls);
        }
    }

    public static void An_exception_in_the_log_goes_no_further_and_the_handler_may_use_the_library()
    {
        Sandbox.Reset();
        int calls = 0;
        VideoDoktorLog.Set((level, text) =>
        {
            Interlocked.Increment(ref calls);
            VideoDoktorLibrary.BirthYear("8003050011");
            throw new InvalidOperationException("the handler's own");
        }, VideoDoktorLogLevel.Debug);
        using (VideoDoktorClient client = Sandbox.Client())
        {
            client.Verify();
        }
        VideoDoktorLog.Set(null, VideoDoktorLogLevel.Error);
        Check.That(calls > 0, "it never spoke");
        Check.Throws<VideoDoktorUsageException>(() => VideoDoktorLog.Set((level, text) => { }, (VideoDoktorLogLevel)9));
    }

    public static void A_handler_of_the_log_that_does_not_return_is_told_and_holds_nobody_up()
    {
        using (var entered = new ManualResetEventSlim())
        using (var mayReturn = new ManualResetEventSlim())
        using (var client = new VideoDoktorClient("http://127.0.0.1:1", "app", "practice", "{\"proxy\":\"none\",\"retries\":0}"))
        {
            VideoDoktorLog.Set((level, text) => { entered.Set(); mayReturn.Wait(); }, VideoDoktorLogLevel.Debug);
            Task call = client.VerifyAsync();
            Check.That(entered.Wait(TimeSpan.FromSeconds(20)), "it never spoke");
            // in a thread of its own, so that a library that waits for ever fails the test and does not hang it
            Task busy = Task.Factory.StartNew(() => VideoDoktorLog.Set(null, VideoDoktorLogLevel.Error), TaskCreationOptions.LongRunning);
            bool isOver = ((IAsyncResult)busy).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(20));
            mayReturn.Set();
            Check.That(isOver, "it waits as long as the handler runs");
            Check.Throws<TimeoutException>(busy);
            Check.Throws<VideoDoktorNetworkException>(call);
            VideoDoktorLog.Set(null, VideoDoktorLogLevel.Error);
        }
    }

    public static void A_culture_changes_nothing()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            foreach (string name in new[] { "cs-CZ", "tr-TR", "ar-SA" })
            {
                Thread.CurrentThread.CurrentCulture = Thread.CurrentThread.CurrentUICulture = CultureInfo.GetCultureInfo(name);
                CallTests.A_start_is_Czech_wall_clock_time_or_a_moment();
                CallTests.The_service_tells_its_time_in_Prague();
                CallTests.Every_setting_reaches_the_library();
                CallTests.A_meeting_is_made_listed_read_and_removed();
                VectorTests.Every_start_of_the_table_is_judged_as_it_says();
                VectorTests.Every_birth_number_of_the_table_is_judged_as_it_says();
                Check.Same("VD_X011_EMAIL", VideoDoktorLibrary.StatusName(VideoDoktorStatus.X011Email));
            }
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = Thread.CurrentThread.CurrentUICulture = before;
        }
    }
}
