using X64Emu.Cpu;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Straight-line programs.</summary>
internal static class SequenceCodes
{
    public const GeneralRegister AddressRegister = GeneralRegister.R12, IndexRegister = GeneralRegister.R13;
}
