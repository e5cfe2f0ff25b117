using X64Emu.Cpu;
using Xunit;

namespace X64Emu.Tests.Cpu;

public sealed class InstructionFormTests
{
    [Theory]
    [InlineData(CpuLevel.X8664)]
    [InlineData(CpuLevel.X8664V2)]
    [InlineData(CpuLevel.X8664V3)]
    public void All_AdvertisedFeatures_HaveAHandlerForEveryForm(CpuLevel level) =>
        Assert.Equal([], InstructionForm.All(level).Where(form => form.Status == InstructionStatus.Missing).Select(form => form.Code));

    [Theory]
    [InlineData("Add_rm64_r64", CpuLevel.X8664, InstructionStatus.Implemented, HandlerKind.Direct)]
    [InlineData("Hlt", CpuLevel.X8664, InstructionStatus.Privileged, HandlerKind.Generic)]
    [InlineData("VEX_Vpaddb_ymm_ymm_ymmm256", CpuLevel.X8664V2, InstructionStatus.NotAdvertised, HandlerKind.None)]
    [InlineData("VEX_Vpaddb_ymm_ymm_ymmm256", CpuLevel.X8664V3, InstructionStatus.Implemented, HandlerKind.Direct)]
    [InlineData("EVEX_Vpaddb_zmm_k1z_zmm_zmmm512", CpuLevel.X8664V3, InstructionStatus.NotAdvertised, HandlerKind.None)]
    [InlineData("Finit", CpuLevel.X8664, InstructionStatus.Implemented, HandlerKind.Generic)]
    public void All_KnownForms_AreWhatTheLevelMakesOfThem(string code, CpuLevel level, InstructionStatus status, HandlerKind handler)
    {
        InstructionForm form = InstructionForm.All(level).Single(form => form.Code == code);
        Assert.Equal((status, handler), (form.Status, form.Handler));
    }
}
