using Iced.Intel;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>The bytes of one case's code and what they mean.</summary>
/// <param name="Bytes">The instruction, or the instructions of a sequence; INT3 follows.</param>
/// <param name="Address">Where they are.</param>
/// <param name="Instruction">The first instruction as decoded.</param>
/// <param name="Target">What a memory operand without registers refers to.</param>
internal sealed record CaseCode(byte[] Bytes, ulong Address, Instruction Instruction, ulong Target)
{
    /// <summary>The address behind.</summary>
    public ulong End => Address + (ulong)Bytes.Length;
}
