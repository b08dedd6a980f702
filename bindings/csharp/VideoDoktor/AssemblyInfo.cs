using System;
using System.Reflection;
using System.Runtime.InteropServices;

[assembly: AssemblyTitle("VideoDoktor.Net")]
[assembly: AssemblyDescription("Invites patients to video calls on VideoDoktor.cz")]
[assembly: AssemblyVersion("1.1.0.0")]
[assembly: AssemblyFileVersion("1.1.0.0")]
[assembly: AssemblyInformationalVersion("1.1.0")]
[assembly: CLSCompliant(true)]
[assembly: ComVisible(false)]
#if !NET40
// What the assembly imports by name is the system's own, kernel32 and libdl; the library is loaded by its path.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
#endif
