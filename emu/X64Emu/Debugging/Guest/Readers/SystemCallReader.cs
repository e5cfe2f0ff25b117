using X64Emu.Debugging.Guest.Layout;

namespace X64Emu.Debugging.Guest.Readers;

/// <summary>The kernel's table of system calls, and its counts of calls that it does not have.</summary>
internal sealed class SystemCallReader
{
    private const string Table = "Syscalls_SyscallTable", Entries = "Syscalls_SyscallTable_Entries";
    private const int MaximumCalls = 4096;
    private readonly KernelMemory memory;
    private readonly KernelStatic entries;
    private readonly KernelField handlers, unknown;

    public SystemCallReader(KernelTypes types, KernelMemory memory)
    {
        this.memory = memory;
        entries = types.Static(Table, "s_entries");
        handlers = types.Field(Entries, "Handlers");
        unknown = types.Field(Entries, "Unknown");
    }

    /// <summary>Numbers of calls with a handler.</summary>
    public IEnumerable<int> Implemented() => Where(handlers, sizeof(ulong)).Select(call => call.Number);

    /// <summary>Numbers of calls without one that programs have made, and how often.</summary>
    public IEnumerable<(int Number, ulong Calls)> Unknown() => Where(unknown, sizeof(uint));

    private IEnumerable<(int Number, ulong Value)> Where(KernelField array, int elementBytes)
    {
        KernelObject table = new(memory, memory.Locate(entries) ?? 0);
        if (table.IsNull || !array.IsKnown) yield break;
        int count = Math.Min(array.SizeBytes / elementBytes, MaximumCalls);
        for (int number = 0; number < count; number++)
        {
            ulong value = memory.Read(table.Address + (ulong)(array.OffsetBytes + number * elementBytes), elementBytes);
            if (value != 0) yield return (number, value);
        }
    }
}
