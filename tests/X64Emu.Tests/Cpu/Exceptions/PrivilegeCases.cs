using Iced.Intel;
using X64Emu.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>What only the kernel may do, ports (Intel SDM Vol. 1, 19.5; Vol. 3A, 5.9), system calls and software interrupts.</summary>
internal static class PrivilegeCases
{
    private const ulong Map = SystemMachine.TaskState + 0x68;

    public static IReadOnlyList<ExceptionCase> All { get; } =
    [
        Forbidden("hlt", a => a.hlt()),
        Forbidden("lgdt", a => a.lgdt(__[rdi])),
        Forbidden("lidt, though its operand is absent", a => a.lidt(__[r8])),
        Forbidden("lldt", a => a.lldt(ax)),
        Forbidden("lldt, though its operand is not canonical", a => a.lldt(__word_ptr[rbx])),
        Forbidden("ltr", a => a.ltr(ax)),
        Forbidden("lmsw", a => a.lmsw(ax)),
        Forbidden("clts", a => a.clts()),
        Forbidden("invd", a => a.invd()),
        Forbidden("wbinvd", a => a.wbinvd()),
        Forbidden("invlpg", a => a.invlpg(__[rdi])),
        Forbidden("invpcid", a => a.invpcid(rax, __[rdi])),
        Forbidden("rdmsr", a => a.rdmsr()),
        Forbidden("wrmsr", a => a.wrmsr()),
        Forbidden("rdpmc", a => a.rdpmc()),
        Forbidden("swapgs", a => a.swapgs()),
        Forbidden("sysretq", a => a.sysretq(), m => m.Registers.Efer = 0x901),
        Forbidden("sysexit", a => a.db(0x0f, 0x35)),
        Forbidden("mov to cr0", a => a.mov(cr0, rax)),
        Forbidden("mov from cr0", a => a.mov(rax, cr0)),
        Forbidden("mov to cr2", a => a.mov(cr2, rax)),
        Forbidden("mov from cr2", a => a.mov(rax, cr2)),
        Forbidden("mov to cr3", a => a.mov(cr3, rax)),
        Forbidden("mov from cr3", a => a.mov(rax, cr3)),
        Forbidden("mov to cr4", a => a.mov(cr4, rax)),
        Forbidden("mov from cr4", a => a.mov(rax, cr4)),
        Forbidden("mov to cr8", a => a.mov(cr8, rax)),
        Forbidden("mov from cr8", a => a.mov(rax, cr8)),
        Forbidden("mov to dr0", a => a.mov(dr0, rax)),
        Forbidden("mov from dr7", a => a.mov(rax, dr7)),
        Forbidden("mov from dr5, with CR4.DE", a => a.db(0x0f, 0x21, 0xe8), m => m.Registers.Cr4 |= 8),
        Forbidden("cli", a => a.cli()),
        Forbidden("sti", a => a.sti()),
        Forbidden("cli with IOPL 2", a => a.cli(), m => m.Registers.RFlags |= 0x2000),
        Forbidden("rdtsc with CR4.TSD", a => a.rdtsc(), m => m.Registers.Cr4 |= 4),
        Forbidden("rdtscp with CR4.TSD", a => a.rdtscp(), m => m.Registers.Cr4 |= 4),
        Forbidden("sgdt with UMIP", a => a.sgdt(__[rdi]), Umip),
        Forbidden("sidt with UMIP, though its operand is absent", a => a.sidt(__[r8]), Umip),
        Forbidden("sldt with UMIP", a => a.sldt(eax), Umip),
        Forbidden("str with UMIP", a => a.str(eax), Umip),
        Forbidden("smsw with UMIP", a => a.smsw(eax), Umip),
        new("clac in ring 3", 3, a => a.clac(), 6, null),
        new("stac in ring 3", 3, a => a.stac(), 6, null),
        new("wrfsbase without CR4.FSGSBASE", 0, a => a.wrfsbase(rdi), 6, null),
        new("monitor, which is not offered", 0, a => a.db(0x0f, 0x01, 0xc8), 6, null),
        new("rsm outside system management", 0, a => a.rsm(), 6, null),

        Forbidden("in from DX, no map", a => a.@in(al, dx)),
        Forbidden("out to DX, no map", a => a.@out(dx, eax)),
        Forbidden("in from a constant port, no map", a => a.@in(ax, 0x60)),
        Forbidden("ins, no map", a => a.insb()),
        Forbidden("outs, though its operand is absent", a => a.outsb(), m => m.Registers[GeneralRegister.Rsi] = SystemMachine.Absent),
        Forbidden("in with IOPL 2", a => a.@in(al, dx), m => m.Registers.RFlags |= 0x2000),
        Forbidden("in, its bit is set", a => a.@in(al, dx), m => PortMap(m, 0x80, 0xff, 1)),
        Forbidden("in of 16 bits, the second bit is set", a => a.@in(ax, dx), m => PortMap(m, 0x80, 0xff, 2)),
        Forbidden("in of 32 bits, the last bit is set, in the next byte", a => a.@in(eax, dx), m => PortMap(m, 0x85, 0xff, 8)),
        Forbidden("in, the map's byte beyond the limit", a => a.@in(al, dx), m => PortMap(m, 0x80, (ushort)(0x68 + 0x80 / 8 - 1), 0)),
        Forbidden("in, the byte behind the map's beyond the limit", a => a.@in(al, dx), m => PortMap(m, 0x80, (ushort)(0x68 + 0x80 / 8), 0)),
        Forbidden("in, task state too short for a map", a => a.@in(al, dx), m => PortMap(m, 0x80, 0x66, 0)),
        new("in, the map in an absent page", 3, a => a.@in(al, dx), 14, 0)
        {
            Setup = m =>
            {
                // The task state ends in the page before; its map lies in the absent one.
                ulong task = SystemMachine.Absent - 0x68;
                m.Write(task + 4, SystemMachine.InnerStack);
                m.Write(task + 0x60, 0x68UL << 48);
                m.Registers.TaskRegister = new SegmentRegister(SystemMachine.TaskSelector, task, 0x1000, 0x8b);
                m.Registers[GeneralRegister.Rdx] = 0;
            },
            Cr2 = SystemMachine.Absent,
        },

        new("syscall without SCE", 3, a => a.syscall(), 6, null) { Setup = m => m.Registers.Efer = 0x900 },
        new("syscall without SCE in the kernel", 0, a => a.syscall(), 6, null) { Setup = m => m.Registers.Efer = 0x900 },
        new("sysretq without SCE", 0, a => a.sysretq(), 6, null) { Setup = m => m.Registers.Efer = 0x900 },
        new("sysretq without SCE in ring 3", 3, a => a.sysretq(), 6, null) { Setup = m => m.Registers.Efer = 0x900 },
        new("sysenter in long mode", 3, a => a.sysenter(), 6, null) { Setup = m => m.Registers.TryWriteMsr(0x174, 8) },
        new("sysenter in long mode, in the kernel", 0, a => a.sysenter(), 6, null) { Setup = m => m.Registers.TryWriteMsr(0x174, 8) },
        new("sysexit in long mode, in the kernel", 0, a => a.db(0x0f, 0x35), 6, null) { Setup = m => m.Registers.TryWriteMsr(0x174, 8) },
        new("sysretq to an address that is not canonical", 0, a => a.sysretq(), 13, 0)
        {
            Setup = m =>
            {
                m.Registers.Efer = 0x901;
                m.Registers.TryWriteMsr(0xc000_0081, 0x001b_0008UL << 32);
                m.Registers[GeneralRegister.Rcx] = SystemMachine.NonCanonical;
                m.Registers[GeneralRegister.R11] = ExceptionCaseRunner.Flags;
            },
            Rip = SystemMachine.NonCanonical,
            Cs = SystemMachine.UserCode,
            Ss = SystemMachine.UserData64,
        },

        new("int n, DPL below CPL", 3, a => a.@int(0x40), 13, 0x202),
        new("int3, DPL below CPL", 3, a => a.int3(), 13, 0x1a),
        new("int n of an exception, DPL below CPL", 3, a => a.@int(14), 13, 0x72),
        new("int3", 3, a => a.int3(), 3, null) { Setup = m => Open(m, 3), Rip = SystemMachine.User + 1, FlagsSet = 0 },
        new("int 3, two bytes", 3, a => a.db(0xcd, 3), 3, null) { Setup = m => Open(m, 3), Rip = SystemMachine.User + 2, FlagsSet = 0 },
        new("int1 checks no DPL", 3, a => a.int1(), 1, null) { Rip = SystemMachine.User + 1, FlagsSet = 0 },
        new("int 14 pushes no error code and leaves CR2", 3, a => a.@int(14), 14, null)
            { Setup = m => Open(m, 14), Rip = SystemMachine.User + 2, FlagsSet = 0 },
        new("int 0x80 in the kernel needs no DPL", 0, a => a.@int(0x80), 0x80, null) { Rip = SystemMachine.Code + 2, FlagsSet = 0 },
        new("divide by zero", 3, a => a.div(ecx), 0, null) { Setup = m => m.Registers[GeneralRegister.Rcx] = 0 },
        new("quotient too large", 3, a => a.div(rcx), 0, null)
        {
            Setup = m =>
            {
                m.Registers[GeneralRegister.Rcx] = 5;
                m.Registers[GeneralRegister.Rdx] = 5;
            },
        },
        new("most negative dividend by -1", 3, a => a.idiv(rcx), 0, null)
        {
            Setup = m =>
            {
                m.Registers[GeneralRegister.Rcx] = ulong.MaxValue;
                m.Registers[GeneralRegister.Rax] = 1UL << 63;
                m.Registers[GeneralRegister.Rdx] = ulong.MaxValue;
            },
        },
        new("x87 with TS", 3, a => a.fnstcw(__word_ptr[rdi]), 7, null) { Setup = m => m.Registers.Cr0 |= 8 },
        new("wait with TS and MP", 3, a => a.wait(), 7, null) { Setup = m => m.Registers.Cr0 |= 8 | 2 },
        new("SSE with TS", 3, a => a.movups(xmm0, __[r8]), 7, null) { Setup = m => m.Registers.Cr0 |= 8 },
        new("SSE with EM, before TS", 3, a => a.movups(xmm0, __[r8]), 6, null) { Setup = m => m.Registers.Cr0 |= 8 | 4 },
        new("SSE without OSFXSR", 3, a => a.movups(xmm0, __[r8]), 6, null) { Setup = m => m.Registers.Cr4 &= ~0x200UL },
    ];

    private static ExceptionCase Forbidden(string name, Action<Assembler> code, Action<SystemMachine>? setup = null) =>
        new($"ring 3: {name}", 3, code, 13, 0) { Setup = setup };

    private static void Umip(SystemMachine machine) => machine.Registers.Cr4 |= 0x800;

    private static void Open(SystemMachine machine, int vector) => machine.SetGate(vector, SystemMachine.Handlers + (ulong)vector * 16, dpl: 3);

    /// <summary>A task state with a map whose bits from the port in DX on are <paramref name="bits"/>, and zero before.</summary>
    private static void PortMap(SystemMachine machine, ushort port, ushort limit, ulong bits)
    {
        for (ulong offset = 0; offset < 0x40; offset += 8) machine.Write(Map + offset, 0);
        machine.Write(Map + (ulong)(port / 8), bits << port % 8);
        machine.Registers.TaskRegister = new SegmentRegister(SystemMachine.TaskSelector, SystemMachine.TaskState, limit, 0x8b);
        machine.Registers[GeneralRegister.Rdx] = port;
    }
}
