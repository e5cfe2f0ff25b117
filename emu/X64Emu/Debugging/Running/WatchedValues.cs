using X64Emu.Cpu;
using X64Emu.Debugging.Memory;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>Copies of watched bytes, one for each address space that has touched them, so that a stop can show what was overwritten.</summary>
internal sealed class WatchedValues(DebugMemory memory)
{
    /// <summary>Of longer ranges no copy is kept.</summary>
    private const ulong LongestCopyBytes = 1 << 20;

    private const ulong KernelHalf = 1UL << 63, TableBits = 0x000f_ffff_ffff_f000;
    private const short Unknown = -1;
    private readonly Dictionary<(Watchpoint Point, ulong Space), short[]> copies = [];

    /// <summary>Takes a copy for the present address space, if there is none.</summary>
    public void Remember(Watchpoint point, ulong cr3)
    {
        if (point.LengthBytes > LongestCopyBytes) return;
        (Watchpoint, ulong) key = (point, SpaceOf(point, cr3));
        if (copies.ContainsKey(key)) return;
        short[] copy = new short[point.LengthBytes];
        copies.Add(key, copy);
        Refresh(point, cr3, copy);
    }

    /// <summary>Brings all copies for the present address space up to date, since the user may have written memory.</summary>
    public void RefreshAll(ulong cr3)
    {
        foreach (((Watchpoint point, ulong space), short[] copy) in copies)
            if (space == SpaceOf(point, cr3)) Refresh(point, cr3, copy);
    }

    /// <summary>A page of the present address space has come in: what it holds is what the next store changes.</summary>
    public void PageMapped(Watchpoint point, VirtualAddress address, ulong cr3)
    {
        if (point.Start is not { } start) return;
        ulong page = address.PageBase.Value;
        if (start.Value + point.LengthBytes <= page || start.Value > page + 4095) return;
        Remember(point, cr3);
        if (copies.TryGetValue((point, SpaceOf(point, cr3)), out short[]? copy)) Refresh(point, cr3, copy);
    }

    /// <summary>A forked process begins with its parent's bytes.</summary>
    public void Forked(ulong parentCr3, ulong childCr3)
    {
        foreach (((Watchpoint point, ulong space), short[] copy) in copies.ToArray())
            if (space != 0 && space == (parentCr3 & TableBits)) copies[(point, childCr3 & TableBits)] = [.. copy];
    }

    /// <summary>Forgets what is kept for a watchpoint.</summary>
    public void Forget(Watchpoint point)
    {
        foreach ((Watchpoint, ulong) key in copies.Keys.Where(key => key.Point == point).ToArray()) copies.Remove(key);
    }

    /// <summary>What an access has changed; takes the new bytes into the copy.</summary>
    public WatchpointHit Describe(Watchpoint point, in WatchHit access)
    {
        ulong accessed = point.Physical is null ? access.Address.Value : access.Physical.Value;
        ulong first = Math.Max(accessed, point.FirstByte), last = Math.Min(accessed + (ulong)access.LengthBytes - 1, point.FirstByte + point.LengthBytes - 1);
        ulong offset = first - point.FirstByte;
        byte[] now = new byte[last - first + 1];
        bool isMapped = Read(point, offset, now, access.Cr3) == now.Length;
        byte[]? before = null;
        if (copies.TryGetValue((point, SpaceOf(point, access.Cr3)), out short[]? copy))
        {
            Span<short> kept = copy.AsSpan((int)offset, now.Length);
            before = kept.Contains(Unknown) ? null : [.. kept.ToArray().Select(value => (byte)value)];
            for (int index = 0; index < now.Length; index++) kept[index] = isMapped ? now[index] : Unknown;
        }
        else
        {
            Remember(point, access.Cr3);
        }
        return new WatchpointHit(point, access) { OffsetBytes = offset, OldValue = before, NewValue = isMapped ? now : null };
    }

    private void Refresh(Watchpoint point, ulong cr3, short[] copy)
    {
        byte[] bytes = new byte[4096];
        for (int done = 0; done < copy.Length;)
        {
            int part = Math.Min(copy.Length - done, 4096 - (int)((point.FirstByte + (ulong)done) & 4095));
            int known = Read(point, (ulong)done, bytes.AsSpan(0, part), cr3);
            for (int index = 0; index < part; index++) copy[done + index] = index < known ? bytes[index] : Unknown;
            done += part;
        }
    }

    private int Read(Watchpoint point, ulong offset, Span<byte> target, ulong cr3)
    {
        if (point.Physical is { } physical) return memory.ReadPhysical(physical + offset, target) ? target.Length : 0;
        VirtualAddress start = point.Start!.Value + offset;
        return memory.Read(start, target, memory.PageTables.IsPagingEnabled ? cr3 : null);
    }

    /// <summary>Physical memory and the kernel's half are the same for everybody.</summary>
    private static ulong SpaceOf(Watchpoint point, ulong cr3) => point.Physical is not null || point.FirstByte >= KernelHalf ? 0 : cr3 & TableBits;
}
