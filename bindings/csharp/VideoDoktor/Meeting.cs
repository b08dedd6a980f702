using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Text;

namespace VideoDoktor
{
    /// <summary>One video call of the practice's. The names are the service's.</summary>
    public sealed class Meeting
    {
        /// <summary>Bytes until <see cref="Json"/> is asked for, then the text: few programs ask, and never of every row.</summary>
        private object row;
        private bool isActiveRead;

        /// <summary>The meeting that stands there next.</summary>
        internal Meeting(JsonReader json)
        {
            int start = json.Start();
            if (json.Enter('{'))
            {
                while (json.NextMember())
                {
                    Take(json);
                }
            }
            else
            {
                json.Skip();
            }
            row = json.Since(start);
            MeetId = MeetId ?? "";
            MeetUrl = MeetUrl ?? "";
            MeetTime = MeetTime ?? "";
            PacientJmeno = PacientJmeno ?? "";
            PacientEmail = PacientEmail ?? "";
            PacientTelefon = PacientTelefon ?? "";
            PacientNarozen = PacientNarozen ?? "";
        }

        /// <summary>Of a name that comes twice the first counts, as for vd_json_get.</summary>
        private void Take(JsonReader json)
        {
            if (MeetId == null && json.IsNamed("meet_id"))
            {
                MeetId = json.Text();
            }
            else if (MeetUrl == null && json.IsNamed("meet_url"))
            {
                MeetUrl = json.Text();
            }
            else if (MeetTime == null && json.IsNamed("meet_time"))
            {
                MeetTime = json.Text();
            }
            else if (!isActiveRead && json.IsNamed("meet_active"))
            {
                isActiveRead = true;
                MeetActive = Reply.NumberOf(json.Text()) != 0;
            }
            else if (PacientJmeno == null && json.IsNamed("pacient_jmeno"))
            {
                PacientJmeno = json.Text();
            }
            else if (PacientEmail == null && json.IsNamed("pacient_email"))
            {
                PacientEmail = json.Text();
            }
            else if (PacientTelefon == null && json.IsNamed("pacient_telefon"))
            {
                PacientTelefon = json.Text();
            }
            else if (PacientNarozen == null && json.IsNamed("pacient_narozen"))
            {
                PacientNarozen = json.Text();
            }
            else if (MeetStart == null && json.IsNamed("meet_start"))
            {
                MeetStart = Reply.TimeOf(json.Text());
            }
            else
            {
                json.Skip();
            }
        }

        /// <summary>By which the service knows the call.</summary>
        public string MeetId { get; private set; }

        /// <summary>Where the doctor joins it.</summary>
        public string MeetUrl { get; private set; }

        /// <summary>Start with Prague's offset, so that its DateTime is Czech wall-clock time; null if the service sent none that can be read.</summary>
        public DateTimeOffset? MeetStart { get; private set; }

        /// <summary>Start as the service writes it: 23.11.2030 10:00.</summary>
        public string MeetTime { get; private set; }

        /// <summary>The call is under way.</summary>
        public bool MeetActive { get; private set; }

        /// <summary>The patient's name.</summary>
        public string PacientJmeno { get; private set; }

        /// <summary>E-mail address, or "".</summary>
        public string PacientEmail { get; private set; }

        /// <summary>Phone number, or "".</summary>
        public string PacientTelefon { get; private set; }

        /// <summary>Year of birth, as the service writes it.</summary>
        public string PacientNarozen { get; private set; }

        /// <summary>All of it as JSON, with any field that the service adds for your program: read it with <see cref="VideoDoktorJson"/>.</summary>
        public string Json
        {
            get
            {
                object kept = row;
                string text = kept as string ?? Encoding.UTF8.GetString((byte[])kept);
                row = text;
                return text;
            }
        }

        /// <summary>The array that stands there next; empty if another value does.</summary>
        internal static ReadOnlyCollection<Meeting> ListOf(JsonReader json)
        {
            var meetings = new List<Meeting>();
            if (json.Enter('['))
            {
                while (json.NextItem())
                {
                    meetings.Add(new Meeting(json));
                }
            }
            else
            {
                json.Skip();
            }
            return new ReadOnlyCollection<Meeting>(meetings);
        }
    }

    /// <summary>What came of an invitation.</summary>
    public sealed class MeetingCreated
    {
        internal MeetingCreated(Reply reply)
        {
            MeetId = reply.Text("/meet_id");
            MeetUrl = reply.Text("/meet_url");
            Reconciled = reply.IsTrue("/reconciled");
            Duplicates = new ReadOnlyCollection<string>(reply.Texts("/duplicates"));
        }

        /// <summary>By which the service knows the call.</summary>
        public string MeetId { get; private set; }

        /// <summary>Where the doctor joins it.</summary>
        public string MeetUrl { get; private set; }

        /// <summary>The answer was lost on the way and the invitation was then found in the list.</summary>
        public bool Reconciled { get; private set; }

        /// <summary>Further calls of this patient at this start, which the list held as well; most often none. Remove what is too many.</summary>
        public ReadOnlyCollection<string> Duplicates { get; private set; }
    }

    /// <summary>What came of a move.</summary>
    public sealed class MeetingMoved
    {
        internal MeetingMoved(Reply reply)
        {
            MeetId = reply.Text("/meet_id");
            MeetUrl = reply.Text("/meet_url");
            OldMeetId = reply.Text("/old_meet_id");
            Moved = reply.IsTrue("/moved");
            OldWasGone = reply.IsTrue("/old_was_gone");
            Reconciled = reply.IsTrue("/reconciled");
            Duplicates = new ReadOnlyCollection<string>(reply.Texts("/duplicates"));
        }

        /// <summary>The new call: note it in the place of the old one.</summary>
        public string MeetId { get; private set; }

        /// <summary>Where the new call is joined.</summary>
        public string MeetUrl { get; private set; }

        /// <summary>The call that was moved.</summary>
        public string OldMeetId { get; private set; }

        /// <summary>False: the call starts then already, and nothing was sent.</summary>
        public bool Moved { get; private set; }

        /// <summary>Somebody else has cancelled or moved the old call meanwhile: look at the list.</summary>
        public bool OldWasGone { get; private set; }

        /// <summary>The new call was found in the list: after a lost answer, or of an earlier move that broke off.</summary>
        public bool Reconciled { get; private set; }

        /// <summary>As <see cref="MeetingCreated.Duplicates"/>.</summary>
        public ReadOnlyCollection<string> Duplicates { get; private set; }
    }

    /// <summary>What came of a removal.</summary>
    public sealed class MeetingRemoved
    {
        internal MeetingRemoved(Reply reply)
        {
            MeetId = reply.Text("/meet_id");
            Reconciled = reply.IsTrue("/reconciled");
        }

        /// <summary>Which call it was.</summary>
        public string MeetId { get; private set; }

        /// <summary>The answer was lost on the way and the call was then found to be gone.</summary>
        public bool Reconciled { get; private set; }
    }

    /// <summary>What came of saving a report.</summary>
    /// <remarks>It stands for its size where a number is expected, which is what release 1.0 returned.</remarks>
    public sealed class SavedExport
    {
        internal SavedExport(Reply reply)
        {
            Path = reply.Text("/path");
            Bytes = reply.Number("/bytes");
            ContentType = reply.Text("/content_type");
        }

        /// <summary>Where it was saved, as it was asked for.</summary>
        public string Path { get; private set; }

        /// <summary>Its size.</summary>
        public long Bytes { get; private set; }

        /// <summary>What the service says it is: application/pdf. A page (text/html) in its place is no report. "" if the service does not say.</summary>
        public string ContentType { get; private set; }

        /// <summary>Its size in bytes.</summary>
        public static implicit operator long(SavedExport saved)
        {
            if (saved == null)
            {
                throw new System.ArgumentNullException("saved");
            }
            return saved.Bytes;
        }

        /// <summary>Its size in bytes, in digits.</summary>
        public override string ToString()
        {
            return Bytes.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The service's clock.</summary>
    public sealed class ServiceTime
    {
        internal ServiceTime(Reply reply)
        {
            Time = reply.Time("/iso");
            ClockSkewSeconds = reply.Number("/clock_skew_s");
        }

        /// <summary>With Prague's offset; null if the service's answer cannot be read as a time.</summary>
        public DateTimeOffset? Time { get; private set; }

        /// <summary>By how many seconds the service is ahead of this PC.</summary>
        public long ClockSkewSeconds { get; private set; }
    }
}
