using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Instructions.Simd;

/// <summary>What MMX instructions do to the x87 state. Values are compared with hardware elsewhere.</summary>
public unsafe class MmxTests
{
    private const ushort TopIsFive = 5 << 11;

    [Fact]
    public void Write_AnyRegister_MakesTopZeroAllRegistersValidAndTheExponentOnes()
    {
        using FlatProcessor processor = Prepare(a => a.movd(mm3, ecx));
        processor.Registers[GeneralRegister.Rcx] = 0x8765_4321;
        Assert.Null(processor.Run());
        Assert.Equal(0, processor.State->X87Status);
        Assert.Equal(0xFF, processor.State->X87Tag);
        byte* register = (byte*)processor.State + CpuState.X87Offset + 3 * 16;
        Assert.Equal(0x8765_4321UL, *(ulong*)register);
        Assert.Equal(0xFFFF, *(ushort*)(register + 8));
    }

    [Fact]
    public void Load_FromAbsentPage_LeavesX87StateAsItWas()
    {
        using SystemMachine machine = new();
        machine.Load(a => a.paddb(mm3, __qword_ptr[rdi]));
        machine.Registers[GeneralRegister.Rdi] = SystemMachine.Absent;
        machine.Processor.State->X87Status = TopIsFive;
        machine.Processor.State->X87Tag = 1;
        Assert.Equal((int)ExceptionVector.PageFault, machine.RunToHandler());
        Assert.Equal(TopIsFive, machine.Processor.State->X87Status);
        Assert.Equal(1, machine.Processor.State->X87Tag);
    }

    [Fact]
    public void Conversion_FromMemory_IsNoMmxInstruction()
    {
        using FlatProcessor processor = Prepare(a => a.cvtpi2ps(xmm0, __qword_ptr[rdi]));
        processor.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress;
        Assert.Null(processor.Run());
        Assert.Equal(TopIsFive, processor.State->X87Status);
        Assert.Equal(1, processor.State->X87Tag);
    }

    [Fact]
    public void AnyForm_PendingException_RaisesItBeforeMemoryIsLookedAt()
    {
        const ushort Pending = 0x8081;   // invalid operation, error summary, busy
        foreach (Action<Assembler> emit in new Action<Assembler>[]
            {
                a => a.psllw(mm1, 3), a => a.movq(mm1, mm2), a => a.paddw(mm1, __qword_ptr[rdi]), a => a.movntq(__qword_ptr[rdi], mm1),
                a => a.pextrw(eax, mm1, 2), a => a.movdq2q(mm1, xmm1), a => a.cvtps2pi(mm1, xmm2), a => a.maskmovq(mm1, mm2),
            })
        {
            using FlatProcessor processor = Prepare(emit);
            processor.Registers[GeneralRegister.Rdi] = 0x8000_0000_0000_0000;
            processor.State->X87Control = 0x37E;
            processor.State->X87Status = TopIsFive | Pending;
            Assert.Equal(ExceptionVector.X87FloatingPoint, processor.Run()?.Vector);
            Assert.Equal(TopIsFive | Pending, processor.State->X87Status);
        }
    }

    private static FlatProcessor Prepare(Action<Assembler> emit)
    {
        FlatProcessor processor = new();
        Assembler assembler = new(64);
        emit(assembler);
        processor.Load(assembler.Instructions[0]);
        processor.State->X87Control = 0x37F;
        processor.State->X87Status = TopIsFive;
        processor.State->X87Tag = 1;
        return processor;
    }
}
