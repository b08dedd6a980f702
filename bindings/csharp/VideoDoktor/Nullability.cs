#if !NETCOREAPP
// C# 7 has no "string?", so what may be null says so by the attributes that newer compilers read. They know them by name, wherever they come from.
namespace System.Diagnostics.CodeAnalysis
{
    /// <summary>Null may be passed or set.</summary>
    [AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
    internal sealed class AllowNullAttribute : Attribute { }

    /// <summary>Null may come out.</summary>
    [AttributeUsage(AttributeTargets.Property)]
    internal sealed class MaybeNullAttribute : Attribute { }
}
#endif
