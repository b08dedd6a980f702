using System;
using System.Threading;

namespace VideoDoktor
{
    /// <summary>One array for the bytes of a list, kept for the next list until the garbage collector wants its memory; always given back empty.</summary>
    /// <remarks>A long list's array is a large object, whose every allocation brings the next full collection nearer.</remarks>
    internal static class ReadingBuffer
    {
        private static WeakReference kept;

        internal static byte[] Rent(int length)
        {
            WeakReference last = Interlocked.Exchange(ref kept, null);
            byte[] buffer = last == null ? null : (byte[])last.Target;
            return buffer != null && buffer.Length >= length ? buffer : new byte[length + length / 8];
        }

        internal static void GiveBack(byte[] buffer)
        {
            Interlocked.Exchange(ref kept, new WeakReference(buffer));
        }
    }
}
