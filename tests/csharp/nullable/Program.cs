#nullable enable
using VideoDoktor;

/// <summary>
/// A program that says of each reference whether it may be null. Roslyn must warn in the lines that end in "warns", and in no other: then it heeds the
/// attributes of the assembly.
/// </summary>
internal static class Program
{
    private static void Main() { }

    internal static void Refused(VideoDoktorClient client, string? id, string? key, string? number)
    {
        client.GetMeeting(null); // warns
        client.RemoveMeetingAsync(id); // warns
        client.AddMeeting(null); // warns
        new VideoDoktorClient("demo", key, "practice").Dispose(); // warns
        VideoDoktorLibrary.BirthYear(number); // warns
        int length = new Invitation().PacientEmail.Length; // warns
        string path = VideoDoktorLibrary.Path; // warns
        System.Console.WriteLine(path + length);
    }

    internal static int Allowed(VideoDoktorClient client, string? unknown)
    {
        client.Call("api_echo", unknown);
        InvitationCheck.Of(unknown, null, unknown, null, unknown);
        client.AddMeeting(new Invitation { PacientJmeno = unknown, PacientEmail = null, MeetStart = MeetStart.FromText(unknown) });
        VideoDoktorLog.Set(null, VideoDoktorLogLevel.Error);
        VideoDoktorLibrary.Path = null;
        new VideoDoktorClient("demo", "app", "practice", unknown).Dispose();
        return client.GetMeeting("a").MeetId.Length + (new VideoDoktorOptions().Proxy ?? "").Length;
    }
}
