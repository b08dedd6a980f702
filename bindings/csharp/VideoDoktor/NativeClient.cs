using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace VideoDoktor
{
    /// <summary>A client of the library's. A forgotten one is freed by the garbage collector.</summary>
    internal sealed class NativeClient : SafeHandle
    {
        private readonly NativeMethods native;
        private int freed;

        private NativeClient(NativeMethods native, IntPtr client) : base(IntPtr.Zero, true)
        {
            this.native = native;
            SetHandle(client);
        }

        public override bool IsInvalid
        {
            get { return handle == IntPtr.Zero; }
        }

        internal static NativeClient New(byte[] appUrl, byte[] apiAppKey, byte[] apiKey, byte[] optionsJson)
        {
            NativeMethods native = NativeLibrary.Methods;
            IntPtr client = IntPtr.Zero;
            using (Reply.To((out IntPtr json) => native.vd_client_new(appUrl, apiAppKey, apiKey, optionsJson, out client, out json)))
            {
                return new NativeClient(native, client);
            }
        }

        /// <summary>Ends every call that is under way on it with VD_ERR_CANCELLED; later calls work.</summary>
        internal void Interrupt()
        {
            native.vd_client_interrupt(handle);
        }

        /// <summary>A call on it will follow soon.</summary>
        internal void Prepare()
        {
            native.vd_client_prepare(handle);
        }

        /// <summary>Frees the client at once and so ends every call on it, begun or just about to begin.</summary>
        /// <remarks>Dispose alone would wait for those calls, because each of them holds on to the SafeHandle. The library allows this: a handle
        /// is a number in a table, and one that is freed already is only an error.</remarks>
        internal void End()
        {
            ReleaseHandle();
            Dispose();
        }

        protected override bool ReleaseHandle()
        {
            return Interlocked.Exchange(ref freed, 1) == 1 || native.vd_client_free(handle) == 0;
        }
    }
}
