using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace VideoDoktor
{
    /// <summary>The functions of the native library, bound to the one file that <see cref="NativeLibrary"/> found.</summary>
    /// <remarks>
    /// A table of delegates and not [DllImport("videodoktor")]: a DllImport goes by name, so that after a careful search another file of that name
    /// (beside a shadow copy, from an older program) could still answer, and each runtime searches elsewhere. Here every function comes from the
    /// file that was checked, all of them are there or the library is refused, and one assembly serves .NET Framework, Mono and .NET.
    /// Each field has the name of its export. The tests compare names, parameters and their types with videodoktor.h.
    /// </remarks>
    internal sealed class NativeMethods
    {
        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate void LogFunction(int level, IntPtr message, IntPtr userData);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate uint NumberFunction();

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr TextFunction();

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr StatusNameFunction(int status);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate IntPtr StatusTextFunction(int status, byte[] lang);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int NewFunction(byte[] appUrl, byte[] apiAppKey, byte[] apiKey, byte[] optionsJson, out IntPtr client, out IntPtr json);

        /// <summary>The handle as it is: a SafeHandle would wait for the calls that it is to end.</summary>
        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int HandleFunction(IntPtr client);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int ClientFunction(NativeClient client, out IntPtr json);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int ClientTextFunction(NativeClient client, byte[] text, out IntPtr json);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int ClientTwoTextsFunction(NativeClient client, byte[] first, byte[] second, out IntPtr json);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int AddFunction(NativeClient client, byte[] pacientJmeno, byte[] pacientEmail, byte[] pacientTelefon, byte[] pacientNarozen,
            byte[] meetStart, out IntPtr json);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int MoveFunction(NativeClient client, byte[] meetId, byte[] pacientJmeno, byte[] pacientEmail, byte[] pacientTelefon,
            byte[] pacientNarozen, byte[] meetStart, out IntPtr json);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int ChangesFunction(byte[] beforeJson, byte[] afterJson, out IntPtr json);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int CalendarFunction(byte[] meetingJson, byte[] optionsJson, out IntPtr text);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int QrFunction(byte[] text, byte[] path, int pixels, out IntPtr json);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int CheckFunction(byte[] pacientJmeno, byte[] pacientEmail, byte[] pacientTelefon, byte[] pacientNarozen, byte[] meetStart,
            out IntPtr json);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int YearFunction(byte[] rodneCislo, out int year);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int FreeFunction(IntPtr text);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int JsonGetFunction(IntPtr json, byte[] pointer, out IntPtr text);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int JsonLengthFunction(IntPtr json, byte[] pointer, out int length);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        internal delegate int SetLogFunction(LogFunction callback, IntPtr userData, int maxLevel);

        internal readonly NumberFunction vd_abi_version;
        internal readonly TextFunction vd_version;
        internal readonly StatusNameFunction vd_status_name;
        internal readonly StatusTextFunction vd_status_text;
        internal readonly NewFunction vd_client_new;
        internal readonly HandleFunction vd_client_free;
        internal readonly HandleFunction vd_client_interrupt;
        internal readonly HandleFunction vd_client_prepare;
        internal readonly ClientFunction vd_verify;
        internal readonly ClientFunction vd_time;
        internal readonly AddFunction vd_meet_add;
        internal readonly ClientFunction vd_meet_list;
        internal readonly ClientTextFunction vd_meet_detail;
        internal readonly ClientTextFunction vd_meet_remove;
        internal readonly ClientTextFunction vd_meet_export;
        internal readonly ClientTwoTextsFunction vd_meet_export_save;
        internal readonly ClientTwoTextsFunction vd_call;
        internal readonly ClientFunction vd_diagnose;
        internal readonly MoveFunction vd_meet_move;
        internal readonly ChangesFunction vd_meet_changes;
        internal readonly CalendarFunction vd_meet_ics;
        internal readonly QrFunction vd_qr;
        internal readonly CheckFunction vd_check_invitation;
        internal readonly YearFunction vd_birth_year;
        internal readonly FreeFunction vd_string_free;
        internal readonly JsonGetFunction vd_json_get;
        internal readonly JsonLengthFunction vd_json_length;
        internal readonly SetLogFunction vd_set_log;

        /// <summary>Written out and not by reflection, so that a program that is trimmed or compiled ahead of time keeps every entry. The compiler warns of
        /// one that is forgotten.</summary>
        private NativeMethods(Addresses bound)
        {
            vd_abi_version = bound.To<NumberFunction>(nameof(vd_abi_version));
            vd_version = bound.To<TextFunction>(nameof(vd_version));
            vd_status_name = bound.To<StatusNameFunction>(nameof(vd_status_name));
            vd_status_text = bound.To<StatusTextFunction>(nameof(vd_status_text));
            vd_client_new = bound.To<NewFunction>(nameof(vd_client_new));
            vd_client_free = bound.To<HandleFunction>(nameof(vd_client_free));
            vd_client_interrupt = bound.To<HandleFunction>(nameof(vd_client_interrupt));
            vd_client_prepare = bound.To<HandleFunction>(nameof(vd_client_prepare));
            vd_verify = bound.To<ClientFunction>(nameof(vd_verify));
            vd_time = bound.To<ClientFunction>(nameof(vd_time));
            vd_meet_add = bound.To<AddFunction>(nameof(vd_meet_add));
            vd_meet_list = bound.To<ClientFunction>(nameof(vd_meet_list));
            vd_meet_detail = bound.To<ClientTextFunction>(nameof(vd_meet_detail));
            vd_meet_remove = bound.To<ClientTextFunction>(nameof(vd_meet_remove));
            vd_meet_export = bound.To<ClientTextFunction>(nameof(vd_meet_export));
            vd_meet_export_save = bound.To<ClientTwoTextsFunction>(nameof(vd_meet_export_save));
            vd_call = bound.To<ClientTwoTextsFunction>(nameof(vd_call));
            vd_diagnose = bound.To<ClientFunction>(nameof(vd_diagnose));
            vd_meet_move = bound.To<MoveFunction>(nameof(vd_meet_move));
            vd_meet_changes = bound.To<ChangesFunction>(nameof(vd_meet_changes));
            vd_meet_ics = bound.To<CalendarFunction>(nameof(vd_meet_ics));
            vd_qr = bound.To<QrFunction>(nameof(vd_qr));
            vd_check_invitation = bound.To<CheckFunction>(nameof(vd_check_invitation));
            vd_birth_year = bound.To<YearFunction>(nameof(vd_birth_year));
            vd_string_free = bound.To<FreeFunction>(nameof(vd_string_free));
            vd_json_get = bound.To<JsonGetFunction>(nameof(vd_json_get));
            vd_json_length = bound.To<JsonLengthFunction>(nameof(vd_json_length));
            vd_set_log = bound.To<SetLogFunction>(nameof(vd_set_log));
        }

        /// <summary>Binds every function; the names of those that the file lacks are added to <paramref name="missing"/>.</summary>
        internal static NativeMethods Bind(Func<string, IntPtr> addressOf, ICollection<string> missing)
        {
            return new NativeMethods(new Addresses(addressOf, missing));
        }

        private sealed class Addresses
        {
            private readonly Func<string, IntPtr> addressOf;
            private readonly ICollection<string> missing;

            internal Addresses(Func<string, IntPtr> addressOf, ICollection<string> missing)
            {
                this.addressOf = addressOf;
                this.missing = missing;
            }

            /// <summary>Null if the file lacks it.</summary>
            internal T To<T>(string name) where T : class
            {
                IntPtr address = addressOf(name);
                if (address == IntPtr.Zero)
                {
                    missing.Add(name);
                    return null;
                }
#if NET40
                return (T)(object)Marshal.GetDelegateForFunctionPointer(address, typeof(T));
#else
                return Marshal.GetDelegateForFunctionPointer<T>(address);
#endif
            }
        }
    }
}
