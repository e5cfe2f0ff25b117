using System.Numerics;
using System.Runtime.CompilerServices;

namespace X64Emu.Cpu;

/// <summary>
/// Virtual address -> first op of a block, for jumps that leave their page. Entries of one page share a group, so that the page can be
/// dropped cheaply when its translation leaves the first-level instruction TLB: a hit here is a hit there.
/// </summary>
/// <remarks>Bounds: there are as many groups as bits in the sets of groups, group and entry are masked, the bank is 0 or 1.</remarks>
internal static unsafe class JumpCache
{
    private const int Groups = 64, GroupEntries = 128, EntryBytes = 2 * sizeof(ulong);

    /// <summary>The size of the entries of one privilege.</summary>
    public const int BankBytes = Groups * GroupEntries * EntryBytes;

    /// <summary>What an empty entry holds: not canonical, so no block starts there, and no branch leads there.</summary>
    private const ulong NoAddress = 0x8000_0000_0000_0000;

    /// <summary>Makes all entries of a new state empty.</summary>
    public static void Initialize(CpuState* c)
    {
        for (int bank = 0; bank < CpuState.JumpCacheBanks; bank++) ClearGroups(c, bank, ulong.MaxValue);
    }

    /// <summary>The 16-byte entry for an address: its virtual address, then the op.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong* EntryOf(CpuState* c, ulong virtualAddress) => EntryOf(c->JumpTable, virtualAddress);

    /// <summary>The block at an address, or null. The address is any: SYSRET and IRET set RIP without a check.</summary>
    public static Op* Find(CpuState* c, ulong virtualAddress)
    {
        ulong* entry = EntryOf(c, virtualAddress);
        return entry[0] == virtualAddress && virtualAddress != NoAddress ? (Op*)entry[1] : null;
    }

    /// <summary>Keeps the block at an address that the first-level instruction TLB translates.</summary>
    /// <param name="c">The state, in the privilege that the block runs in.</param>
    /// <param name="virtualAddress">The address of its first instruction.</param>
    /// <param name="block">Its first op.</param>
    /// <param name="isGlobal">Whether the page is global: then the entry outlives a load of CR3.</param>
    public static void Remember(CpuState* c, ulong virtualAddress, Op* block, bool isGlobal)
    {
        ulong* entry = EntryOf(c, virtualAddress);
        entry[0] = virtualAddress;
        entry[1] = (ulong)block;
        int bank = c->Cpl == 3 ? 0 : 1;
        c->JumpGroups[bank] |= 1UL << (int)GroupOf(virtualAddress);
        if (!isGlobal) c->LocalJumpGroups[bank] |= 1UL << (int)GroupOf(virtualAddress);
    }

    /// <summary>Drops a block that is no more.</summary>
    public static void Forget(CpuState* c, ulong virtualAddress, Op* block)
    {
        for (int bank = 0; bank < CpuState.JumpCacheBanks; bank++)
        {
            ulong* entry = EntryOf(BankOf(c, bank), virtualAddress);
            if (entry[0] == virtualAddress && entry[1] == (ulong)block) entry[0] = NoAddress;
        }
    }

    /// <summary>Empties both banks.</summary>
    public static void Clear(CpuState* c)
    {
        for (int bank = 0; bank < CpuState.JumpCacheBanks; bank++) ClearGroups(c, bank, c->JumpGroups[bank]);
    }

    /// <summary>Drops what is cached for pages that are not global, and what shares their groups.</summary>
    public static void ClearLocal(CpuState* c)
    {
        for (int bank = 0; bank < CpuState.JumpCacheBanks; bank++) ClearGroups(c, bank, c->LocalJumpGroups[bank]);
    }

    /// <summary>Drops what is cached for one 4 KiB page.</summary>
    public static void ClearPage(CpuState* c, ulong virtualAddress)
    {
        for (int bank = 0; bank < CpuState.JumpCacheBanks; bank++) ClearGroups(c, bank, c->JumpGroups[bank] & 1UL << (int)GroupOf(virtualAddress));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong* EntryOf(byte* bank, ulong virtualAddress)
    {
        ulong inPage = (virtualAddress ^ virtualAddress >> 7) & (GroupEntries - 1);
        return (ulong*)(bank + (GroupOf(virtualAddress) * GroupEntries + inPage) * EntryBytes);
    }

    private static byte* BankOf(CpuState* c, int bank) => (byte*)c + CpuState.JumpCacheOffset + bank * BankBytes;

    private static ulong GroupOf(ulong virtualAddress) => virtualAddress >> 12 & (Groups - 1);

    private static void ClearGroups(CpuState* c, int bank, ulong groups)
    {
        c->JumpGroups[bank] &= ~groups;
        c->LocalJumpGroups[bank] &= ~groups;
        for (; groups != 0; groups &= groups - 1)
        {
            ulong* group = (ulong*)(BankOf(c, bank) + BitOperations.TrailingZeroCount(groups) * GroupEntries * EntryBytes);
            for (int index = 0; index < 2 * GroupEntries; index += 2) group[index] = NoAddress;
        }
    }
}
