using X64Emu.Debugging.Memory;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Guest.Layout;

/// <summary>The kernel's objects in guest memory. Every address space has the kernel's half, so the processor's page tables serve.</summary>
internal sealed class KernelMemory
{
    private const ulong UpperHalf = 0xffff_8000_0000_0000;
    private readonly MethodTables methodTables;

    public KernelMemory(DebugMemory memory, MethodTables methodTables)
    {
        Guest = memory;
        this.methodTables = methodTables;
    }

    public DebugMemory Guest { get; }

    /// <summary>Reads a number of 1, 2, 4 or 8 bytes; 0 where the kernel has no memory, and for user addresses.</summary>
    public ulong Read(ulong address, int sizeBytes)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bytes.Clear();
        if (address < UpperHalf || sizeBytes is < 1 or > sizeof(ulong)) return 0;
        return Guest.Read(new VirtualAddress(address), bytes[..sizeBytes]) == sizeBytes ? BitConverter.ToUInt64(bytes) : 0;
    }

    /// <summary>Reads bytes; false when not all are mapped.</summary>
    public bool Read(ulong address, Span<byte> destination) =>
        address >= UpperHalf && Guest.Read(new VirtualAddress(address), destination) == destination.Length;

    /// <summary>Where a static member is; null when it has no place yet, or the kernel has no such member.</summary>
    public ulong? Locate(in KernelStatic member)
    {
        if (!member.IsKnown) return null;
        if (!member.IsInObject) return member.Address + member.OffsetBytes;
        // The kernel makes the objects when it starts; until then their cells have bit 0 set.
        ulong holder = Read(member.Address, sizeof(ulong));
        return holder == 0 || (holder & 1) != 0 ? null : holder + member.OffsetBytes;
    }

    /// <summary>The number in a static member; 0 when it has no place.</summary>
    public ulong Read(in KernelStatic member) => Locate(member) is { } address ? Read(address, member.SizeBytes) : 0;

    /// <summary>The object a static member refers to.</summary>
    public KernelObject Object(in KernelStatic member) => new(this, Read(member));

    /// <summary>The class of an object; null when its first word is no method table.</summary>
    public string? ClassOf(ulong address) => methodTables.ClassOf(Read(address, sizeof(ulong)));
}
