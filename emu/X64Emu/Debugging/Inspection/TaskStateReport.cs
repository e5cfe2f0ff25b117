using System.Buffers.Binary;
using X64Emu.Cpu;
using X64Emu.Debugging.Memory;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Inspection;

/// <summary>The task state segment: the stacks that interrupts change to, and which ports user mode may use (Intel SDM Vol. 3A, 7.7).</summary>
public static class TaskStateReport
{
    private const int Bytes = 0x68, StackPointers = 4, InterruptStacks = 0x24, MapBase = 0x66, PortCount = 65_536;

    /// <summary>RSP0..2, IST1..7 and the I/O permission map of the segment that TR names.</summary>
    public static IReadOnlyList<string> Lines(ProcessorRegisters registers, DebugMemory memory, AddressNamer? namer = null)
    {
        ArgumentNullException.ThrowIfNull(registers);
        ArgumentNullException.ThrowIfNull(memory);
        SegmentRegister register = registers.TaskRegister;
        if (!register.IsPresent) return ["no task state segment is loaded (TR is null)"];
        List<string> lines = [$"TSS at 0x{register.Base:x}, limit 0x{register.Limit:x} (TR 0x{register.Selector:x4})"];
        byte[] image = new byte[Bytes];
        int read = memory.Read(new VirtualAddress(register.Base), image);
        if (read < Bytes || register.Limit < Bytes - 1)
        {
            lines.Add(read < Bytes ? $"not mapped: no memory at 0x{register.Base + (ulong)read:x}" : "the segment is shorter than a 64-bit task state");
            return lines;
        }
        for (int ring = 0; ring < 3; ring++) lines.Add($"rsp{ring}    {Pointer(StackPointers + 8 * ring)}  stack of ring {ring}");
        for (int number = 1; number <= 7; number++) lines.Add($"ist{number}    {Pointer(InterruptStacks + 8 * (number - 1))}");
        int map = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(MapBase));
        lines.Add($"i/o map offset 0x{map:x}: {Ports(memory, register, map)}");
        return lines;

        string Pointer(int offset) => RegisterReport.Value(BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(offset)), namer);
    }

    private static string Ports(DebugMemory memory, SegmentRegister register, int map)
    {
        if ((uint)map >= register.Limit) return "no map; ring 3 may use no ports unless IOPL is 3";
        byte[] bits = new byte[Math.Min((int)Math.Min(register.Limit - (uint)map + 1, PortCount / 8), PortCount / 8)];
        int read = memory.Read(new VirtualAddress(register.Base) + (ulong)map, bits);
        List<string> allowed = [];
        for (int port = 0, first = -1; port <= read * 8; port++)
        {
            bool isAllowed = port < read * 8 && (bits[port / 8] >> (port % 8) & 1) == 0;
            if (isAllowed && first < 0) first = port;
            if (isAllowed || first < 0) continue;
            allowed.Add(first == port - 1 ? $"0x{first:x}" : $"0x{first:x}-0x{port - 1:x}");
            first = -1;
        }
        return allowed.Count == 0 ? "ring 3 may use no ports" : $"ring 3 may use ports {string.Join(", ", allowed)}";
    }
}
