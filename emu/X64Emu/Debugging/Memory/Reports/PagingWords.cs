using System.Globalization;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Memory.Reports;

/// <summary>The words in which every report speaks of pages, entries and addresses.</summary>
internal static class PagingWords
{
    private const ulong WriteThroughBit = 8, CacheDisableBit = 0x10;

    /// <summary>A level's short name: PML4, PDPT, PD (page directory), PT (page table).</summary>
    public static string Level(int level) => level switch
    {
        4 => "PML4",
        3 => "PDPT",
        2 => "PD",
        _ => "PT",
    };

    /// <summary>An address with all its digits.</summary>
    public static string Full(ulong value) => "0x" + value.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>An address without leading zeros.</summary>
    public static string Hex(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    public static string Hex(PhysicalAddress address) => Hex(address.Value);

    /// <summary>A count in decimal digits.</summary>
    public static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A size such as 4 KiB, exact where it is a whole number of the unit.</summary>
    public static string Size(ulong lengthBytes)
    {
        string[] units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
        int unit = 0;
        while (unit < units.Length - 1 && lengthBytes >= 1024 && lengthBytes % 1024 == 0)
        {
            lengthBytes /= 1024;
            unit++;
        }
        return $"{lengthBytes} {units[unit]}";
    }

    /// <summary>Rights as letters: u or s for user or supervisor, then r, w, x.</summary>
    public static string Rights(PagePermissions permissions) =>
        $"{(permissions.IsUser ? 'u' : 's')} r{(permissions.IsWritable ? 'w' : '-')}{(permissions.IsNoExecute ? '-' : 'x')}";

    /// <summary>What a translation allows, in a sentence's words.</summary>
    public static string RightsInWords(PagePermissions permissions)
    {
        string who = permissions.IsUser ? "user and kernel mode" : "kernel mode only";
        string what = permissions.IsWritable ? "readable and writable" : "read-only";
        return $"{what}, {(permissions.IsNoExecute ? "not executable" : "executable")}, {who}";
    }

    /// <summary>Every bit of a present entry that means something at its level.</summary>
    public static string Bits(PageTableEntry entry, int level)
    {
        List<string> words = ["present", entry.IsWritable ? "writable" : "read-only", entry.IsUser ? "user" : "supervisor"];
        bool isLeaf = PageTableReader.IsLeaf(entry, level);
        words.Add(entry.IsAccessed ? "accessed" : "not-accessed");
        if (isLeaf) words.Add(entry.IsDirty ? "dirty" : "clean");
        if (isLeaf && entry.IsGlobal) words.Add("global");
        if (entry.IsNoExecute) words.Add("no-execute");
        if ((entry.Value & WriteThroughBit) != 0) words.Add("write-through");
        if ((entry.Value & CacheDisableBit) != 0) words.Add("uncached");
        return string.Join(' ', words);
    }
}
