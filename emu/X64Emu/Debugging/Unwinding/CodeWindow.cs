using Iced.Intel;
using X64Emu.Debugging.Symbols;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Unwinding;

/// <summary>Decodes the instructions at an address of guest memory.</summary>
internal static class CodeWindow
{
    private const int Bytes = 128;

    /// <summary>The instructions from an address on, as far as one window of memory goes; ends at what is no instruction.</summary>
    public static IEnumerable<Instruction> Read(VirtualAddress address, MemoryReader memory)
    {
        byte[] code = new byte[Bytes];
        int length = Math.Clamp(memory(address, code), 0, Bytes);
        Decoder decoder = Decoder.Create(64, new ByteArrayCodeReader(code, 0, length), address.Value);
        while (decoder.IP < address.Value + (ulong)length)
        {
            Instruction instruction = decoder.Decode();
            if (instruction.IsInvalid) yield break;
            yield return instruction;
        }
    }

    /// <summary>A 64-bit register's DWARF number; null for others.</summary>
    public static int? DwarfNumber(Register register) =>
        register is >= Register.RAX and <= Register.R15 ? RegisterSet.DwarfNumber((Cpu.GeneralRegister)(register - Register.RAX)) : null;
}
