using System;
using System.Collections.ObjectModel;

namespace VideoDoktor
{
    /// <summary>The calls of the service, each ready to be made on a native client: at once, or later in another thread.</summary>
    /// <remarks>Arguments are read and encoded when the call is prepared, so that the caller may change an invitation while it is being sent.</remarks>
    internal static class NativeCalls
    {
        internal static Func<NativeClient, bool> Verify()
        {
            return client => Read((out IntPtr json) => Native.vd_verify(client, out json), reply => reply.IsTrue("/valid"));
        }

        internal static Func<NativeClient, ServiceTime> Time()
        {
            return client => Read((out IntPtr json) => Native.vd_time(client, out json), reply => new ServiceTime(reply));
        }

        internal static Func<NativeClient, MeetingCreated> Add(Invitation invitation)
        {
            if (invitation == null)
            {
                throw new ArgumentNullException("invitation");
            }
            byte[] jmeno = NativeText.FilledIn(invitation.PacientJmeno, "pacient_jmeno");
            byte[] email = NativeText.FilledIn(invitation.PacientEmail, "pacient_email");
            byte[] telefon = NativeText.FilledIn(invitation.PacientTelefon, "pacient_telefon");
            byte[] narozen = NativeText.FilledIn(invitation.NarozenText, "pacient_narozen");
            byte[] start = NativeText.FilledIn(invitation.MeetStart.ToString(), "meet_start");
            return client => Read((out IntPtr json) => Native.vd_meet_add(client, jmeno, email, telefon, narozen, start, out json),
                reply => new MeetingCreated(reply));
        }

        internal static Func<NativeClient, ReadOnlyCollection<Meeting>> List()
        {
            return client => Read((out IntPtr json) => Native.vd_meet_list(client, out json), reply => reply.Read(Meeting.ListOf));
        }

        internal static Func<NativeClient, Meeting> Get(string meetId)
        {
            byte[] id = NativeText.In(meetId, "meet_id");
            return client => Read((out IntPtr json) => Native.vd_meet_detail(client, id, out json), reply => reply.Read(json => new Meeting(json)));
        }

        internal static Func<NativeClient, MeetingRemoved> Remove(string meetId)
        {
            byte[] id = NativeText.In(meetId, "meet_id");
            return client => Read((out IntPtr json) => Native.vd_meet_remove(client, id, out json), reply => new MeetingRemoved(reply));
        }

        /// <summary>A field that is null or "", and the year 0, takes the old call's value.</summary>
        internal static Func<NativeClient, MeetingMoved> Move(string meetId, Invitation to)
        {
            if (to == null)
            {
                throw new ArgumentNullException("to");
            }
            byte[] id = NativeText.In(meetId, "meet_id");
            byte[] jmeno = Given(to.PacientJmeno, "pacient_jmeno");
            byte[] email = Given(to.PacientEmail, "pacient_email");
            byte[] telefon = Given(to.PacientTelefon, "pacient_telefon");
            byte[] narozen = to.PacientNarozen == 0 ? null : Given(to.NarozenText, "pacient_narozen");
            byte[] start = NativeText.FilledIn(to.MeetStart.ToString(), "meet_start");
            return client => Read((out IntPtr json) => Native.vd_meet_move(client, id, jmeno, email, telefon, narozen, start, out json),
                reply => new MeetingMoved(reply));
        }

        private static byte[] Given(string text, string field)
        {
            return string.IsNullOrEmpty(text) ? null : NativeText.In(text, field);
        }

        internal static Func<NativeClient, string> ExportUrl(string meetId)
        {
            byte[] id = NativeText.In(meetId, "meet_id");
            return client => Read((out IntPtr json) => Native.vd_meet_export(client, id, out json), reply => reply.Text("/export_url"));
        }

        internal static Func<NativeClient, SavedExport> SaveExport(string meetId, string path)
        {
            byte[] id = NativeText.In(meetId, "meet_id");
            byte[] file = NativeText.In(path, "path");
            return client => Read((out IntPtr json) => Native.vd_meet_export_save(client, id, file, out json), reply => new SavedExport(reply));
        }

        internal static Func<NativeClient, string> Call(string callName, string fieldsJson)
        {
            byte[] name = NativeText.In(callName, "call_name");
            byte[] fields = NativeText.In(fieldsJson, "fields_json");
            return client => Read((out IntPtr json) => Native.vd_call(client, name, fields, out json), reply => reply.Whole);
        }

        internal static Func<NativeClient, Diagnosis> Diagnose()
        {
            return Diagnosed;
        }

        private static Diagnosis Diagnosed(NativeClient client)
        {
            int status;
            using (Reply reply = Reply.To((out IntPtr json) => Native.vd_diagnose(client, out json), out status))
            {
                if (reply.Text("/steps") == "")
                {
                    throw VideoDoktorException.Of(status, reply);
                }
                return new Diagnosis(status, reply);
            }
        }

        private static NativeMethods Native
        {
            get { return NativeLibrary.Methods; }
        }

        private static T Read<T>(Asked asked, Func<Reply, T> read)
        {
            using (Reply reply = Reply.To(asked))
            {
                return read(reply);
            }
        }
    }
}
