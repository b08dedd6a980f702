#if !NETCOREAPP
// C# 7 has no "string?", so what may be null says so by attributes, which compilers know by name, wherever they come from. They heed them only in an
// assembly that a compiler of C# 8 or later made with nullable annotations, because it adds what every other reference is: see the project.
namespace System.Diagnostics.CodeAnalysis
{
    /// <summary>Null may be passed or set.</summary>
    [AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
    internal sealed class AllowNullAttribute : Attribute { }

    /// <summary>Null may come out.</summary>
    [AttributeUsage(AttributeTargets.Property | AttributeTargets.ReturnValue)]
    internal sealed class MaybeNullAttribute : Attribute { }
}
#endif
