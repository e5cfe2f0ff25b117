using X64Emu.Cpu;
using X64Emu.Debugging.Symbols;
using X64Emu.Debugging.Symbols.Frames;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Unwinding;

/// <summary>
/// Walks up the stack: by call frame information where a module has it, by frame pointers, prologues and return addresses where it has none. A trap frame of
/// the kernel is a frame like any other, so the walk goes on from kernel code into the program it serves.
/// </summary>
public static class Unwinder
{
    /// <summary>How many frames a back-trace has when the caller names no limit.</summary>
    public const int DefaultFrames = 128;

    /// <summary>The frames from the innermost up to the outermost one that can be found.</summary>
    /// <param name="start">The registers of the innermost frame.</param>
    /// <param name="symbols">The modules.</param>
    /// <param name="pid">The process whose modules and memory are meant; null for the kernel alone.</param>
    /// <param name="memory">Its memory.</param>
    /// <param name="maximumFrames">At most so many.</param>
    public static IReadOnlyList<StackFrame> Walk(RegisterSet start, SymbolResolver symbols, int? pid, MemoryReader memory, int maximumFrames = DefaultFrames)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(symbols);
        ArgumentNullException.ThrowIfNull(memory);
        StackGuess guess = new(symbols, pid, memory);
        List<StackFrame> frames = [];
        RegisterSet? registers = start;
        FrameExit exit = FrameExit.Innermost;
        while (registers is not null && frames.Count < maximumFrames)
        {
            // A handler returns to code that nobody called from: its RIP is looked up as it is.
            Caller? caller = SignalReturn.Step(registers, memory);
            if (caller is not null && exit == FrameExit.Call) exit = FrameExit.Interrupted;
            VirtualAddress address = StackFrame.LookupAddressOf(registers, exit);
            caller ??= Step(registers, exit, symbols.ModuleAt(address, pid), address, memory) ?? guess.Step(registers, exit);
            frames.Add(new StackFrame(frames.Count, registers, exit, symbols.Resolve(address, pid), caller?.Cfa));
            if (caller is null || !IsProgress(registers, caller)) break;
            registers = caller.Registers;
            exit = caller.WasInterrupted ? FrameExit.Interrupted : FrameExit.Call;
        }
        return frames;
    }

    /// <summary>By call frame information; null where there is none that holds.</summary>
    private static Caller? Step(RegisterSet registers, FrameExit exit, SymbolModule? module, VirtualAddress address, MemoryReader memory)
    {
        if (module is null) return null;
        try
        {
            if (module.Frames.Find(address.Value - module.Bias) is not { } description) return null;
            ulong start = description.Start + module.Bias;
            Caller? caller = exit != FrameExit.Call && !description.Common.IsSignalFrame
                ? Epilogue.Step(registers, start, start + description.LengthBytes, memory)
                : null;
            return caller ?? FrameRuleUnwinder.Step(registers, module, description, address.Value, memory);
        }
        catch (SymbolDataException)
        {
            return null;
        }
    }

    /// <summary>False at the outermost frame and where a damaged stack leads back to where the walk has been.</summary>
    private static bool IsProgress(RegisterSet registers, Caller caller) =>
        caller.Registers is { } next && next.Rip.Value != 0 && next.Rip.IsCanonical
        && (caller.WasInterrupted || registers[GeneralRegister.Rsp] is not { } rsp || next[GeneralRegister.Rsp] is not { } above || above > rsp);
}
