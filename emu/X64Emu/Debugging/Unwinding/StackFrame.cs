using X64Emu.Debugging.Symbols;
using X64Emu.Debugging.Symbols.Variables;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Unwinding;

/// <summary>How a frame lost the processor to the one below it.</summary>
public enum FrameExit
{
    /// <summary>It did not: it is the innermost frame.</summary>
    Innermost,

    /// <summary>It called; RIP is the return address, so the call itself is before it.</summary>
    Call,

    /// <summary>A signal, an exception, an interrupt or a system call took it away; RIP is the instruction that comes next.</summary>
    Interrupted,
}

/// <summary>One frame of a back-trace.</summary>
/// <param name="Level">0 for the innermost.</param>
/// <param name="Registers">Its registers as far as they are known, RIP always.</param>
/// <param name="Exit">How it came to be no longer the innermost.</param>
/// <param name="Location">Function and line of the instruction that it is at: of the call, not of the return address.</param>
/// <param name="Cfa">The canonical frame address: RSP before the call that made the frame; null when it could not be told.</param>
public sealed record StackFrame(int Level, RegisterSet Registers, FrameExit Exit, SymbolLocation? Location, ulong? Cfa)
{
    /// <summary>RIP.</summary>
    public VirtualAddress Rip => Registers.Rip;

    /// <summary>An address inside the instruction the frame is at, for look-ups: a return address may already belong to the next line or function.</summary>
    public VirtualAddress LookupAddress => LookupAddressOf(Registers, Exit);

    /// <summary>What reading this frame's variables needs.</summary>
    /// <param name="memory">The process's memory.</param>
    public VariableContext Variables(MemoryReader memory) => new(LookupAddress, register => Registers[register], Cfa, memory);

    internal static VirtualAddress LookupAddressOf(RegisterSet registers, FrameExit exit) => new(registers.Rip.Value - (exit == FrameExit.Call ? 1UL : 0));
}
