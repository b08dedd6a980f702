using System;
using System.Linq;
using System.Reflection;
using System.Text;
using VideoDoktor;

/// <summary>Keys and settings do not outlive the client that needed them.</summary>
public static class SecretTests
{
    private const BindingFlags Inner = BindingFlags.Instance | BindingFlags.NonPublic;
    private static readonly string[] Secrets = { "apiAppKey", "apiKey", "optionsJson" };

    public static void After_Dispose_neither_the_keys_nor_the_options_are_in_memory_that_the_client_holds()
    {
        var client = new VideoDoktorClient("demo", "app-key", "practice-key", "{\"proxy\":\"http://user:secret@127.0.0.1:1\"}");
        object clients = typeof(VideoDoktorClient).GetField("clients", Inner).GetValue(client);
        byte[][] held = Secrets.Select(name => (byte[])clients.GetType().GetField(name, Inner).GetValue(clients)).ToArray();
        Check.That(held.All(bytes => bytes.Any(each => each != 0)), "they are needed as long as it lives");
        client.Dispose();
        Check.That(held.All(bytes => bytes.All(each => each == 0)), "after Dispose they are still there");
    }

    public static void A_client_that_could_not_be_made_leaves_neither_keys_nor_options()
    {
        byte[][] given = new[] { "demo", "app-key", "practice-key", "{\"no_such_option\":\"secret\"}" }.Select(text => Encoding.UTF8.GetBytes(text + "\0")).ToArray();
        ConstructorInfo made = typeof(VideoDoktorClient).Assembly.GetType("VideoDoktor.NativeClients", true).GetConstructors(Inner | BindingFlags.Public).Single();
        var error = Check.Throws<TargetInvocationException>(() => made.Invoke(given));
        Check.Same(typeof(VideoDoktorUsageException), error.InnerException.GetType());
        Check.That(given.Skip(1).All(bytes => bytes.All(each => each == 0)), "they are still there");
        using (new VideoDoktorClient("demo", "app-key", "practice-key")) { } // without options nothing is to be cleared
    }
}
