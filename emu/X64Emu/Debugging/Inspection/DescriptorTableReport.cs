using X64Emu.Cpu;
using X64Emu.Debugging.Memory;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Inspection;

/// <summary>The global descriptor table as it lies in memory.</summary>
public static class DescriptorTableReport
{
    private const int EntryBytes = 8;

    /// <summary>One line for each entry up to the limit; runs of empty entries are put together.</summary>
    public static IReadOnlyList<string> Lines(ProcessorRegisters registers, DebugMemory memory)
    {
        ArgumentNullException.ThrowIfNull(registers);
        ArgumentNullException.ThrowIfNull(memory);
        DescriptorTable table = registers.Gdtr;
        int count = (table.Limit + 1) / EntryBytes, empty = 0;
        List<string> lines = [$"GDT at 0x{table.Base:x}, {count} entries of 8 bytes"];
        for (int index = 0; index < count; index++)
        {
            if (!memory.TryReadUInt64(new VirtualAddress(table.Base) + (ulong)(index * EntryBytes), out ulong low))
            {
                lines.Add($"0x{index * EntryBytes:x4}  not mapped: no memory at 0x{table.Base + (ulong)(index * EntryBytes):x}");
                break;
            }
            if (low == 0)
            {
                empty++;
                continue;
            }
            AddEmpty(lines, ref empty);
            lines.Add(Entry(memory, table, index, count, low, out bool isLong));
            if (isLong) index++;
        }
        AddEmpty(lines, ref empty);
        return lines;
    }

    private static string Entry(DebugMemory memory, DescriptorTable table, int index, int count, ulong low, out bool isLong)
    {
        SegmentDescriptor descriptor = new(low);
        // In long mode TSS, LDT and call gates take two entries.
        isLong = !descriptor.IsCodeOrData && index + 1 < count;
        if (isLong && memory.TryReadUInt64(new VirtualAddress(table.Base) + (ulong)((index + 1) * EntryBytes), out ulong high)) descriptor = new(low, high);
        string selector = $"0x{index * EntryBytes:x4}  0x{low:x16}";
        if (!descriptor.IsCodeOrData && descriptor.Type == SegmentDescriptor.TypeCallGate)
            return $"{selector}  call gate to 0x{descriptor.GateSelector:x}:0x{descriptor.GateOffset:x}, ring {descriptor.Dpl}";
        return $"{selector}  base 0x{descriptor.Base:x16}  limit 0x{descriptor.Limit:x8}  "
            + $"{DescriptorText.Rights(descriptor.Attributes, descriptor.IsCodeOrData)}";
    }

    private static void AddEmpty(List<string> lines, ref int empty)
    {
        if (empty > 0) lines.Add($"        {empty} empty {(empty == 1 ? "entry" : "entries")}");
        empty = 0;
    }
}
