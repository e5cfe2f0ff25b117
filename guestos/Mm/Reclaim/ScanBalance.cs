namespace GuestOs.Mm;

/// <summary>
/// How many pages of each list a round of reclaim looks at. Programs' memory and files are weighed by vm.swappiness and by what reclaiming them has cost
/// lately: a page that comes back soon after it went counts against its kind.
/// </summary>
internal struct ScanBalance
{
    public const int MaximumSwappiness = 200;

    private static ulong s_anonymousCost;
    private static ulong s_fileCost;

    /// <summary>vm.swappiness: 0 swaps only when nothing else is left, 100 treats both kinds alike, up to 200.</summary>
    public static int Swappiness = 60;

    public uint InactiveAnonymous;
    public uint ActiveAnonymous;
    public uint InactiveFile;
    public uint ActiveFile;

    /// <summary>True while there is something to look at.</summary>
    public readonly bool HasWork => (InactiveAnonymous | ActiveAnonymous | InactiveFile | ActiveFile) != 0;

    /// <summary>A round that looks at 1/2^priority of the lists.</summary>
    public static ScanBalance At(int priority)
    {
        ulong anonymous = 0, file = 1;
        bool maySwap = SwapArea.HasRoom && (Swappiness != 0 || HasFewFiles);
        if (maySwap && !HasPlentyOfFiles(priority)) Weigh(out anonymous, out file);
        ulong total = anonymous + file;
        ScanBalance result = default;
        // The last round looks at everything.
        if (priority == 0)
        {
            anonymous = maySwap ? 1u : 0;
            file = 1;
            total = 1;
        }
        result.InactiveAnonymous = Part(PageList.InactiveAnonymous, priority, anonymous, total);
        result.ActiveAnonymous = Part(PageList.ActiveAnonymous, priority, anonymous, total);
        result.InactiveFile = Part(PageList.InactiveFile, priority, file, total);
        result.ActiveFile = Part(PageList.ActiveFile, priority, file, total);
        return result;
    }

    /// <summary>A page has come back soon, or had to be written out: its kind is dear.</summary>
    public static void NoteRefault(bool isAnonymous)
    {
        if (isAnonymous) s_anonymousCost++;
        else s_fileCost++;
        // Old costs count less and less.
        ulong pages = PageLists.Count(PageList.InactiveAnonymous) + PageLists.Count(PageList.ActiveAnonymous)
            + PageLists.Count(PageList.InactiveFile) + PageLists.Count(PageList.ActiveFile);
        if (s_anonymousCost + s_fileCost <= pages / 4) return;
        s_anonymousCost /= 2;
        s_fileCost /= 2;
    }

    private static bool HasFewFiles =>
        PageLists.Count(PageList.InactiveFile) + PageLists.Count(PageList.ActiveFile) + FrameAllocator.FreeFrames <= Watermarks.High;

    /// <summary>Files that were read once and not again go before anything else.</summary>
    private static bool HasPlentyOfFiles(int priority) => PageLists.Count(PageList.InactiveFile) >> priority != 0 && !PageLists.IsInactiveLow(isFile: true);

    private static void Weigh(out ulong anonymous, out ulong file)
    {
        ulong total = s_anonymousCost + s_fileCost;
        ulong anonymousCost = total + s_anonymousCost, fileCost = total + s_fileCost;
        total = anonymousCost + fileCost;
        anonymous = (ulong)Swappiness * (total + 1) / (anonymousCost + 1);
        file = (ulong)(MaximumSwappiness - Swappiness) * (total + 1) / (fileCost + 1);
    }

    private static uint Part(PageList list, int priority, ulong share, ulong total)
    {
        ulong pages = PageLists.Count(list);
        return (uint)((pages >> priority) * share / (total == 0 ? 1 : total));
    }
}
