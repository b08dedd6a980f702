using System;
using System.Globalization;
using System.Runtime.InteropServices;

namespace VideoDoktor
{
    /// <summary>A function of the library that answers with JSON.</summary>
    internal delegate int Asked(out IntPtr json);

    /// <summary>JSON that the library handed out, read where it lies and then freed.</summary>
    /// <remarks>The library looks up what is asked for by name, so there is no parser to depend on; lists go through <see cref="JsonReader"/>.</remarks>
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
            return NumberOf(Text(pointer));
        }

        internal static long NumberOf(string text)
        {
            long number;
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) ? number : 0;
        }

        internal bool IsTrue(string pointer)
        {
            return Text(pointer) == "true";
        }

        /// <summary>An ISO 8601 time with offset; null if there is none that can be read.</summary>
        internal DateTimeOffset? Time(string pointer)
        {
            return TimeOf(Text(pointer));
        }

        internal static DateTimeOffset? TimeOf(string text)
        {
            DateTimeOffset time;
            return PlainTimeOf(text) ?? (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out time)
                ? time : (DateTimeOffset?)null);
        }

        /// <summary>A time as the library writes it, read by its places; null for any other. In a long list TryParseExact shows.</summary>
        private static DateTimeOffset? PlainTimeOf(string text)
        {
            if (text.Length != 25 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '+' || text[22] != ':')
            {
                return null;
            }
            int year = Digits(text, 0, 4), month = Digits(text, 5, 2), day = Digits(text, 8, 2);
            int hour = Digits(text, 11, 2), minute = Digits(text, 14, 2), second = Digits(text, 17, 2), hours = Digits(text, 20, 2), minutes = Digits(text, 23, 2);
            bool isPlain = year > 1 && month >= 1 && month <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) &&
                hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60 && hours >= 0 && hours < 14 && minutes >= 0 && minutes < 60;
            return isPlain ? new DateTimeOffset(year, month, day, hour, minute, second, new TimeSpan(hours, minutes, 0)) : (DateTimeOffset?)null;
        }

        /// <summary>Negative if another sign is among them.</summary>
        private static int Digits(string text, int start, int count)
        {
            int number = 0;
            for (int i = start; i < start + count; i++)
            {
                if (text[i] < '0' || text[i] > '9')
                {
                    return -1;
                }
                number = number * 10 + text[i] - '0';
            }
            return number;
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

        /// <summary>Reads all of it in one pass: for what may be long.</summary>
        internal T Read<T>(Func<JsonReader, T> read)
        {
            int length = IsInvalid ? 0 : NativeText.Length(handle);
            byte[] json = ReadingBuffer.Rent(length);
            try
            {
                if (length > 0)
                {
                    Marshal.Copy(handle, json, 0, length);
                }
                return read(new JsonReader(json, length));
            }
            finally
            {
                Array.Clear(json, 0, length);
                ReadingBuffer.GiveBack(json);
            }
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
