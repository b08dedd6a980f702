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

        /// <summary>
        /// Where the assembly came from, not where it was loaded from: ASP.NET, test runners and add-ins load a shadow copy, and the native library
        /// is not copied along (Grpc.Core's way). "" in a bundle of one file, which has neither: then the program's own folder serves.
        /// </summary>
#if NETCOREAPP // makes no shadow copies
        [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "In a single file it is empty, and the program's folder is searched.")]
        private static string FolderOfAssembly()
        {
            string file = typeof(NativeLibrary).Assembly.Location;
            return file == "" ? "" : System.IO.Path.GetDirectoryName(file);
        }
#else
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
            return missing.Count == 0 ? "" : "the library, version " + NativeText.Out(found.vd_version()) + ", lacks " + string.Join(", ", missing);
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
            int bits = BitsOf(head, size);
            if (bits == 64 && IsArm)
            {
                return "this program is ARM64, for which there is no library: set its PlatformTarget to x64";
            }
            return bits == 0 ? "the file is not a library" : bits == Bits ? ""
                : string.Format(CultureInfo.InvariantCulture, "the library is {0}-bit, this program is {1}-bit", bits, Bits);
        }

        /// <summary>An AnyCPU program runs so on such a Windows; one for x64 is told AMD64 there.</summary>
        private static bool IsArm
        {
            get { return Environment.GetEnvironmentVariable("PROCESSOR_ARCHITECTURE") == "ARM64"; }
        }

        private static int BitsOf(byte[] head, int size)
        {
            if (size >= 64 && head[0] == 'M' && head[1] == 'Z')
            {
                int pe = BitConverter.ToInt32(head, 0x3C);
                int machine = pe > 0 && pe + 6 <= size && head[pe] == 'P' && head[pe + 1] == 'E' ? BitConverter.ToUInt16(head, pe + 4) : 0;
                return machine == 0x014C ? 32 : machine == 0x8664 || machine == 0xAA64 ? 64 : 0;
            }
            bool isElf = size >= 64 && head[0] == 0x7F && head[1] == 'E' && head[2] == 'L' && head[3] == 'F';
            return isElf ? head[4] * 32 : 0;
        }
    }
}
