using Iced.Intel;
using X64Emu.Cpu;

namespace X64Emu.Tests.Cpu.Exceptions;

/// <summary>Gates that cannot deliver (Intel SDM Vol. 3A, 6.12 and 6.14; Vol. 2A, INT n): what comes in place of the event, with the error code
/// that names the culprit, EXT set unless the program asked for the interrupt. Each is tried with UD2 and with INT 0x40; an IDT too short
/// for the vector only with the latter, for #GP must still be in it.</summary>
internal static class GateCases
{
    private const ushort Free = Descriptors.Free, Beyond = Descriptors.Beyond;
    private const ulong Handler = SystemMachine.Handlers + 6 * 16, Wild = SystemMachine.NonCanonical, Absent = SystemMachine.Absent;

    public static IReadOnlyList<ExceptionCase> All { get; } =
    [
        .. Gate("not present", 11, Culprit.Gate, (m, v) => m.SetGate(v, Handler, dpl: 3, present: false)),
        .. ((int[])[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]).SelectMany(type =>
            Gate($"type {type}", 13, Culprit.Gate, (m, v) => m.SetGate(v, Handler, type: type, dpl: 3))),
        .. Gate("type before presence", 13, Culprit.Gate, (m, v) => m.SetGate(v, Handler, type: 5, dpl: 3, present: false)),
        .. Gate("null code", 13, Culprit.Nothing, (m, v) => m.SetGate(v, Handler, selector: 0, dpl: 3)),
        .. Gate("null code with RPL 3", 13, Culprit.Nothing, (m, v) => m.SetGate(v, Handler, selector: 3, dpl: 3)),
        .. Gate("code beyond the table", 13, Beyond, (m, v) => m.SetGate(v, Handler, selector: Beyond | 3, dpl: 3)),
        .. Gate("code in an LDT that is not loaded", 13, 0xc, (m, v) => m.SetGate(v, Handler, selector: 0xc, dpl: 3)),
        .. Gate("to data", 13, SystemMachine.KernelData, (m, v) => m.SetGate(v, Handler, selector: SystemMachine.KernelData, dpl: 3)),
        .. Gate("to a task state", 13, SystemMachine.TaskSelector, (m, v) => m.SetGate(v, Handler, selector: SystemMachine.TaskSelector, dpl: 3)),
        .. Gate("to 32-bit code", 13, SystemMachine.KernelCode32, (m, v) => m.SetGate(v, Handler, selector: SystemMachine.KernelCode32, dpl: 3)),
        .. Gate("to code with L and D", 13, Free, (m, v) =>
        {
            Descriptors.Put(m, Free, Descriptors.KernelLongAndDefault32);
            m.SetGate(v, Handler, selector: Free, dpl: 3);
        }),
        .. Gate("code not present", 11, SystemMachine.AbsentCode, (m, v) => m.SetGate(v, Handler, selector: SystemMachine.AbsentCode, dpl: 3)),
        .. Gate("target not canonical", 13, Culprit.Nothing, (m, v) => m.SetGate(v, Wild, dpl: 3)),
        .. Gate("beyond the table", 13, Culprit.Gate, (m, v) => m.Registers.Idtr = new DescriptorTable(SystemMachine.Idt, (ushort)(v * 16 - 1)), onlyInterrupt: true),
        .. Gate("half beyond the table", 13, Culprit.Gate, (m, v) => m.Registers.Idtr = new DescriptorTable(SystemMachine.Idt, (ushort)(v * 16 + 14)), onlyInterrupt: true),
        .. Gate("stack table entry not canonical", 12, Culprit.Nothing, (m, v) =>
        {
            m.Write(SystemMachine.TaskState + 0x24 + 8, Wild);
            m.SetGate(v, Handler, dpl: 3, stackTable: 2);
        }),
        .. Gate("stack table entry beyond the task state", 10, SystemMachine.TaskSelector, (m, v) =>
        {
            m.Registers.TaskRegister = new SegmentRegister(SystemMachine.TaskSelector, SystemMachine.TaskState, 0x24 + 6 * 8 + 6, 0x8b);
            m.SetGate(v, Handler, dpl: 3, stackTable: 7);
        }),
        .. Gate("stack in an absent page", 14, 2, (m, v) =>
        {
            m.Write(SystemMachine.TaskState + 0x24 + 8, Absent + 0x800);
            m.SetGate(v, Handler, dpl: 3, stackTable: 2);
        }).Select(row => row with { Cr2 = Absent + 0x800 - 40 }),
        .. Gate("stack across into a read-only page", 14, 3, (m, v) =>
        {
            ulong page = SystemMachine.UserData + 0x3000;
            m.Write(SystemMachine.EntryOf(page), page | 5);
            m.Write(SystemMachine.TaskState + 0x24 + 8, page + 0x1010);
            m.SetGate(v, Handler, dpl: 3, stackTable: 2);
        }).Select(row => row with { Cr2 = SystemMachine.UserData + 0x3000 + 0x1010 - 40 }),
        .. Gate("task state in an absent page", 14, 0, (m, v) =>
        {
            // Its end, with the table's last entries, lies in the absent page; what ring 3 needs lies before.
            ulong task = Absent - 0x50;
            m.Write(task + 4, SystemMachine.InnerStack);
            m.Write(task + 0x24, SystemMachine.FirstInterruptStack);
            m.Registers.TaskRegister = new SegmentRegister(SystemMachine.TaskSelector, task, 0x67, 0x8b);
            m.SetGate(v, Handler, dpl: 3, stackTable: 7);
        }).Select(row => row with { Cr2 = Absent + 4 }),
    ];

    private static class Culprit
    {
        /// <summary>The error code names the gate.</summary>
        public const int Gate = -1;

        /// <summary>It names nothing: EXT alone.</summary>
        public const int Nothing = 0;
    }

    private static IEnumerable<ExceptionCase> Gate(
        string name, int vector, int culprit, Action<SystemMachine, int> setup, bool onlyInterrupt = false)
    {
        foreach (int ring in (int[])[0, 3])
        {
            if (!onlyInterrupt) yield return Row($"ud2 in ring {ring}: {name}", ring, a => a.ud2(), 6, vector, culprit, isSoftware: false, setup);
            yield return Row($"int 0x40 in ring {ring}: {name}", ring, a => a.@int(0x40), 0x40, vector, culprit, isSoftware: true, setup);
        }
    }

    private static ExceptionCase Row(
        string name, int ring, Action<Assembler> code, int first, int vector, int culprit, bool isSoftware, Action<SystemMachine, int> setup)
    {
        ulong external = isSoftware ? 0UL : 1;
        ulong named = culprit == Culprit.Gate ? (ulong)first * 8 + 2 : (ulong)(uint)culprit, errorCode = vector == 14 ? named : named | external;
        return new(name, ring, code, vector, errorCode) { Setup = machine => setup(machine, first) };
    }
}
