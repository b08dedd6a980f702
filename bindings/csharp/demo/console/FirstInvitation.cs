using System;
using VideoDoktor;

internal static class FirstInvitation
{
    private static void Main(string[] args) // address, the program's key, the practice's key, options
    {
        using (var client = new VideoDoktorClient(args[0], args[1], args[2], args.Length > 3 ? args[3] : null))
        {
            var start = DateTime.Today.AddDays(1).AddHours(10);
            var jana = new Invitation { PacientJmeno = "Jana Nováková", PacientEmail = "jana@example.cz", PacientNarozen = 1980, MeetStart = start };
            Console.WriteLine(client.AddMeeting(jana).MeetUrl);
        }
    }
}
