using Iced.Intel;
using X64Emu.Debugging.Symbols;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Unwinding;

/// <summary>What a function's first instructions put on the stack: pushed registers and room for locals. A compiler that keeps no frame pointer writes both
/// before anything that branches.</summary>
/// <param name="Pushed">The registers' DWARF numbers in the order of their pushes.</param>
/// <param name="LocalBytes">The room made by <c>sub rsp</c>.</param>
internal sealed record FrameShape(IReadOnlyList<int> Pushed, ulong LocalBytes)
{
    /// <summary>How far RSP is below the return address.</summary>
    public ulong SizeBytes => (ulong)Pushed.Count * 8 + LocalBytes;

    /// <summary>What a function has put on the stack when it is at an instruction.</summary>
    /// <param name="function">The function's first address.</param>
    /// <param name="rip">The instruction, which has not run.</param>
    /// <param name="memory">Memory.</param>
    public static FrameShape Before(ulong function, ulong rip, MemoryReader memory)
    {
        List<int> pushed = [];
        ulong local = 0;
        foreach (Instruction instruction in CodeWindow.Read(new VirtualAddress(function), memory))
        {
            if (instruction.IP >= rip || instruction.FlowControl != FlowControl.Next) break;
            if (instruction.Mnemonic == Mnemonic.Push && CodeWindow.DwarfNumber(instruction.Op0Register) is { } register) pushed.Add(register);
            if (instruction.Mnemonic != Mnemonic.Sub || instruction.Op0Register != Register.RSP) continue;
            if (instruction.Op1Kind is OpKind.Immediate8to64 or OpKind.Immediate32to64) local = instruction.GetImmediate(1);
            break;
        }
        return new FrameShape(pushed, local);
    }
}
