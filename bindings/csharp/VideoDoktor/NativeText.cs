using System;
using System.Runtime.InteropServices;
using System.Text;

namespace VideoDoktor
{
    /// <summary>Text on its way in and out of the library: UTF-8, ended by a NUL.</summary>
    internal static class NativeText
    {
        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);

        /// <summary>
        /// Text for the library; null stays null. Half a surrogate pair is refused, where the framework would quietly send a question mark in a
        /// patient's name, and a NUL too, where the library would see the text end.
        /// </summary>
        /// <remarks>By hand, because UnmanagedType.LPUTF8Str came with .NET Framework 4.7 and replaces what it cannot encode.</remarks>
        internal static byte[] In(string text, string argument)
        {
            if (text == null)
            {
                return null;
            }
            if (text.IndexOf('\0') >= 0)
            {
                throw VideoDoktorException.OfUsage(VideoDoktorStatus.InvalidArgument, argument, argument + " holds a NUL character");
            }
            try
            {
                var bytes = new byte[Strict.GetByteCount(text) + 1];
                Strict.GetBytes(text, 0, text.Length, bytes, 0);
                return bytes;
            }
            catch (EncoderFallbackException)
            {
                throw VideoDoktorException.OfUsage(VideoDoktorStatus.InvalidUtf8, argument, argument + " holds half a surrogate pair");
            }
        }

        /// <summary>Text that a person fills in: null is what was left empty, so that the library names the field instead of blaming the program.</summary>
        internal static byte[] FilledIn(string text, string field)
        {
            return In(text ?? "", field);
        }

        /// <summary>A copy of the library's text, which stays the library's; "" for none.</summary>
        internal static string Out(IntPtr text)
        {
            if (text == IntPtr.Zero)
            {
                return "";
            }
            var bytes = new byte[Length(text)];
            Marshal.Copy(text, bytes, 0, bytes.Length);
            string copy = Encoding.UTF8.GetString(bytes);
            Array.Clear(bytes, 0, bytes.Length);
            return copy;
        }

        /// <summary>Eight bytes at a time, where they are aligned: such a word lies in one page of memory, so that it may be read beyond the NUL.</summary>
        internal static int Length(IntPtr text)
        {
            const long Lowest = 0x0101010101010101, Highest = unchecked((long)0x8080808080808080);
            int length = 0;
            for (; (text.ToInt64() + length) % sizeof(long) != 0; length++)
            {
                if (Marshal.ReadByte(text, length) == 0)
                {
                    return length;
                }
            }
            long word = Marshal.ReadInt64(text, length);
            while ((unchecked(word - Lowest) & ~word & Highest) == 0) // none of its bytes is 0
            {
                length += sizeof(long);
                word = Marshal.ReadInt64(text, length);
            }
            while (Marshal.ReadByte(text, length) != 0)
            {
                length++;
            }
            return length;
        }
    }
}
