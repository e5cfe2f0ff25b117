using System.Runtime.CompilerServices;

namespace GuestOs.Mm;

/// <summary>The lists of pages that reclaim chooses from (Linux's LRU lists).</summary>
internal enum PageList
{
    InactiveAnonymous = 0,
    ActiveAnonymous = 1,
    InactiveFile = 2,
    ActiveFile = 3,

    /// <summary>Pages that must stay: locked ones.</summary>
    Unevictable = 4,
}

/// <summary>Every page of programs and files is on one of five lists: new ones in front, the next candidate at the end.</summary>
internal static unsafe class PageLists
{
    private const int ListCount = 5;

    private struct Ends
    {
        public fixed uint First[ListCount];
        public fixed uint Last[ListCount];
        public fixed uint Count[ListCount];
    }

    private static Ends s_ends;

    /// <summary>Pages on a list.</summary>
    public static uint Count(PageList list) => s_ends.Count[(int)list];

    /// <summary>The next candidate of a list, 0 when it is empty.</summary>
    public static uint Last(PageList list) => s_ends.Last[(int)list];

    /// <summary>True when an inactive list is too short for the pages on it to get a fair second chance (in large memory it may be a fraction of the active one).</summary>
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
        FrameRecord* record = FrameTable.Of(frame);
        int list = (int)ListOf(record);
        uint first = s_ends.First[list];
        record->Next = first;
        record->Previous = 0;
        if (first != 0) FrameTable.Of(first)->Previous = frame;
        else s_ends.Last[list] = frame;
        s_ends.First[list] = frame;
        s_ends.Count[list] += PagesOf(record);
        record->Set(FrameFlags.Listed);
    }

    /// <summary>Takes a frame off its list, if it is on one. Its flags must be those it was added with.</summary>
    public static void Remove(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        if (!record->Is(FrameFlags.Listed)) return;
        int list = (int)ListOf(record);
        if (record->Previous != 0) FrameTable.Of(record->Previous)->Next = record->Next;
        else s_ends.First[list] = record->Next;
        if (record->Next != 0) FrameTable.Of(record->Next)->Previous = record->Previous;
        else s_ends.Last[list] = record->Previous;
        s_ends.Count[list] -= PagesOf(record);
        record->Clear(FrameFlags.Listed);
    }

    /// <summary>Gives a listed frame's record and its place in the list to another frame.</summary>
    public static void Replace(uint from, uint to)
    {
        FrameRecord* record = FrameTable.Of(to);
        *record = *FrameTable.Of(from);
        int list = (int)ListOf(record);
        if (record->Previous != 0) FrameTable.Of(record->Previous)->Next = to;
        else s_ends.First[list] = to;
        if (record->Next != 0) FrameTable.Of(record->Next)->Previous = to;
        else s_ends.Last[list] = to;
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
    private static PageList ListOf(FrameRecord* record) => record->Is(FrameFlags.Unevictable)
        ? PageList.Unevictable : (PageList)((record->Is(FrameFlags.SwapBacked) ? 0 : 2) + (record->Is(FrameFlags.Active) ? 1 : 0));
}
