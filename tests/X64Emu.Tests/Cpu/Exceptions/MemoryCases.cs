using Iced.Intel;
using X64Emu.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>Operands and stacks: addresses that are not canonical (#GP, or #SS for the stack; Intel SDM Vol. 3A, 6.15), absent and forbidden
/// pages (#PF), and operands whose second page faults, which must leave the first alone.</summary>
internal static class MemoryCases
{
    private const ulong Absent = SystemMachine.Absent, Last = 0x7fff_ffff_fffc, Wrapping = SystemMachine.NonCanonical;

    public static IReadOnlyList<ExceptionCase> All { get; } =
    [
        GeneralProtection("load", a => a.mov(rax, __[rbx])),
        GeneralProtection("store", a => a.mov(__[rbx], eax)),
        GeneralProtection("add to memory", a => a.add(__byte_ptr[rbx], 1)),
        GeneralProtection("index", a => a.mov(rax, __[rcx + rbx])),
        GeneralProtection("vector load", a => a.movups(xmm1, __[rbx])),
        GeneralProtection("x87 control word", a => a.fldcw(__word_ptr[rbx])),
        GeneralProtection("xlatb", a => a.xlatb()),
        GeneralProtection("jump through memory", a => a.jmp(__qword_ptr[rbx])),
        GeneralProtection("push of memory", a => a.push(__qword_ptr[rbx])),
        GeneralProtection("pop to memory", a => a.pop(__qword_ptr[rbx])),
        GeneralProtection("cmpxchg16b", a => a.cmpxchg16b(__xmmword_ptr[rbx])),
        GeneralProtection("fxsave", a => a.fxsave(__[rbx])),
        GeneralProtection("movsb from", a => a.movsb(), m => m.Registers[GeneralRegister.Rsi] = Wrapping),
        GeneralProtection("stosq to", a => a.stosq(), m => m.Registers[GeneralRegister.Rdi] = Wrapping),
        GeneralProtection("FS base", a => a.mov(rax, __.fs[rdi]), m => m.Registers.FsBase = new(Wrapping - 1 - SystemMachine.UserData)),
        GeneralProtection("FS and RBP", a => a.mov(rax, __.fs[rbp]), m => m.Registers[GeneralRegister.Rbp] = Wrapping),
        GeneralProtection("SS prefix, which means nothing", a => a.db(0x36, 0x48, 0x8b, 0x03)),
        GeneralProtection("RBP as the index", a => a.db(0x48, 0x8b, 0x04, 0x29), m => m.Registers[GeneralRegister.Rbp] = Wrapping),
        GeneralProtection("end beyond the hole's start", a => a.mov(rax, __[rbx]), m => m.Registers[GeneralRegister.Rbx] = Last),
        GeneralProtection("end beyond, aligned store of 4", a => a.mov(__[rbx + 2], eax), m => m.Registers[GeneralRegister.Rbx] = Last),
        GeneralProtection("just below the upper half", a => a.mov(rax, __[rbx]), m => m.Registers[GeneralRegister.Rbx] = 0xffff_7fff_ffff_fffc),

        StackFault("RBP", a => a.mov(rax, __[rbp]), m => m.Registers[GeneralRegister.Rbp] = Wrapping),
        StackFault("RBP with an index", a => a.mov(rax, __[rbp + rcx]), m => m.Registers[GeneralRegister.Rbp] = Wrapping),
        StackFault("RBP with a DS prefix", a => a.db(0x3e, 0x48, 0x8b, 0x45, 0x00), m => m.Registers[GeneralRegister.Rbp] = Wrapping),
        StackFault("store to RBP", a => a.mov(__[rbp], al), m => m.Registers[GeneralRegister.Rbp] = Wrapping),
        StackFault("vector load from RBP", a => a.movups(xmm1, __[rbp]), m => m.Registers[GeneralRegister.Rbp] = Wrapping),
        StackFault("RSP", a => a.mov(rax, __[rsp]), WildStack),
        StackFault("RSP with an ES prefix", a => a.db(0x26, 0x48, 0x8b, 0x04, 0x24), WildStack),
        StackFault("push", a => a.push(rax), WildStack),
        StackFault("push of a constant", a => a.push(1), WildStack),
        StackFault("push of memory, to", a => a.push(__qword_ptr[rdi]), WildStack),
        StackFault("16-bit push", a => a.push(ax), WildStack),
        StackFault("pushfq", a => a.pushfq(), WildStack),
        StackFault("push of FS", a => a.push(fs), WildStack),
        StackFault("pop", a => a.pop(rax), WildStack),
        StackFault("popfq", a => a.popfq(), WildStack),
        StackFault("pop of FS", a => a.pop(fs), WildStack),
        StackFault("call", a => a.call(SystemMachine.User), WildStack),
        StackFault("call through a register", a => a.call(rdi), WildStack),
        StackFault("ret", a => a.ret(), WildStack),
        StackFault("far return", a => a.db(0x48, 0xcb), WildStack),
        StackFault("iretq", a => a.iretq(), WildStack),
        StackFault("enter", a => a.enter(16, 0), WildStack),
        StackFault("leave", a => a.leave(), m => m.Registers[GeneralRegister.Rbp] = Wrapping),

        PageFault("load", 3, a => a.mov(rax, __[r8]), 4, Absent),
        PageFault("load in the kernel", 0, a => a.mov(rax, __[r8]), 0, Absent),
        PageFault("store", 3, a => a.mov(__[r8 + 7], al), 6, Absent + 7),
        PageFault("store in the kernel", 0, a => a.mov(__[r8 + 7], al), 2, Absent + 7),
        PageFault("add to memory: a write from the start", 3, a => a.add(__dword_ptr[r8], 1), 6, Absent),
        PageFault("compare with memory", 3, a => a.cmp(__dword_ptr[r8], 1), 4, Absent),
        PageFault("xchg", 3, a => a.xchg(__[r8], rax), 6, Absent),
        PageFault("cmpxchg, which may write", 3, a => a.cmpxchg(__[r8], rdx), 6, Absent),
        PageFault("cmpxchg8b", 3, a => a.cmpxchg8b(__qword_ptr[r8]), 6, Absent),
        PageFault("cmovz with the condition false", 3, a => a.cmovz(rax, __[r8]), 4, Absent, m => m.Registers.RFlags = 2),
        PageFault("bit test beyond the operand", 3, a => a.bt(__dword_ptr[r8], ecx), 4, Absent + 0x40, m => m.Registers[GeneralRegister.Rcx] = 0x200),
        PageFault("bit set before the operand", 3, a => a.bts(__dword_ptr[r8 + 0x1000], ecx), 6, Absent + 0xffc, m => m.Registers[GeneralRegister.Rcx] = uint.MaxValue),
        PageFault("vector load", 3, a => a.movaps(xmm1, __[r8]), 4, Absent),
        PageFault("vector store", 3, a => a.movups(__[r8], xmm1), 6, Absent),
        PageFault("fxsave, the last byte first", 3, a => a.fxsave(__[r8]), 6, Absent + 0x1ff),
        PageFault("jump through memory", 3, a => a.jmp(__qword_ptr[r8]), 4, Absent),
        PageFault("call through memory", 3, a => a.call(__qword_ptr[r8]), 4, Absent),
        PageFault("push", 3, a => a.push(rax), 6, Absent + 0xff8, m => m.Registers[GeneralRegister.Rsp] = Absent + 0x1000),
        PageFault("pop to memory", 3, a => a.pop(__qword_ptr[r8]), 6, Absent),
        PageFault("pop", 3, a => a.pop(rax), 4, Absent, m => m.Registers[GeneralRegister.Rsp] = Absent),
        PageFault("ret", 3, a => a.ret(), 4, Absent, m => m.Registers[GeneralRegister.Rsp] = Absent),
        PageFault("kernel page", 3, a => a.mov(rax, __[r9]), 5, SystemMachine.Code),
        PageFault("store to a kernel page", 3, a => a.mov(__[r9], al), 7, SystemMachine.Code),
        PageFault("read-only page", 3, a => a.mov(__[rdi], al), 7, SystemMachine.UserData, m => Protect(m, SystemMachine.UserData, 5)),
        PageFault("read-only page, kernel with WP", 0, a => a.mov(__[rdi], al), 3, SystemMachine.UserData, m => Protect(m, SystemMachine.UserData, 5)),
        PageFault("user page under SMAP", 0, a => a.mov(al, __[rdi]), 1, SystemMachine.UserData, m => m.Registers.Cr4 |= 0x20_0000),
        PageFault("a SMAP exception that is over", 0, a => a.mov(__[rdi], al), 3, SystemMachine.UserData, m => m.Registers.Cr4 |= 0x20_0000),

        Crossing("load", a => a.mov(rax, __[rdi]), 4),
        Crossing("store", a => a.mov(__[rdi], rax), 6),
        Crossing("add to memory", a => a.add(__[rdi], rax), 6),
        Crossing("xchg", a => a.xchg(__[rdi], rax), 6),
        Crossing("locked increment", a => a.@lock.inc(__qword_ptr[rdi]), 6),
        Crossing("vector load", a => a.movups(xmm1, __[rdi]), 4),
        Crossing("vector store", a => a.movups(__[rdi], xmm1), 6),
        Crossing("x87 control word", a => a.fnstcw(__word_ptr[rdi + 3]), 6),
        Crossing("far pointer", a => a.lfs(eax, __[rdi]), 4),
        Crossing("movsq from", a => a.movsq(), 4, m => m.Registers[GeneralRegister.Rsi] = Absent - 4),
        Crossing("movsq to", a => a.movsq(), 6, m => m.Registers[GeneralRegister.Rdi] = Absent - 4),
        Crossing("cmpsd, the second operand", a => a.cmpsd(), 4, m => m.Registers[GeneralRegister.Rdi] = Absent - 2),
        Crossing("push", a => a.push(rax), 6, m => m.Registers[GeneralRegister.Rsp] = Absent + 4),
        Crossing("pop", a => a.pop(rax), 4, m => m.Registers[GeneralRegister.Rsp] = Absent - 4),
        Crossing("call", a => a.call(SystemMachine.User), 6, m => m.Registers[GeneralRegister.Rsp] = Absent + 4),
        Crossing("enter", a => a.enter(0, 0), 6, m => m.Registers[GeneralRegister.Rsp] = Absent + 4),
        Crossing("cmpxchg8b", a => a.cmpxchg8b(__qword_ptr[rdi]), 6),
        Crossing("sgdt", a => a.sgdt(__[rdi]), 6),
        Crossing("iretq's frame", a => a.iretq(), 4, m => m.Registers[GeneralRegister.Rsp] = Absent - 16),
    ];

    private static void WildStack(SystemMachine machine) => machine.Registers[GeneralRegister.Rsp] = SystemMachine.NonCanonical + 0x1_0000;

    private static void Protect(SystemMachine machine, ulong page, ulong flags) => machine.Write(SystemMachine.EntryOf(page), page | flags);

    private static ExceptionCase GeneralProtection(string name, Action<Assembler> code, Action<SystemMachine>? setup = null) =>
        new($"not canonical: {name}", 3, code, 13, 0) { Setup = setup };

    private static ExceptionCase StackFault(string name, Action<Assembler> code, Action<SystemMachine> setup) =>
        new($"not canonical, stack: {name}", 3, code, 12, 0) { Setup = setup };

    private static ExceptionCase PageFault(string name, int ring, Action<Assembler> code, ulong errorCode, ulong address, Action<SystemMachine>? setup = null) =>
        new($"page fault in ring {ring}: {name}", ring, code, 14, errorCode) { Setup = setup, Cr2 = address };

    /// <summary>RDI is four bytes before <see cref="SystemMachine.Absent"/>, so the fault is at that page's first byte.</summary>
    private static ExceptionCase Crossing(string name, Action<Assembler> code, ulong errorCode, Action<SystemMachine>? setup = null) =>
        new($"page crossing: {name}", 3, code, 14, errorCode)
        {
            Setup = machine =>
            {
                machine.Registers[GeneralRegister.Rdi] = SystemMachine.Absent - 4;
                setup?.Invoke(machine);
            },
            Cr2 = Absent,
        };
}
