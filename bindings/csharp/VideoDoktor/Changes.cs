using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Linq;

namespace VideoDoktor
{
    /// <summary>What is different between two lists of video calls.</summary>
    /// <remarks>A patient who opens the call is a change of "meet_active". The service may leave past calls out of its list: a removed row need not be a
    /// cancelled call.</remarks>
    public sealed class MeetingChanges
    {
        private static readonly ReadOnlyCollection<Meeting> None = new ReadOnlyCollection<Meeting>(new Meeting[0]);

        private MeetingChanges(JsonReader json)
        {
            Added = Removed = None;
            var changed = new List<MeetingChange>();
            Changed = new ReadOnlyCollection<MeetingChange>(changed);
            json.Enter('{');
            while (json.NextMember())
            {
                if (json.IsNamed("added"))
                {
                    Added = Meeting.ListOf(json);
                }
                else if (json.IsNamed("removed"))
                {
                    Removed = Meeting.ListOf(json);
                }
                else if (json.IsNamed("changed") && json.Enter('['))
                {
                    while (json.NextItem())
                    {
                        changed.Add(new MeetingChange(json));
                    }
                }
                else if (json.IsNamed("unchanged"))
                {
                    Unchanged = (int)Reply.NumberOf(json.Text());
                }
                else if (json.IsNamed("skipped"))
                {
                    Skipped = (int)Reply.NumberOf(json.Text());
                }
                else
                {
                    json.Skip();
                }
            }
        }

        /// <summary>Compares two lists of <see cref="VideoDoktorClient.ListMeetings"/>; without one before, all are added.</summary>
        public static MeetingChanges Between([AllowNull] IEnumerable<Meeting> before, IEnumerable<Meeting> after)
        {
            if (after == null)
            {
                throw new ArgumentNullException("after");
            }
            return BetweenJson(before == null ? null : ListJson(before), ListJson(after));
        }

        /// <summary>The same of lists that the program has kept as JSON: arrays of <see cref="Meeting.Json"/>. null or "" is no list before.</summary>
        /// <exception cref="VideoDoktorUsageException">A text is no JSON array.</exception>
        public static MeetingChanges BetweenJson([AllowNull] string beforeJson, string afterJson)
        {
            byte[] old = NativeText.In(beforeJson, "before_json");
            byte[] now = NativeText.In(afterJson, "after_json");
            using (Reply reply = Reply.To((out IntPtr json) => NativeLibrary.Methods.vd_meet_changes(old, now, out json)))
            {
                return reply.Read(json => new MeetingChanges(json));
            }
        }

        /// <summary>Calls that only the later list has.</summary>
        public ReadOnlyCollection<Meeting> Added { get; private set; }

        /// <summary>Calls that only the earlier list has.</summary>
        public ReadOnlyCollection<Meeting> Removed { get; private set; }

        /// <summary>Calls that differ.</summary>
        public ReadOnlyCollection<MeetingChange> Changed { get; private set; }

        /// <summary>How many calls are the same in both.</summary>
        public int Unchanged { get; private set; }

        /// <summary>How many rows of both lists have no meet_id.</summary>
        public int Skipped { get; private set; }

        private static string ListJson(IEnumerable<Meeting> meetings)
        {
            return "[" + string.Join(",", meetings.Select(meeting => meeting.Json)) + "]";
        }
    }

    /// <summary>A video call that differs between two lists.</summary>
    public sealed class MeetingChange
    {
        internal MeetingChange(JsonReader json)
        {
            json.Enter('{');
            while (json.NextMember())
            {
                if (json.IsNamed("before"))
                {
                    Before = new Meeting(json);
                }
                else if (json.IsNamed("after"))
                {
                    After = new Meeting(json);
                }
                else if (json.IsNamed("fields"))
                {
                    Fields = new ReadOnlyCollection<string>(json.Texts());
                }
                else
                {
                    json.Skip();
                }
            }
        }

        /// <summary>As it was.</summary>
        public Meeting Before { get; private set; }

        /// <summary>As it is.</summary>
        public Meeting After { get; private set; }

        /// <summary>Names of the fields that differ, such as meet_active.</summary>
        public ReadOnlyCollection<string> Fields { get; private set; }
    }
}
