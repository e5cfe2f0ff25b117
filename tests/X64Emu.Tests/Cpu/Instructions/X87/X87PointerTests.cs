using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Instructions.X87;

/// <summary>FIP, FCS, FOP, FDP and FDS as FNSTENV shows them; the expectations are what a Zen 3 processor shows.</summary>
public sealed unsafe class X87PointerTests
{
    private const ulong Data = FlatProcessor.DataAddress, Image = Data + 0x1000;
    private const ushort CodeSelector = 8, StackSelector = 16, GsSelector = 0x2B;

    [Fact]
    public void Fnstenv_AfterLoadThroughSegment_HoldsOffsetAndSelector()
    {
        using FlatProcessor processor = Run(code => code.fld(__qword_ptr.gs[rbx]));
        // The prefix is the instruction's first byte.
        AssertPointers(processor, FlatProcessor.CodeAddress, 0x503, 0x200, GsSelector);
    }

    [Fact]
    public void Fnstenv_AfterLoadFromStack_HoldsStackSelector()
    {
        using FlatProcessor processor = Run(code => code.fld(__qword_ptr[rsp + 8]));
        AssertPointers(processor, FlatProcessor.CodeAddress, 0x544, Data + 8, StackSelector);
    }

    [Fact]
    public void Fnstenv_AfterRegisterInstruction_KeepsDataPointer()
    {
        using FlatProcessor processor = Run(code =>
        {
            code.fld(__qword_ptr[rsp + 8]);
            code.fld1();
        });
        AssertPointers(processor, FlatProcessor.CodeAddress + 4, 0x1E8, Data + 8, StackSelector);
    }

    [Fact]
    public void Fnstenv_AfterControlInstructions_KeepsAllPointers()
    {
        using FlatProcessor processor = Run(code =>
        {
            code.fld1();
            code.fldcw(__word_ptr[rsp]);
            code.fnstcw(__word_ptr[rsp]);
            code.fnstsw(ax);
            code.fnclex();
            code.wait();
            code.emms();
        });
        AssertPointers(processor, FlatProcessor.CodeAddress, 0x1E8, 0, 0);
    }

    [Fact]
    public void Store_SecondPageMissing_FaultsAndChangesNothing()
    {
        using var machine = new Machine(new MachineOptions { MemoryBytes = 8 << 20 });
        UserAddressSpace space = machine.EnterUserMode();
        const ulong code = 0x40_0000, data = 0x50_0000, at = data + 0x1000 - 4;
        space.Map(new(code), 0x1000, PageRights.Write | PageRights.Execute);
        space.Map(new(data), 0x1000, PageRights.Write);
        space.Write(new(code), [0xD9, 0xE8, 0xDB, 0x3B]);   // fld1; fstp tbyte ptr [rbx]
        space.Write(new(at), [1, 2, 3, 4]);
        machine.Processor.ExceptionHook = _ => HookResult.Stop;
        machine.Processor.Registers[GeneralRegister.Rbx] = at;
        machine.Processor.Registers.Rip = new(code);
        Assert.Equal(StopReason.Exception, machine.Processor.Run(10));
        Assert.Equal(ExceptionVector.PageFault, machine.Processor.LastException!.Value.Vector);
        CpuState* state = machine.Processor.State;
        Assert.Equal(0x3800, state->X87Status);
        Assert.Equal(0x80, state->X87Tag);
        Assert.Equal(0x1E8, state->X87Opcode);
        byte[] bytes = new byte[4];
        space.Read(new(at), bytes);
        Assert.Equal([1, 2, 3, 4], bytes);
    }

    private static FlatProcessor Run(Action<Assembler> emit)
    {
        var processor = new FlatProcessor();
        processor.Processor.Segments.Set(SegmentName.Gs, new SegmentRegister(GsSelector, Data, uint.MaxValue, 0xC093));
        var code = new Assembler(64);
        emit(code);
        code.AddInstruction(Instruction.Create(Code.Fnstenv_m28byte, new MemoryOperand(Register.R12)));
        processor.Load([.. code.Instructions]);
        processor.Registers[GeneralRegister.Rbx] = 0x200;
        processor.Registers[GeneralRegister.Rsp] = Data;
        processor.Registers[GeneralRegister.R12] = Image;
        processor.At<ushort>(Data) = 0x37F;
        Assert.Null(processor.Run());
        return processor;
    }

    private static void AssertPointers(FlatProcessor processor, ulong instruction, int opcode, ulong data, ushort selector)
    {
        Assert.Equal((uint)instruction, processor.At<uint>(Image + 12));
        Assert.Equal(CodeSelector, processor.At<ushort>(Image + 16));
        Assert.Equal(opcode, processor.At<ushort>(Image + 18));
        Assert.Equal((uint)data, processor.At<uint>(Image + 20));
        Assert.Equal(selector, processor.At<ushort>(Image + 24));
    }
}
