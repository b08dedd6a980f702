using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace VideoDoktor
{
    /// <summary>Reads the library's JSON from its beginning to its end, in one pass.</summary>
    /// <remarks>For lists: asking the library for each field of each row costs two native calls and an encoded pointer a field. It reads bytes,
    /// because a list as one string would be twice the size again. The library has checked what it hands out, so that the reader only finds its way; a text that
    /// breaks off all the same is an InvalidOperationException.</remarks>
    internal sealed class JsonReader
    {
        private readonly byte[] json;
        private readonly int length;
        private int at;
        private int nameStart;
        private int nameLength;
        /// <summary>The name as it reads, if an escape stands in it; else null.</summary>
        private string unescapedName;

        /// <summary>Of so many bytes; the array may be longer.</summary>
        internal JsonReader(byte[] json, int length)
        {
            this.json = json;
            this.length = length;
        }

        /// <summary>Goes into the array or object here if it begins with this sign; otherwise nothing happens.</summary>
        internal bool Enter(char opening)
        {
            SkipBlanks();
            if (at >= length || json[at] != opening)
            {
                return false;
            }
            at++;
            return true;
        }

        /// <summary>Goes to the next item of the array that was entered, once the last one was read; false, and behind the array, if there is none.</summary>
        internal bool NextItem()
        {
            SkipBlanks();
            if (Here == ',')
            {
                at++;
                SkipBlanks();
            }
            if (Here != ']' && Here != '}')
            {
                return true;
            }
            at++;
            return false;
        }

        /// <summary>As <see cref="NextItem"/>, of an object: goes to the next member's value.</summary>
        internal bool NextMember()
        {
            if (!NextItem())
            {
                return false;
            }
            int start = at + 1;
            bool isEscaped = SkipText();
            nameStart = start;
            nameLength = at - 1 - start;
            unescapedName = isEscaped ? Unescaped(start, nameLength) : null;
            SkipBlanks();
            if (Here != ':')
            {
                throw Broken();
            }
            at++;
            return true;
        }

        /// <summary>Whether the member here has this name.</summary>
        internal bool IsNamed(string name)
        {
            if (unescapedName != null)
            {
                return unescapedName == name;
            }
            if (nameLength != name.Length)
            {
                return false;
            }
            for (int i = 0; i < name.Length; i++)
            {
                if (json[nameStart + i] != name[i]) // a name of ours is ASCII
                {
                    return false;
                }
            }
            return true;
        }

        /// <summary>The value here as <see cref="Reply.Text"/> has it: a string without quotes and escapes, any other as it stands there, "" for null.</summary>
        internal string Text()
        {
            SkipBlanks();
            if (Here != '"')
            {
                int from = at;
                Skip();
                string value = Encoding.UTF8.GetString(json, from, at - from);
                return value == "null" ? "" : value;
            }
            int start = at + 1;
            bool isEscaped = SkipText();
            int size = at - 1 - start;
            return isEscaped ? Unescaped(start, size) : size == 0 ? "" : Encoding.UTF8.GetString(json, start, size);
        }

        /// <summary>The texts of the array here; none if here is another value.</summary>
        internal string[] Texts()
        {
            var texts = new List<string>();
            if (Enter('['))
            {
                while (NextItem())
                {
                    texts.Add(Text());
                }
            }
            else
            {
                Skip();
            }
            return texts.ToArray();
        }

        /// <summary>Where the value here begins: for <see cref="Since"/>, once it was read.</summary>
        internal int Start()
        {
            SkipBlanks();
            return at;
        }

        /// <summary>A copy of what stands from there to here.</summary>
        internal byte[] Since(int start)
        {
            var copy = new byte[at - start];
            Buffer.BlockCopy(json, start, copy, 0, copy.Length);
            return copy;
        }

        /// <summary>Goes behind the value here.</summary>
        internal void Skip()
        {
            SkipBlanks();
            int depth = 0;
            do
            {
                switch (Here)
                {
                    case (byte)'"':
                        SkipText();
                        break;
                    case (byte)'[':
                    case (byte)'{':
                        depth++;
                        at++;
                        break;
                    case (byte)']':
                    case (byte)'}':
                        depth--;
                        at++;
                        break;
                    case (byte)',':
                    case (byte)':':
                        at++;
                        break;
                    default:
                        SkipWord();
                        break;
                }
                if (depth > 0)
                {
                    SkipBlanks();
                }
            }
            while (depth > 0);
        }

        /// <summary>A number, true, false or null.</summary>
        private void SkipWord()
        {
            int start = at;
            while (at < length && ",:]}\"[{ \t\r\n".IndexOf((char)json[at]) < 0)
            {
                at++;
            }
            if (at == start)
            {
                throw Broken();
            }
        }

        /// <summary>Goes behind the string here; whether an escape stands in it.</summary>
        private bool SkipText()
        {
            if (Here != '"')
            {
                throw Broken();
            }
            int start = at + 1;
            int quote = Array.IndexOf(json, (byte)'"', start, length - start);
            if (quote < 0)
            {
                throw Broken();
            }
            int escape = Array.IndexOf(json, (byte)'\\', start, quote - start);
            if (escape < 0)
            {
                at = quote + 1;
                return false;
            }
            for (at = escape; Here != '"'; at++)
            {
                if (json[at] == '\\')
                {
                    at++;
                }
            }
            at++;
            return true;
        }

        private void SkipBlanks()
        {
            while (at < length && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t'))
            {
                at++;
            }
        }

        private byte Here
        {
            get
            {
                if (at >= length)
                {
                    throw Broken();
                }
                return json[at];
            }
        }

        /// <summary>The text between two quotes; "" where it holds what vd_json_get does not hand out either, a NUL or half a surrogate pair.</summary>
        private string Unescaped(int start, int size)
        {
            string raw = Encoding.UTF8.GetString(json, start, size);
            var text = new StringBuilder(raw.Length);
            for (int i = 0; i < raw.Length; i++)
            {
                char sign = raw[i];
                if (sign == '\\')
                {
                    sign = raw[++i];
                    int control = "bfnrt".IndexOf(sign);
                    if (control >= 0)
                    {
                        sign = "\b\f\n\r\t"[control];
                    }
                    else if (sign == 'u')
                    {
                        sign = (char)int.Parse(raw.Substring(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                        i += 4;
                    }
                }
                text.Append(sign);
            }
            string whole = text.ToString();
            return IsUnicodeWithoutNul(whole) ? whole : "";
        }

        private static bool IsUnicodeWithoutNul(string text)
        {
            for (int i = 0; i < text.Length; i++)
            {
                if (text[i] == '\0' || char.IsLowSurrogate(text[i]) || char.IsHighSurrogate(text[i]) && !char.IsSurrogatePair(text, i))
                {
                    return false;
                }
                if (char.IsHighSurrogate(text[i]))
                {
                    i++;
                }
            }
            return true;
        }

        private InvalidOperationException Broken()
        {
            return new InvalidOperationException("The library's JSON is broken at byte " + at.ToString(CultureInfo.InvariantCulture) + ".");
        }
    }
}
