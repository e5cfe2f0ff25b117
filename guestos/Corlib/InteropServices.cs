// The part of System.Runtime.InteropServices that struct layout and ILC need.
namespace System.Runtime.InteropServices;

public enum LayoutKind
{
    Sequential = 0,
    Explicit = 2,
    Auto = 3,
}

public sealed class StructLayoutAttribute : Attribute
{
    public int Size;
    public int Pack;

    public StructLayoutAttribute(LayoutKind kind) { }
}

public sealed class FieldOffsetAttribute : Attribute
{
    public FieldOffsetAttribute(int offset) { }
}

public sealed class InAttribute : Attribute { }

public sealed class UnmanagedCallersOnlyAttribute : Attribute
{
    public string EntryPoint;
    public Type[] CallConvs;
}

public sealed class DllImportAttribute : Attribute
{
    public string EntryPoint;
    public bool ExactSpelling;

    public DllImportAttribute(string dll) { }
}

public enum UnmanagedType { }

public static class MemoryMarshal { }

internal interface IDynamicInterfaceCastable
{
    bool IsInterfaceImplemented(RuntimeTypeHandle type, bool throwIfNotImplemented);

    RuntimeTypeHandle GetInterfaceImplementation(RuntimeTypeHandle type);

    static unsafe nint GetDynamicInterfaceImplementation(IDynamicInterfaceCastable instance, Internal.Runtime.MethodTable* type, ushort slot) => 0;
}
