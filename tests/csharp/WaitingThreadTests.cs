using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using VideoDoktor;

/// <summary>The threads in which Async calls wait: kept for the next call, few of them, and not for ever.</summary>
public static class WaitingThreadTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private static TaskScheduler Threads(int mostIdle, TimeSpan longestIdle)
    {
        ConstructorInfo made = typeof(VideoDoktorClient).Assembly.GetType("VideoDoktor.WaitingThreads", true).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single();
        return (TaskScheduler)made.Invoke(new object[] { mostIdle, longestIdle });
    }

    private static Task<T> Started<T>(TaskScheduler threads, Func<T> work)
    {
        return Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, threads);
    }

    /// <summary>The threads of so many pieces of work at once.</summary>
    private static Thread[] Together(TaskScheduler threads, int count)
    {
        using (var all = new Barrier(count))
        {
            Task<Thread>[] works = Enumerable.Range(0, count).Select(i => Started(threads, () => { all.SignalAndWait(); return Thread.CurrentThread; })).ToArray();
            Task.WaitAll(works);
            return works.Select(work => work.Result).ToArray();
        }
    }

    public static void Calls_one_after_the_other_share_a_few_threads()
    {
        Sandbox.Reset();
        var seen = new ConcurrentDictionary<int, bool>();
        VideoDoktorLog.Set((level, text) => seen[Thread.CurrentThread.ManagedThreadId] = true, VideoDoktorLogLevel.Debug);
        try
        {
            using (VideoDoktorClient client = Sandbox.Client())
            {
                for (int i = 0; i < 40; i++)
                {
                    client.VerifyAsync().Wait();
                }
            }
        }
        finally
        {
            VideoDoktorLog.Set(null, VideoDoktorLogLevel.Error);
        }
        // not one: an answer is there a moment before its thread is free, and this thread is the log's last one
        Check.That(seen.Count > 0 && seen.Count <= 10, seen.Count + " threads for 40 calls");
    }

    public static void All_wait_at_once_and_each_in_a_background_thread_of_its_own()
    {
        Thread[] used = Together(Threads(20, Long), 20);
        Check.Same(20, used.Distinct().Count());
        Check.That(used.All(thread => thread.IsBackground && !thread.IsThreadPoolThread), "one is none of ours");
    }

    public static void No_more_threads_stay_than_may_be_idle()
    {
        TaskScheduler threads = Threads(3, Long);
        Thread[] used = Together(threads, 12);
        var ended = new ConcurrentBag<Thread>();
        using (var nine = new CountdownEvent(9))
        {
            foreach (Thread each in used)
            {
                new Thread(() => { each.Join(); ended.Add(each); try { nine.Signal(); } catch (InvalidOperationException) { } }) { IsBackground = true }.Start();
            }
            Check.That(nine.Wait(20000), "only " + ended.Count + " of 12 ended");
        }
        Thread[] kept = Together(threads, 3);
        Check.Same(3, kept.Intersect(used).Count(), "those that stayed are used again");
        Check.That(kept.All(thread => !ended.Contains(thread)), "one had ended");
    }

    public static void An_idle_thread_ends()
    {
        TaskScheduler threads = Threads(8, TimeSpan.FromMilliseconds(20));
        Thread[] used = Together(threads, 4);
        Check.That(used.All(thread => thread.Join(20000)), "it lives on");
        Check.Same(1, Started(threads, () => 1).Result, "and the next call has a new one");
    }

    public static void Work_that_comes_when_a_thread_is_about_to_end_is_done()
    {
        TaskScheduler threads = Threads(8, TimeSpan.FromMilliseconds(1));
        for (int i = 0; i < 300; i++)
        {
            Task<int> work = Started(threads, () => 7);
            Check.That(work.Wait(20000), "it is never done");
            Thread.SpinWait(i % 30 * 5000);
        }
    }

    public static void What_ran_in_a_thread_leaves_nothing_for_the_next_call()
    {
        TaskScheduler threads = Threads(1, Long);
        Thread first = Started(threads, () =>
        {
            SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
            Thread.CurrentThread.IsBackground = false;
            return Thread.CurrentThread;
        }).Result;
        Check.That(first.Join(20000), "a thread that would keep the program alive was kept");
        var own = new AsyncLocal<string> { Value = "caller" };
        Check.Same("caller", Started(threads, () => own.Value).Result);
        own.Value = null;
        for (int i = 0; i < 20; i++)
        {
            Check.Same(true, Started(threads, () => SynchronizationContext.Current == null && own.Value == null).Result);
            Started(threads, () => { SynchronizationContext.SetSynchronizationContext(new SynchronizationContext()); return 0; }).Wait();
        }
    }
}
