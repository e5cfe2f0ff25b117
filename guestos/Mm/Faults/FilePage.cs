using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Faults on pages of a file that are not mapped yet. A read maps the cached pages around it too (fault-around), as Linux does.</summary>
internal static unsafe class FilePage
{
    /// <summary>Pages a fault reads in when the page it wants is not cached.</summary>
    private const int ReadAround = 16;

    /// <summary>A page table's worth: a read fault maps no more.</summary>
    private const int MaximumFaultAround = 512;

    /// <summary>Cached pages a read fault maps at most: 1 to 512, a power of two.</summary>
    public static int FaultAround { get; private set; } = 16;

    /// <summary>Sets <see cref="FaultAround"/>, rounded down to a power of two; 0 is 1. False when it is beyond what one fault can map.</summary>
    public static bool SetFaultAround(ulong pages)
    {
        if (pages > MaximumFaultAround) return false;
        FaultAround = 1;
        while ((ulong)FaultAround * 2 <= pages) FaultAround *= 2;
        return true;
    }

    /// <summary>Serves the fault. False: it slept and the areas changed meanwhile, start over.</summary>
    public static bool Handle(AddressSpace space, VmArea area, ulong address, PageTableEntry* entry, bool isWrite, ref FaultOutcome outcome)
    {
        PageSource source = area.Source;
        ulong pageIndex = area.PageIndex(address);
        if (pageIndex >= (source.SizeBytes + 4095) >> 12)
        {
            outcome.Error = FaultError.Bus;
            return true;
        }
        uint frame = source.FindCached(pageIndex);
        uint slot = frame == 0 ? source.SlotOf(pageIndex) : 0;
        if (frame == 0)
        {
            if (source.TracksWrites || slot != 0 && SwapArea.CachedFrame(slot) == 0) outcome.Traits |= FaultTraits.Major;
            if (!ReadIn(space, area, address, ref outcome)) return outcome.Error != FaultError.None;
            // Nothing was allocated since the last look: the entry is still empty and the page is cached.
            frame = source.FindCached(pageIndex);
        }
        else if (source.TracksWrites && (area.Flags & VmFlags.Random) == 0)
        {
            // Reading on may sleep, or take memory from others.
            if (!ReadOn(space, area, address, pageIndex)) return false;
            frame = source.FindCached(pageIndex);
            if (frame == 0) return false;
        }
        outcome.Kind = slot != 0 ? FaultKind.SwapIn : FaultKind.File;
        if (!isWrite) MapAround(space, area, address);
        else if (area.IsShared) MapShared(space, area, entry, frame, pageIndex);
        else return MapCopy(space, area, address, entry, frame, ref outcome);
        return true;
    }

    /// <summary>Reads the window around an address into the cache. False when it failed (error set) or everything has to be looked at again.</summary>
    private static bool ReadIn(AddressSpace space, VmArea area, ulong address, ref FaultOutcome outcome)
    {
        bool isRandom = (area.Flags & VmFlags.Random) != 0;
        Window(area, address, isRandom ? 1 : ReadAround, out ulong first, out ulong end);
        uint generation = space.Generation;
        PageSource source = area.Source;
        ulong wantedPage = area.PageIndex(address);
        ulong firstPage = area.PageIndex(first);
        int pages = (int)((end - first) >> 12);
        source.AddReference();
        int error = 0;
        if (pages > 1 && source.TracksWrites && Reclaim.MayReadAhead(pages)) source.Fill(firstPage, pages);
        if (source.FindCached(wantedPage) == 0) error = isRandom ? source.FillExactly(wantedPage, 1) : source.Fill(wantedPage, 1);
        bool cached = source.FindCached(wantedPage) != 0;
        source.Release();
        if (error != 0) outcome.Error = error == -Errno.NoMemory ? FaultError.OutOfMemory : FaultError.Bus;
        if (error != 0 || generation != space.Generation || !cached) return false;
        // The area is alive; another thread may still have served the same page.
        PageTableEntry* entry = PageTable.Find(space.Root, address);
        return entry != null && entry->IsNone;
    }

    /// <summary>Lets the source read ahead of a page that is cached. False when everything has to be looked at again.</summary>
    private static bool ReadOn(AddressSpace space, VmArea area, ulong address, ulong pageIndex)
    {
        uint generation = space.Generation;
        PageSource source = area.Source;
        source.AddReference();
        source.OnTouched(pageIndex);
        source.Release();
        if (generation != space.Generation) return false;
        PageTableEntry* entry = PageTable.Find(space.Root, address);
        return entry != null && entry->IsNone;
    }

    /// <summary>
    /// The pages a fault may bring in: as many as asked for, from an aligned boundary or the area's start on, within the area and one page table.
    /// </summary>
    private static void Window(VmArea area, ulong address, int pages, out ulong first, out ulong end)
    {
        ulong length = (ulong)pages << 12;
        first = address & ~(length - 1);
        if (first < area.Start) first = area.Start;
        end = first + length < area.End ? first + length : area.End;
        end = PageTable.TableEnd(address, end);
    }

    /// <summary>Maps every cached page of the window that has no entry yet, the faulting one among them.</summary>
    private static void MapAround(AddressSpace space, VmArea area, ulong address)
    {
        PageSource source = area.Source;
        Window(area, address, FaultAround, out ulong first, out ulong end);
        ulong flags = area.EntryFlags(area.IsShared && area.IsWritable && !source.TracksWrites && !area.TracksSoftDirty);
        PageTableEntry* slot = PageTable.Find(space.Root, first);
        ulong page = area.PageIndex(first);
        ulong endPage = (source.SizeBytes + 4095) >> 12;
        ulong mapped = 0;
        for (; first < end && page < endPage; first += 4096, page++, slot++)
        {
            if (!slot->IsNone) continue;
            uint frame = source.FindCached(page);
            if (frame == 0) continue;
            FrameAllocator.AddReference(frame);
            *slot = new PageTableEntry(frame, flags);
            if (area.IsLocked) LockedPages.Add(frame);
            mapped++;
        }
        space.AddResident(mapped);
    }

    private static void MapShared(AddressSpace space, VmArea area, PageTableEntry* entry, uint frame, ulong pageIndex)
    {
        area.Source.MarkDirty(pageIndex);
        FrameAllocator.AddReference(frame);
        *entry = new PageTableEntry(frame, area.EntryFlags(writable: true));
        if (area.IsLocked) LockedPages.Add(frame);
        space.AddResident(1);
    }

    /// <summary>First touch of a private page is a write: the program gets its copy at once.</summary>
    private static bool MapCopy(AddressSpace space, VmArea area, ulong address, PageTableEntry* entry, uint cached, ref FaultOutcome outcome)
    {
        uint frame = FrameAllocator.AllocateForUser();
        if (frame == 0)
        {
            outcome.Error = FaultError.OutOfMemory;
            return true;
        }
        // Getting the frame may have dropped the file's page.
        if (area.Source.FindCached(area.PageIndex(address)) != cached)
        {
            FrameAllocator.Release(frame);
            return false;
        }
        outcome.Kind = FaultKind.CopyOnWrite;
        Memory.CopyPage(Physical.FramePointer(frame), Physical.FramePointer(cached));
        AnonymousPage.Install(area, address, entry, frame);
        space.AddResident(1);
        return true;
    }
}
