// The types the C# compiler and ILC know by name. Their operators are IL instructions, so they need no members.
namespace System;

/// <summary>The root of every class: nothing but the pointer to its method table.</summary>
public unsafe class Object
{
    internal Internal.Runtime.MethodTable* _methodTable;

    public virtual bool Equals(object other) => this == other;

    public virtual int GetHashCode() => 0;
}

public struct Void { }
public struct Boolean { }
public struct Char { }
public struct SByte { }

public struct Byte
{
    public const byte MaxValue = 0xff;
}

public struct Int16 { }

public struct UInt16
{
    public const ushort MaxValue = 0xffff;
}

public struct Int32
{
    public const int MaxValue = 0x7fffffff;
    public const int MinValue = unchecked((int)0x80000000);
}

public struct UInt32
{
    public const uint MaxValue = 0xffffffff;
}

public struct Int64
{
    public const long MaxValue = 0x7fffffffffffffff;
    public const long MinValue = unchecked((long)0x8000000000000000);
}

public struct UInt64
{
    public const ulong MaxValue = 0xffffffffffffffff;
}

public struct IntPtr { }
public struct UIntPtr { }
public struct Single { }
public struct Double { }
public abstract class ValueType { }
public abstract class Enum : ValueType { }
public struct Nullable<T> where T : struct { }
public abstract class Delegate { }
public abstract class MulticastDelegate : Delegate { }

public struct RuntimeTypeHandle
{
    private readonly nint _value;
}

public struct RuntimeMethodHandle
{
    private readonly nint _value;
}

public struct RuntimeFieldHandle
{
    private readonly nint _value;
}

public class Type { }
public class RuntimeType : Type { }
public class Exception { }

public abstract class Array
{
    public readonly int Length;
}

/// <summary>Base of the arrays T[]; ILC derives every array type from it.</summary>
public class Array<T> : Array { }

/// <summary>UTF-16 text; only literals exist, the kernel never builds strings.</summary>
public sealed class String
{
    public readonly int Length;
    private readonly char _firstChar;

    public ref readonly char GetPinnableReference() => ref _firstChar;

    /// <summary>The character at an index below <see cref="Length"/>.</summary>
    public unsafe char this[int index]
    {
        get
        {
            if ((uint)index >= (uint)Length) Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowIndexOutOfRangeException();
            fixed (char* text = this) return text[index];
        }
    }
}
