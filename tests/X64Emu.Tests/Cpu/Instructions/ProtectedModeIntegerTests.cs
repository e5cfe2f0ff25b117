using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Cpu.Instructions;

/// <summary>Integer instructions of 32-bit mode, by the examples and operation sections of the Intel SDM.</summary>
public sealed unsafe class ProtectedModeIntegerTests
{
    private const ulong Carry = 1, Adjust = 0x10, Zero = 0x40;

    [Theory]
    [InlineData("00D827", 0x79, 0x35, 0x14, Carry | Adjust)]            // add al, bl; daa (SDM example)
    [InlineData("28D82F", 0x35, 0x47, 0x88, Carry | Adjust)]            // sub al, bl; das (SDM example)
    [InlineData("00D837", 0x08, 0x07, 0x105, Carry | Adjust)]           // add al, bl; aaa: 8 + 7 = 1 5
    [InlineData("00D837", 0x02, 0x03, 0x005, 0)]
    [InlineData("28D83F", 0x203, 0x07, 0x106, Carry | Adjust)]          // sub al, bl; aas: 23 - 7 = 1 6
    [InlineData("D40A", 75, 0, 0x705, 0)]                               // aam
    [InlineData("D50A", 0x705, 0, 75, 0)]                               // aad
    [InlineData("F9D6", 0x100, 0, 0x1ff, Carry)]                        // stc; salc
    public void DecimalInstruction_TwoOperands_GivesDigits(string code, ulong eax, ulong ebx, ulong result, ulong flags)
    {
        using FlatProcessor flat = Prepare(code);
        flat.Registers[GeneralRegister.Rax] = eax;
        flat.Registers[GeneralRegister.Rbx] = ebx;
        Assert.Null(flat.Run());
        Assert.Equal(result, flat.Registers[GeneralRegister.Rax]);
        Assert.Equal(flags, flat.Registers.RFlags & (Carry | Adjust));
    }

    [Fact]
    public void Aam_BaseZero_RaisesDivideError()
    {
        using FlatProcessor flat = Prepare("D400");
        Assert.Equal(ExceptionVector.DivideError, flat.Run()?.Vector);
    }

    [Fact]
    public void PushaAndPopa_AllRegisters_ComeBackButStackPointer()
    {
        using FlatProcessor flat = Prepare("6031C031C931D231DB31ED31F631FF61");   // pusha; clear all; popa
        for (int number = 0; number < 8; number++) flat.Registers[(GeneralRegister)number] = 0x1111_1111UL * (uint)(number + 1);
        flat.Registers[GeneralRegister.Rsp] = FlatProcessor.DataAddress;
        Assert.Null(flat.Run());
        for (int number = 0; number < 8; number++)
            Assert.Equal(number == 4 ? FlatProcessor.DataAddress : 0x1111_1111UL * (uint)(number + 1), flat.Registers[(GeneralRegister)number]);
        Assert.Equal((uint)FlatProcessor.DataAddress, flat.At<uint>(FlatProcessor.DataAddress - 20));
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(10, true)]
    [InlineData(4, false)]
    [InlineData(11, false)]
    public void Bound_Index_MustLieBetweenBounds(uint index, bool isInside)
    {
        using FlatProcessor flat = Prepare("6203");   // bound eax, [ebx]
        flat.At<int>(FlatProcessor.DataAddress) = 5;
        flat.At<int>(FlatProcessor.DataAddress + 4) = 10;
        flat.Registers[GeneralRegister.Rax] = index;
        flat.Registers[GeneralRegister.Rbx] = FlatProcessor.DataAddress;
        Assert.Equal(isInside ? null : ExceptionVector.BoundRange, flat.Run()?.Vector);
    }

    [Theory]
    [InlineData(0x10, 0x13, 0x13, Zero)]
    [InlineData(0x13, 0x10, 0x13, 0)]
    public void Arpl_Selectors_RaisesPrivilegeLevel(ulong selector, ulong caller, ulong result, ulong zero)
    {
        using FlatProcessor flat = Prepare("63C8");   // arpl ax, cx
        flat.Registers[GeneralRegister.Rax] = selector;
        flat.Registers[GeneralRegister.Rcx] = caller;
        Assert.Null(flat.Run());
        Assert.Equal(result, flat.Registers[GeneralRegister.Rax]);
        Assert.Equal(zero, flat.Registers.RFlags & Zero);
    }

    [Fact]
    public void CallAndReturn_32Bits_UseFourByteSlots()
    {
        // call +3; jmp +5 (to the end); 90; inc eax; ret 8 -- the procedure is at the third instruction.
        using FlatProcessor flat = Prepare("E803000000EB059040C20800");
        flat.Registers[GeneralRegister.Rsp] = FlatProcessor.DataAddress;
        Assert.Null(flat.Run());
        Assert.Equal(1UL, flat.Registers[GeneralRegister.Rax]);
        Assert.Equal(FlatProcessor.DataAddress + 8, flat.Registers[GeneralRegister.Rsp]);
        Assert.Equal((uint)FlatProcessor.CodeAddress + 5, flat.At<uint>(FlatProcessor.DataAddress - 4));
    }

    [Fact]
    public void EnterAndLeave_32Bits_RestoreFrame()
    {
        using FlatProcessor flat = Prepare("C8100000C9");   // enter 16, 0; leave
        flat.Registers[GeneralRegister.Rsp] = FlatProcessor.DataAddress;
        flat.Registers[GeneralRegister.Rbp] = 0x1234_5678;
        Assert.Null(flat.Run());
        Assert.Equal(FlatProcessor.DataAddress, flat.Registers[GeneralRegister.Rsp]);
        Assert.Equal(0x1234_5678UL, flat.Registers[GeneralRegister.Rbp]);
        Assert.Equal(0x1234_5678U, flat.At<uint>(FlatProcessor.DataAddress - 4));
    }

    [Fact]
    public void StringMove_SegmentBases_AreAddedToBothSides()
    {
        using FlatProcessor flat = Prepare("F3A4");   // rep movsb
        flat.Processor.State->SegmentBase[(int)SegmentName.Ds] = FlatProcessor.DataAddress;
        flat.Processor.State->SegmentBase[(int)SegmentName.Es] = FlatProcessor.DataAddress + 0x1000;
        "string"u8.CopyTo(flat.Memory(FlatProcessor.DataAddress + 16, 6));
        flat.Registers[GeneralRegister.Rsi] = 16;
        flat.Registers[GeneralRegister.Rdi] = 32;
        flat.Registers[GeneralRegister.Rcx] = 6;
        Assert.Null(flat.Run());
        Assert.True("string"u8.SequenceEqual(flat.Memory(FlatProcessor.DataAddress + 0x1000 + 32, 6)));
    }

    private static FlatProcessor Prepare(string code)
    {
        FlatProcessor flat = new();
        flat.EnterProtectedMode();
        flat.LoadBytes(Convert.FromHexString(code));
        return flat;
    }
}
