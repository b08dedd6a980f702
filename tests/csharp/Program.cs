using System;
using System.Linq;
using VideoDoktor;

/// <summary>All tests that need the library, or those of the classes that are named. tests/csharp/run.sh runs them, on Mono and on .NET.</summary>
internal static class Program
{
    private static readonly Type[] All =
    {
        typeof(HeaderTests), typeof(CallTests), typeof(StartTests), typeof(ErrorTests), typeof(ReadingTests), typeof(SecretTests), typeof(CancellationTests),
        typeof(WaitingThreadTests), typeof(VectorTests), typeof(NullTests), typeof(HostTests), typeof(WatcherTests)
    };

    private static int Main(string[] wanted)
    {
        VideoDoktorLibrary.Path = Sandbox.Setting("VIDEODOKTOR_LIBRARY");
        Check.Tell(All.Where(each => wanted.Length == 0 || wanted.Contains(each.Name)).ToArray());
        return Check.Finish();
    }
}
