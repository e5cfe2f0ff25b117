using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu;

/// <summary>A processor of one level: what CPUID tells of it and which instructions it has.</summary>
internal sealed class CpuModel
{
    private static readonly CpuModel?[] Models = new CpuModel?[CpuLevels.AllNames.Count];

    private readonly bool[] instructions = new bool[(int)CpuFeatures.LastKnown + 1];
    private readonly bool?[] allowed = new bool?[InstructionTable.CodeCount];
    private readonly uint[] words = new uint[(int)CpuIdWord.Extended7Edx + 1];

    private CpuModel(CpuLevel level)
    {
        Level = level;
        foreach (CpuidFeature feature in CpuFeatures.Always) instructions[(int)feature] = true;
        foreach (CpuFeature feature in CpuFeatures.All)
        {
            if (feature.Level > level) continue;
            words[(int)feature.Word] |= 1u << feature.Bit;
            if (feature.Instructions is { } own) instructions[(int)own] = true;
        }
        words[(int)CpuIdWord.Extended1Edx] |= words[(int)CpuIdWord.Leaf1Edx] & CpuFeatures.Repeated;
        foreach (Code code in CpuFeatures.HintsWithoutFeature) allowed[(int)code] = true;
        ExtendedStates = Has(CpuidFeature.AVX) ? ExtendedControl.All : Has(CpuidFeature.XSAVE) ? ExtendedControl.X87 | ExtendedControl.Sse : 0;
        DecoderOptions = DecoderOptions.AMD | DecoderOptions.NoWbnoinvd | DecoderOptions.NoPause
            | (Has(CpuidFeature.BMI1) ? 0 : DecoderOptions.NoMPFX_0FBC)
            | (Has(CpuidFeature.LZCNT) ? 0 : DecoderOptions.NoMPFX_0FBD)
            | ((this[CpuIdWord.Extended1Ecx] & 1) != 0 ? 0 : DecoderOptions.NoLahfSahf64);
    }

    /// <summary>The processor of a level.</summary>
    public static CpuModel Of(CpuLevel level) => Models[(int)level] ??= new CpuModel(level);

    public CpuLevel Level { get; }

    /// <summary>How its decoder differs: it is AMD's, with 16-bit near branches in 64-bit mode. Without their feature TZCNT is BSF, LZCNT is BSR
    /// and WBNOINVD is WBINVD, whose prefix means nothing then. PAUSE is NOP always, and so an XCHG where REX.B says it is.</summary>
    public DecoderOptions DecoderOptions { get; }

    /// <summary>The bits XCR0 can hold; 0 when there is no XCR0.</summary>
    public ulong ExtendedStates { get; }

    /// <summary>A register of CPUID's feature leaves, before the bits that depend on the machine's state.</summary>
    public uint this[CpuIdWord word] => words[(int)word];

    /// <summary>Whether the instructions of a feature exist.</summary>
    public bool Has(CpuidFeature feature) => feature <= CpuFeatures.LastKnown && instructions[(int)feature];

    /// <summary>Whether the features of a code exist; if not it raises #UD.</summary>
    public bool Allows(Code code) => allowed[(int)code] ??= HasAll(code.CpuidFeatures());

    private bool HasAll(CpuidFeature[] features)
    {
        foreach (CpuidFeature feature in features)
        {
            if (!Has(feature)) return false;
        }
        return true;
    }
}
