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
        internal CheckFunction vd_check_invitation;
        internal YearFunction vd_birth_year;
        internal FreeFunction vd_string_free;
        internal JsonGetFunction vd_json_get;
        internal JsonLengthFunction vd_json_length;
        internal SetLogFunction vd_set_log;

        /// <summary>Binds every function; the names of those that the file lacks are added to <paramref name="missing"/>.</summary>
        /// <remarks>One by one and not by reflection, which a program that was trimmed or compiled ahead of time may lack. A test compares it with
        /// the fields above.</remarks>
        internal static NativeMethods Bind(Func<string, IntPtr> addressOf, ICollection<string> missing)
        {
            var file = new Exports(addressOf, missing);
            var methods = new NativeMethods();
            methods.vd_abi_version = file.Function<NumberFunction>(nameof(vd_abi_version));
            methods.vd_version = file.Function<TextFunction>(nameof(vd_version));
            methods.vd_status_name = file.Function<StatusNameFunction>(nameof(vd_status_name));
            methods.vd_status_text = file.Function<StatusTextFunction>(nameof(vd_status_text));
            methods.vd_client_new = file.Function<NewFunction>(nameof(vd_client_new));
            methods.vd_client_free = file.Function<HandleFunction>(nameof(vd_client_free));
            methods.vd_client_interrupt = file.Function<HandleFunction>(nameof(vd_client_interrupt));
            methods.vd_verify = file.Function<ClientFunction>(nameof(vd_verify));
            methods.vd_time = file.Function<ClientFunction>(nameof(vd_time));
            methods.vd_meet_add = file.Function<AddFunction>(nameof(vd_meet_add));
            methods.vd_meet_list = file.Function<ClientFunction>(nameof(vd_meet_list));
            methods.vd_meet_detail = file.Function<ClientTextFunction>(nameof(vd_meet_detail));
            methods.vd_meet_remove = file.Function<ClientTextFunction>(nameof(vd_meet_remove));
            methods.vd_meet_export = file.Function<ClientTextFunction>(nameof(vd_meet_export));
            methods.vd_meet_export_save = file.Function<ClientTwoTextsFunction>(nameof(vd_meet_export_save));
            methods.vd_call = file.Function<ClientTwoTextsFunction>(nameof(vd_call));
            methods.vd_diagnose = file.Function<ClientFunction>(nameof(vd_diagnose));
            methods.vd_check_invitation = file.Function<CheckFunction>(nameof(vd_check_invitation));
            methods.vd_birth_year = file.Function<YearFunction>(nameof(vd_birth_year));
            methods.vd_string_free = file.Function<FreeFunction>(nameof(vd_string_free));
            methods.vd_json_get = file.Function<JsonGetFunction>(nameof(vd_json_get));
            methods.vd_json_length = file.Function<JsonLengthFunction>(nameof(vd_json_length));
            methods.vd_set_log = file.Function<SetLogFunction>(nameof(vd_set_log));
            return methods;
        }

        private struct Exports
        {
            private readonly Func<string, IntPtr> addressOf;
            private readonly ICollection<string> missing;

            internal Exports(Func<string, IntPtr> addressOf, ICollection<string> missing)
            {
                this.addressOf = addressOf;
                this.missing = missing;
            }

            internal T Function<T>(string name) where T : class
            {
                IntPtr address = addressOf(name);
                if (address == IntPtr.Zero)
                {
                    missing.Add(name);
                    return null;
                }
#if NET40 // the generic one came with .NET Framework 4.5.1
                return (T)(object)Marshal.GetDelegateForFunctionPointer(address, typeof(T));
#else
                return Marshal.GetDelegateForFunctionPointer<T>(address);
#endif
            }
        }
    }
}
