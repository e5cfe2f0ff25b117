namespace X64Emu.Debugging.Guest.Layout;

/// <summary>Where a member of a kernel class lies in its objects.</summary>
/// <param name="OffsetBytes">From the start of the object.</param>
/// <param name="SizeBytes">How long it is; 0 when the kernel has no such member.</param>
internal readonly record struct KernelField(int OffsetBytes, int SizeBytes)
{
    /// <summary>A member that this kernel does not have; reading it yields 0.</summary>
    public static readonly KernelField Missing;

    public bool IsKnown => SizeBytes != 0;
}

/// <summary>A static member of a kernel class.</summary>
/// <param name="Name">Class and member, for people.</param>
/// <param name="Address">Where it is; or, when it holds references, the cell that points to the object which holds it. 0 when there is no such member.</param>
/// <param name="OffsetBytes">What to add to the object's address.</param>
/// <param name="IsInObject">Whether it is in an object.</param>
/// <param name="SizeBytes">How long the member is.</param>
/// <param name="TypeName">The class it refers to, or its type's name; empty when it has none.</param>
internal readonly record struct KernelStatic(string Name, ulong Address, ulong OffsetBytes, bool IsInObject, int SizeBytes, string TypeName)
{
    public bool IsKnown => Address != 0;
}
