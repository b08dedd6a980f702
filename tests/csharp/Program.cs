using System;
using VideoDoktor;

/// <summary>All stories that need the library. tests/csharp/run.sh runs them, on Mono and on .NET.</summary>
internal static class Program
{
    private static int Main()
    {
        VideoDoktorLibrary.Path = Sandbox.Setting("VIDEODOKTOR_LIBRARY");
        Check.Tell(typeof(HeaderTests), typeof(CallTests), typeof(ErrorTests), typeof(CancellationTests), typeof(VectorTests), typeof(NullTests), typeof(HostTests));
        return Check.Finish();
    }
}
