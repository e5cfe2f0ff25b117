using Iced.Intel;
using X64Emu.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>#AC (Intel SDM Vol. 3A, 6.15, interrupt 17): with CR0.AM, RFLAGS.AC and CPL 3 operands must have the alignment of table 6-7; up to
/// 16 bytes also for vectors. It comes before a page fault and behind a bad address and the #GP of aligned vectors, as on Zen 3. The first
/// rows raise it, the others run up to a UD2 and say what is no misalignment, or when nobody looks.</summary>
internal static class AlignmentCases
{
    public static IReadOnlyList<ExceptionCase> All { get; } =
    [
        Checked("load of 2", a => a.mov(ax, __[rdi + 1])),
        Checked("load of 4", a => a.mov(eax, __[rdi + 2])),
        Checked("load of 8", a => a.mov(rax, __[rdi + 4])),
        Checked("store of 8", a => a.mov(__[rdi + 4], rax)),
        Checked("add to memory", a => a.add(__[rdi + 2], eax)),
        Checked("compare with memory", a => a.cmp(__dword_ptr[rdi + 1], 0)),
        Checked("locked add", a => a.@lock.add(__[rdi + 2], eax)),
        Checked("xchg", a => a.xchg(__[rdi + 2], eax)),
        Checked("cmpxchg8b", a => a.cmpxchg8b(__qword_ptr[rdi + 4])),
        Checked("bit test: the operand's own address", a => a.bt(__dword_ptr[rdi + 2], 1)),
        Checked("vector load of 16", a => a.movups(xmm1, __[rdi + 8])),
        Checked("vector store of 16", a => a.movdqu(__[rdi + 1], xmm1)),
        Checked("scalar load of 4", a => a.movss(xmm1, __[rdi + 2])),
        Checked("scalar load of 8", a => a.movsd(xmm1, __[rdi + 4])),
        Checked("control word", a => a.fnstcw(__word_ptr[rdi + 1])),
        Checked("MXCSR", a => a.stmxcsr(__dword_ptr[rdi + 2])),
        Checked("far pointer", a => a.lfs(eax, __[rdi + 2])),
        Checked("far jump", a => a.jmp(__fword_ptr[rdi + 1])),
        Checked("selector", a => a.mov(ds, __word_ptr[rdi + 1])),
        Checked("push", a => a.push(rax), m => m.Registers[GeneralRegister.Rsp] -= 4),
        Checked("16-bit push", a => a.push(ax), m => m.Registers[GeneralRegister.Rsp] -= 1),
        Checked("pop", a => a.pop(rax), m => m.Registers[GeneralRegister.Rsp] -= 4),
        Checked("pushfq", a => a.pushfq(), m => m.Registers[GeneralRegister.Rsp] -= 4),
        Checked("call", a => a.call(SystemMachine.User), m => m.Registers[GeneralRegister.Rsp] -= 4),
        Checked("ret", a => a.ret(), m => m.Registers[GeneralRegister.Rsp] -= 4),
        Checked("far return", a => a.db(0x48, 0xcb), m => m.Registers[GeneralRegister.Rsp] -= 4),
        Checked("iretq", a => a.iretq(), m => m.Registers[GeneralRegister.Rsp] -= 4),
        Checked("enter", a => a.enter(0, 0), m => m.Registers[GeneralRegister.Rsp] -= 4),
        Checked("leave", a => a.leave(), m => m.Registers[GeneralRegister.Rbp] = SystemMachine.UserData + 4),
        Checked("movsq from", a => a.movsq(), m => m.Registers[GeneralRegister.Rsi] += 4),
        Checked("movsq to", a => a.movsq(), m => m.Registers[GeneralRegister.Rdi] += 4),
        Checked("rep movsd: the first step", a => a.rep.movsd(), m => m.Registers[GeneralRegister.Rdi] += 2),
        Checked("rep stosw", a => a.rep.stosw(), m => m.Registers[GeneralRegister.Rdi] += 1),
        Checked("before a page fault", a => a.mov(rax, __[r8 + 4])),
        Checked("before a page fault of the second page", a => a.mov(rax, __[r8 - 4])),
        Checked("before a page fault, store", a => a.mov(__[r9 + 1], eax)),

        Row("behind a bad address", a => a.mov(rax, __[rbx + 1]), 13, 0),
        Row("behind a bad stack address", a => a.mov(rax, __[rbp]), 12, 0, m => m.Registers[GeneralRegister.Rbp] = SystemMachine.NonCanonical + 1),
        Row("behind the #GP of aligned vectors", a => a.movaps(xmm1, __[rdi + 8]), 13, 0),
        Row("behind the #GP of vector operands", a => a.addps(xmm1, __[rdi + 4]), 13, 0),
        Row("behind the #GP of cmpxchg16b", a => a.cmpxchg16b(__xmmword_ptr[rdi + 8]), 13, 0),
        Row("an aligned absent page", a => a.mov(rax, __[r8]), 14, 4) with { Cr2 = SystemMachine.Absent },

        Runs("bytes", a => a.mov(__[rdi + 3], al)),
        Runs("aligned 2", a => a.mov(__[rdi + 2], ax)),
        Runs("aligned 4", a => a.mov(__[rdi + 4], eax)),
        Runs("aligned 8", a => a.mov(__[rdi + 8], rax)),
        Runs("aligned vector", a => a.movups(__[rdi + 16], xmm1)),
        Runs("an address that is only computed", a => a.lea(rax, __[rdi + 1])) with { Changed = [GeneralRegister.Rax] },
        Runs("without CR0.AM", a => a.mov(__[rdi + 1], rax), m => m.Registers.Cr0 &= ~0x4_0000UL),
        Runs("without RFLAGS.AC", a => a.mov(__[rdi + 1], rax), m => m.Registers.RFlags &= ~RFlags.AlignmentCheck),
        Runs("in the kernel", a => a.mov(__[rdi + 1], rax), ring: 0),
        Runs("rep movsb", a => a.rep.movsb(), m =>
        {
            m.Registers[GeneralRegister.Rcx] = 5;
            m.Registers[GeneralRegister.Rsi] += 3;
            m.Registers[GeneralRegister.Rdi] += 1;
        }) with { Changed = [GeneralRegister.Rcx, GeneralRegister.Rsi, GeneralRegister.Rdi] },
    ];

    private static ExceptionCase Checked(string name, Action<Assembler> code, Action<SystemMachine>? setup = null) => Row(name, code, 17, 0, setup);

    private static ExceptionCase Row(string name, Action<Assembler> code, int vector, ulong errorCode, Action<SystemMachine>? setup = null) =>
        new($"alignment: {name}", 3, code, vector, errorCode) { Setup = Enabling(setup) };

    private static ExceptionCase Runs(string name, Action<Assembler> code, Action<SystemMachine>? setup = null, int ring = 3)
    {
        ulong start = ring == 3 ? SystemMachine.User : SystemMachine.Code;
        Assembler assembler = new(64);
        code(assembler);
        using MemoryStream bytes = new();
        assembler.Assemble(new StreamCodeWriter(bytes), start);
        return new($"alignment is not looked at: {name}", ring, a => { code(a); a.ud2(); }, 6, null)
        {
            Setup = Enabling(setup),
            Rip = start + (ulong)bytes.Length,
            WritesMemory = true,
        };
    }

    private static Action<SystemMachine> Enabling(Action<SystemMachine>? setup) => machine =>
    {
        machine.Registers.Cr0 |= 0x4_0000;
        machine.Registers.RFlags |= RFlags.AlignmentCheck;
        setup?.Invoke(machine);
    };
}
