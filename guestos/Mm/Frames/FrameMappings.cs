using System.Runtime.CompilerServices;
using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// The page table entries that hold a frame, found from the frame (reverse mapping): its owner has the areas, its page index the place in each.
/// The frame must have an owner, and no area may come or go during a visit.
/// </summary>
internal unsafe ref struct FrameMappings
{
    private readonly uint _frame;
    private readonly ulong _pageIndex;
    private readonly bool _isAnonymous;
    private readonly bool _isHuge;
    private readonly PageSource _source;
    private FamilyVisit _relatives;
    private VmArea _lastVisited;
    private uint _left;

    public FrameMappings(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        _frame = frame;
        _pageIndex = record->PageIndex;
        _isAnonymous = record->Is(FrameFlags.Anonymous);
        _isHuge = record->Is(FrameFlags.Huge);
        object owner = Unsafe.ObjectAt(record->Owner);
        // The page cache holds one reference itself.
        _left = _isAnonymous ? record->MapCount : FrameAllocator.References(frame) - 1;
        _source = _isAnonymous ? null : Unsafe.As<PageSource>(owner);
        _relatives = _isAnonymous ? new FamilyVisit(Unsafe.As<AnonymousFamily>(owner), _pageIndex) : default;
        _lastVisited = null;
        Area = null;
        Entry = null;
        Address = 0;
    }

    /// <summary>The area that shows the frame.</summary>
    public VmArea Area { get; private set; }

    /// <summary>Where it shows it.</summary>
    public ulong Address { get; private set; }

    /// <summary>The entry; <see cref="SetEntry"/> changes it.</summary>
    public PageTableEntry* Entry { get; private set; }

    /// <summary>Goes to the next entry, of a page directory for a huge page; false after the last.</summary>
    public bool Next()
    {
        while (_left != 0)
        {
            VmArea area = NextArea();
            if (area == null) break;
            if (area.Space == null) continue;
            ulong address = area.AddressOf(_pageIndex);
            PageTableEntry* entry = FindEntry(area.Space, address);
            if (entry == null || !PageTable.HoldsFrame(*entry) || entry->Frame != _frame) continue;
            _left--;
            Area = area;
            Address = address;
            Entry = entry;
            return true;
        }
        return false;
    }

    /// <summary>Changes the entry, and has the CPU forget what it was.</summary>
    public readonly void SetEntry(PageTableEntry entry)
    {
        *Entry = entry;
        FlushTlb();
    }

    /// <summary>Has the CPU forget what the entry was.</summary>
    public readonly void FlushTlb()
    {
        if (Area.Space.IsActive) Cpu.InvalidatePage(Address);
    }

    private VmArea NextArea()
    {
        if (_isAnonymous) return _relatives.Next();
        _lastVisited = _lastVisited == null
            ? _source.Mappings.First(_pageIndex, _pageIndex + 1) : _source.Mappings.Next(_lastVisited, _pageIndex, _pageIndex + 1);
        return _lastVisited;
    }

    private readonly PageTableEntry* FindEntry(AddressSpace space, ulong address)
    {
        PageTableEntry* huge = HugePage.Find(space.Root, address);
        if (huge == null || _isHuge) return huge != null ? huge : PageTable.Find(space.Root, address);
        // Some other mapping of the page was split: the frames stand for themselves, and each needs an entry.
        if (HugePage.Part(*huge, address).Frame == _frame) HugePage.Split(space, huge, address);
        return PageTable.Find(space.Root, address);
    }
}
