using GuestOs.Mm;

namespace GuestOs.Syscalls;

/// <summary>The size of huge pages in flags of mmap, memfd_create and shmget: its logarithm in the upper six bits, 0 for the default.</summary>
internal static class HugeSizes
{
    private const int Shift = 26;

    /// <summary>The bits of the logarithm.</summary>
    public const uint Mask = 63u << Shift;

    /// <summary>2 MiB: pages the pool has.</summary>
    public const uint PoolLog = HugePage.Order + 12;

    /// <summary>1 GiB: a size that exists, but there is no pool of it.</summary>
    public const uint GigabyteLog = 30;

    /// <summary>The logarithm of the size asked for.</summary>
    public static uint LogOf(ulong flags) => (uint)(flags & Mask) >> Shift;

    /// <summary>True when flags ask for pages that the pool has.</summary>
    public static bool IsOfPool(ulong flags) => LogOf(flags) is 0 or PoolLog;
}
