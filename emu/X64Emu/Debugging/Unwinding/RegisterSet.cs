using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Unwinding;

/// <summary>The general registers and RIP of one stack frame; those that its callees have overwritten are not known. Never changes.</summary>
public sealed class RegisterSet
{
    /// <summary>RIP's DWARF number: the return address column.</summary>
    internal const int ReturnAddress = 16;

    internal const int Count = 17;

    /// <summary>DWARF's order of the first eight registers (System V ABI AMD64, figure 3.36); R8..R15 keep their numbers.</summary>
    private static ReadOnlySpan<byte> DwarfNumbers => [0, 2, 1, 3, 7, 6, 4, 5];

    private readonly ulong?[] values;

    internal RegisterSet(ulong?[] values) => this.values = values;

    /// <summary>Takes registers that are all known.</summary>
    /// <param name="general">RAX..R15 in encoding order (<see cref="GeneralRegister"/>).</param>
    /// <param name="rip">RIP.</param>
    public RegisterSet(ReadOnlySpan<ulong> general, VirtualAddress rip)
    {
        if (general.Length != 16) throw new ArgumentException("there are 16 general registers", nameof(general));
        values = new ulong?[Count];
        for (int register = 0; register < 16; register++) values[DwarfNumber((GeneralRegister)register)] = general[register];
        values[ReturnAddress] = rip.Value;
    }

    /// <summary>RIP: the next instruction of the innermost frame, the return address of all others.</summary>
    public VirtualAddress Rip => new(values[ReturnAddress] ?? 0);

    /// <summary>A register's value; null when it is not known in this frame.</summary>
    public ulong? this[GeneralRegister register] => values[DwarfNumber(register)];

    /// <summary>A register by its DWARF number.</summary>
    internal ulong? this[ulong dwarfNumber] => dwarfNumber < Count ? values[dwarfNumber] : null;

    /// <summary>The registers of a processor as they are now.</summary>
    public static RegisterSet Of(ProcessorRegisters registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        Span<ulong> general = stackalloc ulong[16];
        for (int register = 0; register < 16; register++) general[register] = registers[(GeneralRegister)register];
        return new RegisterSet(general, registers.Rip);
    }

    internal static int DwarfNumber(GeneralRegister register) => (int)register < 8 ? DwarfNumbers[(int)register] : (int)register;
}
