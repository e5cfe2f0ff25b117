using X64Emu.Cpu;
using X64Emu.Debugging.Memory;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Inspection;

/// <summary>The interrupt descriptor table as it lies in memory, in the 16-byte format of long mode.</summary>
public static class InterruptTableReport
{
    private const int GateBytes = 16, VectorCount = 256;

    /// <summary>What a vector is for: the name of an architectural exception, or empty.</summary>
    public static string VectorName(int vector) => vector switch
    {
        0 => "#DE divide error",
        1 => "#DB debug",
        2 => "NMI",
        3 => "#BP breakpoint",
        4 => "#OF overflow",
        5 => "#BR bound range",
        6 => "#UD invalid opcode",
        7 => "#NM device not available",
        8 => "#DF double fault",
        10 => "#TS invalid TSS",
        11 => "#NP segment not present",
        12 => "#SS stack fault",
        13 => "#GP general protection",
        14 => "#PF page fault",
        16 => "#MF x87 error",
        17 => "#AC alignment check",
        18 => "#MC machine check",
        19 => "#XM SIMD error",
        20 => "#VE virtualization",
        21 => "#CP control protection",
        _ => "",
    };

    /// <summary>One line for each gate: vector, handler with its symbol, selector, kind, ring, stack; runs without a gate are put together.</summary>
    /// <param name="registers">For IDTR and the mode.</param>
    /// <param name="memory">Where the table is.</param>
    /// <param name="namer">Names handlers.</param>
    /// <param name="vector">One vector, 0..255; null for all.</param>
    public static IReadOnlyList<string> Lines(ProcessorRegisters registers, DebugMemory memory, AddressNamer? namer = null, int? vector = null)
    {
        ArgumentNullException.ThrowIfNull(registers);
        ArgumentNullException.ThrowIfNull(memory);
        DescriptorTable table = registers.Idtr;
        int count = Math.Min((table.Limit + 1) / GateBytes, VectorCount);
        if (table.Limit == 0) return ["no interrupt descriptor table is loaded (the limit of IDTR is 0)"];
        if (vector >= count) return [$"0x{vector:x2}  beyond the limit of the table"];
        if (vector is { } one) return [Gate(memory, table, one, namer) ?? $"0x{one:x2}  no gate"];
        List<string> lines = [$"IDT at 0x{table.Base:x}, {count} gates of 16 bytes"];
        int absentFrom = -1;
        for (int index = 0; index <= count; index++)
        {
            string? line = index < count ? Gate(memory, table, index, namer) : null;
            if (line is null && index < count)
            {
                if (absentFrom < 0) absentFrom = index;
                continue;
            }
            if (absentFrom >= 0) lines.Add(absentFrom == index - 1 ? $"0x{absentFrom:x2}  no gate" : $"0x{absentFrom:x2} to 0x{index - 1:x2}: no gates");
            absentFrom = -1;
            if (line is not null) lines.Add(line);
        }
        return lines;
    }

    /// <summary>The line for a gate; null when none is present.</summary>
    private static string? Gate(DebugMemory memory, DescriptorTable table, int vector, AddressNamer? namer)
    {
        VirtualAddress address = new VirtualAddress(table.Base) + (ulong)(vector * GateBytes);
        if (!memory.TryReadUInt64(address, out ulong low) || !memory.TryReadUInt64(address + 8, out ulong high))
            return $"0x{vector:x2}  not mapped: no memory at {address}";
        SegmentDescriptor gate = new(low, high);
        if (!gate.IsPresent) return null;
        string stack = gate.GateStackTable == 0 ? "" : $", IST{gate.GateStackTable}";
        string handler = namer?.Invoke(new VirtualAddress(gate.GateOffset)) is { } name ? $"  {name}" : "";
        string purpose = VectorName(vector) is { Length: > 0 } known ? $"  {known}" : "";
        return $"0x{vector:x2}  0x{gate.GateSelector:x4}:0x{gate.GateOffset:x16}  "
            + $"{DescriptorText.SystemType(gate.Type)}, ring {gate.Dpl}{stack}{handler}{purpose}";
    }
}
