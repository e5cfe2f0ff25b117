using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Inspection;

/// <summary>The model-specific registers by name (Intel SDM Vol. 4, table 2-2).</summary>
public static class MsrReport
{
    private static readonly (uint Number, string Name, string Meaning)[] s_known =
    [
        (ModelSpecificRegisters.TimeStampCounter, "IA32_TIME_STAMP_COUNTER", "the TSC"),
        (ModelSpecificRegisters.ApicBase, "IA32_APIC_BASE", "where the local APIC's registers are"),
        (ModelSpecificRegisters.MtrrCapabilities, "IA32_MTRRCAP", "memory type ranges: none"),
        (ModelSpecificRegisters.SysenterCs, "IA32_SYSENTER_CS", "SYSENTER: CS"),
        (ModelSpecificRegisters.SysenterEsp, "IA32_SYSENTER_ESP", "SYSENTER: stack pointer"),
        (ModelSpecificRegisters.SysenterEip, "IA32_SYSENTER_EIP", "SYSENTER: entry point"),
        (ModelSpecificRegisters.MiscEnable, "IA32_MISC_ENABLE", "processor features"),
        (ModelSpecificRegisters.Pat, "IA32_PAT", "page attribute table: eight memory types"),
        (ModelSpecificRegisters.MtrrDefaultType, "IA32_MTRR_DEF_TYPE", "the default memory type"),
        (ModelSpecificRegisters.TscDeadline, "IA32_TSC_DEADLINE", "when the APIC timer fires; 0 when disarmed"),
        (ModelSpecificRegisters.Efer, "IA32_EFER", "long mode, SYSCALL, no-execute"),
        (ModelSpecificRegisters.Star, "IA32_STAR", "SYSCALL: selectors"),
        (ModelSpecificRegisters.LStar, "IA32_LSTAR", "SYSCALL: entry point of 64-bit code"),
        (ModelSpecificRegisters.CStar, "IA32_CSTAR", "SYSCALL: entry point of compatibility mode"),
        (ModelSpecificRegisters.FMask, "IA32_FMASK", "SYSCALL: flags that are cleared"),
        (ModelSpecificRegisters.FsBase, "IA32_FS_BASE", "base of FS: thread-local storage in user mode"),
        (ModelSpecificRegisters.GsBase, "IA32_GS_BASE", "base of GS: per-processor data in kernel mode"),
        (ModelSpecificRegisters.KernelGsBase, "IA32_KERNEL_GS_BASE", "what SWAPGS exchanges with the base of GS"),
        (ModelSpecificRegisters.TscAux, "IA32_TSC_AUX", "what RDTSCP and RDPID return beside the TSC"),
    ];

    /// <summary>The names of the registers, for completion.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_known.Select(known => known.Name)];

    /// <summary>All registers that exist here, one on a line: number, name, value, meaning.</summary>
    public static IReadOnlyList<string> Lines(ProcessorRegisters registers, AddressNamer? namer = null)
    {
        ArgumentNullException.ThrowIfNull(registers);
        List<string> lines = [];
        foreach ((uint number, string name, string meaning) in s_known)
        {
            if (registers.TryReadMsr(number, out ulong value)) lines.Add(Line(number, name, meaning, value, namer));
        }
        return lines;
    }

    /// <summary>The number of a register by its name, upper or lower case, with or without <c>IA32_</c>; null when there is none.</summary>
    public static uint? NumberOf(string name)
    {
        foreach ((uint number, string known, _) in s_known)
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase) || known.Equals("IA32_" + name, StringComparison.OrdinalIgnoreCase)) return number;
        }
        return null;
    }

    /// <summary>One register; null when RDMSR of that number would raise #GP.</summary>
    public static string? Line(ProcessorRegisters registers, uint number, AddressNamer? namer = null)
    {
        ArgumentNullException.ThrowIfNull(registers);
        if (!registers.TryReadMsr(number, out ulong value)) return null;
        (_, string? name, string? meaning) = Array.Find(s_known, known => known.Number == number);
        return Line(number, name ?? "unnamed", meaning ?? "", value, namer);
    }

    private static string Line(uint number, string name, string meaning, ulong value, AddressNamer? namer)
    {
        string target = value != 0 && namer?.Invoke(new VirtualAddress(value)) is { } symbol ? $"{symbol}: " : "";
        string selectors = number == ModelSpecificRegisters.Star ? $", SYSCALL CS 0x{value >> 32 & 0xffff:x}, SYSRET CS 0x{(value >> 48) + 16:x}" : "";
        return $"0x{number:x8}  {name,-24} 0x{value:x16}  {target}{meaning}{selectors}";
    }
}
