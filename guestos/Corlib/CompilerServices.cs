// Markers of System.Runtime.CompilerServices: modifiers, feature flags, attributes the compiler writes into IL.
namespace System.Runtime.CompilerServices;

public sealed class IntrinsicAttribute : Attribute { }
public static class IsVolatile { }
public sealed class UnsafeValueTypeAttribute : Attribute { }
public sealed class IsUnmanagedAttribute : Attribute { }
public sealed class ExtensionAttribute : Attribute { }
public sealed class IsReadOnlyAttribute : Attribute { }
public sealed class IsByRefLikeAttribute : Attribute { }

/// <summary>Of methods that fill their buffers themselves: locals are not zeroed first.</summary>
public sealed class SkipLocalsInitAttribute : Attribute { }
public sealed class CompilerGeneratedAttribute : Attribute { }
public sealed class RefSafetyRulesAttribute : Attribute
{
    public RefSafetyRulesAttribute(int version) { }
}

public sealed class ScopedRefAttribute : Attribute { }

public sealed class FixedBufferAttribute : Attribute
{
    public FixedBufferAttribute(Type elementType, int length) { }
}

public sealed class InlineArrayAttribute : Attribute
{
    public InlineArrayAttribute(int length) { }
}

public enum MethodImplOptions
{
    NoInlining = 8,
    AggressiveInlining = 256,
    InternalCall = 4096,
}

public sealed class MethodImplAttribute : Attribute
{
    public MethodImplAttribute(MethodImplOptions options) { }
}

/// <summary>The layout ILC assumes of every array: length, padding, first element.</summary>
internal class RawArrayData
{
    public uint Length;
    public uint Padding;
    public byte Data;
}

public static class RuntimeHelpers
{
    public static unsafe int OffsetToStringData => sizeof(nint) + sizeof(int);
}

/// <summary>The compiler turns a language feature on when the constant of its name is here.</summary>
public static class RuntimeFeature
{
    public const string UnmanagedSignatureCallingConvention = nameof(UnmanagedSignatureCallingConvention);
    public const string DefaultImplementationsOfInterfaces = nameof(DefaultImplementationsOfInterfaces);
    public const string InlineArrayTypes = nameof(InlineArrayTypes);
    public const string ByRefFields = nameof(ByRefFields);
    public const string NumericIntPtr = nameof(NumericIntPtr);
    public const string VirtualStaticsInInterfaces = nameof(VirtualStaticsInInterfaces);
    public const string ByRefLikeGenerics = nameof(ByRefLikeGenerics);
}
