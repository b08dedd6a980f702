using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using VideoDoktor;

/// <summary>The binding says what include/videodoktor.h says.</summary>
public static class HeaderTests
{
    private static readonly string Header = File.ReadAllText(Sandbox.Setting("TEST_HEADER"));

    private static readonly Type Methods = typeof(VideoDoktorClient).Assembly.GetType("VideoDoktor.NativeMethods", true);

    private static Dictionary<string, MethodInfo> Bound()
    {
        return Methods.GetFields(BindingFlags.Instance | BindingFlags.NonPublic).ToDictionary(field => field.Name, field => field.FieldType.GetMethod("Invoke"));
    }

    private static Dictionary<string, Match> Declared()
    {
        return Regex.Matches(Header, @"^VD_API (?<returns>.*?)VD_CALL (?<name>\w+)\((?<parameters>[^)]*)\);", RegexOptions.Multiline)
            .Cast<Match>().ToDictionary(match => match.Groups["name"].Value);
    }

    public static void Every_function_of_the_header_is_bound_and_no_other()
    {
        Check.That(Declared().Count >= 23, "the header declares " + Declared().Count);
        Check.Same(string.Join(" ", Declared().Keys.OrderBy(name => name, StringComparer.Ordinal)),
            string.Join(" ", Bound().Keys.OrderBy(name => name, StringComparer.Ordinal)));
    }

    public static void Every_function_is_found_in_the_library_under_its_own_name()
    {
        Type library = typeof(VideoDoktorClient).Assembly.GetType("VideoDoktor.NativeLibrary", true);
        object methods = library.GetProperty("Methods", BindingFlags.Static | BindingFlags.NonPublic).GetValue(null, null);
        var addresses = new HashSet<IntPtr>();
        foreach (FieldInfo field in Methods.GetFields(BindingFlags.Instance | BindingFlags.NonPublic))
        {
            var function = (Delegate)field.GetValue(methods);
            Check.That(function != null, field.Name + " is bound");
            Check.That(addresses.Add(Marshal.GetFunctionPointerForDelegate(function)), field.Name + " is no other function");
        }
    }

    public static void Parameters_and_results_are_those_of_the_header()
    {
        Dictionary<string, MethodInfo> bound = Bound();
        foreach (Match function in Declared().Values)
        {
            string name = function.Groups["name"].Value, parameters = function.Groups["parameters"].Value;
            string[] declared = parameters == "void" ? new string[0] : parameters.Split(',').Select(WithoutName).ToArray();
            Type[] own = bound[name].GetParameters().Select(parameter => parameter.ParameterType).ToArray();
            Check.Same(declared.Length, own.Length, name + ": how many parameters");
            for (int i = 0; i < own.Length; i++)
            {
                Check.That(IsFor(declared[i], own[i]), name + ", parameter " + i + ": " + declared[i] + " as " + own[i]);
            }
            Check.Same(ResultFor(function.Groups["returns"].Value.Trim()), bound[name].ReturnType, name + ": its result");
        }
    }

    private static string WithoutName(string parameter)
    {
        return Regex.Replace(Regex.Replace(parameter.Trim(), @"\w+$", ""), @"\s", "");
    }

    private static bool IsFor(string declared, Type own)
    {
        Type pointer = typeof(IntPtr);
        switch (declared)
        {
            case "constchar*": return own == typeof(byte[]) || own == pointer;
            case "char*":
            case "void*": return own == pointer;
            case "char**":
            case "vd_client**": return own == pointer.MakeByRefType();
            case "vd_client*": return own == pointer || own.Name == "NativeClient" && typeof(SafeHandle).IsAssignableFrom(own);
            case "int32_t":
            case "vd_status": return own == typeof(int);
            case "int32_t*": return own == typeof(int).MakeByRefType();
            case "vd_log_fn": return own.Name == "LogFunction";
        }
        throw new Check.Missed("the header has a new kind of parameter: " + declared);
    }

    private static Type ResultFor(string declared)
    {
        switch (declared)
        {
            case "vd_status": return typeof(int);
            case "uint32_t": return typeof(uint);
            case "const char *": return typeof(IntPtr);
        }
        throw new Check.Missed("the header has a new kind of result: " + declared);
    }

    public static void Every_function_and_the_callback_are_cdecl()
    {
        Type[] kinds = Methods.GetNestedTypes(BindingFlags.NonPublic).Where(kind => typeof(Delegate).IsAssignableFrom(kind)).ToArray();
        Check.That(kinds.Length > 10, "found " + kinds.Length);
        foreach (Type kind in kinds)
        {
            var attribute = (UnmanagedFunctionPointerAttribute)Attribute.GetCustomAttribute(kind, typeof(UnmanagedFunctionPointerAttribute));
            Check.That(attribute != null && attribute.CallingConvention == CallingConvention.Cdecl, kind.Name);
        }
    }

    public static void Statuses_and_levels_have_the_numbers_of_the_header()
    {
        string declared = Numbers(@"^#define VD_(?:ERR_)?(OK|(?<=ERR_)\w+|X\d\d\d_\w+) (\d+) ");
        string own = string.Join(" ", Enum.GetValues(typeof(VideoDoktorStatus)).Cast<VideoDoktorStatus>().Select(status => status + "=" + (int)status));
        Check.Same(declared, own);
        Check.Same(Numbers(@"^#define VD_LOG_(\w+) (\d+)"),
            string.Join(" ", Enum.GetValues(typeof(VideoDoktorLogLevel)).Cast<VideoDoktorLogLevel>().Select(level => level + "=" + (int)level)));
    }

    /// <summary>VD_X011_EMAIL is X011Email.</summary>
    private static string Numbers(string pattern)
    {
        return string.Join(" ", Regex.Matches(Header, pattern, RegexOptions.Multiline).Cast<Match>().Select(match =>
            string.Concat(match.Groups[1].Value.Split('_').Select(word => word.Substring(0, 1) + word.Substring(1).ToLowerInvariant())) + "=" + match.Groups[2].Value));
    }

    public static void The_versions_are_those_of_the_header()
    {
        string version = Regex.Match(Header, "#define VD_VERSION \"(.*)\"").Groups[1].Value;
        Check.Same(version + ".0", typeof(VideoDoktorClient).Assembly.GetName().Version.ToString());
        Check.Same(version, ConstantOfTheLoader("MadeFor"));
        Check.Same(Regex.Match(Header, @"#define VD_ABI_VERSION (\d+)u").Groups[1].Value, ConstantOfTheLoader("Abi"));
    }

    private static string ConstantOfTheLoader(string name)
    {
        FieldInfo constant = typeof(VideoDoktorClient).Assembly.GetType("VideoDoktor.NativeLibrary", true).GetField(name, BindingFlags.Static | BindingFlags.NonPublic);
        return Convert.ToString(constant.GetRawConstantValue(), CultureInfo.InvariantCulture);
    }
}
