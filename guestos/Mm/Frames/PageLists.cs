using System.Runtime.CompilerServices;

namespace GuestOs.Mm;

/// <summary>The lists of pages that reclaim chooses from (Linux's LRU lists), by the low bits of <see cref="FrameFlags"/>.</summary>
internal enum PageList
{
    InactiveFile = 0,
    ActiveFile = (int)FrameFlags.Active,
    InactiveAnonymous = (int)FrameFlags.SwapBacked,
    ActiveAnonymous = InactiveAnonymous | ActiveFile,

    /// <summary>Pages that must stay: locked ones.</summary>
    Unevictable = (int)FrameFlags.Unevictable,
}

/// <summary>
/// Every page of programs and files is on one of five lists: new ones in front, the next candidate at the end. The lists are rings; the head of each is a
/// record behind those of all frames.
/// </summary>
internal static unsafe class PageLists
{
    public const int ListCount = 5;

    private struct Counts
    {
        public fixed uint Pages[ListCount];
    }

    private static Counts s_counts;
    private static uint s_firstHead;

    /// <summary>Makes the lists of frames below <paramref name="frameCount"/>, all empty.</summary>
    public static void Initialize(uint frameCount)
    {
        s_firstHead = frameCount;
        for (uint head = frameCount; head < frameCount + ListCount; head++) FrameTable.Of(head)->Next = FrameTable.Of(head)->Previous = head;
    }

    /// <summary>Pages on a list.</summary>
    public static uint Count(PageList list) => s_counts.Pages[(int)list];

    /// <summary>The next candidate of a list, 0 when it is empty.</summary>
    public static uint Last(PageList list)
    {
        uint frame = FrameTable.Of(s_firstHead + (uint)list)->Previous;
        return frame >= s_firstHead ? 0 : frame;
    }

    /// <summary>
    /// True when an inactive list is too short for the pages on it to get a fair second chance (in large memory it may be a fraction of the active one).
    /// </summary>
    public static bool IsInactiveLow(bool isFile)
    {
        ulong inactive = Count(isFile ? PageList.InactiveFile : PageList.InactiveAnonymous);
        ulong active = Count(isFile ? PageList.ActiveFile : PageList.ActiveAnonymous);
        ulong gibibytes = (inactive + active) >> 18, ratio = 1;
        while (ratio * ratio < gibibytes * 10) ratio++;
        return inactive * ratio < active;
    }

    /// <summary>Puts a frame in front of the list its flags say.</summary>
    public static void Add(uint frame)
    {
        FrameRecord* records = FrameTable.Of(0), record = records + frame;
        uint list = ListOf(record), head = s_firstHead + list;
        uint first = records[head].Next;
        record->Next = first;
        record->Previous = head;
        records[first].Previous = frame;
        records[head].Next = frame;
        s_counts.Pages[list] += PagesOf(record);
        record->Set(FrameFlags.Listed);
    }

    /// <summary>Takes a frame off its list, if it is on one. Its flags must be those it was added with.</summary>
    public static void Remove(uint frame)
    {
        FrameRecord* records = FrameTable.Of(0), record = records + frame;
        if (!record->Is(FrameFlags.Listed)) return;
        uint next = record->Next, previous = record->Previous;
        records[previous].Next = next;
        records[next].Previous = previous;
        s_counts.Pages[ListOf(record)] -= PagesOf(record);
        record->Clear(FrameFlags.Listed);
    }

    /// <summary>Gives a listed frame's record and its place in the list to another frame.</summary>
    public static void Replace(uint from, uint to)
    {
        FrameRecord* record = FrameTable.Of(to);
        *record = *FrameTable.Of(from);
        FrameTable.Of(record->Previous)->Next = to;
        FrameTable.Of(record->Next)->Previous = to;
        FrameTable.Reset(from);
    }

    /// <summary>Moves a frame to the front of an active or inactive list.</summary>
    public static void Move(uint frame, bool isActive)
    {
        Remove(frame);
        if (isActive) FrameTable.Of(frame)->Set(FrameFlags.Active);
        else FrameTable.Of(frame)->Clear(FrameFlags.Active);
        Add(frame);
    }

    /// <summary>Small pages that a record stands for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PagesOf(FrameRecord* record) => record->Is(FrameFlags.Huge) ? HugePage.Frames : 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ListOf(FrameRecord* record)
    {
        uint list = (uint)(record->Flags & (FrameFlags.Unevictable | FrameFlags.SwapBacked | FrameFlags.Active));
        return list < (uint)PageList.Unevictable ? list : (uint)PageList.Unevictable;
    }
}
