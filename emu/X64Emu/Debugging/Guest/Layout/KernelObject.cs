namespace X64Emu.Debugging.Guest.Layout;

/// <summary>An object or struct in the kernel's memory. Whatever cannot be read is 0, and so null, false and empty.</summary>
/// <param name="Memory">Where it is read from.</param>
/// <param name="Address">Its kernel address; 0 for null.</param>
internal readonly record struct KernelObject(KernelMemory Memory, ulong Address)
{
    // A .NET array: method table, length, padding, elements.
    private const int ArrayLengthOffset = 8, ArrayDataOffset = 16;

    public bool IsNull => Address == 0;

    /// <summary>Its class; null when it has none.</summary>
    public string? ClassName => IsNull ? null : Memory.ClassOf(Address);

    /// <summary>Elements of an array object, negative lengths and wild ones being cut.</summary>
    public int ArrayLength(int maximum) => IsNull ? 0 : (int)Math.Min((uint)Memory.Read(Address + ArrayLengthOffset, sizeof(uint)), (uint)maximum);

    public ulong UInt64(KernelField field) =>
        IsNull || !field.IsKnown ? 0 : Memory.Read(Address + (ulong)field.OffsetBytes, Math.Min(field.SizeBytes, sizeof(ulong)));

    public int Int32(KernelField field) => (int)UInt64(field);

    public uint UInt32(KernelField field) => (uint)UInt64(field);

    public bool Boolean(KernelField field) => UInt64(field) != 0;

    /// <summary>The object a member refers to.</summary>
    public KernelObject Object(KernelField field) => new(Memory, UInt64(field));

    /// <summary>The struct that is a member.</summary>
    public KernelObject Struct(KernelField field) => new(Memory, IsNull || !field.IsKnown ? 0 : Address + (ulong)field.OffsetBytes);

    /// <summary>The object an array's element refers to.</summary>
    public KernelObject Element(int index) => new(Memory, IsNull ? 0 : Memory.Read(Address + ArrayDataOffset + (ulong)index * sizeof(ulong), sizeof(ulong)));

    /// <summary>Follows a linked list from this object on; ends at null, where the list comes back to itself, and after so many objects.</summary>
    public IEnumerable<KernelObject> Follow(KernelField next, int maximum)
    {
        HashSet<ulong> seen = [];
        for (KernelObject item = this; !item.IsNull && seen.Count < maximum && seen.Add(item.Address); item = item.Object(next)) yield return item;
    }

    /// <summary>NUL-terminated text in a member that is a buffer; characters that are no text become '?'.</summary>
    public string Text(KernelField field, int maximumBytes) => IsNull || !field.IsKnown ? "" : TextAt(Memory, Address + (ulong)field.OffsetBytes, maximumBytes);

    /// <summary>Text of at most so many bytes at a kernel address.</summary>
    public static string TextAt(KernelMemory memory, ulong address, int maximumBytes)
    {
        byte[] bytes = new byte[maximumBytes];
        if (!memory.Read(address, bytes)) return "";
        int end = Array.IndexOf(bytes, (byte)0);
        return GuestText.Decode(end < 0 ? bytes : bytes.AsSpan(0, end));
    }
}
