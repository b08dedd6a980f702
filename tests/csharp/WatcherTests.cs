using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using VideoDoktor;

/// <summary>MeetingWatcher, in a thread that runs a queue as a form's thread does.</summary>
public static class WatcherTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What a form's thread is to its events.</summary>
    private sealed class FormThread : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<Action> queue = new BlockingCollection<Action>();
        private readonly Thread thread;
        internal readonly ConcurrentQueue<Exception> Unhandled = new ConcurrentQueue<Exception>();

        internal FormThread()
        {
            thread = new Thread(Run) { IsBackground = true };
            thread.Start();
        }

        private void Run()
        {
            SetSynchronizationContext(this);
            foreach (Action act in queue.GetConsumingEnumerable())
            {
                try { act(); }
                catch (Exception error) { Unhandled.Enqueue(error); }
            }
        }

        public override void Post(SendOrPostCallback act, object state)
        {
            queue.Add(() => act(state));
        }

        internal bool IsCurrent
        {
            get { return Thread.CurrentThread == thread; }
        }

        /// <summary>Does it there, after all that has been posted before, and waits.</summary>
        internal void Do(Action act)
        {
            var done = new TaskCompletionSource<bool>();
            queue.Add(() =>
            {
                try { act(); done.SetResult(true); }
                catch (Exception error) { done.SetException(error); }
            });
            done.Task.GetAwaiter().GetResult();
        }

        public void Dispose()
        {
            queue.CompleteAdding();
        }
    }

    /// <summary>A form with a watcher, and one letter for each event: a added, r removed, c changed, m active, l listed, f failed.</summary>
    private sealed class Form : IDisposable
    {
        internal readonly FormThread Thread = new FormThread();
        internal readonly VideoDoktorClient Client = Sandbox.ClientWithout(0, 20000);
        internal readonly MeetingWatcher Watcher;
        internal Meeting Last;
        internal MeetingChange Change;
        internal int Listed;
        internal VideoDoktorException Error;
        internal bool IsInItsThread = true;
        internal Action<char> Then = letter => { };
        private readonly SemaphoreSlim ended = new SemaphoreSlim(0);
        private string news = "";

        internal Form()
        {
            Watcher = new MeetingWatcher(Client);
            Watcher.Added += (sender, e) => Note('a', e.Meeting);
            Watcher.Removed += (sender, e) => Note('r', e.Meeting);
            Watcher.Changed += (sender, e) => { Change = e.Change; Note('c', e.Change.After); };
            Watcher.BecameActive += (sender, e) => Note('m', e.Meeting);
            Watcher.Listed += (sender, e) => { Listed = e.Meetings.Count; Note('l', null); };
            Watcher.Failed += (sender, e) => { Error = e.Error; Note('f', null); };
        }

        private void Note(char letter, Meeting meeting)
        {
            news += letter;
            Last = meeting ?? Last;
            IsInItsThread = IsInItsThread && Thread.IsCurrent;
            if (letter == 'l' || letter == 'f')
            {
                ended.Release();
            }
            Then(letter);
        }

        /// <summary>What was told until a list, or its failure, had come.</summary>
        internal string News()
        {
            Check.That(ended.Wait(Patience), "no list has come");
            return Told();
        }

        /// <summary>What was told till now.</summary>
        internal string Told()
        {
            string told = "";
            Thread.Do(() => { told = news; news = ""; });
            return told;
        }

        internal string NewsOfPoll()
        {
            Thread.Do(Watcher.PollNow);
            return News();
        }

        internal void Start(params Meeting[] known)
        {
            Thread.Do(() => Watcher.Start(known));
        }

        public void Dispose()
        {
            Watcher.Dispose();
            Client.Dispose();
            Thread.Dispose();
        }
    }

    private static int Lists()
    {
        string counters = Sandbox.Ask("counters");
        return counters.Contains("\"/api_meet_list/\"") ? int.Parse(VideoDoktorJson.Text(counters, "/requests/~1api_meet_list~1")) : 0;
    }

    private static void Near(double seconds, TimeSpan found)
    {
        Check.That(Math.Abs(found.TotalSeconds - seconds) < 3, "wanted about " + seconds + " s, found " + found);
    }

    public static void What_is_different_is_told_in_the_thread_of_the_form()
    {
        Sandbox.Reset();
        Sandbox.SetClock("2090-11-23 07:00");
        using (var form = new Form())
        using (VideoDoktorClient practice = Sandbox.Client())
        {
            string first = practice.AddMeeting(Sandbox.ForJana(Sandbox.At10On(23))).MeetId;
            form.Thread.Do(form.Watcher.Start);
            Check.Same("l", form.News(), "the first list is news of nothing");
            Check.Same(1, form.Listed);
            Near(60, form.Watcher.NextPollIn);
            Check.Same("l", form.NewsOfPoll());
            string second = practice.AddMeeting(Sandbox.ForJana(Sandbox.At10On(24))).MeetId;
            Check.Same("al", form.NewsOfPoll());
            Check.Same(second, form.Last.MeetId);
            Sandbox.SetClock("2090-11-23 09:50");
            Check.Same("cml", form.NewsOfPoll(), "a call that gets under way");
            Check.Same(first, form.Last.MeetId);
            Check.Same("meet_active", form.Change.Fields.Single());
            Sandbox.SetClock("2090-11-23 12:00");
            Check.Same("cl", form.NewsOfPoll(), "a call that is over");
            practice.RemoveMeeting(second);
            Check.Same("rl", form.NewsOfPoll());
            Check.Same(second, form.Last.MeetId);
            string third = practice.AddMeeting(Sandbox.ForJana(new DateTime(2090, 11, 23, 12, 10, 0))).MeetId;
            Check.Same("aml", form.NewsOfPoll(), "a call that is under way when it is seen first");
            Check.Same(third, form.Last.MeetId);
            Check.Same(true, form.IsInItsThread, "in the form's thread");
        }
        Sandbox.SetClock(null);
    }

    public static void Each_failure_doubles_the_pause_up_to_a_quarter_of_an_hour()
    {
        Sandbox.Reset();
        using (var form = new Form())
        {
            form.Start();
            Sandbox.Next("/api_meet_list/", "\"code\":\"X000\",\"times\":6");
            foreach (int pause in new[] { 120, 240, 480, 900, 900, 900 })
            {
                Check.Same("f", form.NewsOfPoll());
                Check.Same(VideoDoktorStatus.X000RateLimit, form.Error.Status);
                Near(pause, form.Watcher.NextPollIn);
            }
            Check.Same("l", form.NewsOfPoll());
            Near(60, form.Watcher.NextPollIn);
        }
    }

    public static void It_never_asks_sooner_than_30_seconds_by_itself()
    {
        Sandbox.Reset();
        using (var form = new Form())
        {
            Check.Throws<ArgumentOutOfRangeException>(() => form.Watcher.Interval = TimeSpan.FromSeconds(29));
            Check.Throws<ArgumentOutOfRangeException>(() => new MeetingWatcher(form.Client, TimeSpan.Zero));
            form.Watcher.Interval = MeetingWatcher.ShortestInterval;
            form.Thread.Do(form.Watcher.Start);
            Check.Same("l", form.News());
            DateTime began = DateTime.UtcNow;
            form.Thread.Do(form.Watcher.Stop);
            Check.Same(TimeSpan.Zero, form.Watcher.NextPollIn);
            form.Thread.Do(form.Watcher.PollNow);
            form.Thread.Do(form.Watcher.Start);
            Near(30, form.Watcher.NextPollIn);
            Check.Same("l", form.News(), "the next list comes by itself");
            Check.That((DateTime.UtcNow - began).TotalSeconds > 29.5, "not sooner than 30 seconds after the last one, stopped or not");
            Check.Same(2, Lists());
        }
    }

    public static void A_list_that_the_program_has_got_itself_is_the_one_to_compare_with()
    {
        Sandbox.Reset();
        using (var form = new Form())
        {
            form.Client.AddMeeting(Sandbox.ForJana(Sandbox.At10On(23)));
            form.Start();
            Check.Same("al", form.NewsOfPoll());
            form.Start(form.Client.ListMeetings().ToArray());
            Near(60, form.Watcher.NextPollIn);
            Check.Same("l", form.NewsOfPoll());
        }
    }

    public static void Stopped_or_disposed_of_in_the_middle_of_a_list_it_waits_for_nobody_and_tells_nothing()
    {
        Sandbox.Reset();
        foreach (bool disposes in new[] { false, true })
        {
            using (var form = new Form())
            {
                form.Start();
                Sandbox.Next("/api_meet_list/", "\"delay_ms\":60000");
                form.Thread.Do(form.Watcher.PollNow);
                Sandbox.WaitUntilFaultsAreMet();
                DateTime began = DateTime.UtcNow;
                form.Thread.Do(disposes ? (Action)form.Watcher.Dispose : form.Watcher.Stop);
                Check.That((DateTime.UtcNow - began).TotalSeconds < 5, "it waited");
                Check.That(SpinWait.SpinUntil(() => RequestsUnderWay() == 0, Patience), "the call has ended");
                Check.Same("", form.Told());
                Check.Same(false, form.Watcher.IsRunning);
                if (disposes)
                {
                    Check.Throws<ObjectDisposedException>(() => form.Watcher.Start());
                }
            }
        }
    }

    private static long RequestsUnderWay()
    {
        return long.Parse(VideoDoktorJson.Text(Sandbox.Ask("working"), "/working"));
    }

    public static void A_handler_may_stop_it_and_the_others_come_no_more()
    {
        Sandbox.Reset();
        using (var form = new Form())
        {
            form.Client.AddMeeting(Sandbox.ForJana(Sandbox.At10On(23)));
            form.Client.AddMeeting(Sandbox.ForJana(Sandbox.At10On(24)));
            var stopped = new ManualResetEventSlim();
            form.Then = letter => { form.Watcher.Dispose(); stopped.Set(); };
            form.Start();
            form.Thread.Do(form.Watcher.PollNow);
            Check.That(stopped.Wait(Patience), "no event has come");
            Check.Same("a", form.Told());
        }
    }

    public static void What_a_handler_throws_is_thrown_on_after_the_other_events()
    {
        Sandbox.Reset();
        using (var form = new Form())
        {
            form.Client.AddMeeting(Sandbox.ForJana(Sandbox.At10On(23)));
            form.Then = letter => { if (letter == 'a') { throw new InvalidOperationException("a handler"); } };
            form.Start();
            Check.Same("al", form.NewsOfPoll());
            Exception thrown;
            Check.That(form.Thread.Unhandled.TryDequeue(out thrown), "nothing was thrown on");
            Check.Same("a handler", ((AggregateException)thrown).InnerExceptions.Single().Message);
            Check.Same("l", form.NewsOfPoll(), "and it goes on");
        }
    }

    public static void A_client_that_is_disposed_of_ends_it_and_an_interrupt_does_not()
    {
        Sandbox.Reset();
        using (var form = new Form())
        {
            form.Start();
            Sandbox.Next("/api_meet_list/", "\"delay_ms\":60000");
            form.Thread.Do(form.Watcher.PollNow);
            Sandbox.WaitUntilFaultsAreMet();
            form.Client.Interrupt();
            Check.That(SpinWait.SpinUntil(() => form.Watcher.NextPollIn > TimeSpan.Zero, Patience), "it does not go on");
            Check.Same("", form.Told(), "who interrupts his own calls is told nothing");
            Near(60, form.Watcher.NextPollIn);
            Check.Same("l", form.NewsOfPoll());
            form.Client.Dispose();
            form.Thread.Do(form.Watcher.PollNow);
            Check.That(SpinWait.SpinUntil(() => !form.Watcher.IsRunning, Patience), "it goes on without a client");
            Check.Same("", form.Told());
        }
    }

    public static void Without_a_form_events_come_in_the_pool()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        using (var watcher = new MeetingWatcher(client))
        {
            var listed = new TaskCompletionSource<bool>();
            watcher.Listed += (sender, e) => listed.TrySetResult(Thread.CurrentThread.IsThreadPoolThread);
            watcher.Start();
            Check.That(listed.Task.Wait(Patience), "no list has come");
            Check.Same(true, listed.Task.Result);
        }
        Check.Throws<ArgumentNullException>(() => new MeetingWatcher(null));
        using (VideoDoktorClient client = Sandbox.Client())
        using (var watcher = new MeetingWatcher(client))
        {
            Check.Throws<ArgumentNullException>(() => watcher.Start(null));
        }
    }
}
