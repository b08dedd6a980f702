using System;
using VideoDoktor;

internal static class FirstInvitation
{
    private static int Main()
    {
        try
        {
            using (var client = new VideoDoktorClient(
                Setting("VIDEODOKTOR_URL", "http://127.0.0.1:43210"), Setting("VIDEODOKTOR_APP_KEY", "sandbox-app-key"),
                Setting("VIDEODOKTOR_API_KEY", "sandbox-practice-1"), Setting("VIDEODOKTOR_OPTIONS", "{}")))
            {
                Console.WriteLine("The patient is invited: " + InviteAtFreeStart(client).MeetUrl);
                return 0;
            }
        }
        catch (VideoDoktorException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    // Tomorrow at 10:00, or the next quarter of an hour that is free.
    private static MeetingCreated InviteAtFreeStart(VideoDoktorClient client)
    {
        for (var start = DateTime.Today.AddDays(1).AddHours(10); ; start = start.AddMinutes(15))
        {
            var jana = new Invitation { PacientJmeno = "Jana Nováková", PacientEmail = "jana@example.cz", PacientNarozen = 1980, MeetStart = start };
            try { return client.AddMeeting(jana); }
            catch (VideoDoktorException taken) when (taken.Status == VideoDoktorStatus.X024StartTaken) { }
        }
    }

    private static string Setting(string name, string otherwise)
    {
        return Environment.GetEnvironmentVariable(name) ?? otherwise;
    }
}
