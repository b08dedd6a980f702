using System;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace VideoDoktor
{
    /// <summary>Reads and writes the JSON of <see cref="VideoDoktorClient.Call"/> and <see cref="Meeting.Json"/> without another library.</summary>
    /// <example><code>string note = VideoDoktorJson.Text(meeting.Json, "/poznamka");</code></example>
    public static class VideoDoktorJson
    {
        private delegate int Look<T>(IntPtr json, string pointer, out T found);

        /// <summary>The value at an RFC 6901 pointer such as "/0/meet_id": a string without quotes and escapes, any other value as JSON.</summary>
        /// <exception cref="VideoDoktorUsageException">Nothing is there (<see cref="VideoDoktorStatus.NotFound"/>), or the text is no JSON.</exception>
        public static string Text(string json, string pointer)
        {
            string text;
            Check(At(json, pointer, Reply.TryText, out text));
            return text;
        }

        /// <summary>As <see cref="Text"/>, but false (and "") where nothing is.</summary>
        /// <exception cref="VideoDoktorUsageException">The text is no JSON, or the pointer is malformed.</exception>
        public static bool TryText(string json, string pointer, out string text)
        {
            int status = At(json, pointer, Reply.TryText, out text);
            if (status != (int)VideoDoktorStatus.NotFound)
            {
                Check(status);
            }
            return status == 0;
        }

        /// <summary>How many items the array, or members the object, at an RFC 6901 pointer has. "" is the whole.</summary>
        /// <exception cref="VideoDoktorUsageException">Neither is there.</exception>
        public static int Length(string json, string pointer)
        {
            int length;
            Check(At(json, pointer, Reply.Length, out length));
            return length;
        }

        /// <summary>An object of texts, for <see cref="VideoDoktorClient.Call"/>: Object("meet_id", id, "poznamka", note).</summary>
        /// <exception cref="ArgumentException">A name has no value.</exception>
        public static string Object(params string[] namesAndValues)
        {
            if (namesAndValues.Length % 2 != 0)
            {
                throw new ArgumentException("Names and values come in pairs.", "namesAndValues");
            }
            var json = new StringBuilder("{");
            for (int i = 0; i < namesAndValues.Length; i += 2)
            {
                json.Append(i == 0 ? "" : ",").Append(Quoted(namesAndValues[i])).Append(':').Append(Quoted(namesAndValues[i + 1]));
            }
            return json.Append('}').ToString();
        }

        internal static string Quoted(string text)
        {
            if (text == null)
            {
                return "null";
            }
            var quoted = new StringBuilder("\"");
            foreach (char sign in text)
            {
                if (sign == '"' || sign == '\\')
                {
                    quoted.Append('\\').Append(sign);
                }
                else if (sign < ' ')
                {
                    quoted.Append("\\u").Append(((int)sign).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    quoted.Append(sign);
                }
            }
            return quoted.Append('"').ToString();
        }

        private static int At<T>(string json, string pointer, Look<T> look, out T found)
        {
            byte[] bytes = NativeText.In(json, "json");
            GCHandle pinned = GCHandle.Alloc(bytes, GCHandleType.Pinned);
            try
            {
                return look(pinned.AddrOfPinnedObject(), pointer, out found);
            }
            finally
            {
                pinned.Free();
            }
        }

        private static void Check(int status)
        {
            if (status != 0)
            {
                throw VideoDoktorException.Of(status, null);
            }
        }
    }
}
