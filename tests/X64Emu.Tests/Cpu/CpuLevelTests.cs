using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Cpu.Decode;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu;

/// <summary>What CPUID tells at each level, and that everything else raises #UD.</summary>
public sealed class CpuLevelTests
{
    private const int InvalidOpcode = 6;

    /// <summary>What each level of the psABI adds (System V ABI, AMD64 supplement, 3.1.1), and at which of our levels it is there.</summary>
    public static TheoryData<CpuLevel, string> RequiredFeatures()
    {
        TheoryData<CpuLevel, string> data = [];
        foreach (string name in "cmov cx8 fpu fxsr mmx syscall sse sse2".Split(' ')) data.Add(CpuLevel.X8664, name);
        foreach (string name in "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3".Split(' ')) data.Add(CpuLevel.X8664V2, name);
        foreach (string name in "avx avx2 bmi1 bmi2 f16c fma abm movbe xsave".Split(' ')) data.Add(CpuLevel.X8664V3, name);
        return data;
    }

    [Theory]
    [MemberData(nameof(RequiredFeatures))]
    public void Table_FeatureOfThePsAbi_ComesAtItsLevel(CpuLevel level, string name) =>
        Assert.Equal(level, Assert.Single(CpuFeatures.All, feature => feature.Name == name).Level);

    [Fact]
    public void Table_Bits_AreTakenOnce() =>
        Assert.Equal(CpuFeatures.All.Count, CpuFeatures.All.DistinctBy(feature => (feature.Word, feature.Bit)).Count());

    [Theory]
    [InlineData("x86-64", CpuLevel.X8664)]
    [InlineData("x86-64-v2", CpuLevel.X8664V2)]
    [InlineData("x86-64-v3", CpuLevel.X8664V3)]
    public void Parse_NameOfLevel_ReturnsIt(string name, CpuLevel level)
    {
        Assert.Equal(level, CpuLevels.Parse(name));
        Assert.Equal(name, CpuLevels.NameOf(level));
    }

    [Theory]
    [InlineData("x86-64-v4")]
    [InlineData("X86-64")]
    [InlineData("")]
    public void Parse_UnknownName_Throws(string name) => Assert.Throws<FormatException>(() => CpuLevels.Parse(name));

    [Theory]
    [InlineData(CpuLevel.X8664)]
    [InlineData(CpuLevel.X8664V2)]
    [InlineData(CpuLevel.X8664V3)]
    public void Cpuid_FeatureBits_AreThoseOfTheLevel(CpuLevel level)
    {
        using SystemMachine machine = new(new ProcessorOptions { Level = level, StopOnUnhandledException = false });
        foreach (CpuFeature feature in CpuFeatures.All.Where(feature => feature.Bit != CpuFeatures.TscDeadlineBit || feature.Word != CpuIdWord.Leaf1Ecx))
        {
            bool expected = feature.Level <= level;
            Assert.True(expected == (ReadWord(machine, feature.Word) >> feature.Bit & 1) is 1, feature.Name);
        }
    }

    /// <summary>Every code whose feature a level lacks is refused, hints aside; what a level has is not.</summary>
    [Theory]
    [InlineData(CpuLevel.X8664, Code.Pshufb_xmm_xmmm128, false)]
    [InlineData(CpuLevel.X8664, Code.Popcnt_r32_rm32, false)]
    [InlineData(CpuLevel.X8664, Code.Cmpxchg16b_m128, false)]
    [InlineData(CpuLevel.X8664, Code.Movbe_r32_m32, false)]
    [InlineData(CpuLevel.X8664, Code.Crc32_r32_rm8, false)]
    [InlineData(CpuLevel.X8664, Code.Addps_xmm_xmmm128, true)]
    [InlineData(CpuLevel.X8664, Code.Endbr64, true)]
    [InlineData(CpuLevel.X8664, Code.Fcmovb_st0_sti, true)]
    [InlineData(CpuLevel.X8664V2, Code.Crc32_r32_rm8, true)]
    [InlineData(CpuLevel.X8664V2, Code.Movbe_r32_m32, false)]
    [InlineData(CpuLevel.X8664V2, Code.Xgetbv, false)]
    [InlineData(CpuLevel.X8664V2, Code.VEX_Vaddps_xmm_xmm_xmmm128, false)]
    [InlineData(CpuLevel.X8664V3, Code.VEX_Vaddps_xmm_xmm_xmmm128, true)]
    [InlineData(CpuLevel.X8664V3, Code.VEX_Vaesenc_xmm_xmm_xmmm128, true)]
    [InlineData(CpuLevel.X8664V3, Code.VEX_Vaesenc_ymm_ymm_ymmm256, false)]
    [InlineData(CpuLevel.X8664V3, Code.EVEX_Vaddps_xmm_k1z_xmm_xmmm128b32, false)]
    [InlineData(CpuLevel.X8664V3, Code.Monitorq, false)]
    [InlineData(CpuLevel.X8664V3, Code.D3NOW_Pfadd_mm_mmm64, false)]
    public void Allows_Code_FollowsItsFeatures(CpuLevel level, Code code, bool expected) => Assert.Equal(expected, CpuModel.Of(level).Allows(code));

    [Theory]
    [InlineData(CpuLevel.X8664, InvalidOpcode)]
    [InlineData(CpuLevel.X8664V2, 0)]
    public void Popcnt_ByLevel_RunsOrIsUndefined(CpuLevel level, int vector)
    {
        using SystemMachine machine = new(new ProcessorOptions { Level = level, StopOnUnhandledException = false });
        machine.Load(a =>
        {
            a.xor(ecx, ecx);
            a.popcnt(eax, ebx);
            a.div(ecx);
        });
        Assert.Equal(vector, machine.RunToHandler());
    }

    [Theory]
    [InlineData(CpuLevel.X8664, InvalidOpcode)]
    [InlineData(CpuLevel.X8664V2, 0)]
    public void Lahf_In64BitMode_NeedsItsFeature(CpuLevel level, int vector)
    {
        using SystemMachine machine = new(new ProcessorOptions { Level = level, StopOnUnhandledException = false });
        machine.Load(a =>
        {
            a.xor(ecx, ecx);
            a.lahf();
            a.div(ecx);
        });
        Assert.Equal(vector, machine.RunToHandler());
    }

    /// <summary>The F3 prefix of TZCNT and LZCNT means nothing to processors without them (Intel SDM Vol. 2B, TZCNT).</summary>
    [Fact]
    public void CountingInstructions_WithoutTheirFeature_ScanForBits()
    {
        using SystemMachine machine = new(new ProcessorOptions { Level = CpuLevel.X8664V2, StopOnUnhandledException = false });
        machine.Load(a =>
        {
            a.mov(rbx, 0x00f0_0000);
            a.xor(edx, edx);
            a.mov(esi, 77);
            a.tzcnt(rax, rbx);
            a.lzcnt(rcx, rbx);
            a.tzcnt(rsi, rdx);
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(100));
        Assert.Equal(20UL, machine.Registers[GeneralRegister.Rax]);
        Assert.Equal(23UL, machine.Registers[GeneralRegister.Rcx]);
        Assert.Equal(77UL, machine.Registers[GeneralRegister.Rsi]);
    }

    /// <summary>CR4 has the bits of the features that exist, and no others.</summary>
    [Theory]
    [InlineData(CpuLevel.X8664V2, SystemRegisters.Cr4OsXsave, false)]
    [InlineData(CpuLevel.X8664V2, SystemRegisters.Cr4FsGsBase, false)]
    [InlineData(CpuLevel.X8664V3, SystemRegisters.Cr4OsXsave, true)]
    [InlineData(CpuLevel.X8664V3, SystemRegisters.Cr4FsGsBase, true)]
    public void ControlRegister4_BitOfAbsentFeature_IsRefused(CpuLevel level, ulong bit, bool accepted)
    {
        using SystemMachine machine = new(new ProcessorOptions { Level = level, StopOnUnhandledException = false });
        if (accepted) machine.Registers.Cr4 |= bit;
        else Assert.Throws<ArgumentException>(() => machine.Registers.Cr4 |= bit);
    }

    /// <summary>Leaf 0xd (Intel SDM Vol. 1, 13.2): what there is, and the bytes that what is enabled takes.</summary>
    [Theory]
    [InlineData(1UL, 576u)]
    [InlineData(3UL, 576u)]
    [InlineData(7UL, 832u)]
    public void Cpuid_ExtendedState_HasTheSizesOfWhatIsEnabled(ulong enabled, uint bytes)
    {
        using SystemMachine machine = new();
        Assert.Equal(0u, machine.Processor.Identification.Read(1, 0).Ecx >> CpuFeatures.XsaveEnabledBit & 1);
        machine.Registers.Cr4 |= SystemRegisters.Cr4OsXsave;
        machine.Registers.Xcr0 = enabled;
        CpuIdentification identification = machine.Processor.Identification;
        Assert.Equal(1u, identification.Read(1, 0).Ecx >> CpuFeatures.XsaveEnabledBit & 1);
        Assert.Equal(new CpuIdLeaf(7, bytes, 832, 0), identification.Read(0xd, 0));
        Assert.Equal(new CpuIdLeaf(7, bytes, 0, 0), identification.Read(0xd, 1));
        Assert.Equal(new CpuIdLeaf(256, 576, 0, 0), identification.Read(0xd, 2));
        Assert.Equal(default, identification.Read(0xd, 3));
    }

    [Fact]
    public void Cpuid_ExtendedStateBelowTheThirdLevel_IsEmpty()
    {
        using SystemMachine machine = new(new ProcessorOptions { Level = CpuLevel.X8664V2, StopOnUnhandledException = false });
        Assert.Equal(default, machine.Processor.Identification.Read(0xd, 0));
        Assert.Equal(default, machine.Processor.Identification.Read(0xd, 2));
    }

    private static uint ReadWord(SystemMachine machine, CpuIdWord word)
    {
        (uint leaf, uint subleaf) = word switch
        {
            CpuIdWord.Leaf1Ecx or CpuIdWord.Leaf1Edx => (1u, 0u),
            CpuIdWord.Leaf7Ebx or CpuIdWord.Leaf7Ecx => (7u, 0u),
            CpuIdWord.LeafDEax => (0xdu, 1u),
            CpuIdWord.Extended1Ecx or CpuIdWord.Extended1Edx => (0x8000_0001u, 0u),
            _ => (0x8000_0007u, 0u),
        };
        CpuIdLeaf registers = machine.Processor.Identification.Read(leaf, subleaf);
        return word switch
        {
            CpuIdWord.LeafDEax => registers.Eax,
            CpuIdWord.Leaf7Ebx => registers.Ebx,
            CpuIdWord.Leaf1Ecx or CpuIdWord.Leaf7Ecx or CpuIdWord.Extended1Ecx => registers.Ecx,
            _ => registers.Edx,
        };
    }
}
