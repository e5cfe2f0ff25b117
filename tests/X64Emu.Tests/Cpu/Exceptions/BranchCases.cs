using Iced.Intel;
using X64Emu.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>Near branches and instruction fetches. A target that is not canonical faults at the branch, as on Zen 3; a target that cannot be
/// fetched faults there, behind a branch that is done.</summary>
internal static class BranchCases
{
    private const ulong Absent = SystemMachine.Absent, Wild = SystemMachine.NonCanonical, ExecuteDisable = 1UL << 63;

    public static IReadOnlyList<ExceptionCase> All { get; } =
    [
        Wrong("jmp to a register", a => a.jmp(rbx)),
        Wrong("jmp to the most negative address", a => a.jmp(rdx), m => m.Registers[GeneralRegister.Rdx] = 1UL << 63),
        Wrong("jmp just below the upper half", a => a.jmp(rdx), m => m.Registers[GeneralRegister.Rdx] = 0xffff_7fff_ffff_ffff),
        Wrong("jmp through memory", a => a.jmp(__qword_ptr[rdi]), m => m.Write(SystemMachine.UserData, Wild)),
        Wrong("call of a register", a => a.call(rbx)),
        Wrong("call through memory", a => a.call(__qword_ptr[rdi]), m => m.Write(SystemMachine.UserData, Wild)),
        Wrong("ret", a => a.ret(), m => m.Write(SystemMachine.UserStack, Wild)),
        Wrong("ret that releases", a => a.ret(16), m => m.Write(SystemMachine.UserStack, 1UL << 63)),

        Fetch("jmp to an absent page", 3, a => a.jmp(r8), 0x14, Absent),
        Fetch("jmp to an absent page in the kernel", 0, a => a.jmp(r8), 0x10, Absent),
        Fetch("without NXE and SMEP the I bit is clear", 3, a => a.jmp(r8), 4, Absent, m => m.Registers.Efer = 0x101),
        Fetch("SMEP alone sets it", 3, a => a.jmp(r8), 0x14, Absent, m =>
        {
            m.Registers.Efer = 0x101;
            m.Registers.Cr4 |= 0x10_0000;
        }),
        Fetch("kernel page", 3, a => a.jmp(r9), 0x15, SystemMachine.Code),
        Fetch("execute-disabled page", 3, a => a.jmp(rdi), 0x15, SystemMachine.UserData, m => Set(m, SystemMachine.UserData, 7 | ExecuteDisable)),
        Fetch("execute-disabled page in the kernel", 0, a => a.jmp(rdi), 0x11, SystemMachine.UserData, m => Set(m, SystemMachine.UserData, 3 | ExecuteDisable)),
        Fetch("XD is reserved without NXE", 3, a => a.jmp(rdi), 0xd, SystemMachine.UserData, m =>
        {
            m.Registers.Efer = 0x101;
            Set(m, SystemMachine.UserData, 7 | ExecuteDisable);
        }),
        Fetch("user page under SMEP", 0, a => a.jmp(rdi), 0x11, SystemMachine.UserData, m => m.Registers.Cr4 |= 0x10_0000),
        Fetch("call of an absent page", 3, a => a.call(r8), 0x14, Absent) with { RspChange = -8, WritesMemory = true },
        Fetch("ret to an absent page", 3, a => a.ret(), 0x14, Absent, m => m.Write(SystemMachine.UserStack, Absent)) with { RspChange = 8 },
        Fetch("ret 8 to an absent page", 3, a => a.ret(8), 0x14, Absent, m => m.Write(SystemMachine.UserStack, Absent)) with { RspChange = 16 },

        Fetch("16-bit jmp rel", 3, a => a.db(0x66, 0xe9, 0x10, 0x00), 0x15, 0x14),
        Fetch("16-bit jmp short", 3, a => a.db(0x66, 0xeb, 0x10), 0x15, 0x13),
        Fetch("16-bit jz, taken", 3, a => a.db(0x66, 0x0f, 0x84, 0x10, 0x00), 0x15, 0x15),
        Fetch("16-bit loop, taken", 3, a => a.db(0x66, 0xe2, 0x10), 0x15, 0x13) with { Changed = [GeneralRegister.Rcx] },
        Fetch("16-bit jmp to a register", 3, a => a.db(0x66, 0xff, 0xe2), 0x15, 0x5678, m => m.Registers[GeneralRegister.Rdx] = 0x1234_5678),
        Fetch("16-bit call", 3, a => a.db(0x66, 0xe8, 0x10, 0x00), 0x15, 0x14) with { RspChange = -2, WritesMemory = true },
        Fetch("16-bit call of a register", 3, a => a.db(0x66, 0xff, 0xd2), 0x15, 0x5678, m => m.Registers[GeneralRegister.Rdx] = 0x1234_5678)
            with { RspChange = -2, WritesMemory = true },
        Fetch("16-bit ret", 3, a => a.db(0x66, 0xc3), 0x15, 0x3456, m => m.Write(SystemMachine.UserStack, 0x12_3456)) with { RspChange = 2 },

        Straddling("one byte in", 1, 0x14, 0),
        Straddling("nine bytes in", 9, 0x14, 0),
        Straddling("into an execute-disabled page", 5, 0x15, Absent | 7 | ExecuteDisable),
        Straddling("into a kernel page", 5, 0x15, Absent | 3),
        Straddling("into an entry with a reserved bit", 5, 0x1d, Absent | 7 | 1UL << 50),
        new("fetch: fourteen prefixes before an absent page", 3, Prefixes(14), 14, 0x14) { Setup = At(Absent - 14), Cr2 = Absent },
        new("fetch: fifteen prefixes before an absent page", 3, Prefixes(15), 13, 0) { Setup = At(Absent - 15) },
    ];

    private static Action<Assembler> Prefixes(int count) => a =>
    {
        for (int index = 0; index < count; index++) a.db(0x66);
        a.nop();
    };

    private static Action<SystemMachine> At(ulong address) => machine => machine.Registers.Rip = new(address);

    private static void Set(SystemMachine machine, ulong page, ulong flags) => machine.Write(SystemMachine.EntryOf(page), page | flags);

    private static ExceptionCase Wrong(string name, Action<Assembler> code, Action<SystemMachine>? setup = null) =>
        new($"target not canonical: {name}", 3, code, 13, 0) { Setup = setup };

    private static ExceptionCase Fetch(string name, int ring, Action<Assembler> code, ulong errorCode, ulong target, Action<SystemMachine>? setup = null) =>
        new($"fetch: {name}", ring, code, 14, errorCode) { Setup = setup, Cr2 = target, Rip = target };

    /// <summary>MOV RAX, imm64, so many bytes of it in the page before <see cref="SystemMachine.Absent"/>.</summary>
    private static ExceptionCase Straddling(string name, int before, ulong errorCode, ulong entry) =>
        new($"fetch across pages: {name}", 3, a => a.mov(rax, 0x1122_3344_5566_7788), 14, errorCode)
        {
            Setup = machine =>
            {
                machine.Registers.Rip = new(Absent - (ulong)before);
                machine.Write(SystemMachine.EntryOf(Absent), entry);
            },
            Cr2 = Absent,
        };
}
