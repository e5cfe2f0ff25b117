using Iced.Intel;
using X64Emu.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>IRETQ, far RET, and the frames they refuse (Intel SDM Vol. 2A, IRET and RET).</summary>
internal static class ReturnCases
{
    private const ushort Free = Descriptors.Free, Beyond = Descriptors.Beyond;
    private const ushort UserCode = SystemMachine.UserCode, UserData = SystemMachine.UserData64, KernelCode = SystemMachine.KernelCode;
    private const ushort KernelData = SystemMachine.KernelData;
    private const ulong Wild = SystemMachine.NonCanonical;

    public static IReadOnlyList<ExceptionCase> All { get; } =
    [
        .. Both("target not canonical, outwards", 0, Wild, UserCode, UserData, 13, 0),
        .. Both("target not canonical, same ring", 3, Wild, UserCode, UserData, 13, 0),
        .. Both("null code", 0, SystemMachine.User, 0, UserData, 13, 0),
        .. Both("null code with RPL 3", 0, SystemMachine.User, 3, UserData, 13, 0),
        .. Both("code beyond the table", 0, SystemMachine.User, Beyond | 3, UserData, 13, Beyond),
        .. Both("code in an LDT that is not loaded", 3, SystemMachine.User, 0xf, UserData, 13, 0xc),
        .. Both("data as code", 0, SystemMachine.User, UserData, UserData, 13, 0x20),
        .. Both("task state as code", 0, SystemMachine.User, SystemMachine.TaskSelector, UserData, 13, SystemMachine.TaskSelector),
        .. Both("inwards", 3, SystemMachine.User, KernelCode, UserData, 13, KernelCode),
        .. Both("inwards to conforming code", 3, SystemMachine.User, SystemMachine.ConformingCode, UserData, 13, SystemMachine.ConformingCode),
        .. Both("RPL above the code's DPL", 0, SystemMachine.User, KernelCode | 3, UserData, 13, KernelCode),
        .. Both("RPL below the code's DPL", 0, SystemMachine.User, 0x28, UserData, 13, 0x28),
        .. Both("conforming code of an outer ring", 0, SystemMachine.User, Free, KernelData, 13, Free, m => Descriptors.Put(m, Free, Descriptors.UserConforming)),
        .. Both("code not present", 0, SystemMachine.User, SystemMachine.AbsentCode, KernelData, 11, SystemMachine.AbsentCode),
        .. Both("user code not present", 0, SystemMachine.User, Free | 3, UserData, 11, Free, m => Descriptors.Put(m, Free, Descriptors.UserCodeAbsent)),
        .. Both("L and D at once", 0, SystemMachine.User, Free | 3, UserData, 13, Free, m => Descriptors.Put(m, Free, Descriptors.LongAndDefault32)),
        .. Both("beyond a 32-bit segment", 0, SystemMachine.User, Free | 3, UserData, 13, 0, m => Descriptors.Put(m, Free, Descriptors.UserCodeShort)),
        .. Both("null stack in ring 3", 0, SystemMachine.User, UserCode, 0, 13, 0),
        .. Both("null stack with RPL 3 in ring 3", 0, SystemMachine.User, UserCode, 3, 13, 0),
        .. Both("stack beyond the table", 0, SystemMachine.User, UserCode, Beyond | 3, 13, Beyond),
        .. Both("stack's RPL is not the code's", 0, SystemMachine.User, UserCode, 0x20, 13, 0x20),
        .. Both("stack's DPL is not the code's RPL", 0, SystemMachine.User, UserCode, KernelData | 3, 13, KernelData),
        .. Both("kernel stack for user code", 0, SystemMachine.User, UserCode, KernelData, 13, KernelData),
        .. Both("stack read-only", 0, SystemMachine.User, UserCode, SystemMachine.ReadOnlyData | 3, 13, SystemMachine.ReadOnlyData),
        .. Both("stack is code", 0, SystemMachine.User, UserCode, UserCode, 13, 0x28),
        .. Both("stack not present", 0, SystemMachine.User, UserCode, Free | 3, 12, Free, m => Descriptors.Put(m, Free, Descriptors.UserDataAbsent)),
        .. Both("null stack for compatibility mode", 0, SystemMachine.User, SystemMachine.UserCode32, 0, 13, 0),

        Interrupt("user stack for kernel code", 0, SystemMachine.Code, KernelCode, UserData, 13, 0x20),
        Interrupt("null stack whose RPL is not CPL", 0, SystemMachine.Code, KernelCode, 1, 13, 0),
        Interrupt("in ring 3, null stack", 3, SystemMachine.User, UserCode, 0, 13, 0),
        Interrupt("in ring 3, kernel stack", 3, SystemMachine.User, UserCode, 0x13, 13, 0x10),
        new("iretq: nested task", 0, a => a.iretq(), 13, 0) { Setup = m => m.Registers.RFlags |= RFlags.NestedTask },
        new("iretd: nested task", 3, a => a.iretd(), 13, 0) { Setup = m => m.Registers.RFlags |= RFlags.NestedTask },
        new("iretq: frame absent", 3, a => a.iretq(), 14, 4)
            { Setup = m => m.Registers[GeneralRegister.Rsp] = SystemMachine.Absent + 8, Cr2 = SystemMachine.Absent + 8 },
        new("retfq: frame across into an absent page", 3, a => a.db(0x48, 0xcb), 14, 4)
            { Setup = m => m.Registers[GeneralRegister.Rsp] = SystemMachine.Absent - 8, Cr2 = SystemMachine.Absent },

        new("iretq: what RFLAGS may not change in ring 3", 3, a => a.iretq(), 6, null)
        {
            Setup = m =>
            {
                m.Write(SystemMachine.User + 0x800, 0x0b0f);
                PutFrame(m, [SystemMachine.User + 0x800, UserCode, 0x20_3002, SystemMachine.UserStack + 0x100, UserData]);
            },
            Rip = SystemMachine.User + 0x800,
            RspChange = 0x100 + 40,
            FlagsSet = RFlags.Identification | RFlags.Resume,
            FlagsCleared = LazyFlags.Arithmetic,
        },
    ];

    private static IEnumerable<ExceptionCase> Both(
        string name, int ring, ulong rip, ushort cs, ushort ss, int vector, ulong errorCode, Action<SystemMachine>? setup = null) =>
    [
        Interrupt(name, ring, rip, cs, ss, vector, errorCode, setup),
        Return($"retfq, ring {ring}: {name}", ring, a => a.db(0x48, 0xcb), [rip, cs, SystemMachine.UserStack, ss], vector, errorCode, setup),
        Return($"retfq 8, ring {ring}: {name}", ring, a => a.db(0x48, 0xca, 0x08, 0x00), [rip, cs, 0, SystemMachine.UserStack, ss], vector, errorCode, setup),
    ];

    private static ExceptionCase Interrupt(
        string name, int ring, ulong rip, ushort cs, ushort ss, int vector, ulong errorCode, Action<SystemMachine>? setup = null) =>
        Return($"iretq, ring {ring}: {name}", ring, a => a.iretq(), [rip, cs, 2, SystemMachine.UserStack, ss], vector, errorCode, setup);

    private static ExceptionCase Return(
        string name, int ring, Action<Assembler> code, ulong[] frame, int vector, ulong errorCode, Action<SystemMachine>? setup) =>
        new(name, ring, code, vector, errorCode)
        {
            Setup = machine =>
            {
                PutFrame(machine, frame);
                setup?.Invoke(machine);
            },
        };

    private static void PutFrame(SystemMachine machine, ulong[] frame)
    {
        ulong stack = machine.Registers[GeneralRegister.Rsp] - (ulong)frame.Length * 8;
        machine.Registers[GeneralRegister.Rsp] = stack;
        for (int index = 0; index < frame.Length; index++) machine.Write(stack + (ulong)index * 8, frame[index]);
    }
}
