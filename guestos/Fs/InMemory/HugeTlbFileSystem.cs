using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>hugetlbfs: a file system in memory whose files consist of the pool's huge pages.</summary>
internal sealed class HugeTlbFileSystem : RamFileSystem
{
    private const ulong HugeTlbMagic = 0x958458f6;

    public HugeTlbFileSystem(uint rootMode)
        : base("hugetlbfs", rootMode) => LimitPages = ulong.MaxValue;

    public override ulong Magic => HugeTlbMagic;

    public override uint BlockBytes => (uint)HugePage.Bytes;

    public override bool HasHugePages => true;

    /// <summary>Nothing limits it but the pool: then Linux names no numbers.</summary>
    public override int Statistics(ref FileSystemStatistics statistics)
    {
        statistics.Files = ulong.MaxValue;
        statistics.FreeFiles = ulong.MaxValue;
        return 0;
    }
}
