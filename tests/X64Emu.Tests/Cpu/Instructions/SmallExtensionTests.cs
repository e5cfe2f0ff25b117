using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Cpu.Instructions;

/// <summary>FSGSBASE, RDRAND, RDSEED, RDPID, and the hints.</summary>
public sealed class SmallExtensionTests
{
    private const ulong NonCanonical = 0x8000_0000_0000;

    private static unsafe FlatProcessor WithSegmentBases()
    {
        FlatProcessor processor = new();
        processor.SetControls(processor.State->Cr0, processor.State->Cr4 | SystemRegisters.Cr4FsGsBase);
        return processor;
    }

    [Fact]
    public void SegmentBase_WrittenAndRead_IsTheSegments()
    {
        using FlatProcessor processor = WithSegmentBases();
        processor.Registers[GeneralRegister.Rbx] = 0x7fff_1234_5678_9abc;
        processor.Registers[GeneralRegister.Rcx] = 0xffff_8000_0000_0000;
        processor.Registers[GeneralRegister.Rbx] &= 0x7fff_ffff_ffff;
        processor.Load(
            Instruction.Create(Code.Wrfsbase_r64, Register.RBX), Instruction.Create(Code.Wrgsbase_r64, Register.RCX),
            Instruction.Create(Code.Rdfsbase_r64, Register.RAX), Instruction.Create(Code.Rdgsbase_r64, Register.RDX),
            Instruction.Create(Code.Rdfsbase_r32, Register.ESI));
        Assert.Null(processor.Run());
        Assert.Equal(0x1234_5678_9abcUL, processor.Registers.FsBase.Value);
        Assert.Equal(0xffff_8000_0000_0000, processor.Registers.GsBase.Value);
        Assert.Equal(0x1234_5678_9abcUL, processor.Registers[GeneralRegister.Rax]);
        Assert.Equal(0xffff_8000_0000_0000, processor.Registers[GeneralRegister.Rdx]);
        Assert.Equal(0x5678_9abcUL, processor.Registers[GeneralRegister.Rsi]);
    }

    [Fact]
    public void SegmentBase_WrittenFrom32Bits_HasNoUpperHalf()
    {
        using FlatProcessor processor = WithSegmentBases();
        processor.Registers.GsBase = new(ulong.MaxValue);
        processor.Registers[GeneralRegister.Rbx] = 0x9999_8888_ffff_0000;
        processor.Load(Instruction.Create(Code.Wrgsbase_r32, Register.EBX));
        Assert.Null(processor.Run());
        Assert.Equal(0xffff_0000UL, processor.Registers.GsBase.Value);
    }

    [Fact]
    public void SegmentBase_NotCanonical_Faults()
    {
        using FlatProcessor processor = WithSegmentBases();
        processor.Registers[GeneralRegister.Rbx] = NonCanonical;
        processor.Load(Instruction.Create(Code.Wrfsbase_r64, Register.RBX));
        Assert.Equal(ExceptionVector.GeneralProtection, processor.Run()?.Vector);
    }

    [Theory]
    [InlineData(Code.Rdfsbase_r64)]
    [InlineData(Code.Rdgsbase_r32)]
    [InlineData(Code.Wrfsbase_r32)]
    [InlineData(Code.Wrgsbase_r64)]
    public void SegmentBase_NotEnabled_IsUndefined(Code code)
    {
        using FlatProcessor processor = new();
        processor.Load(Instruction.Create(code, code.ToOpCode().GetOpKind(0) == OpCodeOperandKind.r64_rm ? Register.RBX : Register.EBX));
        Assert.Equal(ExceptionVector.InvalidOpcode, processor.Run()?.Vector);
    }

    private static ulong[] Draw(ulong seed)
    {
        using FlatProcessor processor = new(new ProcessorOptions { RandomSeed = seed });
        processor.Registers.RFlags = 0x8d5;
        processor.Registers[GeneralRegister.Rdx] = processor.Registers[GeneralRegister.Rsi] = ulong.MaxValue;
        processor.Load(
            Instruction.Create(Code.Rdrand_r64, Register.RAX), Instruction.Create(Code.Rdseed_r64, Register.RBX),
            Instruction.Create(Code.Rdrand_r32, Register.EDX), Instruction.Create(Code.Rdseed_r16, Register.SI));
        Assert.Null(processor.Run());
        Assert.Equal(1UL, processor.Registers.RFlags & 0x8d5);   // CF alone
        return [processor.Registers[GeneralRegister.Rax], processor.Registers[GeneralRegister.Rbx], processor.Registers[GeneralRegister.Rdx],
            processor.Registers[GeneralRegister.Rsi]];
    }

    [Fact]
    public void RandomNumber_SameSeed_Repeats()
    {
        ulong[] numbers = Draw(5);
        Assert.Equal(numbers, Draw(5));
        Assert.NotEqual(numbers, Draw(6));
        Assert.Equal(4, numbers.Distinct().Count());
        Assert.True(numbers[2] <= uint.MaxValue);
        Assert.Equal(0xffff_ffff_ffffUL, numbers[3] >> 16);   // a 16-bit write keeps the rest
    }

    [Fact]
    public void ProcessorNumber_IsTscAux()
    {
        using FlatProcessor processor = new();
        Assert.True(processor.Registers.TryWriteMsr(0xc000_0103, 0x1234));
        processor.Registers[GeneralRegister.Rcx] = ulong.MaxValue;
        processor.Load(Instruction.Create(Code.Rdpid_r64, Register.RCX));
        Assert.Null(processor.Run());
        Assert.Equal(0x1234UL, processor.Registers[GeneralRegister.Rcx]);
    }

    /// <summary>Prefetches never fault; flushes do as loads do.</summary>
    [Theory]
    [InlineData(Code.Prefetchw_m8, false)]
    [InlineData(Code.Prefetch_m8, false)]
    [InlineData(Code.Prefetchwt1_m8, false)]
    [InlineData(Code.Prefetchreserved5_m8, false)]
    [InlineData(Code.Prefetcht0_m8, false)]
    [InlineData(Code.Clflush_m8, true)]
    [InlineData(Code.Clflushopt_m8, true)]
    [InlineData(Code.Clwb_m8, true)]
    public void Hint_OnAbsentPage_FaultsWhenItLoads(Code code, bool faults)
    {
        using SystemMachine machine = new();
        machine.EnterUser();
        machine.Registers[GeneralRegister.Rbx] = SystemMachine.Absent;
        machine.Load(a =>
        {
            a.AddInstruction(Instruction.Create(code, new MemoryOperand(Register.RBX)));
            a.ud2();
        });
        Assert.Equal(faults ? ExceptionVector.PageFault : ExceptionVector.InvalidOpcode, (ExceptionVector)machine.RunToHandler());
    }
}
