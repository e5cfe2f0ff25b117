using Iced.Intel;
using X64Emu.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>Loading DS, ES, FS, GS and SS by MOV, POP and the far pointer loads (Intel SDM Vol. 2B, MOV; Vol. 3A, 5.6 and 5.7), LLDT and LTR,
/// and the processor's own reads of the tables, which are supervisor reads at any privilege level (Vol. 3A, 4.6).</summary>
internal static class SegmentLoadCases
{
    private const ushort Free = Descriptors.Free, Beyond = Descriptors.Beyond;
    private const ulong Table = SystemMachine.UserData + 0x2000;

    public static IReadOnlyList<ExceptionCase> All { get; } =
    [
        .. Everywhere("beyond the table", 3, Beyond | 3, 13, Beyond),
        .. Everywhere("beyond the table in the kernel", 0, Beyond, 13, Beyond),
        .. Everywhere("in an LDT that is not loaded", 3, 0xf, 13, 0xc),
        .. Everywhere("task state", 0, SystemMachine.TaskSelector, 13, SystemMachine.TaskSelector),
        .. Everywhere("call gate", 0, SystemMachine.CallGate, 13, SystemMachine.CallGate),
        .. Everywhere("execute-only code", 3, Free | 3, 13, Free, m => Descriptors.Put(m, Free, Descriptors.ExecuteOnly)),
        .. Everywhere("kernel data from ring 3", 3, SystemMachine.KernelData, 13, SystemMachine.KernelData),
        .. Everywhere("kernel data from ring 3 with RPL 3", 3, SystemMachine.KernelData | 3, 13, SystemMachine.KernelData),
        .. Everywhere("kernel data with RPL 3 in the kernel", 0, SystemMachine.KernelData | 3, 13, SystemMachine.KernelData),
        .. Data("data not present", 3, Free | 3, 11, Free, m => Descriptors.Put(m, Free, Descriptors.UserDataAbsent)),
        .. Data("code not present", 0, SystemMachine.AbsentCode, 11, SystemMachine.AbsentCode),
        .. Data("privilege before presence", 3, Free | 3, 13, Free, m => Descriptors.Put(m, Free, Descriptors.KernelDataAbsent)),
        .. Data("readable code of the kernel", 3, SystemMachine.KernelCode | 3, 13, SystemMachine.KernelCode),

        .. Stack("null in ring 3", 3, 0, 13, 0),
        .. Stack("null with RPL 3 in ring 3", 3, 3, 13, 0),
        .. Stack("null with RPL 3 in the kernel", 0, 3, 13, 0),
        .. Stack("user data in the kernel", 0, SystemMachine.UserData64, 13, 0x20),
        .. Stack("user data with RPL 0 in the kernel", 0, 0x20, 13, 0x20),
        .. Stack("RPL 0 in ring 3", 3, 0x20, 13, 0x20),
        .. Stack("RPL 1 in the kernel", 0, SystemMachine.KernelData | 1, 13, SystemMachine.KernelData),
        .. Stack("read-only data", 3, SystemMachine.ReadOnlyData | 3, 13, SystemMachine.ReadOnlyData),
        .. Stack("read-only data that grows down", 3, Free | 3, 13, Free, m => Descriptors.Put(m, Free, Descriptors.ExpandDownReadOnly)),
        .. Stack("code", 3, SystemMachine.UserCode, 13, 0x28),
        .. Stack("conforming code", 0, SystemMachine.ConformingCode, 13, SystemMachine.ConformingCode),
        .. Stack("not present", 3, Free | 3, 12, Free, m => Descriptors.Put(m, Free, Descriptors.UserDataAbsent)),
        .. Stack("not present in the kernel", 0, Free, 12, Free, m => Descriptors.Put(m, Free, Descriptors.KernelDataAbsent)),

        Reading("LDT in an absent page", 0, SystemMachine.Absent + 8, m => Descriptors.UseLdt(m, SystemMachine.Absent)),
        Reading("LDT in a user page under SMAP, though AC is set", 1, Table + 8, m =>
        {
            Descriptors.UseLdt(m, Table, 0, 0x00cf_f300_0000_ffff);
            m.Registers.Cr4 |= 0x20_0000;
            m.Registers.RFlags |= RFlags.AlignmentCheck;
        }),
        Reading("accessed bit in a read-only page", 3, Table + 8 + 5, m =>
        {
            Descriptors.UseLdt(m, Table, 0, 0x00cf_f200_0000_ffff);
            m.Write(SystemMachine.EntryOf(Table), Table | 5);
        }),
        Reading("LDT in a page with a reserved bit", 9, Table + 8, m =>
        {
            Descriptors.UseLdt(m, Table, 0, 0x00cf_f300_0000_ffff);
            m.Write(SystemMachine.EntryOf(Table), Table | 7 | 1UL << 51);
        }),
        Load("LDT that is not canonical", 3, a => a.mov(ds, eax), 0xf, 13, 0, m => m.Registers.Ldtr = new SegmentRegister(Free, 1UL << 50, 0xfff, 0x82)),

        System("lldt: beyond", a => a.lldt(ax), Beyond, 13, Beyond),
        System("lldt: in the LDT", a => a.lldt(ax), 0xc, 13, 0xc),
        System("lldt: data", a => a.lldt(ax), SystemMachine.KernelData, 13, SystemMachine.KernelData),
        System("lldt: task state", a => a.lldt(ax), SystemMachine.TaskSelector, 13, SystemMachine.TaskSelector),
        System("lldt: half beyond", a => a.lldt(ax), Free, 13, Free, m => Descriptors.Put(m, Free, 0x0000_8200_0000_0fff)),
        System("lldt: not present", a => a.lldt(ax), Free, 11, Free, m => Descriptors.Put(m, Free, 0x0000_0200_0000_0fff, 1)),
        System("lldt: base not canonical", a => a.lldt(ax), Free, 13, Free, m => Descriptors.Put(m, Free, 0x0000_8200_0000_0fff, 0x1_0000)),
        System("ltr: null", a => a.ltr(ax), 0, 13, 0),
        System("ltr: null with RPL 3", a => a.ltr(ax), 3, 13, 0),
        System("ltr: beyond", a => a.ltr(ax), Beyond, 13, Beyond),
        System("ltr: in the LDT", a => a.ltr(ax), 0xc, 13, 0xc),
        System("ltr: busy", a => a.ltr(ax), SystemMachine.TaskSelector, 13, SystemMachine.TaskSelector),
        System("ltr: data", a => a.ltr(ax), SystemMachine.KernelData, 13, SystemMachine.KernelData),
        System("ltr: 16-bit task state", a => a.ltr(ax), Free, 13, Free, m => Descriptors.Put(m, Free, 0x0000_8100_0000_0067, 1)),
        System("ltr: not present", a => a.ltr(ax), Free, 11, Free, m => Descriptors.Put(m, Free, 0x0000_0900_0000_0067, 1)),
        System("ltr: base not canonical", a => a.ltr(ax), Free, 13, Free, m => Descriptors.Put(m, Free, 0x0000_8900_0000_0067, 0x1_0000)),
        System("lgdt: base not canonical", a => a.lgdt(__[rdi]), 0, 13, 0, m => m.Write(SystemMachine.UserData, SystemMachine.NonCanonical << 16)),
        System("lidt: base not canonical", a => a.lidt(__[rdi]), 0, 13, 0, m => m.Write(SystemMachine.UserData + 8, 0x8000)),
        System("lgdt: operand not canonical", a => a.lgdt(__[rbx]), 0, 13, 0),
        System("lidt: operand in the stack, not canonical", a => a.lidt(__[rbp]), 0, 12, 0, m => m.Registers[GeneralRegister.Rbp] = SystemMachine.NonCanonical),
        System("invpcid: type 4", a => a.invpcid(rax, __[rdi]), 4, 13, 0),
        System("invpcid: reserved descriptor bits", a => a.invpcid(rax, __[rdi]), 1, 13, 0, m => m.Write(SystemMachine.UserData, 0x1000)),
        System("invpcid: a context though PCIDE is off", a => a.invpcid(rax, __[rdi]), 1, 13, 0, m => m.Write(SystemMachine.UserData, 1)),
        System("invpcid: address not canonical", a => a.invpcid(rax, __[rdi]), 0, 13, 0, m => m.Write(SystemMachine.UserData + 8, SystemMachine.NonCanonical)),
    ];

    /// <summary>Into a data segment and into SS, which refuse it alike.</summary>
    private static IEnumerable<ExceptionCase> Everywhere(
        string name, int ring, ushort selector, int vector, ulong errorCode, Action<SystemMachine>? setup = null) =>
        [.. Data(name, ring, selector, vector, errorCode, setup), .. Stack(name, ring, selector, vector, errorCode, setup)];

    private static IEnumerable<ExceptionCase> Data(string name, int ring, ushort selector, int vector, ulong errorCode, Action<SystemMachine>? setup = null) =>
    [
        Load($"mov ds: {name}", ring, a => a.mov(ds, eax), selector, vector, errorCode, setup),
        Load($"mov gs from memory: {name}", ring, a => a.mov(gs, __word_ptr[rdi]), selector, vector, errorCode, setup),
        Load($"pop fs: {name}", ring, a => a.pop(fs), selector, vector, errorCode, setup),
        Load($"lfs: {name}", ring, a => a.lfs(ecx, __[rdi - 4]), selector, vector, errorCode, setup),
    ];

    private static IEnumerable<ExceptionCase> Stack(string name, int ring, ushort selector, int vector, ulong errorCode, Action<SystemMachine>? setup = null) =>
    [
        Load($"mov ss: {name}", ring, a => a.mov(ss, eax), selector, vector, errorCode, setup),
        Load($"mov ss from memory: {name}", ring, a => a.mov(ss, __word_ptr[rdi]), selector, vector, errorCode, setup),
        Load($"lss: {name}", ring, a => a.lss(ecx, __[rdi - 4]), selector, vector, errorCode, setup),
    ];

    /// <summary>The selector is in AX, at RDI and on the stack.</summary>
    private static ExceptionCase Load(
        string name, int ring, Action<Assembler> code, ushort selector, int vector, ulong errorCode, Action<SystemMachine>? setup) =>
        new($"ring {ring}, {name}", ring, code, vector, errorCode)
        {
            Setup = machine =>
            {
                machine.Registers[GeneralRegister.Rax] = selector;
                machine.Write(SystemMachine.UserData, selector);
                machine.Write(machine.Registers[GeneralRegister.Rsp], selector);
                setup?.Invoke(machine);
            },
        };

    /// <summary>DS is loaded from the LDT's second entry in ring 3; the processor's access faults, not as a user's.</summary>
    private static ExceptionCase Reading(string name, ulong errorCode, ulong address, Action<SystemMachine> setup) =>
        Load(name, 3, a => a.mov(ds, eax), 0xf, 14, errorCode, setup) with { Cr2 = address };

    private static ExceptionCase System(
        string name, Action<Assembler> code, ushort selector, int vector, ulong errorCode, Action<SystemMachine>? setup = null) =>
        new(name, 0, code, vector, errorCode)
        {
            Setup = machine =>
            {
                machine.Registers[GeneralRegister.Rax] = selector;
                setup?.Invoke(machine);
            },
        };
}
