namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Chooses addresses for operands: mostly where they may be, also across pages, in holes, where writing is forbidden, or nowhere.</summary>
internal sealed class Targets(CaseRandom random)
{
    private const ulong FirstHigh = 0xffff_8000_0000_0000, EndOfLow = 0x8000_0000_0000;

    /// <summary>An address for an operand of so many bytes.</summary>
    public ulong Operand(int size) => random.Below(32) switch
    {
        < 12 => Inside(size) & ~(ulong)(AlignmentOf(size) - 1),
        < 23 => Inside(size),
        < 25 => CaseMemory.Data + 0x1000 - (ulong)random.Between(1, Math.Max(1, size - 1)),
        < 27 => CaseMemory.Data + CaseMemory.DataBytes - (ulong)random.Between(1, size),
        27 => CaseMemory.Data - (ulong)random.Between(1, size),
        28 => CaseMemory.Constants + (ulong)random.Below(CaseMemory.ConstantsBytes - size),
        29 => CaseMemory.Constants + CaseMemory.ConstantsBytes - (ulong)random.Between(1, size),
        30 => NotCanonical(size),
        _ => random.OneIn(2) ? CaseMemory.Constants - (ulong)random.Between(1, size) : Unmapped(),
    };

    /// <summary>An address in the writable pages.</summary>
    public ulong Inside(int size) => CaseMemory.Data + (ulong)random.Below(CaseMemory.DataBytes - size + 1);

    /// <summary>An address in the code pages' INT3 bytes, or somewhere that cannot be executed.</summary>
    public ulong Jump() => random.Below(16) switch
    {
        0 => NotCanonical(1),
        1 => CaseMemory.Data + (ulong)random.Below(CaseMemory.DataBytes),
        2 => Unmapped(),
        _ => CaseMemory.Code + CaseMemory.CodeBytes - 0x1000 + (ulong)random.Below(0x1000),
    };

    private ulong NotCanonical(int size) => random.Below(4) switch
    {
        0 => EndOfLow - (uint)random.Between(0, size),
        1 => FirstHigh - (ulong)random.Between(1, size),
        2 => CaseMemory.Data | 1UL << random.Between(47, 63),
        _ => random.Next() >> 1 | EndOfLow,
    };

    /// <summary>Canonical, and mapped neither here nor, but for an astronomical chance, in the process that runs the cases.</summary>
    private ulong Unmapped() => random.Below(3) switch
    {
        0 => random.Next() & 0x3fff_ffff_ffff,
        1 => 0x3000_0000 + (random.Next() & 0xfff_ffff),
        _ => FirstHigh | random.Next() >> 18,
    };

    private static int AlignmentOf(int size) => Math.Min(64, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size));
}
