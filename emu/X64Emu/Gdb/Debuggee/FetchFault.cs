using X64Emu.Cpu;
using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Running;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Debuggee;

/// <summary>
/// A breakpoint in memory that cannot be executed, where gdb lets a function return that it has called: going there is a page fault, which is caught in
/// front of the kernel's handler and taken back, so that the program gets no signal.
/// </summary>
internal static class FetchFault
{
    private const ushort UserCodeAttributes = 0xa0fb, UserDataAttributes = 0xc0f3;

    // What the processor has pushed (Intel SDM Vol. 3A, 6.14.2), from RSP up.
    private const ulong RipOffset = 8, CsOffset = 16, RFlagsOffset = 24, RspOffset = 32, SsOffset = 40;

    /// <summary>Whether the handler that begins here is for an instruction fetch at an address.</summary>
    public static bool IsAt(DebugSession session, VirtualAddress address)
    {
        ProcessorRegisters registers = session.Machine.Processor.Registers;
        return registers.Cr2 == address && TryRead(session.Memory, registers, RipOffset, out ulong rip) && rip == address.Value;
    }

    /// <summary>Takes the exception back: what IRET would do, without an instruction.</summary>
    public static void Undo(DebugSession session)
    {
        ProcessorRegisters registers = session.Machine.Processor.Registers;
        DebugMemory memory = session.Memory;
        bool isWhole = TryRead(memory, registers, RipOffset, out ulong rip) & TryRead(memory, registers, CsOffset, out ulong cs)
            & TryRead(memory, registers, RFlagsOffset, out ulong flags) & TryRead(memory, registers, RspOffset, out ulong rsp)
            & TryRead(memory, registers, SsOffset, out ulong ss);
        if (!isWhole || (cs & 3) != 3) return;
        registers.SetSegment(SegmentName.Cs, new SegmentRegister((ushort)cs, 0, uint.MaxValue, UserCodeAttributes));
        registers.SetSegment(SegmentName.Ss, new SegmentRegister((ushort)ss, 0, uint.MaxValue, UserDataAttributes));
        registers[GeneralRegister.Rsp] = rsp;
        registers.RFlags = flags;
        registers.Rip = new VirtualAddress(rip);
    }

    private static bool TryRead(DebugMemory memory, ProcessorRegisters registers, ulong offset, out ulong value) =>
        memory.TryReadUInt64(new VirtualAddress(registers[GeneralRegister.Rsp]) + offset, out value);
}
