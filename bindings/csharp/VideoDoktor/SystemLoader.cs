using System;
using System.ComponentModel;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;

namespace VideoDoktor
{
    /// <summary>How the operating system loads a library: LoadLibraryEx or dlopen.</summary>
    internal static class SystemLoader
    {
        internal static readonly bool IsWindows = Path.DirectorySeparatorChar == '\\';
        internal static readonly string FileName = IsWindows ? "videodoktor.dll" : "libvideodoktor.so";

        /// <summary>Zero, and why, if it cannot be loaded. A name without a folder is looked for where the system keeps its own.</summary>
        internal static IntPtr Open(string path, out string why)
        {
            return IsWindows ? OpenOnWindows(path, out why) : OpenOnUnix(path, out why);
        }

        internal static IntPtr AddressOf(IntPtr library, string name)
        {
            return IsWindows ? GetProcAddress(library, name) : Dl(() => dlsym(library, name), () => dlsym_of_libc(library, name));
        }

        internal static void Close(IntPtr library)
        {
            if (IsWindows)
            {
                FreeLibrary(library);
            }
            else
            {
                Dl(() => (IntPtr)dlclose(library), () => (IntPtr)dlclose_of_libc(library));
            }
        }

        private const uint ItsFolderAndSystem = 0x100 | 0x800; // LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR, LOAD_LIBRARY_SEARCH_SYSTEM32
        private const uint OnlySystem = 0x800;
        private const uint AlteredSearchPath = 8;
        private const int ParameterIsWrong = 87; // Windows 7 without its update of 2011
        private const uint NoMessageBox = 1 | 0x8000; // SEM_FAILCRITICALERRORS, SEM_NOOPENFILEERRORBOX

        private static IntPtr OpenOnWindows(string path, out string why)
        {
            bool isRooted = Path.IsPathRooted(path);
            uint mode;
            SetThreadErrorMode(NoMessageBox, out mode);
            try
            {
                IntPtr library = LoadLibraryExW(path, IntPtr.Zero, isRooted ? ItsFolderAndSystem : OnlySystem);
                int code = Marshal.GetLastWin32Error();
                if (library == IntPtr.Zero && code == ParameterIsWrong && isRooted)
                {
                    library = LoadLibraryExW(path, IntPtr.Zero, AlteredSearchPath);
                    code = Marshal.GetLastWin32Error();
                }
                why = library != IntPtr.Zero ? ""
                    : string.Format(CultureInfo.InvariantCulture, "{0} (Windows error {1})", new Win32Exception(code).Message, code);
                return library;
            }
            finally
            {
                SetThreadErrorMode(mode, out mode);
            }
        }

        private const int Now = 2; // RTLD_NOW

        private static IntPtr OpenOnUnix(string path, out string why)
        {
            byte[] name = System.Text.Encoding.UTF8.GetBytes(path + "\0");
            IntPtr library = Dl(() => dlopen(name, Now), () => dlopen_of_libc(name, Now));
            why = library != IntPtr.Zero ? "" : NativeText.Out(Dl(dlerror, dlerror_of_libc));
            return library;
        }

        /// <summary>From libdl, which glibc keeps for old programs; where there is none, the C library itself has the function.</summary>
        private static IntPtr Dl(Func<IntPtr> fromLibdl, Func<IntPtr> fromLibc)
        {
            try
            {
                return fromLibdl();
            }
            catch (DllNotFoundException)
            {
                return fromLibc();
            }
        }

        [DllImport("kernel32", ExactSpelling = true, CharSet = CharSet.Unicode, SetLastError = true)]
        private static extern IntPtr LoadLibraryExW(string path, IntPtr reserved, uint flags);

        [DllImport("kernel32", ExactSpelling = true, CharSet = CharSet.Ansi, BestFitMapping = false)]
        private static extern IntPtr GetProcAddress(IntPtr library, string name);

        [DllImport("kernel32", ExactSpelling = true)]
        private static extern int FreeLibrary(IntPtr library);

        [DllImport("kernel32", ExactSpelling = true)]
        private static extern int SetThreadErrorMode(uint mode, out uint former);

        [DllImport("libdl.so.2", CallingConvention = CallingConvention.Cdecl)]
        private static extern IntPtr dlopen(byte[] path, int mode);

        [DllImport("libdl.so.2", CallingConvention = CallingConvention.Cdecl, CharSet = CharSet.Ansi, BestFitMapping = false)]
        private static extern IntPtr dlsym(IntPtr library, string name);

        [DllImport("libdl.so.2", CallingConvention = CallingConvention.Cdecl)]
        private static extern IntPtr dlerror();

        [DllImport("libdl.so.2", CallingConvention = CallingConvention.Cdecl)]
        private static extern int dlclose(IntPtr library);

        [DllImport("libc", EntryPoint = "dlopen", CallingConvention = CallingConvention.Cdecl)]
        private static extern IntPtr dlopen_of_libc(byte[] path, int mode);

        [DllImport("libc", EntryPoint = "dlsym", CallingConvention = CallingConvention.Cdecl, CharSet = CharSet.Ansi, BestFitMapping = false)]
        private static extern IntPtr dlsym_of_libc(IntPtr library, string name);

        [DllImport("libc", EntryPoint = "dlerror", CallingConvention = CallingConvention.Cdecl)]
        private static extern IntPtr dlerror_of_libc();

        [DllImport("libc", EntryPoint = "dlclose", CallingConvention = CallingConvention.Cdecl)]
        private static extern int dlclose_of_libc(IntPtr library);
    }
}
