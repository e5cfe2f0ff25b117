using System.Runtime.CompilerServices;

namespace GuestOs.Mm;

/// <summary>
/// The pages that locked areas show (Linux's Mlocked). They are on a list of their own, so that reclaim does not look at them again and again, and return
/// to the others when the last locked area has given them up.
/// </summary>
internal static unsafe class LockedPages
{
    /// <summary>Pages that a locked area shows.</summary>
    public static ulong Count { get; private set; }

    /// <summary>Pages that became locked, and that did so no longer while they lived, since boot.</summary>
    public static ulong Locked { get; private set; }
    public static ulong Unlocked { get; private set; }

    /// <summary>Pages that went to the list of those that must stay, and that returned from it, since boot.</summary>
    public static ulong Culled { get; private set; }
    public static ulong Rescued { get; private set; }

    /// <summary>A locked area shows a frame from now on. Nothing happens for frames that are no program's or file's.</summary>
    public static void Add(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        if (!record->HasOwner || record->Is(FrameFlags.Locked)) return;
        Count += PageLists.PagesOf(record);
        Locked += PageLists.PagesOf(record);
        Cull(frame);
        record->Set(FrameFlags.Locked);
    }

    /// <summary>An area shows a frame no longer, or is locked no longer: was it the last locked one, the frame goes back to the other lists.</summary>
    public static void Review(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        if (!record->Is(FrameFlags.Locked)) return;
        FrameMappings mappings = new FrameMappings(frame);
        while (mappings.Next())
            if (mappings.Area.IsLocked) return;
        Unlocked += PageLists.PagesOf(record);
        Forget(frame);
        Rescue(frame);
    }

    /// <summary>A locked frame is nobody's any more.</summary>
    public static void Forget(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        Count -= PageLists.PagesOf(record);
        record->Clear(FrameFlags.Locked);
    }

    /// <summary>Puts a frame on the list of those that must stay.</summary>
    public static void Cull(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        if (record->Is(FrameFlags.Unevictable)) return;
        PageLists.Remove(frame);
        record->Set(FrameFlags.Unevictable);
        record->Clear(FrameFlags.Active);
        Culled += PageLists.PagesOf(record);
        PageLists.Add(frame);
    }

    /// <summary>Lets reclaim look at a frame again, unless something still holds it.</summary>
    public static void Rescue(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        if (!record->Is(FrameFlags.Unevictable) || record->Is(FrameFlags.Locked) || IsHeldBySource(record)) return;
        PageLists.Remove(frame);
        record->Clear(FrameFlags.Unevictable);
        Rescued += PageLists.PagesOf(record);
        PageLists.Add(frame);
    }

    /// <summary>True for a page of a source that keeps its pages in memory.</summary>
    public static bool IsHeldBySource(FrameRecord* record) =>
        record->Is(FrameFlags.File) && Unsafe.As<PageSource>(Unsafe.ObjectAt(record->Owner)).IsUnevictable;
}
