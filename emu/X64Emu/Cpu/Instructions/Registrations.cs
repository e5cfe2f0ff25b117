using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions;

/// <summary>The list of instruction families. Each says in its Register method which codes it implements.</summary>
internal static class Registrations
{
    public static void AddAll(InstructionTable table)
    {
        Arithmetic.Register(table);
        Moves.Register(table);
        Stack.Register(table);
        ControlFlow.Register(table);
        Conditionals.Register(table);
    }
}
