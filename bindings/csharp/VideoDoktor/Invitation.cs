using System;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VideoDoktor
{
    /// <summary>Whom to invite, and when. The names are the service's.</summary>
    public sealed class Invitation
    {
        /// <summary>First name and surname, 6 to 64 characters. Null, as "", is refused as missing: X010.</summary>
        [AllowNull, MaybeNull]
        public string PacientJmeno { get; set; }

        /// <summary>E-mail address. It or the phone number is required; null or "" is none.</summary>
        [AllowNull, MaybeNull]
        public string PacientEmail { get; set; }

        /// <summary>Czech mobile number: 9 digits; spaces, dashes, slashes and +420 are taken off. Null or "" is none.</summary>
        [AllowNull, MaybeNull]
        public string PacientTelefon { get; set; }

        /// <summary>Year of birth, four digits. <see cref="VideoDoktorLibrary.BirthYear"/> reads it from a birth number.</summary>
        public int PacientNarozen { get; set; }

        /// <summary>Start of the call: assign a DateTime or a DateTimeOffset.</summary>
        public MeetStart MeetStart { get; set; }

        /// <summary>Everything that is wrong with it, without the network, as a form asks while the doctor types.</summary>
        public InvitationCheck Check()
        {
            return InvitationCheck.Of(PacientJmeno, PacientEmail, PacientTelefon, NarozenText, MeetStart.ToString());
        }

        internal string NarozenText
        {
            get { return PacientNarozen.ToString(CultureInfo.InvariantCulture); }
        }
    }

    /// <summary>A start of a call: Czech wall-clock time, or a moment that the library converts to it.</summary>
    /// <remarks>A time is rounded to the nearest second, then its seconds are dropped: 9:59:59.99996, which a time that was computed from an OLE date or
    /// by adding fractions of a day may be, is 10:00, and 10:00:59 is 10:00.</remarks>
    public struct MeetStart : IEquatable<MeetStart>
    {
        private readonly string text;

        private MeetStart(string text)
        {
            this.text = text;
        }

        /// <summary>What a person typed: "23.11.2030 10:00", "2030-11-23 10:00" or ISO 8601. The library judges it; null is as "".</summary>
        public static MeetStart FromText([AllowNull] string text)
        {
            return new MeetStart(text);
        }

        /// <summary>
        /// Czech wall-clock time, whatever zone the PC is set to; only a time of kind Utc is converted. (Controls give Local or Unspecified as it
        /// happens, and the doctor means what the screen shows.)
        /// </summary>
        public static implicit operator MeetStart(DateTime time)
        {
            string format = time.Kind == DateTimeKind.Utc ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd HH:mm";
            return new MeetStart(time.AddTicks(ToNearestSecond(time.Ticks)).ToString(format, CultureInfo.InvariantCulture));
        }

        /// <summary>A moment, which the library converts to Czech time.</summary>
        public static implicit operator MeetStart(DateTimeOffset moment)
        {
            return new MeetStart(moment.AddTicks(ToNearestSecond(Math.Max(moment.Ticks, moment.UtcTicks)))
                .ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
        }

        /// <summary>How many ticks away the nearest second is. The last second that can be written is not left.</summary>
        private static long ToNearestSecond(long ticks)
        {
            long beyond = ticks % TimeSpan.TicksPerSecond;
            bool isUp = beyond >= TimeSpan.TicksPerSecond / 2 && DateTime.MaxValue.Ticks - ticks >= TimeSpan.TicksPerSecond;
            return isUp ? TimeSpan.TicksPerSecond - beyond : -beyond;
        }

        /// <summary>The text that the library gets.</summary>
        public override string ToString()
        {
            return text ?? "";
        }

        /// <summary>The same text; two texts of one moment differ.</summary>
        public bool Equals(MeetStart other)
        {
            return ToString() == other.ToString();
        }

        /// <summary>As the other Equals.</summary>
        public override bool Equals(object other)
        {
            return other is MeetStart && Equals((MeetStart)other);
        }

        /// <summary>Of the text.</summary>
        public override int GetHashCode()
        {
            return ToString().GetHashCode();
        }

        /// <summary>As <see cref="Equals(MeetStart)"/>.</summary>
        public static bool operator ==(MeetStart left, MeetStart right)
        {
            return left.Equals(right);
        }

        /// <summary>Not as <see cref="Equals(MeetStart)"/>.</summary>
        public static bool operator !=(MeetStart left, MeetStart right)
        {
            return !left.Equals(right);
        }
    }

    /// <summary>What the library thinks of an invitation.</summary>
    public sealed class InvitationCheck
    {
        private InvitationCheck(Reply reply)
        {
            FieldsJson = reply.Text("/fields");
            var problems = new InvitationProblem[reply.Count("/errors")];
            for (int i = 0; i < problems.Length; i++)
            {
                problems[i] = new InvitationProblem(reply, Reply.Item("/errors", i));
            }
            Problems = new ReadOnlyCollection<InvitationProblem>(problems);
        }

        /// <summary>Nothing is wrong.</summary>
        public bool IsValid
        {
            get { return Problems.Count == 0; }
        }

        /// <summary>Everything that is wrong.</summary>
        public ReadOnlyCollection<InvitationProblem> Problems { get; private set; }

        /// <summary>If nothing is: the fields as they would be sent, as a JSON object. Otherwise "".</summary>
        public string FieldsJson { get; private set; }

        /// <summary>Checks what a person typed. Null is a field that was not filled in, as "" is.</summary>
        /// <exception cref="VideoDoktorUsageException">Text is not Unicode.</exception>
        public static InvitationCheck Of([AllowNull] string pacientJmeno, [AllowNull] string pacientEmail, [AllowNull] string pacientTelefon,
            [AllowNull] string pacientNarozen, [AllowNull] string meetStart)
        {
            byte[] jmeno = NativeText.FilledIn(pacientJmeno, "pacient_jmeno");
            byte[] email = NativeText.FilledIn(pacientEmail, "pacient_email");
            byte[] telefon = NativeText.FilledIn(pacientTelefon, "pacient_telefon");
            byte[] narozen = NativeText.FilledIn(pacientNarozen, "pacient_narozen");
            byte[] start = NativeText.FilledIn(meetStart, "meet_start");
            int status;
            using (Reply reply = Reply.To(
                (out IntPtr json) => NativeLibrary.Methods.vd_check_invitation(jmeno, email, telefon, narozen, start, out json), out status))
            {
                var check = new InvitationCheck(reply);
                if (status != 0 && check.IsValid)
                {
                    throw VideoDoktorException.Of(status, reply);
                }
                return check;
            }
        }
    }

    /// <summary>One thing that is wrong with an invitation.</summary>
    public sealed class InvitationProblem
    {
        internal InvitationProblem(Reply reply, string pointer)
        {
            Status = (VideoDoktorStatus)reply.Number(pointer + "/status");
            Field = reply.Text(pointer + "/field");
            Message = reply.Text(pointer + "/message");
        }

        /// <summary>Which error it is.</summary>
        public VideoDoktorStatus Status { get; private set; }

        /// <summary>The field, by the service's name: pacient_email.</summary>
        public string Field { get; private set; }

        /// <summary>For the person at the screen, in Czech.</summary>
        public string Message { get; private set; }
    }
}
