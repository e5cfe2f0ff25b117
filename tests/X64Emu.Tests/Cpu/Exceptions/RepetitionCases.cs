using Iced.Intel;
using X64Emu.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>Repeated string instructions that fault, or are stepped, on the way: RCX, RSI and RDI stand at the step that comes next, so that
/// the same instruction goes on there (Intel SDM Vol. 2B, REP).</summary>
internal static class RepetitionCases
{
    private const ulong Absent = SystemMachine.Absent, Data = SystemMachine.UserData;

    public static IReadOnlyList<ExceptionCase> All { get; } =
    [
        Faulting("rep movsb to", a => a.rep.movsb(), 6, Absent, (100, Data, Absent - 30), (70, Data + 30, Absent)),
        Faulting("rep movsb from", a => a.rep.movsb(), 4, Absent, (100, Absent - 30, Data), (70, Absent, Data + 30)),
        Faulting("rep movsq to, the step across the pages not begun", a => a.rep.movsq(), 6, Absent, (10, Data, Absent - 20), (8, Data + 16, Absent - 4)),
        Faulting("rep movsd downwards", a => a.rep.movsd(), 6, Absent + 0xffc, (10, Data + 0x100, Absent + 0x1008), (7, Data + 0xf4, Absent + 0xffc), backwards: true),
        Faulting("rep stosb", a => a.rep.stosb(), 6, Absent, (5000, Data, Absent - 4096), (904, Data, Absent)),
        Faulting("rep stosq", a => a.rep.stosq(), 6, Absent, (3, Data, Absent - 8), (2, Data, Absent)),
        Faulting("rep stosd at once", a => a.rep.stosd(), 6, Absent, (3, Data, Absent), (3, Data, Absent)),
        Faulting("rep lodsw", a => a.rep.lodsw(), 4, Absent, (9, Absent - 6, Data), (6, Absent, Data), GeneralRegister.Rax),
        Faulting("repe cmpsb", a => a.repe.cmpsb(), 4, Absent, (50, Data, Absent - 7), (43, Data + 7, Absent)),
        Faulting("repne scasb", a => a.repne.scasb(), 4, Absent, (50, Data, Absent - 7), (43, Data, Absent), accumulator: 0x55),
        Faulting("rep insb: no port is read", a => a.rep.insb(), 2, Absent, (5, Data, Absent), (5, Data, Absent), ring: 0),
        Faulting("rep outsb", a => a.rep.outsb(), 0, Absent, (5, Absent - 2, Data), (3, Absent, Data), ring: 0),
        Faulting("rep movsb, 32-bit addresses", a => a.db(0xf3, 0x67, 0xa4), 6, Absent, (100, Data, Absent - 30), (70, Data + 30, Absent)),

        Stepped("rep movsb, stepped", a => a.rep.movsb(), (3, Data, Data + 0x40), (2, Data + 1, Data + 0x41), behind: false),
        Stepped("rep movsb, the last step", a => a.rep.movsb(), (1, Data, Data + 0x40), (0, Data + 1, Data + 0x41), behind: true),
        Stepped("rep stosw, stepped", a => a.rep.stosw(), (3, Data, Data + 0x40), (2, Data, Data + 0x42), behind: false),
        Stepped("rep movsb of nothing", a => a.rep.movsb(), (0, Data, Data + 0x40), (0, Data, Data + 0x40), behind: true),
        Stepped("repe cmpsb, stepped", a => a.repe.cmpsb(), (3, Data, Data + 0x40), (2, Data + 1, Data + 0x41), behind: false)
            with { FlagsSet = RFlags.Resume | LazyFlags.Zero | LazyFlags.Parity, FlagsCleared = LazyFlags.Arithmetic & ~(LazyFlags.Zero | LazyFlags.Parity) },
    ];

    private static ExceptionCase Faulting(
        string name, Action<Assembler> code, ulong errorCode, ulong address, (ulong Rcx, ulong Rsi, ulong Rdi) before,
        (ulong Rcx, ulong Rsi, ulong Rdi) after, GeneralRegister? changed = null, bool backwards = false, ulong accumulator = 0, int ring = 3) =>
        new(name, ring, code, 14, errorCode)
        {
            Setup = machine =>
            {
                Load(machine, before);
                machine.Registers[GeneralRegister.Rax] = accumulator;
                if (backwards) machine.Registers.RFlags |= RFlags.Direction;
            },
            Check = machine => Compare(machine, after),
            Cr2 = address,
            Changed = [GeneralRegister.Rcx, GeneralRegister.Rsi, GeneralRegister.Rdi, .. changed is { } more ? [more] : (GeneralRegister[])[]],
            WritesMemory = true,
            FlagsSet = RFlags.Resume | FlagsAfter(name).Set,
            FlagsCleared = FlagsAfter(name).Cleared,
        };

    /// <summary>The flags of the comparisons that were done: of equal bytes, and of 0x55 with 0.</summary>
    private static (ulong Set, ulong Cleared) FlagsAfter(string name)
    {
        ulong set = name.Contains("cmps", StringComparison.Ordinal) ? LazyFlags.Zero | LazyFlags.Parity
            : name.Contains("scas", StringComparison.Ordinal) ? LazyFlags.Parity : LazyFlags.Arithmetic;
        return set == LazyFlags.Arithmetic ? (0, 0) : (set, LazyFlags.Arithmetic & ~set);
    }

    /// <summary>With TF: a trap behind each step, RF set in its frame until the last.</summary>
    private static ExceptionCase Stepped(
        string name, Action<Assembler> code, (ulong Rcx, ulong Rsi, ulong Rdi) before, (ulong Rcx, ulong Rsi, ulong Rdi) after, bool behind) =>
        new(name, 3, code, 1, null)
        {
            Setup = machine =>
            {
                Load(machine, before);
                machine.Registers.RFlags |= RFlags.Trap;
            },
            Check = machine => Compare(machine, after),
            Rip = SystemMachine.User + (behind ? 2UL : 0),
            FlagsSet = behind ? 0 : RFlags.Resume,
            Changed = [GeneralRegister.Rcx, GeneralRegister.Rsi, GeneralRegister.Rdi],
            WritesMemory = true,
        };

    private static void Load(SystemMachine machine, (ulong Rcx, ulong Rsi, ulong Rdi) registers)
    {
        machine.Registers[GeneralRegister.Rcx] = registers.Rcx;
        machine.Registers[GeneralRegister.Rsi] = registers.Rsi;
        machine.Registers[GeneralRegister.Rdi] = registers.Rdi;
        machine.Registers[GeneralRegister.Rdx] = 0x80;
    }

    private static void Compare(SystemMachine machine, (ulong Rcx, ulong Rsi, ulong Rdi) expected)
    {
        ProcessorRegisters registers = machine.Registers;
        Xunit.Assert.Equal(
            expected, (registers[GeneralRegister.Rcx], registers[GeneralRegister.Rsi], registers[GeneralRegister.Rdi]));
    }
}
