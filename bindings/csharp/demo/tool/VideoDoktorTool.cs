using System;
using System.Globalization;
using System.IO;
using System.Threading;
using VideoDoktor;

/// <summary>A small command-line tool: lists, invites, moves, removes, saves calls for a calendar and as QR codes, watches the list.</summary>
/// <remarks>Settings come from the environment, so that no key stands on the command line: VIDEODOKTOR_URL, VIDEODOKTOR_APP_KEY, VIDEODOKTOR_API_KEY and, if the
/// service's certificate needs it, VIDEODOKTOR_CA_FILE. What is not set is the sandbox's.</remarks>
internal static class VideoDoktorTool
{
    private const string SandboxUrl = "http://127.0.0.1:43210"; // videodoktor-sandbox without arguments

    private static int Main(string[] words)
    {
        try
        {
            using (var client = NewClient())
            {
                return Run(client, words);
            }
        }
        catch (VideoDoktorException error)
        {
            Console.Error.WriteLine(error.Message);
            if (error.Detail != "") { Console.Error.WriteLine(error.StatusName + ": " + error.Detail); }
            if (error.MovedMeetUrl != "") { Console.WriteLine(error.MovedMeetUrl); } // of a move whose old call may still be there
            return 1;
        }
    }

    private static VideoDoktorClient NewClient()
    {
        if (Setting("URL", "") == "") { Console.Error.WriteLine("Without settings: the sandbox at " + SandboxUrl); }
        return new VideoDoktorClient(Setting("URL", SandboxUrl), Setting("APP_KEY", "sandbox-app-key"), Setting("API_KEY", "sandbox-practice-1"),
            new VideoDoktorOptions { CaFile = Setting("CA_FILE", null), UserAgent = "VideoDoktorTool/1.1" });
    }

    private static int Run(VideoDoktorClient client, string[] words)
    {
        switch (words.Length == 0 ? "" : words[0] + words.Length)
        {
            case "list1": List(client); return 0;
            case "invite6": Invite(client, words); return 0;
            case "move4": Move(client, words); return 0;
            case "remove2": client.RemoveMeeting(words[1]); return 0;
            case "calendar3": File.WriteAllText(words[2], VideoDoktorLibrary.Calendar(client.GetMeeting(words[1]).Json, null)); return 0;
            case "qr3": VideoDoktorLibrary.SaveQrCode(client.GetMeeting(words[1]).MeetUrl, words[2], 512); return 0;
            case "watch1": Watch(client); return 0;
            default: Help(); return 2;
        }
    }

    private static void List(VideoDoktorClient client)
    {
        var meetings = client.ListMeetings();
        foreach (var meeting in meetings)
        {
            Console.WriteLine(meeting.MeetId + "  " + Line(meeting));
        }
        Console.WriteLine(meetings.Count + " video calls");
    }

    private static void Invite(VideoDoktorClient client, string[] words)
    {
        var created = client.AddMeeting(new Invitation
        {
            PacientJmeno = words[1], PacientEmail = words[2], PacientNarozen = int.Parse(words[3], CultureInfo.InvariantCulture), MeetStart = Start(words[4], words[5])
        });
        Console.WriteLine(created.MeetId);
        Console.WriteLine(created.MeetUrl);
        Console.WriteLine("The patient is invited.");
    }

    private static void Move(VideoDoktorClient client, string[] words)
    {
        var moved = client.MoveMeeting(words[1], new Invitation { MeetStart = Start(words[2], words[3]) });
        Console.WriteLine(moved.MeetId);
        Console.WriteLine(moved.MeetUrl);
        Console.WriteLine(!moved.Moved ? "The call starts then already: nothing was sent."
            : moved.OldWasGone ? "The call is moved, but somebody else has cancelled or moved the old one: look at the list." : "The call is moved.");
    }

    /// <summary>The events come in threads of the pool: a console has no SynchronizationContext.</summary>
    private static void Watch(VideoDoktorClient client)
    {
        using (var watcher = new MeetingWatcher(client))
        {
            watcher.Added += (sender, e) => Console.WriteLine("new: " + Line(e.Meeting));
            watcher.Removed += (sender, e) => Console.WriteLine("gone: " + Line(e.Meeting));
            watcher.BecameActive += (sender, e) => Console.WriteLine("under way: " + Line(e.Meeting));
            watcher.Listed += (sender, e) => Console.WriteLine(e.Meetings.Count + " video calls");
            watcher.Failed += (sender, e) => Console.Error.WriteLine(e.Error.Message);
            watcher.Start();
            Thread.Sleep(Timeout.Infinite); // until Ctrl+C
        }
    }

    /// <summary>As days and hours from now, which keeps the example free of date formats.</summary>
    private static DateTime Start(string days, string hour)
    {
        return DateTime.Today.AddDays(int.Parse(days, CultureInfo.InvariantCulture)).AddHours(int.Parse(hour, CultureInfo.InvariantCulture));
    }

    private static string Line(Meeting meeting)
    {
        return meeting.MeetTime + "  " + meeting.PacientJmeno;
    }

    private static void Help()
    {
        Console.WriteLine("VideoDoktorTool list\nVideoDoktorTool invite NAME E-MAIL YEAR-OF-BIRTH DAYS-FROM-TODAY HOUR\nVideoDoktorTool move MEET-ID DAYS-FROM-TODAY HOUR\n" +
            "VideoDoktorTool remove MEET-ID\nVideoDoktorTool calendar MEET-ID FILE.ics\nVideoDoktorTool qr MEET-ID FILE.svg (or .png, .bmp)\nVideoDoktorTool watch");
    }

    private static string Setting(string name, string otherwise)
    {
        var value = Environment.GetEnvironmentVariable("VIDEODOKTOR_" + name);
        return string.IsNullOrEmpty(value) ? otherwise : value;
    }
}
