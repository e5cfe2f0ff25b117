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
        .. CpuFeatures.All.Where(feature => feature.Instructions is not null).Select(feature => feature.Instructions!.Value),
    ];

    private static List<Code> AdvertisedCodes()
    {
        List<Code> codes = [];
        foreach (Code code in Enum.GetValues<Code>())
        {
            OpCodeInfo info = code.ToOpCode();
            if (info.IsInstruction && info.Mode64 && !info.Fwait && code.CpuidFeatures().All(Advertised.Contains))
                codes.Add(code);
        }
        return codes;
    }

    [Fact]
    public void Table_AdvertisedFeatures_HaveAHandlerForEveryCode() =>
        Assert.DoesNotContain(AdvertisedCodes(), code => InstructionTable.Instance[code] is null);

    [Fact]
    public void Table_MostCodes_AreFound() => Assert.True(AdvertisedCodes().Count > 1_900);

    [Fact]
    public void Add_CodeRegisteredAlready_Throws() =>
        Assert.Throws<InvalidOperationException>(() => InstructionTable.Instance.Add(new BinaryBinder<Add>(), Code.Add_rm8_r8));
}
