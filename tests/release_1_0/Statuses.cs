using System;
using VideoDoktor;

/// <summary>A .NET program for 1.0 meets the statuses that 1.0 did not know; LATER_STATUSES holds all of them, as 51=VD_ERR_OLD_REMAINS.</summary>
public static class Statuses
{
    public static void Each_has_a_name_and_a_text_in_both_languages()
    {
        foreach (string one in Sandbox.Setting("LATER_STATUSES").Split(' '))
        {
            var status = (VideoDoktorStatus)int.Parse(one.Split('=')[0]);
            Check.Same(one.Split('=')[1], VideoDoktorLibrary.StatusName(status));
            Check.That(VideoDoktorLibrary.StatusText(status).Length > 20, one + " has a text");
            Check.That(VideoDoktorLibrary.StatusText(status) != VideoDoktorLibrary.StatusText(status, "en"), one + " has it in both languages");
        }
    }

    public static void A_report_that_is_not_there_yet()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            Sandbox.Next("/api_meet_export/", "\"body\":{\"text\":\"{\\\"export_url\\\":\\\"\\\"}\"},\"times\":3");
            Shown(62, "VD_ERR_REPORT_NOT_READY", () => client.GetExportUrl("abc"));
            Shown(62, "VD_ERR_REPORT_NOT_READY", () => client.GetExportUrlAsync("abc").GetAwaiter().GetResult());
            Shown(62, "VD_ERR_REPORT_NOT_READY", () => client.SaveExport("abc", "/nowhere/vykaz.pdf"));
        }
    }

    public static void A_call_that_remains_beside_the_moved_one()
    {
        Sandbox.Reset();
        using (VideoDoktorClient client = Sandbox.Client())
        {
            string id = client.AddMeeting(Sandbox.ForJana(Sandbox.At10On(2))).MeetId;
            Sandbox.Next("/api_meet_remove/", "\"code\":\"X005\",\"times\":2");
            Shown(51, "VD_ERR_OLD_REMAINS", () => client.RemoveMeeting(id)); // see moves.c
        }
    }

    /// <summary>The act ends in the exception of the general class, which knows the status, its name and its text.</summary>
    private static void Shown(int status, string name, Action act)
    {
        VideoDoktorException error = Check.Throws<VideoDoktorInternalException>(act);
        Check.Same(status, (int)error.Status);
        Check.Same(name, error.StatusName);
        Check.Same(VideoDoktorLibrary.StatusText((VideoDoktorStatus)status), error.Message);
        Check.Holds(error.Message, error.ToString());
    }

    private static int Main()
    {
        VideoDoktorLibrary.Path = Sandbox.Setting("VIDEODOKTOR_LIBRARY");
        Check.Tell(typeof(Statuses));
        return Check.Finish();
    }
}
