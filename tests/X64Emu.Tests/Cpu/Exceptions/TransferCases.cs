using Iced.Intel;
using X64Emu.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>Far JMP and CALL, directly and through 64-bit call gates (Intel SDM Vol. 2A, CALL and JMP; Vol. 3A, 5.8).</summary>
internal static class TransferCases
{
    private const ushort Free = Descriptors.Free, Beyond = Descriptors.Beyond, Gate = 0x80, Second = 0x90;

    public static IReadOnlyList<ExceptionCase> All { get; } =
    [
        .. Both("null", 3, 0, 13, 0),
        .. Both("null with RPL 3", 3, 3, 13, 0),
        .. Both("beyond the table", 3, Beyond | 3, 13, Beyond),
        .. Both("in an LDT that is not loaded", 3, 0xf, 13, 0xc),
        .. Both("data", 3, SystemMachine.UserData64, 13, 0x20),
        .. Both("kernel code from ring 3", 3, SystemMachine.KernelCode, 13, SystemMachine.KernelCode),
        .. Both("user code from the kernel", 0, SystemMachine.UserCode, 13, 0x28),
        .. Both("RPL above CPL", 0, SystemMachine.KernelCode | 3, 13, SystemMachine.KernelCode),
        .. Both("conforming code of ring 3 from the kernel", 0, Free, 13, Free, m => Descriptors.Put(m, Free, Descriptors.UserConforming)),
        .. Both("not present", 0, SystemMachine.AbsentCode, 11, SystemMachine.AbsentCode),
        .. Both("privilege before presence", 3, SystemMachine.AbsentCode, 13, SystemMachine.AbsentCode),
        .. Both("L and D at once", 3, Free | 3, 13, Free, m => Descriptors.Put(m, Free, Descriptors.LongAndDefault32)),
        .. Both("offset beyond a 32-bit segment", 3, Free | 3, 13, 0, m => Descriptors.Put(m, Free, Descriptors.UserCodeShort)),
        .. Both("task state", 0, SystemMachine.TaskSelector, 13, SystemMachine.TaskSelector),
        .. Both("task gate", 3, Free | 3, 13, Free, m => Descriptors.Put(m, Free, Descriptors.TaskGate)),
        .. Both("interrupt gate", 0, Free, 13, Free, m => Descriptors.Put(m, Free, 0x0000_ee00_0008_0000)),
        .. Both("LDT descriptor", 0, Free, 13, Free, m => Descriptors.Put(m, Free, 0x0000_8200_0000_0fff)),

        .. Both("gate: DPL below CPL", 3, Gate, 13, Gate, m => Descriptors.PutCallGate(m, Gate, SystemMachine.Code, dpl: 0)),
        .. Both("gate: RPL above DPL", 0, Gate | 3, 13, Gate, m => Descriptors.PutCallGate(m, Gate, SystemMachine.Code, dpl: 2)),
        .. Both("gate: not present", 3, Gate, 11, Gate, m => Descriptors.PutCallGate(m, Gate, SystemMachine.Code, present: false)),
        .. Both("gate: DPL before presence", 3, Gate, 13, Gate, m => Descriptors.PutCallGate(m, Gate, SystemMachine.Code, dpl: 1, present: false)),
        .. Both("gate: type bits in its second half", 3, Gate, 13, Gate, m => Descriptors.PutCallGate(m, Gate, SystemMachine.Code, upperType: 0xc)),
        .. Both("gate: half beyond the table", 3, Gate, 13, Gate, m => Descriptors.Put(m, Gate, 0x0000_ec00_0008_0000)),
        .. Both("gate: null code", 3, Gate, 13, 0, m => Descriptors.PutCallGate(m, Gate, SystemMachine.Code, code: 0)),
        .. Both("gate: code beyond the table", 3, Gate, 13, Beyond, m => Descriptors.PutCallGate(m, Gate, SystemMachine.Code, code: Beyond)),
        .. Both("gate: to data", 3, Gate, 13, 0x20, m => Descriptors.PutCallGate(m, Gate, SystemMachine.Code, code: SystemMachine.UserData64)),
        .. Both("gate: to 32-bit code", 3, Gate, 13, 0x18, m => Descriptors.PutCallGate(m, Gate, SystemMachine.Code, code: SystemMachine.UserCode32)),
        .. Both("gate: to an outer ring", 0, Gate, 13, 0x28, m => Descriptors.PutCallGate(m, Gate, SystemMachine.Code, code: 0x28)),
        .. Both("gate: code not present", 0, Gate, 11, 0x48, m => Descriptors.PutCallGate(m, Gate, SystemMachine.Code, code: SystemMachine.AbsentCode)),
        .. Both("gate: target not canonical", 0, Gate, 13, 0, m => Descriptors.PutCallGate(m, Gate, SystemMachine.NonCanonical)),
        .. Both("gate: its code has L and D", 0, Gate, 13, Second, m =>
        {
            Descriptors.Put(m, Second, Descriptors.KernelLongAndDefault32);
            Descriptors.PutCallGate(m, Gate, SystemMachine.Code, code: Second);
        }),
        Jump("gate: to an inner ring", 3, Gate, 13, SystemMachine.KernelCode, m => Descriptors.PutCallGate(m, Gate, SystemMachine.Code)),
        Call("gate: inner stack not canonical", 3, Gate, 12, 0, m =>
        {
            Descriptors.PutCallGate(m, Gate, SystemMachine.Code);
            m.Write(SystemMachine.TaskState + 4, SystemMachine.NonCanonical);
            UseInterruptStack(m, 12);
        }) with { Stack = SystemMachine.FirstInterruptStack },
        Call("gate: inner stack absent", 3, Gate, 14, 2, m =>
        {
            Descriptors.PutCallGate(m, Gate, SystemMachine.Code);
            m.Write(SystemMachine.TaskState + 4, SystemMachine.Absent + 0x800);
            UseInterruptStack(m, 14);
        }) with { Stack = SystemMachine.FirstInterruptStack, Cr2 = SystemMachine.Absent + 0x800 - 32 },
        Call("stack not canonical", 3, SystemMachine.UserCode, 12, 0, m => m.Registers[GeneralRegister.Rsp] = SystemMachine.NonCanonical + 0x100),
        Call("stack absent", 3, SystemMachine.UserCode, 14, 6, m => m.Registers[GeneralRegister.Rsp] = SystemMachine.Absent + 0x100)
            with { Cr2 = SystemMachine.Absent + 0xf8 },
        Call("stack across a page", 3, SystemMachine.UserCode, 14, 6, m => m.Registers[GeneralRegister.Rsp] = SystemMachine.Absent + 4)
            with { Cr2 = SystemMachine.Absent },
        new("jmp far, pointer absent", 3, a => a.jmp(__fword_ptr[r8]), 14, 4) { Cr2 = SystemMachine.Absent },
        new("jmp far, pointer not canonical", 3, a => a.jmp(__fword_ptr[rbx]), 13, 0),
        new("call far, pointer across a page", 3, a => a.call(__fword_ptr[r8 - 4]), 14, 4) { Cr2 = SystemMachine.Absent },
    ];

    private static IEnumerable<ExceptionCase> Both(
        string name, int ring, ushort selector, int vector, ulong errorCode, Action<SystemMachine>? setup = null) =>
        [Jump(name, ring, selector, vector, errorCode, setup), Call(name, ring, selector, vector, errorCode, setup)];

    private static ExceptionCase Jump(string name, int ring, ushort selector, int vector, ulong errorCode, Action<SystemMachine>? setup = null) =>
        Transfer($"jmp far, ring {ring}: {name}", ring, a => a.jmp(__fword_ptr[rdi]), selector, vector, errorCode, setup);

    private static ExceptionCase Call(string name, int ring, ushort selector, int vector, ulong errorCode, Action<SystemMachine>? setup = null) =>
        Transfer($"call far, ring {ring}: {name}", ring, a => a.call(__fword_ptr[rdi]), selector, vector, errorCode, setup);

    /// <summary>The far pointer at RDI has the offset <see cref="SystemMachine.User"/>.</summary>
    private static ExceptionCase Transfer(
        string name, int ring, Action<Assembler> code, ushort selector, int vector, ulong errorCode, Action<SystemMachine>? setup) =>
        new(name, ring, code, vector, errorCode)
        {
            Setup = machine =>
            {
                machine.Write(SystemMachine.UserData, SystemMachine.User | (ulong)selector << 32);
                setup?.Invoke(machine);
            },
        };

    private static void UseInterruptStack(SystemMachine machine, int vector) =>
        machine.SetGate(vector, SystemMachine.Handlers + (ulong)vector * 16, stackTable: 1);
}
