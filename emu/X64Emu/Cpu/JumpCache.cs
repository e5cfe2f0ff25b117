using System.Runtime.CompilerServices;

namespace X64Emu.Cpu;

/// <summary>
/// Virtual address -> first op of a block, for jumps that leave their page. Entries of one page share a group of 32, so that the page can
/// be dropped cheaply when its translation leaves the first-level instruction TLB: a hit here is a hit there.
/// </summary>
internal static unsafe class JumpCache
{
    private const int GroupBytes = 32 * sizeof(ulong) * 2;

    /// <summary>The 16-byte entry for an address: its virtual address, then the op. Bounds: 64 groups of 32 entries, both masked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong* EntryOf(CpuState* c, ulong virtualAddress)
    {
        ulong inPage = (virtualAddress ^ virtualAddress >> 5) & 31;
        ulong page = virtualAddress >> 12 & 63;
        return (ulong*)(c->JumpTable + page * GroupBytes + inPage * 16);
    }

    /// <summary>Empties both banks. Odd garbage never equals a block's address: an empty entry holds the one address never looked up.</summary>
    public static void Clear(CpuState* c)
    {
        ulong* entries = (ulong*)((byte*)c + CpuState.JumpCacheOffset);
        for (int index = 0; index < CpuState.JumpCacheBanks * CpuState.JumpCacheBankBytes / 8; index += 2) entries[index] = NoAddress;
    }

    /// <summary>Drops what is cached for one 4 KiB page.</summary>
    public static void ClearPage(CpuState* c, ulong virtualAddress)
    {
        for (int bank = 0; bank < CpuState.JumpCacheBanks; bank++)
        {
            ulong* group = (ulong*)((byte*)c + CpuState.JumpCacheOffset + bank * CpuState.JumpCacheBankBytes
                + (long)(virtualAddress >> 12 & 63) * GroupBytes);
            for (int index = 0; index < 64; index += 2) group[index] = NoAddress;
        }
    }

    /// <summary>Not canonical, so no block ever starts there.</summary>
    private const ulong NoAddress = 0x8000_0000_0000_0000;
}
