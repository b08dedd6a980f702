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
