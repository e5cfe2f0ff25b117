using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Inspection;

/// <summary>The general registers, RIP, RFLAGS and the segment bases.</summary>
public static class RegisterReport
{
    private const long LargestInteresting = 1_000_000_000;

    /// <summary>One line for each register: name, value, and the symbol it points at or its signed decimal value when that is small.</summary>
    public static IReadOnlyList<string> Lines(ProcessorRegisters registers, AddressNamer? namer = null)
    {
        ArgumentNullException.ThrowIfNull(registers);
        return
        [
            .. Enum.GetValues<GeneralRegister>().Select(register => Line(NameOf(register), registers[register], namer)),
            Line("rip", registers.Rip.Value, namer),
            $"{"rflags",-8}{FlagsReport.Summary(registers.RFlags)}",
            Line("fs_base", registers.FsBase.Value, namer),
            Line("gs_base", registers.GsBase.Value, namer),
            $"{"cpl",-8}{registers.PrivilegeLevel}",
        ];
    }

    /// <summary>A register's name as assemblers write it.</summary>
    public static string NameOf(GeneralRegister register) => register.ToString().ToLowerInvariant();

    /// <summary>A value with what it could mean: the symbol it points at, or its signed decimal value when that is small.</summary>
    public static string Value(ulong value, AddressNamer? namer = null)
    {
        string hexadecimal = $"0x{value:x16}";
        if (namer?.Invoke(new VirtualAddress(value)) is { } name) return $"{hexadecimal}  {name}";
        long number = (long)value;
        bool isInteresting = number is > 9 and < LargestInteresting or < 0 and > -LargestInteresting;
        return isInteresting ? $"{hexadecimal}  {number}" : hexadecimal;
    }

    private static string Line(string name, ulong value, AddressNamer? namer) => $"{name,-8}{Value(value, namer)}";
}
