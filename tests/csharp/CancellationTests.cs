using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using VideoDoktor;

/// <summary>Calls that are ended before their answer.</summary>
public static class CancellationTests
{
    /// <summary>A call under way, at the service already, which will not answer for a minute.</summary>
    private static Task<Meeting> Waiting(VideoDoktorClient client, CancellationToken token)
    {
        Sandbox.Next("/api_meet_detail/", "\"delay_ms\":60000");
        Task<Meeting> call = client.GetMeetingAsync("a", token);
        Sandbox.WaitUntilFaultsAreMet();
        return call;
    }

    public static void A_cancelled_task_ends_within_a_tenth_of_a_second()
    {
        Sandbox.Reset();
        long quickest = long.MaxValue;
        using (VideoDoktorClient client = Sandbox.Client())
        {
            // a busy machine may take the processor away once, but not five times in a row
            for (int i = 0; i < 5 && quickest > 100; i++)
            {
                var source = new CancellationTokenSource();
                Task<Meeting> call = Waiting(client, source.Token);
                Stopwatch watch = Stopwatch.StartNew();
                source.Cancel();
                var error = Check.Throws<OperationCanceledException>(call);
                quickest = Math.Min(quickest, watch.ElapsedMilliseconds);
                Check.Same(TaskStatus.Canceled, call.Status);
                Check.Same(source.Token, error.CancellationToken);
                Check.That(error.InnerException is VideoDoktorCancelledException, "the library's own words are inside: " + error.InnerException);
                Check.Same(false, ((VideoDoktorException)error.InnerException).MayHaveActed, "reading changes nothing");
            }
        }
        Check.That(quickest <= 100, quickest + " ms");
    }

    public static void A_token_cancels_its_own_call_and_no_other()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            var source = new CancellationTokenSource();
            var other = new CancellationTokenSource();
            Sandbox.Next("/api_meet_list/", "\"times\":2,\"delay_ms\":1500");
            Task shared = client.ListMeetingsAsync();
            Task own = client.ListMeetingsAsync(other.Token);
            Sandbox.WaitUntilFaultsAreMet();
            Task call = Waiting(client, source.Token);
            source.Cancel();
            Check.Throws<OperationCanceledException>(call);
            Task.WaitAll(shared, own);
        }
    }

    public static void A_cancelled_invitation_tells_whether_it_had_left()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.ClientWithout(0, 20000))
        {
            foreach (string path in new[] { "/api_verify/", "/api_meet_add/" })
            {
                var source = new CancellationTokenSource();
                Sandbox.Next(path, "\"delay_ms\":60000");
                Task call = client.AddMeetingAsync(Sandbox.ForJana(Sandbox.OwnStart()), source.Token);
                Sandbox.WaitUntilFaultsAreMet();
                source.Cancel();
                var cause = (VideoDoktorException)Check.Throws<OperationCanceledException>(call).InnerException;
                Check.Same(path == "/api_meet_add/", cause.MayHaveActed, "cancelled during " + path + ": " + cause.Detail);
            }
        }
    }

    public static void A_token_cancelled_before_keeps_the_call_from_being_made()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.ClientWithout(0, 20000))
        {
            Task call = client.AddMeetingAsync(Sandbox.ForJana(Sandbox.At10On(23)), new CancellationToken(true));
            Check.Throws<TaskCanceledException>(call); // an OperationCanceledException: that of a task which never began
            Check.Same("[]", Sandbox.Ask("requests"));
        }
    }

    public static void A_cancel_at_any_moment_cancels_or_comes_too_late()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            int cancelled = 0, done = 0;
            for (int i = 0; i < 60; i++)
            {
                var source = new CancellationTokenSource();
                Task call = client.VerifyAsync(source.Token);
                Thread.SpinWait(i * i * 400); // from at once to after the answer
                source.Cancel();
                try
                {
                    call.GetAwaiter().GetResult();
                    done++;
                }
                catch (OperationCanceledException)
                {
                    cancelled++;
                }
            }
            Check.Same(60, done + cancelled);
            Check.That(cancelled > 0, "none was cancelled");
            client.Verify();
        }
    }

    public static void Cancelling_after_the_answer_harms_nothing()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            var source = new CancellationTokenSource();
            client.VerifyAsync(source.Token).Wait();
            source.Cancel();
            client.VerifyAsync(new CancellationTokenSource().Token).Wait();
        }
    }

    public static void Interrupt_ends_every_call_under_way_and_later_ones_work()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            Task shared = Waiting(client, CancellationToken.None);
            Task own = Waiting(client, new CancellationTokenSource().Token);
            client.Interrupt();
            Check.Same(VideoDoktorStatus.Cancelled, Check.Throws<VideoDoktorCancelledException>(shared).Status);
            Check.Throws<VideoDoktorCancelledException>(own);
            client.Verify();
            client.VerifyAsync(new CancellationTokenSource().Token).Wait();
        }
    }

    public static void A_form_may_dispose_of_its_client_while_calls_are_under_way()
    {
        Sandbox.Reset();
        VideoDoktorClient client = Sandbox.Client();
        Task shared = Waiting(client, CancellationToken.None);
        Task own = Waiting(client, new CancellationTokenSource().Token);
        Stopwatch watch = Stopwatch.StartNew();
        client.Dispose();
        Check.Throws<VideoDoktorCancelledException>(shared);
        Check.Throws<VideoDoktorCancelledException>(own);
        Check.That(watch.ElapsedMilliseconds < 5000, "it waited: " + watch.ElapsedMilliseconds + " ms");
    }
}
