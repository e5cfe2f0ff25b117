using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Inspection;

/// <summary>The control registers, EFER and XCR0 with every bit named (Intel SDM Vol. 3A, 2.5 and 2.6; Vol. 4 for EFER).</summary>
public static class ControlRegisterReport
{
    private const ulong ProcessContexts = 1 << 17, PageTableBits = 0x000f_ffff_ffff_f000;

    private static readonly NamedBit[] s_cr0 =
    [
        new(0, "PE", "protected mode"), new(1, "MP", "WAIT obeys TS"), new(2, "EM", "no x87: its instructions raise #NM"),
        new(3, "TS", "task switched: the next x87 or SSE instruction raises #NM"), new(4, "ET", "the x87 is a 387; always 1"),
        new(5, "NE", "x87 errors raise #MF"), new(16, "WP", "the kernel, too, may not write read-only pages"),
        new(18, "AM", "alignment is checked where RFLAGS.AC asks for it"), new(29, "NW", "not write-through"), new(30, "CD", "caches disabled"),
        new(31, "PG", "paging"),
    ];

    private static readonly NamedBit[] s_cr4 =
    [
        new(0, "VME", "virtual-8086 extensions"), new(1, "PVI", "protected-mode virtual interrupts"), new(2, "TSD", "RDTSC in ring 0 only"),
        new(3, "DE", "debug registers 4 and 5 do not exist"), new(4, "PSE", "4 MiB pages in 32-bit paging"),
        new(5, "PAE", "physical address extension: 64-bit page table entries"), new(6, "MCE", "machine checks raise #MC"),
        new(7, "PGE", "global pages survive a load of CR3"), new(8, "PCE", "RDPMC in any ring"), new(9, "OSFXSR", "the kernel saves SSE state"),
        new(10, "OSXMMEXCPT", "SSE errors raise #XM"), new(11, "UMIP", "SGDT, SIDT, SLDT, SMSW, STR in ring 0 only"), new(12, "LA57", "five-level paging"),
        new(13, "VMXE", "virtual machine extensions"), new(14, "SMXE", "safer mode extensions"), new(16, "FSGSBASE", "RDFSBASE and its kin in any ring"),
        new(17, "PCIDE", "TLB entries carry a process context (PCID)"), new(18, "OSXSAVE", "the kernel saves state with XSAVE"),
        new(19, "KL", "key locker"), new(20, "SMEP", "the kernel may not execute user pages"),
        new(21, "SMAP", "the kernel may not access user pages unless AC is set"),
        new(22, "PKE", "protection keys for user pages"), new(23, "CET", "control-flow enforcement"), new(24, "PKS", "protection keys for kernel pages"),
    ];

    private static readonly NamedBit[] s_efer =
    [
        new(0, "SCE", "SYSCALL and SYSRET"), new(8, "LME", "long mode enabled"), new(10, "LMA", "long mode active"), new(11, "NXE", "pages can be no-execute"),
    ];

    private static readonly NamedBit[] s_xcr0 =
    [
        new(0, "X87", "x87 state"), new(1, "SSE", "XMM registers and MXCSR"), new(2, "AVX", "upper halves of the YMM registers"),
    ];

    /// <summary>CR0, CR2, CR3, CR4, CR8, EFER and XCR0.</summary>
    public static IReadOnlyList<string> Lines(ProcessorRegisters registers, AddressNamer? namer = null)
    {
        ArgumentNullException.ThrowIfNull(registers);
        ulong cr3 = registers.Cr3;
        string low = (registers.Cr4 & ProcessContexts) != 0 ? $"PCID {cr3 & 0xfff}" : $"PWT {cr3 >> 3 & 1}, PCD {cr3 >> 4 & 1}";
        return
        [
            .. Register("cr0", registers.Cr0, s_cr0),
            $"cr2     {RegisterReport.Value(registers.Cr2.Value, namer)}  (the address of the last page fault)",
            $"cr3     0x{cr3:x16}  PML4 at physical 0x{cr3 & PageTableBits:x}, {low}",
            .. Register("cr4", registers.Cr4, s_cr4),
            $"cr8     {registers.Cr8}  (task priority: interrupt vectors from 0x{(registers.Cr8 + 1) * 16:x2} on pass)",
            .. Register("efer", registers.Efer, s_efer),
            .. Register("xcr0", registers.Xcr0, s_xcr0),
        ];
    }

    /// <summary>The lines of one register alone: cr0, cr2, cr3, cr4, cr8, efer or xcr0; empty for another name.</summary>
    public static IReadOnlyList<string> Lines(ProcessorRegisters registers, string name, AddressNamer? namer = null)
    {
        IEnumerable<string> fromName = Lines(registers, namer).SkipWhile(line => !line.StartsWith(name + " ", StringComparison.Ordinal));
        return [.. fromName.Take(1), .. fromName.Skip(1).TakeWhile(line => line.StartsWith(' '))];
    }

    private static IEnumerable<string> Register(string name, ulong value, NamedBit[] bits) =>
        [$"{name,-8}0x{value:x16}  {NamedBit.Set(value, bits)}", .. NamedBit.Describe(value, bits)];
}
