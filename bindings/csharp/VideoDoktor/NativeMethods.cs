using System;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.InteropServices;

namespace VideoDoktor
{
    /// <summary>The functions of the native library, bound to the one file that <see cref="NativeLibrary"/> found.</summary>
    /// <remarks>
    /// A table of delegates and not [DllImport("videodoktor")]: a DllImport goes by name, so that after a careful search another file of that name
    /// (beside a shadow copy, from an older program) could still answer, and each runtime searches elsewhere. Here every function comes from the
    /// file that was checked, all of them are there or the library is refused, and one assembly serves .NET Framework, Mono and .NET.
    /// The field's name is the export's name. The tests compare names, parameters and their types with videodoktor.h.
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

#pragma warning disable 649 // assigned by name, in Bind
        internal NumberFunction vd_abi_version;
        internal TextFunction vd_version;
        internal StatusNameFunction vd_status_name;
        internal StatusTextFunction vd_status_text;
        internal NewFunction vd_client_new;
        internal HandleFunction vd_client_free;
        internal HandleFunction vd_client_interrupt;
        internal ClientFunction vd_verify;
        internal ClientFunction vd_time;
        internal AddFunction vd_meet_add;
        internal ClientFunction vd_meet_list;
        internal ClientTextFunction vd_meet_detail;
        internal ClientTextFunction vd_meet_remove;
        internal ClientTextFunction vd_meet_export;
        internal ClientTwoTextsFunction vd_meet_export_save;
        internal ClientTwoTextsFunction vd_call;
        internal ClientFunction vd_diagnose;
        internal MoveFunction vd_meet_move;
        internal ChangesFunction vd_meet_changes;
        internal CalendarFunction vd_meet_ics;
        internal QrFunction vd_qr;
        internal CheckFunction vd_check_invitation;
        internal YearFunction vd_birth_year;
        internal FreeFunction vd_string_free;
        internal JsonGetFunction vd_json_get;
        internal JsonLengthFunction vd_json_length;
        internal SetLogFunction vd_set_log;
#pragma warning restore 649

        private const BindingFlags Entries = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

        /// <summary>Binds every function; the names of those that the file lacks are added to <paramref name="missing"/>.</summary>
        internal static NativeMethods Bind(Func<string, IntPtr> addressOf, ICollection<string> missing)
        {
            var methods = new NativeMethods();
            foreach (FieldInfo entry in typeof(NativeMethods).GetFields(Entries))
            {
                IntPtr address = addressOf(entry.Name);
                if (address == IntPtr.Zero)
                {
                    missing.Add(entry.Name);
                }
                else
                {
                    entry.SetValue(methods, Marshal.GetDelegateForFunctionPointer(address, entry.FieldType));
                }
            }
            return methods;
        }
    }
}
