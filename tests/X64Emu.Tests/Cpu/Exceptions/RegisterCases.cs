using Iced.Intel;
using X64Emu.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>Values that control, debug and model-specific registers refuse (Intel SDM Vol. 3A, 2.5 and 4.10.1; Vol. 4).</summary>
internal static class RegisterCases
{
    private const ulong Cr0 = 0x8001_0033, Cr4 = 0x6a0, ProcessContexts = 0x2_0000, Wild = SystemMachine.NonCanonical;

    public static IReadOnlyList<ExceptionCase> All { get; } =
    [
        Control("paging without protection", 0, Cr0 & ~1UL),
        Control("paging off in 64-bit code", 0, Cr0 & ~(1UL << 31)),
        Control("protection and paging off", 0, 0x10),
        Control("NW without CD", 0, Cr0 | 1UL << 29),
        .. Bits(32, 63).Select(bit => Control($"bit {bit}", 0, Cr0 | 1UL << bit)),
        Control("paging off with PCIDE", 0, Cr0 & ~(1UL << 31), m => m.Registers.Cr4 |= ProcessContexts),
        .. Bits(46, 63).Select(bit => Control($"bit {bit}", 3, SystemMachine.Pml4 | 1UL << bit)),
        .. Bits(46, 62).Select(bit => Control($"bit {bit} with PCIDE", 3, SystemMachine.Pml4 | 1UL << bit, m => m.Registers.Cr4 |= ProcessContexts)),
        Control("PAE off in long mode", 4, Cr4 & ~0x20UL),
        .. ((int[])[12, 13, 14, 15, 19, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 47, 63]).Select(bit => Control($"bit {bit}", 4, Cr4 | 1UL << bit)),
        Control("PCIDE while CR3 names a context", 4, Cr4 | ProcessContexts, m => m.Registers.Cr3 = SystemMachine.Pml4 | 0x18),
        Control("16", 8, 16),
        Control("bit 63", 8, 1UL << 63),

        Debug("DR6, bit 32", 6, 1UL << 32),
        Debug("DR7, bit 32", 7, 1UL << 32 | 0x400),
        Debug("DR7, bit 63", 7, 1UL << 63),
        Debug("DR4 is DR6", 4, 1UL << 40),
        new("mov dr4 with CR4.DE", 0, a => a.db(0x0f, 0x23, 0xe0), 6, null) { Setup = m => m.Registers.Cr4 |= 8 },
        new("mov from dr5 with CR4.DE", 0, a => a.db(0x0f, 0x21, 0xe8), 6, null) { Setup = m => m.Registers.Cr4 |= 8 },

        .. ((uint[])[0xc000_0082, 0xc000_0083, 0xc000_0100, 0xc000_0101, 0xc000_0102, 0x175, 0x176]).SelectMany(number => (ExceptionCase[])
        [
            Write($"{number:x}: not canonical", number, Wild),
            Write($"{number:x}: just below the upper half", number, 0xffff_7fff_ffff_ffff),
            Write($"{number:x}: bit 63", number, 1UL << 63),
        ]),
        .. ((int[])[1, 2, 7, 9, 12, 13, 14, 15, 16, 31, 32, 63]).Select(bit => Write($"EFER, bit {bit}", 0xc000_0080, 0x901 | 1UL << bit)),
        Write("EFER: LME off while paging is on", 0xc000_0080, 0x801),
        Write("FMASK, bit 32", 0xc000_0084, 1UL << 32),
        Write("TSC_AUX, bit 32", 0xc000_0103, 1UL << 32),
        Write("PAT, type 2", 0x277, 0x0007_0406_0007_0402),
        Write("PAT, type 8", 0x277, 0x0807_0406_0007_0406),
        Write("APIC_BASE, bit 46", 0x1b, 0xfee0_0900 | 1UL << 46),
        Write("MTRR capabilities are read-only", 0xfe, 0),
        .. ((uint[])[0, 0xffff, 0x3a, 0x480, 0x4000_0000, 0xc000_0085, 0xc000_0104, 0xc001_0015, uint.MaxValue]).SelectMany(number => (ExceptionCase[])
        [
            Write($"{number:x}, which does not exist", number, 0),
            new($"rdmsr of {number:x}, which does not exist", 0, a => a.rdmsr(), 13, 0) { Setup = m => m.Registers[GeneralRegister.Rcx] = number },
        ]),
        new("rdpmc: there are no counters", 0, a => a.rdpmc(), 13, 0),
    ];

    private static IEnumerable<int> Bits(int first, int last) => Enumerable.Range(first, last - first + 1);

    private static ExceptionCase Control(string name, int number, ulong value, Action<SystemMachine>? setup = null) =>
        new($"mov cr{number}: {name}", 0, a => Move(a, number), 13, 0)
        {
            Setup = machine =>
            {
                machine.Registers[GeneralRegister.Rax] = value;
                setup?.Invoke(machine);
            },
        };

    private static void Move(Assembler a, int number)
    {
        switch (number)
        {
            case 0: a.mov(cr0, rax); break;
            case 3: a.mov(cr3, rax); break;
            case 4: a.mov(cr4, rax); break;
            default: a.mov(cr8, rax); break;
        }
    }

    private static ExceptionCase Debug(string name, int number, ulong value) =>
        new($"mov to a debug register: {name}", 0, a => a.db(0x0f, 0x23, (byte)(0xc0 | number << 3)), 13, 0)
        {
            Setup = machine => machine.Registers[GeneralRegister.Rax] = value,
        };

    private static ExceptionCase Write(string name, uint number, ulong value) =>
        new($"wrmsr of {name}", 0, a => a.wrmsr(), 13, 0)
        {
            Setup = machine =>
            {
                machine.Registers[GeneralRegister.Rcx] = 0xffff_ffff_0000_0000 | number;   // the upper half does not count
                machine.Registers[GeneralRegister.Rax] = (uint)value;
                machine.Registers[GeneralRegister.Rdx] = value >> 32;
            },
        };
}
