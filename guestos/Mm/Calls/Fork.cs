using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Copies an address space for fork: areas and page table entries, no page. Private pages become read-only on both sides.</summary>
internal static unsafe class Fork
{
    /// <summary>The child's space, or null when memory runs out.</summary>
    public static AddressSpace Copy(AddressSpace parent)
    {
        if (FrameAllocator.IsExhausted) return null;
        AddressSpace child = new AddressSpace
        {
            Search = parent.Search,
            VdsoStart = parent.VdsoStart,
            HeapStart = parent.HeapStart,
            HeapEnd = parent.HeapEnd,
            ArgumentsStart = parent.ArgumentsStart,
            ArgumentsEnd = parent.ArgumentsEnd,
            EnvironmentStart = parent.EnvironmentStart,
            EnvironmentEnd = parent.EnvironmentEnd,
            StackStart = parent.StackStart,
            AuxiliaryStart = parent.AuxiliaryStart,
            AuxiliaryEnd = parent.AuxiliaryEnd,
        };
        child.SetExecutable(parent.Executable);
        child.Limits = parent.Limits;
        child.HugePagesDisabled = parent.HugePagesDisabled;
        bool hasProtected = false;
        bool success = CommitCharge.Allows(parent.Totals.AccountedPages);
        for (VmArea area = parent.FirstArea; area != null && success; area = area.Next)
        {
            if ((area.Flags & VmFlags.DontFork) != 0) continue;
            if (FrameAllocator.IsExhausted)
            {
                success = false;
                break;
            }
            VmArea copy = area.Copy(area.Start, area.End);
            copy.Flags &= ~(VmFlags.Locked | VmFlags.LockedOnFault);
            copy.ForgetPromises();
            child.Insert(copy);
            // Pages that are only the file's come back by faults, as on Linux.
            if (!area.HasPrivatePages || area.IsShared || (area.Flags & VmFlags.WipeOnFork) != 0) continue;
            copy.Join(area.Family.ForChild(), isInherited: true);
            success = CopyEntries(parent, child, area, ref hasProtected);
        }
        if (hasProtected) parent.FlushTlb();
        if (success) return child;
        child.Release();
        return null;
    }

    private static bool CopyEntries(AddressSpace parent, AddressSpace child, VmArea area, ref bool hasProtected)
    {
        ulong copied = 0;
        ulong address = area.Start;
        while (address < area.End)
        {
            ulong tableEnd = PageTable.TableEnd(address, area.End);
            PageTableEntry* huge = HugePage.Find(parent.Root, address);
            if (huge != null && !ShareHuge(parent, child, address, ref hasProtected)) return false;
            PageTableEntry* from = PageTable.Find(parent.Root, address);
            if (from == null)
            {
                address = PageTable.SkipMissing(parent.Root, address, area.End);
                continue;
            }
            PageTableEntry* to = PageTable.Ensure(child, address);
            if (to == null) return false;
            for (; address < tableEnd; address += 4096, from++, to++)
            {
                PageTableEntry entry = *from;
                if (entry.IsNone) continue;
                if (entry.IsSwap)
                {
                    SwapArea.AddReference(entry.SwapSlot);
                    child.SwapPages++;
                    *to = entry;
                    continue;
                }
                if (entry.IsWritable)
                {
                    entry = entry.Without(PageTableEntry.Writable);
                    *from = entry;
                    hasProtected = true;
                }
                *to = entry;
                if (entry.Frame == PageTable.ZeroFrame) continue;
                FrameAllocator.AddReference(entry.Frame);
                AnonymousPage.AddMapping(entry.Frame);
                copied++;
            }
            child.AddResident(copied);
            copied = 0;
        }
        return true;
    }

    /// <summary>Shares a huge page as one, unless it is split before all is ready for that. False when memory runs out.</summary>
    private static bool ShareHuge(AddressSpace parent, AddressSpace child, ulong address, ref bool hasProtected)
    {
        PageTableEntry* to = PageTable.EnsureDirectoryEntry(child, address);
        if (to == null) return false;
        PageTableEntry* from = HugePage.Find(parent.Root, address);
        if (from->IsPooled)
        {
            hasProtected |= from->IsWritable;
            *to = *from = from->Without(PageTableEntry.Writable);
            FrameAllocator.AddReference(from->Frame);
            child.HugeTlbPages++;
            return true;
        }
        uint table = PageTable.AllocateTable(child);
        if (table == 0) return false;
        from = HugePage.Find(parent.Root, address);
        if (from == null)
        {
            PageTable.FreeTable(child, table);
            return true;
        }
        if (from->IsWritable)
        {
            *from = from->Without(PageTableEntry.Writable);
            hasProtected = true;
        }
        HugePage.Share(child, to, *from, table);
        return true;
    }
}
