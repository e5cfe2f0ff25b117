using X64Emu.Cpu;
using X64Emu.Debugging.Symbols;
using X64Emu.Debugging.Unwinding;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>Code places by symbols and the stack.</summary>
internal sealed class CodePlaces(RunEngine engine, SymbolResolver symbols) : ICodePlaces
{
    public SourceLine? LineAt(VirtualAddress address, int? pid) =>
        symbols.Resolve(address, pid) is { SourceFile: { } file, Line: > 0 and var line } ? new SourceLine(file, line) : null;

    public CallerPlace? Caller()
    {
        IReadOnlyList<StackFrame> frames = Unwinder.Walk(
            RegisterSet.Of(engine.Machine.Processor.Registers), symbols, engine.Monitor.Task.Pid, (address, target) => engine.Memory.Read(address, target), 2);
        return frames is [_, { Registers: var caller }] && caller[GeneralRegister.Rsp] is { } stackPointer ? new CallerPlace(caller.Rip, stackPointer) : null;
    }
}
