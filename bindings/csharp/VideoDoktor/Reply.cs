using System;
using System.Globalization;
using System.Runtime.InteropServices;

namespace VideoDoktor
{
    /// <summary>A function of the library that answers with JSON.</summary>
    internal delegate int Asked(out IntPtr json);

    /// <summary>JSON that the library handed out, read where it lies and then freed.</summary>
    /// <remarks>The library reads it: so there is no parser to depend on, and a list is read in time in proportion to its length.</remarks>
    internal sealed class Reply : SafeHandle
    {
        private readonly NativeMethods native;

        private Reply(NativeMethods native, IntPtr json) : base(IntPtr.Zero, true)
        {
            this.native = native;
            SetHandle(json);
        }

        public override bool IsInvalid
        {
            get { return handle == IntPtr.Zero; }
        }

        /// <summary>What the library answers; an error is thrown.</summary>
        internal static Reply To(Asked asked)
        {
            int status;
            Reply reply = To(asked, out status);
            if (status == 0)
            {
                return reply;
            }
            using (reply)
            {
                throw VideoDoktorException.Of(status, reply);
            }
        }

        /// <summary>What the library answers, whether it is an error or not.</summary>
        internal static Reply To(Asked asked, out int status)
        {
            NativeMethods native = NativeLibrary.Methods;
            IntPtr json;
            status = asked(out json);
            return new Reply(native, json);
        }

        /// <summary>The value at an RFC 6901 pointer; "" if there is none or it is null.</summary>
        internal string Text(string pointer)
        {
            string text;
            return !IsInvalid && TryText(handle, pointer, out text) == 0 && text != "null" ? text : "";
        }

        internal long Number(string pointer)
        {
            long number;
            return long.TryParse(Text(pointer), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) ? number : 0;
        }

        internal bool IsTrue(string pointer)
        {
            return Text(pointer) == "true";
        }

        /// <summary>An ISO 8601 time with offset; null if there is none that can be read.</summary>
        internal DateTimeOffset? Time(string pointer)
        {
            DateTimeOffset time;
            return DateTimeOffset.TryParseExact(Text(pointer), "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out time)
                ? time : (DateTimeOffset?)null;
        }

        /// <summary>How many items the array there has; 0 if there is none.</summary>
        internal int Count(string pointer)
        {
            int length;
            return !IsInvalid && Length(handle, pointer, out length) == 0 ? length : 0;
        }

        /// <summary>The texts in the array there; none if there is no array.</summary>
        internal string[] Texts(string pointer)
        {
            var texts = new string[Count(pointer)];
            for (int i = 0; i < texts.Length; i++)
            {
                texts[i] = Text(Item(pointer, i));
            }
            return texts;
        }

        /// <summary>The whole of it, as it came.</summary>
        internal string Whole
        {
            get { return NativeText.Out(handle); }
        }

        internal static string Item(string pointer, int index)
        {
            return pointer + "/" + index.ToString(CultureInfo.InvariantCulture);
        }

        internal static int TryText(IntPtr json, string pointer, out string text)
        {
            NativeMethods native = NativeLibrary.Methods;
            IntPtr found;
            int status = native.vd_json_get(json, NativeText.In(pointer, "pointer"), out found);
            using (new Reply(native, found))
            {
                text = NativeText.Out(found);
            }
            return status;
        }

        internal static int Length(IntPtr json, string pointer, out int length)
        {
            return NativeLibrary.Methods.vd_json_length(json, NativeText.In(pointer, "pointer"), out length);
        }

        protected override bool ReleaseHandle()
        {
            return native.vd_string_free(handle) == 0;
        }
    }
}
