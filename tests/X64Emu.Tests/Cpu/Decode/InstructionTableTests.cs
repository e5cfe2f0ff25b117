using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Instructions;
using Xunit;

namespace X64Emu.Tests.Cpu.Decode;

public sealed class InstructionTableTests
{
    /// <summary>What CPUID advertises at the highest level, by Iced's names.</summary>
    private static readonly HashSet<CpuidFeature> Advertised =
    [
        .. CpuFeatures.Always,
        .. CpuFeatures.All.Where(feature => feature.Instructions is not null && !CpuFeatures.Incomplete.Contains(feature.Name))
            .Select(feature => feature.Instructions!.Value),
    ];

    private static List<Code> AdvertisedCodes()
    {
        List<Code> codes = [];
        foreach (Code code in Enum.GetValues<Code>())
        {
            OpCodeInfo info = code.ToOpCode();
            if (info.IsInstruction && info.Mode64 && !info.Fwait && code.CpuidFeatures().All(Advertised.Contains) && !UsesMmx(info))
                codes.Add(code);
        }
        return codes;
    }

    [Fact]
    public void Table_AdvertisedFeatures_HaveAHandlerForEveryCode() =>
        Assert.DoesNotContain(AdvertisedCodes(), code => InstructionTable.Instance[code] is null);

    [Fact]
    public void Table_MostCodes_AreFound() => Assert.True(AdvertisedCodes().Count > 900);

    [Fact]
    public void Add_CodeRegisteredAlready_Throws() =>
        Assert.Throws<InvalidOperationException>(() => InstructionTable.Instance.Add(new BinaryBinder<Add>(), Code.Add_rm8_r8));

    /// <summary>Forms on MMX registers belong to the MMX feature, whatever Iced lists them under.</summary>
    private static bool UsesMmx(OpCodeInfo info) => Enumerable.Range(0, info.OpCount).Any(operand => info.GetOpKind(operand)
        is OpCodeOperandKind.mm_reg or OpCodeOperandKind.mm_rm or OpCodeOperandKind.mm_or_mem);
}
