using System.Buffers.Binary;
using X64Emu.Cpu;
using X64Emu.Debugging.Symbols;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Unwinding;

/// <summary>
/// One step up the stack where there is no call frame information, as in programs built with musl: the function's first instructions and the frame pointer,
/// and where those say nothing, the first word on the stack that looks like the return address of a call of this function.
/// </summary>
internal sealed class StackGuess(SymbolResolver symbols, int? pid, MemoryReader memory)
{
    private const ulong WordBytes = 8;
    private const ulong MaximumScanWords = 1024;
    private const ulong MaximumFrameBytes = 1 << 20;
    private const byte Return = 0xc3;
    private static readonly GeneralRegister[] preserved =
        [GeneralRegister.Rbx, GeneralRegister.Rbp, GeneralRegister.R12, GeneralRegister.R13, GeneralRegister.R14, GeneralRegister.R15];

    /// <summary>The caller of a frame, or null when nothing on the stack looks like one.</summary>
    public Caller? Step(RegisterSet registers, FrameExit exit)
    {
        if (registers[GeneralRegister.Rsp] is not { } rsp) return null;
        VirtualAddress lookup = StackFrame.LookupAddressOf(registers, exit);
        SymbolModule? module = symbols.ModuleAt(lookup, pid);
        Symbol? function = module?.FindSymbol(lookup);
        if (function is null) return ByScan(registers, rsp, null) ?? ByFramePointer(registers, rsp);
        if (function.Address == module!.Entry.Value) return null;   // the kernel entered it; nobody called
        Prologue prologue = Prologue.Read(function.Address, memory);
        ulong offset = registers.Rip.Value - function.Address;
        // Only the innermost and interrupted frames can be in the middle of building or dropping their frame.
        if (exit != FrameExit.Call)
        {
            if (offset == 0 || (prologue.HasFrame && offset <= prologue.PushOffset) || IsAtReturn(registers.Rip))
                return CallerAt(rsp, registers[GeneralRegister.Rbp], registers);
            if (prologue.HasFrame && offset < prologue.FrameOffset) return CallerAt(rsp + WordBytes, ReadWord(rsp), registers);
        }
        Caller? caller = prologue.HasFrame ? null : ByShape(registers, rsp, function) ?? ByScan(registers, rsp, function);
        return caller ?? ByFramePointer(registers, rsp);
    }

    /// <summary>Where the function's own pushes say the return address is, if a call's is there.</summary>
    private Caller? ByShape(RegisterSet registers, ulong rsp, Symbol function)
    {
        ulong slot = rsp + FrameShape.Before(function.Address, registers.Rip.Value, memory).SizeBytes;
        return ReadWord(slot) is { } word && IsCode(word) && ReturnAddress.FollowsCall(word, memory, out _)
            ? CallerBehindPushes(slot, registers, function)
            : null;
    }

    /// <summary>The caller whose return address is in a slot, with the registers that the function pushed right below it.</summary>
    private Caller? CallerBehindPushes(ulong slot, RegisterSet registers, Symbol? function)
    {
        ulong?[] saved = Preserved(registers);
        ulong place = slot;
        foreach (int register in function is null ? [] : FrameShape.Before(function.Address, registers.Rip.Value, memory).Pushed)
            saved[register] = ReadWord(place -= WordBytes);
        return CallerAt(slot, saved);
    }

    private Caller? ByFramePointer(RegisterSet registers, ulong rsp)
    {
        if (registers[GeneralRegister.Rbp] is not { } rbp || rbp % WordBytes != 0 || rbp - rsp > MaximumFrameBytes) return null;
        return ReadWord(rbp) is { } saved ? CallerAt(rbp + WordBytes, saved, registers) : null;
    }

    private Caller? ByScan(RegisterSet registers, ulong rsp, Symbol? function)
    {
        Caller? likely = null;
        for (ulong slot = rsp; slot < rsp + MaximumScanWords * WordBytes && ReadWord(slot) is { } word; slot += WordBytes)
        {
            if (!IsCode(word) || !ReturnAddress.FollowsCall(word, memory, out ulong? target)) continue;
            Caller? caller = CallerBehindPushes(slot, registers, function);
            if (function is null || target == function.Address) return caller;
            likely ??= caller;
        }
        return likely;
    }

    /// <summary>The caller whose return address is in a stack slot, with its RBP; null when that is no address of code.</summary>
    private Caller? CallerAt(ulong slot, ulong? rbp, RegisterSet registers)
    {
        ulong?[] caller = Preserved(registers);
        caller[RegisterSet.DwarfNumber(GeneralRegister.Rbp)] = rbp;
        return CallerAt(slot, caller);
    }

    private Caller? CallerAt(ulong slot, ulong?[] caller)
    {
        if (ReadWord(slot) is not { } rip || !IsCode(rip)) return null;
        caller[RegisterSet.DwarfNumber(GeneralRegister.Rsp)] = slot + WordBytes;
        caller[RegisterSet.ReturnAddress] = rip;
        return new Caller(slot + WordBytes, new RegisterSet(caller), WasInterrupted: false);
    }

    /// <summary>The registers that callees leave as they were (System V ABI AMD64, 3.2.1), by DWARF number.</summary>
    private static ulong?[] Preserved(RegisterSet registers)
    {
        ulong?[] values = new ulong?[RegisterSet.Count];
        foreach (GeneralRegister register in preserved) values[RegisterSet.DwarfNumber(register)] = registers[register];
        return values;
    }

    /// <summary>Code of a module; in memory that no module is known of, anything that is mapped.</summary>
    private bool IsCode(ulong address)
    {
        Span<byte> one = stackalloc byte[1];
        return symbols.ModuleAt(new VirtualAddress(address), pid)?.IsExecutable(new VirtualAddress(address))
            ?? (!symbols.Modules(pid).Any() && memory(new VirtualAddress(address), one) == 1);
    }

    private bool IsAtReturn(VirtualAddress rip)
    {
        Span<byte> one = stackalloc byte[1];
        return memory(rip, one) == 1 && one[0] == Return;
    }

    private ulong? ReadWord(ulong address)
    {
        Span<byte> word = stackalloc byte[8];
        return memory(new VirtualAddress(address), word) == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(word) : null;
    }
}
