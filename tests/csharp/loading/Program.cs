using System;
using System.IO;
using System.Linq;
using VideoDoktor;

/// <summary>
/// Loading in a folder of its own: with PLACE the library must be found there without being named; with no argument every way in which loading fails
/// is tried first; "nowhere", "arm64" and "log" see below. Prints the sentences that hold, so that tests/csharp/run.sh can count them.
/// </summary>
internal static class Program
{
    private static int failed;

    private static int Main(string[] arguments)
    {
        string folder = AppDomain.CurrentDomain.BaseDirectory;
        if (arguments.Length == 0)
        {
            Failures(folder);
        }
        else if (arguments[0] == "nowhere")
        {
            Nowhere(folder);
        }
        else if (arguments[0] == "arm64")
        {
            Fails(folder + "x64.dll", "an ARM64 program is told to be built for x64", "the library is for x64, this program is ARM64: set its PlatformTarget to x64");
        }
        else if (arguments[0] == "log")
        {
            LogThatIsStillBusy(arguments[1]);
        }
        else
        {
            bool holds = VideoDoktorLibrary.Version == "1.1.0" && VideoDoktorLibrary.Path == arguments[0];
            Say(holds, "the library is found in " + arguments[0] + (holds ? "" : ", not " + VideoDoktorLibrary.Path));
        }
        return failed;
    }

    private static void Say(bool holds, string sentence)
    {
        Console.WriteLine((holds ? "ok " : "FAILED ") + sentence);
        failed += holds ? 0 : 1;
    }

    private static string MessageFor(string path)
    {
        VideoDoktorLibrary.Path = path;
        try
        {
            return "loaded " + VideoDoktorLibrary.Version;
        }
        catch (VideoDoktorLoadException error)
        {
            return error.Message;
        }
    }

    private static void Fails(string path, string sentence, params string[] says)
    {
        string message = MessageFor(path);
        bool holds = message.Contains(path) && message.Contains("Knihovnu VideoDoktor se nepodařilo načíst") && message.Contains(IntPtr.Size * 8 + "-bit program");
        foreach (string part in says)
        {
            holds = holds && message.Contains(part);
        }
        Say(holds, holds ? sentence : sentence + ": " + message);
    }

    private static void Failures(string folder)
    {
        string otherBits = IntPtr.Size == 8 ? "32-bit" : "64-bit";
        Fails(folder + "missing.so", "a library that is not there is named with its path", "missing.so: not there");
        Fails(folder + "text.so", "a file that is no library is called that", "the file is not a library");
        Fails(folder + "otherbits.so", "a library of the other bitness says which it is and which is needed", "the library is " + otherBits);
        Fails(folder + "older.so", "an older library tells its version and both ABI numbers", "too old", "version 0.9.0", "ABI 0", "ABI 1");
        Fails(folder + "newer.so", "a newer library tells its version and both ABI numbers", "too new", "version 7.0.0", "ABI 2", "ABI 1");
        Fails(folder + "release10.so", "the library of 1.0 tells both versions and what it lacks", "library is version 1.0.0", "made for version 1.1.0",
            "lacks vd_client_prepare, vd_meet_move, vd_meet_changes, vd_meet_ics, vd_qr");
        Fails(folder + "foreign.so", "a library of somebody else is called foreign", "a foreign library", "vd_abi_version");
        Say(MessageFor(folder + "good.so") == "loaded 1.1.0", "after all these failures the good one is loaded");
        try
        {
            VideoDoktorLibrary.Path = folder + "older.so";
            Say(false, "another file is refused once the library is loaded");
        }
        catch (InvalidOperationException)
        {
            Say(VideoDoktorLibrary.Path == folder + "good.so", "another file is refused once the library is loaded");
        }
    }

    private static void Nowhere(string folder)
    {
        string message = "";
        try
        {
            new VideoDoktorClient("demo", "app", "practice");
        }
        catch (VideoDoktorLoadException error)
        {
            message = error.Message;
        }
        string processor = IntPtr.Size == 8 ? "x64" : "x86";
        // .NET has a list of folders of native libraries, which Mono and .NET Framework lack
        string ofHost = AppDomain.CurrentDomain.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        Say((ofHost != "") == (typeof(object).Assembly.GetName().Name == "System.Private.CoreLib"), "only .NET lists folders of native libraries: " + ofHost);
        string[] places = { Path.Combine(folder, "runtimes", "linux-" + processor, "native"), Path.Combine(folder, processor), folder };
        foreach (string place in places.Concat(ofHost.Split(new[] { ':' }, StringSplitOptions.RemoveEmptyEntries)))
        {
            string file = Path.Combine(place, "libvideodoktor.so");
            Say(message.Contains(file + ": not there"), "a program without the library starts and tells that it looked at " + file);
        }
    }

    /// <summary>The file is the library, but the third call of vd_set_log is late: see late_log.c.</summary>
    private static void LogThatIsStillBusy(string file)
    {
        VideoDoktorLibrary.Path = file;
        int former = 0, latter = 0;
        VideoDoktorLog.Set((level, text) => former++, VideoDoktorLogLevel.Debug);
        FailToConnect();
        Say(former > 0, "the log arrives");
        bool isLate = false;
        try
        {
            VideoDoktorLog.Set((level, text) => latter++, VideoDoktorLogLevel.Debug);
        }
        catch (TimeoutException)
        {
            isLate = true;
        }
        Say(isLate, "a handler that is still busy is told by a TimeoutException");
        int before = former;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        FailToConnect();
        Say(former == before && latter == 0, "after it neither the old handler nor the new one gets a message, and the process lives on");
        VideoDoktorLog.Set((level, text) => latter++, VideoDoktorLogLevel.Debug);
        FailToConnect();
        Say(former == before && latter > 0, "a second try sets the new handler");
        VideoDoktorLog.Set(null, VideoDoktorLogLevel.Error);
    }

    private static void FailToConnect()
    {
        try
        {
            new VideoDoktorClient("http://127.0.0.1:1", "app", "practice", "{\"proxy\":\"none\",\"retries\":0}").Verify();
        }
        catch (VideoDoktorNetworkException)
        {
        }
    }
}
