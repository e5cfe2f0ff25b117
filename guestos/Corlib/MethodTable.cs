namespace Internal.Runtime;

/// <summary>What ILC emits for every type (the head of it): size, kind, base type. The vtable follows.</summary>
internal unsafe struct MethodTable
{
    private const ushort KindMask = 3;
    private const ushort KindParameterized = 2;

    /// <summary>Bytes per element of an array or string, else 0.</summary>
    internal ushort ComponentSize;
    internal ushort Flags;

    /// <summary>Bytes of an instance, the header word before it included; of an array without elements.</summary>
    internal uint BaseSize;

    /// <summary>The base type of a class; the element type of an array.</summary>
    internal MethodTable* Related;
    internal ushort VtableSlots;
    internal ushort Interfaces;
    internal uint Hash;

    /// <summary>True for arrays and pointers.</summary>
    internal readonly bool IsParameterized => (Flags & KindMask) == KindParameterized;
}
