using System;
using System.Diagnostics.CodeAnalysis;

namespace VideoDoktor
{
    /// <summary>Any error that the library reported; its subclasses are the kinds.</summary>
    /// <remarks>
    /// <see cref="Exception.Message"/> is for the person at the screen, in the client's language, and says what to do. No property holds a key or a
    /// patient's data. Message, <see cref="Detail"/> and ToString() may be logged as they are; <see cref="ExistingMeetId"/>, <see cref="MovedMeetId"/> and
    /// <see cref="MovedMeetUrl"/> open a video call and are in none of them, so a log that writes every property has to leave those out.
    /// </remarks>
    public class VideoDoktorException : Exception
    {
        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorException() { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorException([AllowNull] string message) : base(message) { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorException([AllowNull] string message, [AllowNull] Exception innerException) : base(message, innerException) { }

        /// <summary>Which error it is.</summary>
        public VideoDoktorStatus Status { get; private set; }

        /// <summary>The status by name: VD_X011_EMAIL.</summary>
        public string StatusName { get; private set; } = "";

        /// <summary>The service's code: X011; "" if the error is not of the service's kind.</summary>
        public string Code { get; private set; } = "";

        /// <summary>What is wrong, by the service's name: pacient_email; "" if it is no field.</summary>
        public string Field { get; private set; } = "";

        /// <summary>Who says so: client (nothing was sent), server or network.</summary>
        public string Origin { get; private set; } = "";

        /// <summary>For your log, in English.</summary>
        public string Detail { get; private set; } = "";

        /// <summary>The same call may succeed a little later.</summary>
        public bool IsRetryable { get; private set; }

        /// <summary>0 if there was no HTTP answer.</summary>
        public int HttpStatus { get; private set; }

        /// <summary>How often the library tried.</summary>
        public int Attempts { get; private set; }

        /// <summary>The change (an invitation or a removal) may have been carried out although the call failed: look at the list before it is repeated.</summary>
        /// <remarks>Of a change that was cancelled or timed out: true once a byte of it had left. Of <see cref="VideoDoktorOutcomeUnknownException"/>:
        /// always, its subclass included. Otherwise false.</remarks>
        public bool MayHaveActed { get; private set; }

        /// <summary>The video call that holds the start already, of X024 and of <see cref="VideoDoktorOutcomeUnknownException"/>; "" if none was found.</summary>
        /// <remarks>Whoever knows it can open the call: do not log it.</remarks>
        public string ExistingMeetId { get; private set; } = "";

        /// <summary>That one is this very patient's: most often your program invited before and did not note it down.</summary>
        public bool ExistingIsSamePatient { get; private set; }

        /// <summary>Of <see cref="VideoDoktorOldRemainsException"/>: the new call, which is made; otherwise "". Do not log it.</summary>
        public string MovedMeetId { get; private set; } = "";

        /// <summary>Where that one is joined; otherwise "". Do not log it.</summary>
        public string MovedMeetUrl { get; private set; } = "";

        /// <summary>The error that a reply of the library describes; null where it gave none.</summary>
        internal static VideoDoktorException Of(int status, Reply reply)
        {
            string message = reply == null ? "" : reply.Text("/error/message");
            VideoDoktorException error = OfKind((VideoDoktorStatus)status, message != "" ? message : VideoDoktorLibrary.StatusText((VideoDoktorStatus)status));
            error.Status = (VideoDoktorStatus)status;
            error.StatusName = VideoDoktorLibrary.StatusName(error.Status);
            error.MayHaveActed = error is VideoDoktorOutcomeUnknownException;
            if (reply != null)
            {
                error.Read(reply);
            }
            return error;
        }

        internal static VideoDoktorException OfUsage(VideoDoktorStatus status, string argument, string detail)
        {
            return new VideoDoktorUsageException(VideoDoktorLibrary.StatusText(status))
            {
                Status = status,
                StatusName = VideoDoktorLibrary.StatusName(status),
                Field = argument,
                Origin = "client",
                Detail = detail
            };
        }

        internal static VideoDoktorLoadException OfLoading(string text)
        {
            return new VideoDoktorLoadException(text) { Status = VideoDoktorStatus.NotFound, Origin = "client", Detail = text };
        }

        private void Read(Reply reply)
        {
            Code = reply.Text("/error/code");
            Field = reply.Text("/error/field");
            Origin = reply.Text("/error/source");
            Detail = reply.Text("/error/detail");
            IsRetryable = reply.IsTrue("/error/retryable");
            HttpStatus = (int)reply.Number("/error/http_status");
            Attempts = (int)reply.Number("/error/attempts");
            MayHaveActed = MayHaveActed || reply.IsTrue("/error/may_have_acted");
            ExistingMeetId = reply.Text("/error/existing/meet_id");
            ExistingIsSamePatient = reply.IsTrue("/error/existing/same_patient");
            MovedMeetId = reply.Text("/error/meet_id");
            MovedMeetUrl = reply.Text("/error/meet_url");
        }

        private static VideoDoktorException OfKind(VideoDoktorStatus status, string message)
        {
            switch (status)
            {
                case VideoDoktorStatus.NullPointer:
                case VideoDoktorStatus.InvalidUtf8:
                case VideoDoktorStatus.InvalidHandle:
                case VideoDoktorStatus.InvalidArgument:
                case VideoDoktorStatus.NotFound:
                    return new VideoDoktorUsageException(message);
                case VideoDoktorStatus.Cancelled:
                    return new VideoDoktorCancelledException(message);
                case VideoDoktorStatus.Tls:
                case VideoDoktorStatus.TlsUntrusted:
                    return new VideoDoktorTlsException(message);
                case VideoDoktorStatus.Dns:
                case VideoDoktorStatus.Connect:
                case VideoDoktorStatus.Proxy:
                case VideoDoktorStatus.Timeout:
                case VideoDoktorStatus.Network:
                case VideoDoktorStatus.ProxyAuth:
                    return new VideoDoktorNetworkException(message);
                case VideoDoktorStatus.Http:
                case VideoDoktorStatus.BadReply:
                case VideoDoktorStatus.Redirect:
                case VideoDoktorStatus.TooLarge:
                    return new VideoDoktorReplyException(message);
                case VideoDoktorStatus.OutcomeUnknown:
                    return new VideoDoktorOutcomeUnknownException(message);
                case VideoDoktorStatus.OldRemains:
                    return new VideoDoktorOldRemainsException(message);
                case VideoDoktorStatus.File:
                    return new VideoDoktorFileException(message);
                case VideoDoktorStatus.ReportNotReady:
                    return new VideoDoktorReportNotReadyException(message);
            }
            return (int)status >= 1000 && (int)status < 2000 ? new VideoDoktorRejectedException(message)
                : (VideoDoktorException)new VideoDoktorInternalException(message);
        }
    }

    /// <summary>The native library cannot be used: not found, of the wrong bitness, too old or too new. The message lists every place that was tried.</summary>
    public sealed class VideoDoktorLoadException : VideoDoktorException
    {
        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorLoadException() { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorLoadException([AllowNull] string message) : base(message) { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorLoadException([AllowNull] string message, [AllowNull] Exception innerException) : base(message, innerException) { }
    }

    /// <summary>A bug of the calling program: null, text that is not Unicode, a bad key, address or option. <see cref="VideoDoktorException.Detail"/> names it.</summary>
    public sealed class VideoDoktorUsageException : VideoDoktorException
    {
        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorUsageException() { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorUsageException([AllowNull] string message) : base(message) { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorUsageException([AllowNull] string message, [AllowNull] Exception innerException) : base(message, innerException) { }
    }

    /// <summary><see cref="VideoDoktorClient.Interrupt"/>, or the client was disposed of meanwhile.</summary>
    /// <remarks><see cref="VideoDoktorException.MayHaveActed"/> tells whether an invitation or removal may have been carried out all the same.</remarks>
    public sealed class VideoDoktorCancelledException : VideoDoktorException
    {
        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorCancelledException() { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorCancelledException([AllowNull] string message) : base(message) { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorCancelledException([AllowNull] string message, [AllowNull] Exception innerException) : base(message, innerException) { }
    }

    /// <summary>No way to the service: name, connection, proxy, time-out.</summary>
    /// <remarks>Of a time-out, <see cref="VideoDoktorException.MayHaveActed"/> tells whether a change may have been carried out.</remarks>
    public class VideoDoktorNetworkException : VideoDoktorException
    {
        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorNetworkException() { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorNetworkException([AllowNull] string message) : base(message) { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorNetworkException([AllowNull] string message, [AllowNull] Exception innerException) : base(message, innerException) { }
    }

    /// <summary>No secure connection, or a certificate that is not trusted; most often an antivirus or a company's proxy inspects the connection.</summary>
    public sealed class VideoDoktorTlsException : VideoDoktorNetworkException
    {
        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorTlsException() { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorTlsException([AllowNull] string message) : base(message) { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorTlsException([AllowNull] string message, [AllowNull] Exception innerException) : base(message, innerException) { }
    }

    /// <summary>An error page, a login page of the network, a redirect: not the service's answer.</summary>
    public sealed class VideoDoktorReplyException : VideoDoktorException
    {
        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorReplyException() { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorReplyException([AllowNull] string message) : base(message) { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorReplyException([AllowNull] string message, [AllowNull] Exception innerException) : base(message, innerException) { }
    }

    /// <summary>The patient may have been invited (or the call removed) and nobody can tell. Look into the list before you try again.</summary>
    public class VideoDoktorOutcomeUnknownException : VideoDoktorException
    {
        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorOutcomeUnknownException() { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorOutcomeUnknownException([AllowNull] string message) : base(message) { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorOutcomeUnknownException([AllowNull] string message, [AllowNull] Exception innerException) : base(message, innerException) { }
    }

    /// <summary>A move has made the new call (<see cref="VideoDoktorException.MovedMeetId"/>), and the old one may still be there. The same move may be
    /// made again.</summary>
    public sealed class VideoDoktorOldRemainsException : VideoDoktorOutcomeUnknownException
    {
        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorOldRemainsException() { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorOldRemainsException([AllowNull] string message) : base(message) { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorOldRemainsException([AllowNull] string message, [AllowNull] Exception innerException) : base(message, innerException) { }
    }

    /// <summary>The report, or the picture of a QR code, cannot be written.</summary>
    public sealed class VideoDoktorFileException : VideoDoktorException
    {
        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorFileException() { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorFileException([AllowNull] string message) : base(message) { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorFileException([AllowNull] string message, [AllowNull] Exception innerException) : base(message, innerException) { }
    }

    /// <summary>The service has no report of this video call yet; there is one the day after the call at the earliest.</summary>
    public sealed class VideoDoktorReportNotReadyException : VideoDoktorException
    {
        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorReportNotReadyException() { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorReportNotReadyException([AllowNull] string message) : base(message) { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorReportNotReadyException([AllowNull] string message, [AllowNull] Exception innerException) : base(message, innerException) { }
    }

    /// <summary>A bug of the library, caught. The next call works.</summary>
    public sealed class VideoDoktorInternalException : VideoDoktorException
    {
        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorInternalException() { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorInternalException([AllowNull] string message) : base(message) { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorInternalException([AllowNull] string message, [AllowNull] Exception innerException) : base(message, innerException) { }
    }

    /// <summary>The service refuses, or would refuse: see <see cref="VideoDoktorException.Code"/> and <see cref="VideoDoktorException.Field"/>.</summary>
    public sealed class VideoDoktorRejectedException : VideoDoktorException
    {
        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorRejectedException() { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorRejectedException([AllowNull] string message) : base(message) { }

        /// <summary>For the tests of a program; the library makes its own.</summary>
        public VideoDoktorRejectedException([AllowNull] string message, [AllowNull] Exception innerException) : base(message, innerException) { }
    }
}
