using X64Emu.Debugging.Symbols;
using X64Emu.Debugging.Symbols.Elf;

namespace X64Emu.Debugging.Guest.Layout;

/// <summary>Tells a kernel object's class by its first word, which points to the class's method table: symbols _ZTV + length + name.</summary>
internal sealed class MethodTables
{
    private const string SymbolPrefix = "_ZTV", KernelPrefix = "kernel_GuestOs_";
    private readonly Dictionary<ulong, string> names = [];

    public MethodTables(ElfFile elf)
    {
        try
        {
            ArraySegment<byte> strings = elf.Content(".strtab");
            for (ByteCursor cursor = new(elf.Content(".symtab")); !cursor.AtEnd;)
            {
                uint nameOffset = cursor.UInt32();
                cursor.Skip(4);
                ulong address = cursor.UInt64();
                cursor.Skip(8);
                if (nameOffset < strings.Count) Add(ElfFile.Name(strings, nameOffset), address);
            }
        }
        catch (SymbolDataException)
        {
            // What was read before the damage is still right.
        }
    }

    /// <summary>The class's name behind GuestOs, such as Fs_PageCache; null when the word is no method table of the kernel's.</summary>
    public string? ClassOf(ulong methodTable) => names.GetValueOrDefault(methodTable);

    private void Add(string symbol, ulong address)
    {
        if (!symbol.StartsWith(SymbolPrefix, StringComparison.Ordinal)) return;
        string name = symbol[SymbolPrefix.Length..].TrimStart("0123456789".ToCharArray());
        if (name.StartsWith(KernelPrefix, StringComparison.Ordinal)) names.TryAdd(address, name[KernelPrefix.Length..]);
    }
}
