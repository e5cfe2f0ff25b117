using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Cpu.Instructions;

/// <summary>What integer instructions raise, which cannot be compared with the host.</summary>
public sealed class IntegerFaultTests
{
    private const ulong Minimum64 = 1UL << 63;

    [Theory]
    [InlineData("F6F1", 0x1234, 0, 0)]                                  // div cl: by zero
    [InlineData("F6F1", 0x0200, 0, 2)]                                  // quotient 256
    [InlineData("66F7F1", 0, 2, 2)]                                     // div cx
    [InlineData("F7F1", 0, 5, 5)]                                       // div ecx
    [InlineData("48F7F1", 0, 7, 7)]                                     // div rcx
    [InlineData("48F7F1", 1, 1, 0)]
    [InlineData("F6F9", 0x1234, 0, 0)]                                  // idiv cl: by zero
    [InlineData("F6F9", 0xff80, 0, 0xff)]                               // -128 / -1
    [InlineData("66F7F9", 0x8000, 0xffff, 0xffff)]                      // idiv cx: -32768 / -1
    [InlineData("F7F9", 0x8000_0000, 0xffff_ffff, 0xffff_ffff)]         // idiv ecx
    [InlineData("F7F9", 0, 0x8000_0000, 0xffff_ffff)]                   // -2^63 / -1 in 64 bits
    [InlineData("48F7F9", Minimum64, ulong.MaxValue, ulong.MaxValue)]   // idiv rcx: -2^63 / -1
    [InlineData("48F7F9", 0, Minimum64, ulong.MaxValue)]                // -2^127 / -1
    [InlineData("48F7F9", 0, 1, 2)]                                     // 2^64 / 2
    public void Division_QuotientDoesNotFit_RaisesDivideError(string code, ulong rax, ulong rdx, ulong rcx)
    {
        using FlatProcessor flat = Prepare(code);
        flat.Registers[GeneralRegister.Rax] = rax;
        flat.Registers[GeneralRegister.Rdx] = rdx;
        flat.Registers[GeneralRegister.Rcx] = rcx;
        ExceptionInfo? exception = flat.Run();
        Assert.Equal(ExceptionVector.DivideError, exception?.Vector);
        Assert.Equal(FlatProcessor.CodeAddress, exception?.InstructionPointer.Value);
        Assert.Equal(rax, flat.Registers[GeneralRegister.Rax]);
        Assert.Equal(rdx, flat.Registers[GeneralRegister.Rdx]);
    }

    [Theory]
    [InlineData("F001C8")]       // lock add eax, ecx: no memory
    [InlineData("F08B00")]       // lock mov eax, [rax]
    [InlineData("F03B08")]       // lock cmp ecx, [rax]
    [InlineData("F00308")]       // lock add ecx, [rax]: memory is the source
    [InlineData("F00FA3C8")]     // lock bt eax, ecx
    [InlineData("F0D120")]       // lock shl dword [rax], 1
    [InlineData("F090")]         // lock nop
    [InlineData("0FFF00")]       // ud0
    [InlineData("0FB900")]       // ud1
    [InlineData("27")]           // daa: not in 64-bit mode
    public void Lock_WhereNotAllowed_RaisesInvalidOpcode(string code)
    {
        using FlatProcessor flat = Prepare(code);
        flat.Registers[GeneralRegister.Rax] = FlatProcessor.DataAddress;
        ExceptionInfo? exception = flat.Run();
        Assert.Equal(ExceptionVector.InvalidOpcode, exception?.Vector);
        Assert.Equal(FlatProcessor.CodeAddress, exception?.InstructionPointer.Value);
    }

    [Fact]
    public void CompareExchange16_Misaligned_RaisesGeneralProtection()
    {
        using FlatProcessor flat = Prepare("480FC70F");   // cmpxchg16b [rdi]
        flat.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress + 8;
        Assert.Equal(ExceptionVector.GeneralProtection, flat.Run()?.Vector);
        flat.Registers[GeneralRegister.Rdi] = FlatProcessor.DataAddress + 16;
        Assert.Null(flat.Run());
    }

    private static FlatProcessor Prepare(string code)
    {
        FlatProcessor flat = new();
        flat.LoadBytes(Convert.FromHexString(code));
        return flat;
    }
}
