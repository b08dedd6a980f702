using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace VideoDoktor
{
    /// <summary>Each Async call waits in a thread to itself; the thread is kept for the next call.</summary>
    /// <remarks>A thread for each call (TaskCreationOptions.LongRunning) costs more processor time than a list. Any number of calls may wait; a few threads stay
    /// when they have nothing to do, and end after a while. All are background threads.</remarks>
    internal sealed class WaitingThreads : TaskScheduler
    {
        internal static readonly WaitingThreads Shared = new WaitingThreads(8, TimeSpan.FromSeconds(20));

        private readonly object gate = new object();
        private readonly List<Waiter> idle = new List<Waiter>();
        private readonly int mostIdle;
        private readonly TimeSpan longestIdle;

        internal WaitingThreads(int mostIdle, TimeSpan longestIdle)
        {
            this.mostIdle = mostIdle;
            this.longestIdle = longestIdle;
        }

        protected override void QueueTask(Task task)
        {
            Waiter waiter = IdleOne();
            if (waiter != null)
            {
                waiter.Give(task);
            }
            else
            {
                new Waiter(this, task).Start();
            }
        }

        /// <summary>The one that was used last: it is the last one to end.</summary>
        private Waiter IdleOne()
        {
            lock (gate)
            {
                if (idle.Count == 0)
                {
                    return null;
                }
                Waiter last = idle[idle.Count - 1];
                idle.RemoveAt(idle.Count - 1);
                return last;
            }
        }

        /// <summary>Never in the thread that waits for it: a call may be interrupted by that thread alone.</summary>
        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
        {
            return false;
        }

        /// <summary>For debuggers: none ever waits for a thread.</summary>
        protected override IEnumerable<Task> GetScheduledTasks()
        {
            return new Task[0];
        }

        private bool IsAdmitted(Waiter waiter)
        {
            lock (gate)
            {
                if (idle.Count >= mostIdle)
                {
                    return false;
                }
                idle.Add(waiter);
                return true;
            }
        }

        /// <summary>False: it was chosen for a task meanwhile.</summary>
        private bool IsDismissed(Waiter waiter)
        {
            lock (gate)
            {
                return idle.Remove(waiter);
            }
        }

        private sealed class Waiter
        {
            private readonly WaitingThreads all;
            private Task task;

            internal Waiter(WaitingThreads all, Task task)
            {
                this.all = all;
                this.task = task;
            }

            /// <summary>Without the caller's execution context, which the thread would hold on to: each task brings its own.</summary>
            internal void Start()
            {
                var thread = new Thread(Run) { IsBackground = true };
                if (ExecutionContext.IsFlowSuppressed())
                {
                    thread.Start();
                    return;
                }
                using (ExecutionContext.SuppressFlow())
                {
                    thread.Start();
                }
            }

            internal void Give(Task next)
            {
                lock (this)
                {
                    task = next;
                    Monitor.Pulse(this);
                }
            }

            private void Run()
            {
                do
                {
                    Execute();
                }
                while (IsAsItWas() && all.IsAdmitted(this) && HasNext());
            }

            /// <summary>In a frame of its own, so that an idle thread keeps no answer from the garbage collector.</summary>
            private void Execute()
            {
                Task own = task;
                task = null;
                all.TryExecuteTask(own);
            }

            /// <summary>What awaits a call may run on in its thread, and change it; such a thread is not kept.</summary>
            private static bool IsAsItWas()
            {
                SynchronizationContext.SetSynchronizationContext(null);
                return Thread.CurrentThread.IsBackground && Thread.CurrentThread.Priority == ThreadPriority.Normal;
            }

            private bool HasNext()
            {
                lock (this)
                {
                    if (task == null && !Monitor.Wait(this, all.longestIdle) && all.IsDismissed(this))
                    {
                        return false;
                    }
                    while (task == null)
                    {
                        Monitor.Wait(this);
                    }
                    return true;
                }
            }
        }
    }
}
