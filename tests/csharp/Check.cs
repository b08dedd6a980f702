using System;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;

/// <summary>What did not hold in a story, and the count of stories.</summary>
internal static class Check
{
    private static int passed, failed;

    internal sealed class Missed : Exception
    {
        internal Missed(string what) : base(what) { }
    }

    internal static void That(bool holds, string what)
    {
        if (!holds)
        {
            throw new Missed(what);
        }
    }

    internal static void Same<T>(T wanted, T found, string about = "")
    {
        That(Equals(wanted, found), string.Format(CultureInfo.InvariantCulture, "{0}: wanted <{1}>, found <{2}>", about, wanted, found));
    }

    internal static void Holds(string part, string whole)
    {
        That(whole.IndexOf(part, StringComparison.Ordinal) >= 0, "<" + part + "> is not in <" + whole + ">");
    }

    /// <summary>The exception of exactly this class that the act ends in.</summary>
    internal static E Throws<E>(Action act) where E : Exception
    {
        try
        {
            act();
        }
        catch (Exception error)
        {
            That(error.GetType() == typeof(E), "wanted " + typeof(E).Name + ", found " + error);
            return (E)error;
        }
        throw new Missed("wanted " + typeof(E).Name + ", but nothing was thrown");
    }

    /// <summary>As Throws; waiting by GetResult gives the exception that await would.</summary>
    internal static E Throws<E>(Task task) where E : Exception
    {
        return Throws<E>(() => task.GetAwaiter().GetResult());
    }

    /// <summary>Tells every story of these classes: each public static method is one, its name the sentence.</summary>
    internal static void Tell(params Type[] chapters)
    {
        foreach (MethodInfo story in chapters.SelectMany(chapter => chapter.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)))
        {
            string sentence = story.Name.Replace('_', ' ');
            try
            {
                story.Invoke(null, null);
                passed++;
            }
            catch (TargetInvocationException error)
            {
                failed++;
                Console.WriteLine("FAILED " + sentence + "\n    " + (error.InnerException is Missed ? error.InnerException.Message : error.InnerException.ToString()));
            }
        }
    }

    internal static int Finish()
    {
        Console.WriteLine("{0} passed, {1} failed", passed, failed);
        return failed == 0 ? 0 : 1;
    }
}
