using System;
using System.Collections.Generic;
#if NETCOREAPP
using System.Diagnostics.CodeAnalysis;
#endif
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;

namespace VideoDoktor
{
    /// <summary>Finds the native library by its full path and loads it, once for the process. Nothing ever unloads it.</summary>
    /// <remarks>
    /// PATH and the current folder are not searched on Windows: an old or foreign DLL there must not answer. A failure is not remembered, so that a
    /// program may say what is missing and go on once it is there.
    /// </remarks>
    internal static class NativeLibrary
    {
        internal const uint Abi = 1;
        /// <summary>The version of the library whose functions are bound here.</summary>
        internal const string MadeFor = "1.1.0";

        private static readonly object Gate = new object();
        private static readonly bool Is64Bit = IntPtr.Size == 8;
        private static volatile NativeMethods methods;
        private static string chosenPath;
        private static string loadedPath;

        internal static NativeMethods Methods
        {
            get { return methods ?? Load(); }
        }

        /// <summary>The file that was loaded, or the one to load; null while the choice is ours.</summary>
        internal static string Path
        {
            get
            {
                lock (Gate)
                {
                    return loadedPath ?? chosenPath;
                }
            }
            set
            {
                lock (Gate)
                {
                    if (methods != null && value != loadedPath)
                    {
                        throw new InvalidOperationException("VideoDoktor is loaded already, from " + loadedPath +
                            ": name the file before anything else uses the library.");
                    }
                    chosenPath = value;
                }
            }
        }

        internal static int Bits
        {
            get { return Is64Bit ? 64 : 32; }
        }

        private static NativeMethods Load()
        {
            lock (Gate)
            {
                if (methods != null)
                {
                    return methods;
                }
                var tried = new List<string>();
                foreach (string place in chosenPath != null ? new[] { chosenPath } : Places())
                {
                    string why;
                    NativeMethods found = Try(place, out why);
                    if (found != null)
                    {
                        loadedPath = place;
                        return methods = found;
                    }
                    tried.Add(place + ": " + why);
                }
                throw VideoDoktorException.OfLoading(string.Format(CultureInfo.InvariantCulture,
                    "Knihovnu VideoDoktor se nepodařilo načíst. Předejte prosím tento text dodavateli programu.{0}" +
                    "This {1}-bit program needs a {1}-bit {2} with ABI {3}. Tried:{0}{4}",
                    Environment.NewLine, Bits, SystemLoader.FileName, Abi, string.Join(Environment.NewLine, tried)));
            }
        }

        /// <summary>Where it is looked for, best first; the last one leaves the folder to the system.</summary>
        private static IEnumerable<string> Places()
        {
            string processor = Is64Bit ? "x64" : "x86";
            string platform = (SystemLoader.IsWindows ? "win-" : "linux-") + processor;
            var places = new List<string>();
            places.AddRange(InAndBelow(FolderOfAssembly(), platform, processor));
            places.AddRange(FoldersOfHost().Select(folder => InFolder(folder)));
            places.AddRange(InAndBelow(AppDomain.CurrentDomain.BaseDirectory, platform, processor));
            places.Add(SystemLoader.FileName);
            var seen = new HashSet<string>(StringComparer.Ordinal);
            places.RemoveAll(place => !seen.Add(place));
            return places;
        }

        private static IEnumerable<string> InAndBelow(string folder, string platform, string processor)
        {
            return string.IsNullOrEmpty(folder) ? new string[0]
                : new[] { InFolder(folder, "runtimes", platform, "native"), InFolder(folder, processor), InFolder(folder) };
        }

        /// <summary>
        /// Folders in which the host of .NET has its native libraries: where a single file extracted itself (IncludeNativeLibrariesForSelfExtract),
        /// or where restored packages lie. .NET Framework and Mono have no such list.
        /// </summary>
        /// <remarks>AppDomain.GetData is AppContext.GetData on .NET; .NET Framework 4.6.2 has only the former.</remarks>
        private static IEnumerable<string> FoldersOfHost()
        {
            var listed = AppDomain.CurrentDomain.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
            return listed.Split(new[] { System.IO.Path.PathSeparator }, StringSplitOptions.RemoveEmptyEntries).Where(System.IO.Path.IsPathRooted);
        }

        private static string InFolder(string folder, params string[] below)
        {
            return System.IO.Path.Combine(System.IO.Path.GetFullPath(folder), System.IO.Path.Combine(below), SystemLoader.FileName);
        }

#if NETCOREAPP
        /// <summary>"" in a program of one file, which has no assembly files: the program's own folder is looked into anyway.</summary>
        [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "An empty location is what is asked for.")]
        private static string FolderOfAssembly()
        {
            string file = typeof(NativeLibrary).Assembly.Location;
            return file == "" ? "" : System.IO.Path.GetDirectoryName(file);
        }
#else
        /// <summary>
        /// Where the assembly came from, not where it was loaded from: ASP.NET, test runners and add-ins load a shadow copy, and the native library
        /// is not copied along (Grpc.Core's way). "" in a program of one file, which has neither.
        /// </summary>
        private static string FolderOfAssembly()
        {
            Assembly assembly = typeof(NativeLibrary).Assembly;
            string file = OriginOf(assembly);
            file = File.Exists(file) ? file : assembly.Location; // .NET makes no shadow copies, and misspells the origin of a folder with a # in its name
            return file == "" ? "" : System.IO.Path.GetDirectoryName(file);
        }

        private static string OriginOf(Assembly assembly)
        {
            try
            {
                return new Uri(assembly.EscapedCodeBase).LocalPath;
            }
            catch (Exception error)
            {
                if (error is NotSupportedException || error is InvalidOperationException || error is UriFormatException)
                {
                    return "";
                }
                throw;
            }
        }
#endif

        private static NativeMethods Try(string place, out string why)
        {
            IntPtr library = SystemLoader.Open(place, out why);
            if (library == IntPtr.Zero)
            {
                string wrong = System.IO.Path.IsPathRooted(place) ? WrongFile(place) : "";
                why = wrong == "" ? why : wrong == NotThere ? wrong : wrong + ". " + why;
                return null;
            }
            var missing = new List<string>();
            NativeMethods found = NativeMethods.Bind(name => SystemLoader.AddressOf(library, name), missing);
            why = Objection(found, missing);
            if (why == "")
            {
                return found;
            }
            SystemLoader.Close(library);
            return null;
        }

        private static string Objection(NativeMethods found, List<string> missing)
        {
            if (found.vd_abi_version == null || found.vd_version == null)
            {
                return "a foreign library, it lacks " + string.Join(", ", missing);
            }
            uint abi = found.vd_abi_version();
            if (abi != Abi)
            {
                return string.Format(CultureInfo.InvariantCulture, "the library is too {0}: version {1} has ABI {2}, needed is ABI {3}",
                    abi < Abi ? "old" : "new", NativeText.Out(found.vd_version()), abi, Abi);
            }
            return missing.Count == 0 ? "" : string.Format(CultureInfo.InvariantCulture, "the library is version {0}, this program was made for version {1} or a later one: it lacks {2}",
                NativeText.Out(found.vd_version()), MadeFor, string.Join(", ", missing));
        }

        private const string NotThere = "not there";

        /// <summary>Why the file cannot be loaded, as far as it shows; "" if nothing speaks against it.</summary>
        private static string WrongFile(string place)
        {
            var head = new byte[1024];
            int size;
            try
            {
                using (var file = new FileStream(place, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
                {
                    size = file.Read(head, 0, head.Length);
                }
            }
            catch (Exception error)
            {
                if (error is FileNotFoundException || error is DirectoryNotFoundException)
                {
                    return NotThere;
                }
                if (error is IOException || error is UnauthorizedAccessException)
                {
                    return "cannot be read";
                }
                throw;
            }
            int machine = MachineOf(head, size);
            int bits = machine == X86 ? 32 : machine == X64 || machine == Arm64 ? 64 : BitsOfElf(head, size);
            return bits == 0 ? "the file is not a library"
                : bits != Bits ? string.Format(CultureInfo.InvariantCulture, "the library is {0}-bit, this program is {1}-bit", bits, Bits)
                : machine == X64 && IsArm64 ? "the library is for x64, this program is ARM64: set its PlatformTarget to x64"
                : "";
        }

        private const int X86 = 0x014C, X64 = 0x8664, Arm64 = 0xAA64; // IMAGE_FILE_MACHINE_…

        /// <summary>An AnyCPU program runs as ARM64 on Windows for ARM, which emulates x64 for whole programs only.</summary>
        private static readonly bool IsArm64 = Environment.GetEnvironmentVariable("PROCESSOR_ARCHITECTURE") == "ARM64";

        /// <summary>Of a file for Windows; 0 if it is none.</summary>
        private static int MachineOf(byte[] head, int size)
        {
            bool isProgram = size >= 64 && head[0] == 'M' && head[1] == 'Z';
            int pe = isProgram ? BitConverter.ToInt32(head, 0x3C) : 0;
            return pe > 0 && pe + 6 <= size && head[pe] == 'P' && head[pe + 1] == 'E' ? BitConverter.ToUInt16(head, pe + 4) : 0;
        }

        private static int BitsOfElf(byte[] head, int size)
        {
            bool isElf = size >= 64 && head[0] == 0x7F && head[1] == 'E' && head[2] == 'L' && head[3] == 'F';
            return isElf ? head[4] * 32 : 0;
        }
    }
}
