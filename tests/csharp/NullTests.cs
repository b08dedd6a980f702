using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using VideoDoktor;

/// <summary>What the attributes say of null is what happens. An attribute is known by its name, as compilers know it.</summary>
internal static class NullTests
{
    public static void NullIsTakenByTheParametersThatAllowItAndByNoOthers()
    {
        using (var client = new VideoDoktorClient(Sandbox.Url, Sandbox.AppKey, Sandbox.ApiKey, Sandbox.Options()))
        {
            var texts = new[] { typeof(string), typeof(string), typeof(string), typeof(string) };
            ConstructorInfo made = typeof(VideoDoktorClient).GetConstructor(texts);
            Try(made, arguments => ((IDisposable)made.Invoke(arguments)).Dispose(), "demo", "app", "practice", "{}");
            TryMethod(client, "Call", "api_echo", "{}");
            TryMethod(client, "GetMeeting", "abc");
            TryMethod(typeof(MeetStart), "FromText", "23.11.2090 10:00");
            TryMethod(typeof(InvitationCheck), "Of", Sandbox.Jana, "jana@example.cz", "777123456", "1980", "23.11.2090 10:00");
            TryMethod(typeof(VideoDoktorLibrary), "StatusText", VideoDoktorStatus.Timeout, "en");
            TryMethod(typeof(VideoDoktorLibrary), "BirthYear", "805305/0016");
            TryMethod(typeof(VideoDoktorJson), "Text", "{\"a\":1}", "/a");
            TryMethod(typeof(VideoDoktorJson), "Length", "{\"a\":1}", "");
            TryMethod(typeof(VideoDoktorLog), "Set", new Action<VideoDoktorLogLevel, string>((level, text) => { }), VideoDoktorLogLevel.Error);
            VideoDoktorLog.Set(null, VideoDoktorLogLevel.Error);
        }
    }

    public static void OnlyAPropertyThatSaysSoIsNull()
    {
        Sandbox.Reset();
        using (var client = new VideoDoktorClient(Sandbox.Url, Sandbox.AppKey, Sandbox.ApiKey, Sandbox.Options()))
        {
            var refused = Check.Throws<VideoDoktorRejectedException>(() => client.AddMeeting(
                new Invitation { PacientJmeno = Sandbox.Jana, PacientEmail = "nobody", PacientNarozen = 1980, MeetStart = DateTime.Today.AddDays(1).AddHours(10) }));
            var created = client.AddMeeting(
                new Invitation { PacientJmeno = Sandbox.Jana, PacientEmail = "jana@example.cz", PacientNarozen = 1980, MeetStart = DateTime.Today.AddDays(1).AddHours(10) });
            Sandbox.Next("/api_meet_detail/", "\"body\":{\"text\":\"{\\\"meet_id\\\":\\\"" + created.MeetId + "\\\"}\"}");
            var bare = client.GetMeeting(created.MeetId);
            foreach (object each in new object[] { new Invitation(), InvitationCheck.Of("", null, null, "", ""), refused, created, bare, client.Diagnose(), client.GetTime(), new VideoDoktorOptions() })
            {
                CheckProperties(each);
            }
            Check.That(MayBeNull(typeof(VideoDoktorOptions).GetProperty("Proxy")) && new VideoDoktorOptions().Proxy == null, "a setting is null at first");
        }
    }

    private static void CheckProperties(object of)
    {
        IEnumerable<PropertyInfo> ours = of.GetType().GetProperties().Where(each => each.DeclaringType.Assembly == typeof(VideoDoktorClient).Assembly);
        foreach (PropertyInfo property in ours.Where(each => !each.PropertyType.IsValueType))
        {
            Check.Same(TakesNull(property), MayBeNull(property), property.Name);
            Check.That(property.GetValue(of, null) != null || MayBeNull(property), of.GetType().Name + "." + property.Name + " is null and does not say so");
        }
    }

    private static void TryMethod(object of, string name, params object[] good)
    {
        Type type = of as Type ?? of.GetType();
        MethodInfo method = type.GetMethods().Single(each => each.Name == name && each.GetParameters().Length == good.Length);
        Try(method, arguments => method.Invoke(of is Type ? null : of, arguments), good);
    }

    /// <summary>One argument after the other becomes null; it is refused, or not, as its parameter says.</summary>
    private static void Try(MethodBase method, Action<object[]> call, params object[] good)
    {
        foreach (ParameterInfo parameter in method.GetParameters().Where(each => !each.ParameterType.IsValueType))
        {
            var arguments = (object[])good.Clone();
            arguments[parameter.Position] = null;
            Check.Same(Says(parameter, "AllowNull"), IsTaken(() => call(arguments)), method.DeclaringType.Name + "." + method.Name + ", " + parameter.Name);
        }
    }

    private static bool IsTaken(Action call)
    {
        try
        {
            call();
        }
        catch (TargetInvocationException error)
        {
            var usage = error.InnerException as VideoDoktorUsageException;
            return !(error.InnerException is ArgumentNullException) && (usage == null || usage.Status != VideoDoktorStatus.NullPointer);
        }
        return true;
    }

    /// <summary>Roslyn moves the property's attribute to the parameter of its setter; mcs leaves it where it is.</summary>
    private static bool TakesNull(PropertyInfo property)
    {
        MethodInfo setter = property.GetSetMethod();
        return Says(property, "AllowNull") || setter != null && Says(setter.GetParameters().Last(), "AllowNull");
    }

    /// <summary>Roslyn moves the property's attribute to the return value of its getter.</summary>
    private static bool MayBeNull(PropertyInfo property)
    {
        return Says(property, "MaybeNull") || Says(property.GetGetMethod().ReturnTypeCustomAttributes, "MaybeNull");
    }

    private static bool Says(ICustomAttributeProvider of, string attribute)
    {
        return of.GetCustomAttributes(false).Any(each => each.GetType().Name == attribute + "Attribute");
    }
}
