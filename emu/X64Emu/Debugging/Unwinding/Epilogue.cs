using System.Buffers.Binary;
using Iced.Intel;
using X64Emu.Debugging.Symbols;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Unwinding;

/// <summary>
/// One step up the stack out of a function's last instructions, by doing what they are about to do. Compilers may leave them out of the call frame
/// information: .NET's does, and the rules then hold for the function's body only.
/// </summary>
internal static class Epilogue
{
    private const int StackPointer = 7;
    private const int FramePointer = 6;

    /// <summary>The caller, or null when RIP is in no epilogue: <c>add rsp</c> or <c>lea rsp</c>, pops, <c>leave</c>, then <c>ret</c> or a jump out
    /// of the function.</summary>
    /// <param name="registers">The registers.</param>
    /// <param name="functionEnd">The address behind the function, for telling a jump to another function.</param>
    /// <param name="functionStart">The function's first address.</param>
    /// <param name="memory">Memory.</param>
    public static Caller? Step(RegisterSet registers, ulong functionStart, ulong functionEnd, MemoryReader memory)
    {
        if (registers[StackPointer] is null) return null;
        ulong?[] values = new ulong?[RegisterSet.Count];
        for (int register = 0; register < RegisterSet.Count; register++) values[register] = registers[(ulong)register];
        foreach (Instruction instruction in CodeWindow.Read(registers.Rip, memory))
        {
            if (values[StackPointer] is not { } rsp) return null;
            switch (instruction.Mnemonic)
            {
                case Mnemonic.Ret or Mnemonic.Retf: return Return(values, rsp, memory);
                case Mnemonic.Jmp when instruction.IsJmpShortOrNear && IsOutside(instruction.NearBranchTarget, functionStart, functionEnd):
                    return Return(values, rsp, memory);
                case Mnemonic.Vzeroupper: break;
                case Mnemonic.Pop when CodeWindow.DwarfNumber(instruction.Op0Register) is { } popped:
                    values[popped] = ReadWord(rsp, memory);
                    values[StackPointer] = rsp + 8;
                    break;
                case Mnemonic.Add when instruction.Op0Register == Register.RSP && instruction.Op1Kind is OpKind.Immediate8to64 or OpKind.Immediate32to64:
                    values[StackPointer] = rsp + instruction.GetImmediate(1);
                    break;
                case Mnemonic.Lea when instruction.Op0Register == Register.RSP && instruction.MemoryBase == Register.RBP
                    && instruction.MemoryIndex == Register.None:
                    values[StackPointer] = values[FramePointer] + instruction.MemoryDisplacement64;
                    break;
                case Mnemonic.Leave when values[FramePointer] is { } rbp:
                    values[FramePointer] = ReadWord(rbp, memory);
                    values[StackPointer] = rbp + 8;
                    break;
                default: return null;
            }
        }
        return null;
    }

    private static bool IsOutside(ulong target, ulong start, ulong end) => target < start || target >= end;

    private static Caller? Return(ulong?[] values, ulong rsp, MemoryReader memory)
    {
        if (ReadWord(rsp, memory) is not { } rip) return null;
        values[StackPointer] = rsp + 8;
        values[RegisterSet.ReturnAddress] = rip;
        return new Caller(rsp + 8, new RegisterSet(values), WasInterrupted: false);
    }

    private static ulong? ReadWord(ulong address, MemoryReader memory)
    {
        Span<byte> word = stackalloc byte[8];
        return memory(new VirtualAddress(address), word) == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(word) : null;
    }
}
