using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace VideoDoktor
{
    /// <summary>How much a message of the log matters.</summary>
    public enum VideoDoktorLogLevel
    {
        /// <summary>VD_LOG_ERROR</summary>
        Error = 1,
        /// <summary>VD_LOG_WARNING</summary>
        Warning = 2,
        /// <summary>VD_LOG_INFO</summary>
        Info = 3,
        /// <summary>VD_LOG_DEBUG</summary>
        Debug = 4
    }

    /// <summary>The library's log, one for the process. Messages never hold a key or a patient's data.</summary>
    public static class VideoDoktorLog
    {
        /// <summary>What the library holds a pointer to. It is the same for the life of the process, so that the garbage collector never takes it.</summary>
        private static readonly NativeMethods.LogFunction Callback = Forward;

        private static volatile Action<VideoDoktorLogLevel, string> handler;
        private static int watching;

        /// <summary>Hands the log to <paramref name="newHandler"/>, from errors down to <paramref name="maxLevel"/>; null switches it off.</summary>
        /// <remarks>
        /// The handler is called in whatever thread has something to say, several at once; an exception in it goes no further. Once this returns the
        /// old handler runs no more; so do not hold a lock here that the old one waits for.
        /// </remarks>
        /// <exception cref="VideoDoktorUsageException"><paramref name="maxLevel"/> is no level.</exception>
        /// <exception cref="TimeoutException">The old handler has not returned for two seconds, most often because it waits for the calling thread. It
        /// gets no further message and the log is off, but what the handler uses is still in use: let it return, and call again.</exception>
        public static void Set([AllowNull] Action<VideoDoktorLogLevel, string> newHandler, VideoDoktorLogLevel maxLevel)
        {
            NativeMethods native = NativeLibrary.Methods;
            int status = native.vd_set_log(null, IntPtr.Zero, (int)VideoDoktorLogLevel.Error);
            handler = status == 0 ? newHandler : null;
            if (status == 0 && newHandler != null)
            {
                SwitchOffAtTheEnd();
                status = native.vd_set_log(Callback, IntPtr.Zero, (int)maxLevel);
            }
            if (status != 0)
            {
                handler = null;
                throw status == (int)VideoDoktorStatus.Timeout ? new TimeoutException(StillRuns) : (Exception)VideoDoktorException.Of(status, null);
            }
        }

        private const string StillRuns =
            "The old handler of the log has not returned yet. It gets no further message and the log is off; let it return, and call VideoDoktorLog.Set again.";

        /// <summary>A native thread that called into an application domain that is gone would take the process with it.</summary>
        private static void SwitchOffAtTheEnd()
        {
            if (Interlocked.Exchange(ref watching, 1) == 0)
            {
                AppDomain.CurrentDomain.DomainUnload += SwitchOff;
                AppDomain.CurrentDomain.ProcessExit += SwitchOff;
            }
        }

        /// <remarks>While a handler still runs in this domain it is tried again, but not for ever: the runtime ends such a thread itself.</remarks>
        private static void SwitchOff(object sender, EventArgs e)
        {
            handler = null;
            int status = (int)VideoDoktorStatus.Timeout;
            for (int attempt = 0; attempt < 2 && status == (int)VideoDoktorStatus.Timeout; attempt++)
            {
                status = NativeLibrary.Methods.vd_set_log(null, IntPtr.Zero, (int)VideoDoktorLogLevel.Error);
            }
        }

        private static void Forward(int level, IntPtr message, IntPtr userData)
        {
            try
            {
                Action<VideoDoktorLogLevel, string> current = handler;
                if (current != null)
                {
                    current((VideoDoktorLogLevel)level, NativeText.Out(message));
                }
            }
            catch (Exception)
            {
                // must not travel through native frames: that ends the process
            }
        }
    }
}
