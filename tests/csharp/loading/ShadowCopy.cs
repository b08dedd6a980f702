using System;
using System.IO;
using VideoDoktor;

/// <summary>A host of add-ins, as ASP.NET is one: its domain runs a shadow copy of the assembly, with the log on, and is then unloaded.</summary>
public sealed class AddIn : MarshalByRefObject
{
    /// <summary>Where the assembly runs from, and where it found the library.</summary>
    public string[] Start()
    {
        VideoDoktorLog.Set((level, text) => { }, VideoDoktorLogLevel.Debug);
        return new[] { typeof(VideoDoktorLibrary).Assembly.Location, VideoDoktorLibrary.Version, VideoDoktorLibrary.Path };
    }
}

internal static class ShadowCopy
{
    private static int Main()
    {
        string folder = AppDomain.CurrentDomain.BaseDirectory;
        var setup = new AppDomainSetup
        {
            ApplicationBase = folder, ApplicationName = "addin", ShadowCopyFiles = "true", CachePath = Path.Combine(folder, "cache")
        };
        AppDomain domain = AppDomain.CreateDomain("add-in", null, setup);
        var addIn = (AddIn)domain.CreateInstanceAndUnwrap(typeof(AddIn).Assembly.FullName, typeof(AddIn).FullName);
        string[] places = addIn.Start();
        AppDomain.Unload(domain);
        Say(places[0].StartsWith(Path.Combine(folder, "cache"), StringComparison.Ordinal), "the assembly runs from a shadow copy: " + places[0]);
        bool isBeside = places[1] == "1.1.0" && places[2] == Path.Combine(folder, "x64", "libvideodoktor.so");
        Say(isBeside, "a shadow copy finds the library beside the original: " + places[2]);
        // errors are logged: with the domain's callback still in place this would be the end
        try
        {
            new VideoDoktorClient("http://127.0.0.1:1", "app", "practice", "{\"proxy\":\"none\",\"retries\":0}").Verify();
        }
        catch (VideoDoktorNetworkException)
        {
            Say(true, "once the add-in's domain is gone, its log is silent and the library works on");
        }
        return 0;
    }

    private static void Say(bool holds, string sentence)
    {
        Console.WriteLine((holds ? "ok " : "FAILED ") + sentence);
    }
}
