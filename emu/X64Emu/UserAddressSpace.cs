using X64Emu.Bus;
using X64Emu.Cpu;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu;

/// <summary>What user mode may do with a range of a <see cref="UserAddressSpace"/>.</summary>
[Flags]
public enum PageRights
{
    /// <summary>Reading; every mapped page can be read.</summary>
    Read = 0,

    /// <summary>Writing.</summary>
    Write = 1,

    /// <summary>Fetching instructions.</summary>
    Execute = 2,
}

/// <summary>
/// A ready-made 64-bit user mode for programs without a kernel: page tables in guest RAM, long mode on, CPL 3, flat segments. Frames are
/// taken from RAM in order, from 1 MiB up, so the same calls give the same machine.
/// </summary>
public sealed class UserAddressSpace
{
    private const ulong FirstFrame = 1UL << 20;
    private readonly Machine machine;
    private readonly ulong root;
    private ulong nextFrame = FirstFrame;

    internal UserAddressSpace(Machine machine)
    {
        this.machine = machine;
        root = NewFrame();
        machine.Processor.EnterUserMode(new PhysicalAddress(root));
    }

    /// <summary>Maps zeroed pages, or changes the rights of pages mapped already.</summary>
    /// <param name="address">The first page; page-aligned and canonical.</param>
    /// <param name="lengthBytes">How much; rounded up to whole pages.</param>
    /// <param name="rights">What user mode may do.</param>
    /// <exception cref="ArgumentException">The address is not page-aligned, or the range is not canonical.</exception>
    /// <exception cref="InvalidOperationException">The machine's RAM is used up.</exception>
    public void Map(VirtualAddress address, ulong lengthBytes, PageRights rights)
    {
        ulong last = address.Value + lengthBytes - 1;
        if (address.PageOffset != 0 || !address.IsCanonical || !new VirtualAddress(last).IsCanonical || last < address.Value)
            throw new ArgumentException($"cannot map {lengthBytes} bytes at {address}: not page-aligned, or not canonical", nameof(address));
        ulong bits = PageTableEntry.PresentBit | PageTableEntry.UserBit;
        if ((rights & PageRights.Write) != 0) bits |= PageTableEntry.WritableBit;
        if ((rights & PageRights.Execute) == 0) bits |= PageTableEntry.NoExecuteBit;
        for (ulong page = address.Value; page <= last && page >= address.Value; page += 4096)
        {
            PhysicalAddress slot = LeafSlot(page);
            PageTableEntry entry = ReadEntry(slot);
            WriteEntry(slot, (entry.IsPresent ? entry.Address.Value : NewFrame()) | bits);
            if (entry.IsPresent) machine.Processor.InvalidatePage(new VirtualAddress(page));
        }
    }

    /// <summary>Copies bytes into mapped pages, whatever their rights. Returns false, having written a part, where a page is not mapped.</summary>
    public bool Write(VirtualAddress address, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int part = Math.Min(bytes.Length, 4096 - address.PageOffset);
            if (!machine.Processor.TryTranslate(address, out PhysicalAddress physical) || !machine.Memory.Write(physical, bytes[..part])) return false;
            address += (ulong)part;
            bytes = bytes[part..];
        }
        return true;
    }

    /// <summary>Copies bytes out of mapped pages. Returns false where a page is not mapped.</summary>
    public bool Read(VirtualAddress address, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int part = Math.Min(bytes.Length, 4096 - address.PageOffset);
            if (!machine.Processor.TryTranslate(address, out PhysicalAddress physical) || !machine.Memory.Read(physical, bytes[..part])) return false;
            address += (ulong)part;
            bytes = bytes[part..];
        }
        return true;
    }

    private PhysicalAddress LeafSlot(ulong page)
    {
        ulong table = root;
        for (int level = 4; level > 1; level--)
        {
            PhysicalAddress slot = new(table + (page >> (12 + 9 * (level - 1)) & 511) * 8);
            PageTableEntry entry = ReadEntry(slot);
            if (!entry.IsPresent)
            {
                entry = new(NewFrame() | PageTableEntry.PresentBit | PageTableEntry.WritableBit | PageTableEntry.UserBit);
                WriteEntry(slot, entry.Value);
            }
            table = entry.Address.Value;
        }
        return new(table + (page >> 12 & 511) * 8);
    }

    private ulong NewFrame()
    {
        ulong frame = nextFrame;
        if (frame + 4096 > machine.Ram.LowLengthBytes) throw new InvalidOperationException($"the machine's {machine.Ram.LengthBytes >> 20} MiB of RAM are used up");
        nextFrame += 4096;
        return frame;
    }

    private PageTableEntry ReadEntry(PhysicalAddress slot) => new(machine.Ram.TryReadUInt64(slot, out ulong value) ? value : 0);

    private void WriteEntry(PhysicalAddress slot, ulong value) => machine.Memory.Write(slot, BitConverter.GetBytes(value));
}
