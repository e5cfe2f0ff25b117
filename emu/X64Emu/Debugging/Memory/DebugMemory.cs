using System.Buffers.Binary;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Memory;

/// <summary>
/// Guest memory as a debugger sees it: RAM, by virtual or physical address. Looking changes nothing in the machine: no TLB entry, no counter,
/// no accessed or dirty bit; devices are not read, since that could change them. Writing ignores permissions, leaves the dirty bit alone and drops
/// what the processor has decoded from the bytes.
/// </summary>
/// <remarks>Addresses and lengths may be anything: what is not mapped RAM is reported as such, never thrown.</remarks>
public sealed class DebugMemory
{
    private readonly PcMachine machine;

    /// <summary>Connects to a machine; use it only while the machine does not run.</summary>
    public DebugMemory(PcMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        this.machine = machine;
        PageTables = new PageTableReader(machine);
    }

    /// <summary>The page tables behind virtual addresses.</summary>
    public PageTableReader PageTables { get; }

    /// <summary>Translates an address as the page tables say now, whatever the TLB holds; while paging is off, addresses are physical and 32
    /// bits wide.</summary>
    /// <param name="address">Any address.</param>
    /// <param name="physical">The physical address, which may be a device's.</param>
    /// <param name="cr3">The page tables; null for those of the processor.</param>
    public bool TryTranslate(VirtualAddress address, out PhysicalAddress physical, ulong? cr3 = null)
    {
        if (cr3 is null && !PageTables.IsPagingEnabled)
        {
            physical = new PhysicalAddress(address.Value & uint.MaxValue);
            return address.Value <= uint.MaxValue;
        }
        bool found = PageTables.TryFind(address, cr3 ?? PageTables.CurrentCr3, out PageMapping mapping);
        physical = mapping.Translate(address);
        return found;
    }

    /// <summary>Reads memory. Returns how many bytes came before the first one that is not mapped RAM; an address beyond 2^64 ends it too.</summary>
    /// <param name="address">The first byte.</param>
    /// <param name="destination">Where they go; bytes beyond the returned count stay as they were.</param>
    /// <param name="cr3">The page tables; null for those of the processor.</param>
    public int Read(VirtualAddress address, Span<byte> destination, ulong? cr3 = null)
    {
        int done = 0;
        while (done < destination.Length)
        {
            VirtualAddress at = address + (ulong)done;
            int part = Math.Min(destination.Length - done, 4096 - at.PageOffset);
            if (at.Value < address.Value || !TryTranslate(at, out PhysicalAddress physical, cr3)) break;
            if (!ReadPhysical(physical, destination.Slice(done, part))) break;
            done += part;
        }
        return done;
    }

    /// <summary>Writes memory, whatever its permissions. False, with nothing written, when not all of it is mapped RAM.</summary>
    /// <param name="address">The first byte.</param>
    /// <param name="source">The bytes.</param>
    /// <param name="cr3">The page tables; null for those of the processor.</param>
    public bool Write(VirtualAddress address, ReadOnlySpan<byte> source, ulong? cr3 = null)
    {
        // All addresses are looked up before the first byte changes: the bytes may be the page tables themselves.
        List<PhysicalAddress> parts = [];
        for (int done = 0; done < source.Length; done += 4096 - (address + (ulong)done).PageOffset)
        {
            VirtualAddress at = address + (ulong)done;
            if (at.Value < address.Value || !TryTranslate(at, out PhysicalAddress physical, cr3)) return false;
            if (!machine.Ram.TryGetSpan(physical, Math.Min(source.Length - done, 4096 - at.PageOffset), out _)) return false;
            parts.Add(physical);
        }
        foreach (PhysicalAddress part in parts)
        {
            int length = Math.Min(source.Length, 4096 - part.FrameOffset);
            WritePhysical(part, source[..length]);
            source = source[length..];
        }
        return true;
    }

    /// <summary>Reads RAM; false, with nothing read, when it is not all RAM.</summary>
    public bool ReadPhysical(PhysicalAddress address, Span<byte> destination) => machine.Ram.Read(address, destination);

    /// <summary>Writes RAM; false, with nothing written, when it is not all RAM.</summary>
    public bool WritePhysical(PhysicalAddress address, ReadOnlySpan<byte> source) => machine.Memory.Write(address, source);

    /// <summary>Reads a little-endian 64-bit word; false when it is not all mapped RAM.</summary>
    public bool TryReadUInt64(VirtualAddress address, out ulong value, ulong? cr3 = null)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bool found = Read(address, bytes, cr3) == bytes.Length;
        value = found ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
        return found;
    }

    /// <summary>Reads a little-endian 32-bit word; false when it is not all mapped RAM.</summary>
    public bool TryReadUInt32(VirtualAddress address, out uint value, ulong? cr3 = null)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        bool found = Read(address, bytes, cr3) == bytes.Length;
        value = found ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;
        return found;
    }
}
