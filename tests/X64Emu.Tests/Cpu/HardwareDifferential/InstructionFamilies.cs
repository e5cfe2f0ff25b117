using Iced.Intel;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Groups codes so that a test's name says what differs: by CPUID feature, the base instructions by what they do.</summary>
internal static class InstructionFamilies
{
    private static readonly CpuidFeature[] baseFeatures =
    [
        CpuidFeature.INTEL8086, CpuidFeature.INTEL186, CpuidFeature.INTEL286, CpuidFeature.INTEL386, CpuidFeature.INTEL486, CpuidFeature.X64,
    ];

    private static readonly (string Name, Mnemonic[] Mnemonics)[] baseFamilies =
    [
        ("sums", [Mnemonic.Add, Mnemonic.Adc, Mnemonic.Sub, Mnemonic.Sbb, Mnemonic.Cmp, Mnemonic.Inc, Mnemonic.Dec, Mnemonic.Neg, Mnemonic.Xadd]),
        ("logic", [Mnemonic.And, Mnemonic.Or, Mnemonic.Xor, Mnemonic.Test, Mnemonic.Not]),
        ("moves", [Mnemonic.Mov, Mnemonic.Movzx, Mnemonic.Movsx, Mnemonic.Movsxd, Mnemonic.Lea, Mnemonic.Xchg, Mnemonic.Bswap, Mnemonic.Cmpxchg, Mnemonic.Xlatb]),
        ("shifts", [Mnemonic.Shl, Mnemonic.Sal, Mnemonic.Shr, Mnemonic.Sar, Mnemonic.Rol, Mnemonic.Ror, Mnemonic.Rcl, Mnemonic.Rcr, Mnemonic.Shld, Mnemonic.Shrd]),
        ("products", [Mnemonic.Mul, Mnemonic.Imul, Mnemonic.Div, Mnemonic.Idiv]),
        ("bits", [Mnemonic.Bt, Mnemonic.Bts, Mnemonic.Btr, Mnemonic.Btc, Mnemonic.Bsf, Mnemonic.Bsr]),
        ("stack", [Mnemonic.Push, Mnemonic.Pop, Mnemonic.Pushf, Mnemonic.Pushfq, Mnemonic.Popf, Mnemonic.Popfq, Mnemonic.Enter, Mnemonic.Leave]),
        ("branches", [Mnemonic.Jmp, Mnemonic.Call, Mnemonic.Ret, Mnemonic.Loop, Mnemonic.Loope, Mnemonic.Loopne, Mnemonic.Jecxz, Mnemonic.Jrcxz]),
    ];

    /// <summary>The families that have a claimed code.</summary>
    public static IEnumerable<string> Names => ClaimedCodes.Instance.All.Select(NameOf).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The claimed codes of a family.</summary>
    public static IEnumerable<Code> CodesOf(string family) => ClaimedCodes.Instance.All.Where(code => NameOf(code) == family);

    /// <summary>Whether a code belongs to the integer instructions that every processor has.</summary>
    public static bool IsBase(Code code) => code.CpuidFeatures().All(feature => baseFeatures.Contains(feature));

    private static string NameOf(Code code)
    {
        if (!IsBase(code)) return string.Join('+', code.CpuidFeatures());
        Mnemonic mnemonic = code.Mnemonic();
        foreach ((string name, Mnemonic[] mnemonics) in baseFamilies)
        {
            if (mnemonics.Contains(mnemonic)) return name;
        }
        OpCodeInfo info = code.ToOpCode();
        if (code.IsJccShortOrNear()) return "branches";
        if (info.CanUseRepPrefix) return "strings";
        if (info.IsPrivileged || info.IsInputOutput) return "privileged";
        return mnemonic.ToString().StartsWith("Set", StringComparison.Ordinal) ? "conditions" : "others";
    }
}
