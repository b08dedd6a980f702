using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace VideoDoktor
{
    /// <summary>Asks for the practice's list from time to time, compares it with the one before, and raises an event for what is different.</summary>
    /// <remarks>
    /// <para>Events are raised in the <see cref="SynchronizationContext"/> of <see cref="Start()"/>: called in a form, in the form's thread. Without one, in
    /// a thread of the pool. They come one after another, and the next list is asked for after the last of them. What a handler throws is thrown on, once
    /// the other events are raised.</para>
    /// <para>The service is asked at most every 30 seconds, and less often while it fails: each failure, X000 among them, doubles the pause, up to a quarter
    /// of an hour. Only <see cref="PollNow"/> asks sooner.</para>
    /// <para>No thread waits between two lists. <see cref="Stop"/> and <see cref="Dispose"/> end a call under way and wait for nobody; when they are called in
    /// the events' own context, as in a form or in a handler, no event comes after them. A client that is disposed of ends the watching too. Keep a reference to
    /// the watcher: one that is forgotten is collected, and asks no more.</para>
    /// </remarks>
    /// <example><code>
    /// watcher = new MeetingWatcher(client);
    /// watcher.BecameActive += (sender, e) => Show(e.Meeting.PacientJmeno);
    /// watcher.Start(await client.ListMeetingsAsync());
    /// </code></example>
    public sealed class MeetingWatcher : IDisposable
    {
        /// <summary>Between two lists, at least: 30 seconds.</summary>
        public static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(30);

        /// <summary>To what failures lengthen the interval, at most: 15 minutes, unless the interval is longer itself.</summary>
        public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

        private static readonly TimeSpan Never = TimeSpan.FromMilliseconds(-1);
        private static readonly Stopwatch Clock = Stopwatch.StartNew();

        private readonly object gate = new object();
        private readonly VideoDoktorClient client;
        private TimeSpan interval;
        private TimeSpan notBefore;
        private int failures;
        private bool isDisposed;

        /// <summary>What goes on from a start to a stop; null while nothing does.</summary>
        private Run run;

        /// <summary>A watcher that asks every minute.</summary>
        /// <param name="client">It stays the caller's, and may be used for other calls meanwhile.</param>
        public MeetingWatcher(VideoDoktorClient client) : this(client, TimeSpan.FromMinutes(1)) { }

        /// <summary>A watcher with an interval of its own.</summary>
        /// <exception cref="ArgumentOutOfRangeException">See <see cref="Interval"/>.</exception>
        public MeetingWatcher(VideoDoktorClient client, TimeSpan interval)
        {
            if (client == null)
            {
                throw new ArgumentNullException("client");
            }
            this.client = client;
            Interval = interval;
        }

        /// <summary>A call that the list did not have before.</summary>
        public event EventHandler<MeetingEventArgs> Added;

        /// <summary>A call that the list has no more, as it was. The service may leave past calls out: it need not have been cancelled.</summary>
        public event EventHandler<MeetingEventArgs> Removed;

        /// <summary>A call that differs.</summary>
        public event EventHandler<MeetingChangedEventArgs> Changed;

        /// <summary>A call whose meet_active has become 1, after <see cref="Added"/> or <see cref="Changed"/> of it: the service says that it is under way.</summary>
        public event EventHandler<MeetingEventArgs> BecameActive;

        /// <summary>Each list, after the events above.</summary>
        public event EventHandler<MeetingsListedEventArgs> Listed;

        /// <summary>The list could not be had; <see cref="NextPollIn"/> tells when it is tried again, which it is whether or not this event is handled.</summary>
        public event EventHandler<WatchFailedEventArgs> Failed;

        /// <summary>From the end of one list to the next; from the next list on if it is set meanwhile.</summary>
        /// <exception cref="ArgumentOutOfRangeException">Less than <see cref="ShortestInterval"/>, or more than a day.</exception>
        public TimeSpan Interval
        {
            get { lock (gate) { return interval; } }
            set
            {
                if (value < ShortestInterval || value > TimeSpan.FromDays(1))
                {
                    throw new ArgumentOutOfRangeException("value", value, "The interval is 30 seconds to a day.");
                }
                lock (gate)
                {
                    interval = value;
                }
            }
        }

        /// <summary>It has been started, and not stopped or disposed of, nor has its client.</summary>
        public bool IsRunning
        {
            get { lock (gate) { return run != null; } }
        }

        /// <summary>Until the list is asked for; zero while it is under way or nothing is watched.</summary>
        public TimeSpan NextPollIn
        {
            get { lock (gate) { return run == null ? TimeSpan.Zero : Until(run.Due); } }
        }

        /// <summary>Begins with a list that the later ones are compared with: only <see cref="Listed"/> tells it. If it is running, it begins anew.</summary>
        /// <remarks>The first list is asked for at once, but not sooner than 30 seconds after the last one.</remarks>
        /// <exception cref="ObjectDisposedException">The watcher was disposed of.</exception>
        public void Start()
        {
            Begin(null);
        }

        /// <summary>Begins with a list that the program has just got; the next one is asked for after <see cref="Interval"/>. If it is running, it begins anew:
        /// so the program's own changes are not told to it.</summary>
        /// <exception cref="ObjectDisposedException">The watcher was disposed of.</exception>
        public void Start(IEnumerable<Meeting> known)
        {
            if (known == null)
            {
                throw new ArgumentNullException("known");
            }
            Begin(known.ToArray());
        }

        /// <summary>Asks no more. It may be started again.</summary>
        public void Stop()
        {
            Run ended;
            lock (gate)
            {
                ended = run;
                run = null;
                if (ended != null && ended.IsPolling)
                {
                    notBefore = Clock.Elapsed + ShortestInterval;
                }
            }
            if (ended != null)
            {
                ended.End();
            }
        }

        /// <summary>Asks for the list at once instead of at the end of the pause: for a click of a person, never for a timer. Nothing while it is stopped or a
        /// list is under way.</summary>
        public void PollNow()
        {
            lock (gate)
            {
                if (run != null && !run.IsPolling && !run.IsTelling)
                {
                    Schedule(run, TimeSpan.Zero);
                }
            }
        }

        /// <summary>Stops for good. The client stays as it is.</summary>
        public void Dispose()
        {
            lock (gate)
            {
                isDisposed = true;
            }
            Stop();
        }

        private void Begin(Meeting[] known)
        {
            Stop();
            lock (gate)
            {
                if (isDisposed)
                {
                    throw new ObjectDisposedException("MeetingWatcher");
                }
                failures = 0;
                run = new Run(SynchronizationContext.Current ?? new SynchronizationContext(), known, Poll);
                Schedule(run, known == null ? Until(notBefore) : interval);
            }
        }

        private void Schedule(Run of, TimeSpan pause)
        {
            of.Due = Clock.Elapsed + pause;
            of.Timer.Change(pause, Never);
        }

        private static TimeSpan Until(TimeSpan instant)
        {
            TimeSpan left = instant - Clock.Elapsed;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }

        private TimeSpan Pause()
        {
            TimeSpan pause = interval;
            for (int i = 0; i < failures && pause < LongestPause; i++)
            {
                pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
            }
            return pause;
        }

        private bool IsCurrent(Run of)
        {
            lock (gate)
            {
                return run == of;
            }
        }

        private void Poll(Run of)
        {
            CancellationToken token;
            lock (gate)
            {
                if (run != of || of.IsPolling || of.IsTelling)
                {
                    return;
                }
                of.IsPolling = true;
                token = of.Cancellation.Token;
            }
            client.ListMeetingsAsync(token).ContinueWith(list => Came(of, list), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        /// <summary>In a thread of the pool, where two long lists may be compared without keeping a form waiting.</summary>
        private void Came(Run of, Task<ReadOnlyCollection<Meeting>> list)
        {
            ReadOnlyCollection<Meeting> meetings = null;
            MeetingChanges changes = null;
            Exception error = list.IsCanceled ? new OperationCanceledException() : list.Exception == null ? null : list.Exception.InnerException;
            if (error == null)
            {
                meetings = list.Result;
                try
                {
                    changes = of.Known == null ? null : MeetingChanges.Between(of.Known, meetings);
                }
                catch (VideoDoktorException failure)
                {
                    error = failure;
                }
            }
            if (error is ObjectDisposedException)
            {
                End(of); // the client is gone
            }
            else if (IsCurrent(of))
            {
                of.Post(() => Tell(of, meetings, changes, error as VideoDoktorException), () => End(of));
            }
        }

        private void End(Run of)
        {
            if (IsCurrent(of))
            {
                Stop();
            }
        }

        private void Tell(Run of, ReadOnlyCollection<Meeting> meetings, MeetingChanges changes, VideoDoktorException error)
        {
            bool isGood = meetings != null && error == null;
            bool isInterrupted = error is VideoDoktorCancelledException; // by the program, which knows
            lock (gate)
            {
                if (run != of)
                {
                    return;
                }
                of.IsPolling = false;
                of.IsTelling = true;
                notBefore = Clock.Elapsed + ShortestInterval;
                failures = isGood ? 0 : isInterrupted ? failures : failures + 1;
                of.Known = isGood ? meetings : of.Known;
                of.Due = Clock.Elapsed + Pause();
            }
            List<Exception> thrown = null;
            foreach (Action raise in isGood ? News(meetings, changes) : isInterrupted || error == null ? new Action[0] : Failure(error))
            {
                if (!IsCurrent(of))
                {
                    break;
                }
                try
                {
                    raise();
                }
                catch (Exception failure)
                {
                    thrown = thrown ?? new List<Exception>();
                    thrown.Add(failure);
                }
            }
            lock (gate)
            {
                of.IsTelling = false;
                if (run == of)
                {
                    Schedule(of, Pause());
                }
            }
            if (thrown != null)
            {
                throw new AggregateException(thrown);
            }
        }

        private IEnumerable<Action> Failure(VideoDoktorException error)
        {
            yield return () => Raise(Failed, new WatchFailedEventArgs(error));
        }

        private IEnumerable<Action> News(ReadOnlyCollection<Meeting> meetings, MeetingChanges changes)
        {
            if (changes != null)
            {
                foreach (Meeting added in changes.Added)
                {
                    Meeting meeting = added;
                    yield return () => Raise(Added, new MeetingEventArgs(meeting));
                    if (meeting.MeetActive)
                    {
                        yield return () => Raise(BecameActive, new MeetingEventArgs(meeting));
                    }
                }
                foreach (Meeting removed in changes.Removed)
                {
                    Meeting meeting = removed;
                    yield return () => Raise(Removed, new MeetingEventArgs(meeting));
                }
                foreach (MeetingChange changed in changes.Changed)
                {
                    MeetingChange change = changed;
                    yield return () => Raise(Changed, new MeetingChangedEventArgs(change));
                    if (change.After.MeetActive && !change.Before.MeetActive)
                    {
                        yield return () => Raise(BecameActive, new MeetingEventArgs(change.After));
                    }
                }
            }
            yield return () => Raise(Listed, new MeetingsListedEventArgs(meetings));
        }

        private void Raise<T>(EventHandler<T> handlers, T about) where T : EventArgs
        {
            if (handlers != null)
            {
                handlers(this, about);
            }
        }

        /// <summary>From a start to a stop.</summary>
        private sealed class Run
        {
            private readonly SynchronizationContext context;

            internal Run(SynchronizationContext context, IList<Meeting> known, Action<Run> poll)
            {
                this.context = context;
                Known = known;
                Cancellation = new CancellationTokenSource();
                Timer = new Timer(state => poll(this), null, Never, Never);
            }

            internal CancellationTokenSource Cancellation { get; private set; }
            internal Timer Timer { get; private set; }
            internal IList<Meeting> Known { get; set; }
            internal TimeSpan Due { get; set; }
            internal bool IsPolling { get; set; }
            internal bool IsTelling { get; set; }

            internal void Post(Action act, Action otherwise)
            {
                try
                {
                    context.Post(state => act(), null);
                }
                catch (Exception) // the thread of the form has ended: each framework has an exception of its own for that
                {
                    otherwise();
                }
            }

            internal void End()
            {
                Timer.Dispose();
                Cancellation.Cancel();
            }
        }
    }

    /// <summary>About one call.</summary>
    public sealed class MeetingEventArgs : EventArgs
    {
        internal MeetingEventArgs(Meeting meeting)
        {
            Meeting = meeting;
        }

        /// <summary>The call; of a removed one, as it was.</summary>
        public Meeting Meeting { get; private set; }
    }

    /// <summary>About a call that differs.</summary>
    public sealed class MeetingChangedEventArgs : EventArgs
    {
        internal MeetingChangedEventArgs(MeetingChange change)
        {
            Change = change;
        }

        /// <summary>As it was, as it is, and the fields that differ.</summary>
        public MeetingChange Change { get; private set; }
    }

    /// <summary>About a list.</summary>
    public sealed class MeetingsListedEventArgs : EventArgs
    {
        internal MeetingsListedEventArgs(ReadOnlyCollection<Meeting> meetings)
        {
            Meetings = meetings;
        }

        /// <summary>All of it.</summary>
        public ReadOnlyCollection<Meeting> Meetings { get; private set; }
    }

    /// <summary>About a list that could not be had.</summary>
    public sealed class WatchFailedEventArgs : EventArgs
    {
        internal WatchFailedEventArgs(VideoDoktorException error)
        {
            Error = error;
        }

        /// <summary>Why; its message is for the person at the screen.</summary>
        public VideoDoktorException Error { get; private set; }
    }
}
