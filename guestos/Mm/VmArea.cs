using System;

namespace GuestOs.Mm;

/// <summary>Permissions and nature of a <see cref="VmArea"/>; the first three have mmap's PROT_ values.</summary>
[Flags]
internal enum VmFlags : uint
{
    None = 0,
    Read = 1,
    Write = 2,
    Execute = 4,
    Access = Read | Write | Execute,
    Shared = 8,

    /// <summary>A stack: grows when touched below.</summary>
    GrowsDown = 16,

    /// <summary>A shared mapping of a file opened for reading only: mprotect may not add Write.</summary>
    NeverWritable = 32,
}

/// <summary>A range of an address space with one set of permissions and one source (Linux's vm_area_struct). Page aligned.</summary>
internal sealed class VmArea
{
    public ulong Start;

    /// <summary>The address after the last byte.</summary>
    public ulong End;
    public VmFlags Flags;

    /// <summary>Where pages come from; null for anonymous memory. The area holds a reference.</summary>
    public PageSource Source;

    /// <summary>Page index in <see cref="Source"/> of <see cref="Start"/>.</summary>
    public ulong PageOffset;

    /// <summary>True once the area may hold pages of its own (Linux's anon_vma): only then fork copies its page table entries.</summary>
    public bool HasPrivatePages;

    public bool IsShared => (Flags & VmFlags.Shared) != 0;
    public bool IsWritable => (Flags & VmFlags.Write) != 0;
    public bool IsAccessible => (Flags & VmFlags.Access) != 0;
    public ulong LengthBytes => End - Start;

    /// <summary>The page of <see cref="Source"/> behind an address in the area.</summary>
    public ulong PageIndex(ulong address) => PageOffset + ((address - Start) >> 12);

    /// <summary>A new area for part of this one, with its own reference to the source.</summary>
    public VmArea Slice(ulong start, ulong end)
    {
        Source?.AddReference();
        return new VmArea
        {
            Start = start,
            End = end,
            Flags = Flags,
            Source = Source,
            PageOffset = PageOffset + ((start - Start) >> 12),
            HasPrivatePages = HasPrivatePages,
        };
    }

    /// <summary>True when <paramref name="next"/> begins where this ends and both can be one area.</summary>
    public bool CanMerge(VmArea next) =>
        End == next.Start && Flags == next.Flags && Source == next.Source && (Source == null || PageOffset + (LengthBytes >> 12) == next.PageOffset);

    /// <summary>Drops the source and frees the object.</summary>
    public void Destroy()
    {
        Source?.Release();
        KernelHeap.Free(this);
    }

    /// <summary>Page table flags of a page of this area that may be written when <paramref name="writable"/>.</summary>
    public ulong EntryFlags(bool writable)
    {
        ulong flags = PageTableEntry.Present | PageTableEntry.User | PageTableEntry.Accessed;
        if (writable) flags |= PageTableEntry.Writable | PageTableEntry.Dirty;
        if ((Flags & VmFlags.Execute) == 0) flags |= KernelPageTables.NoExecute;
        return flags;
    }
}
