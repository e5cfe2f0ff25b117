using System.Runtime.Intrinsics;
using X64Emu.Cpu;
using X64Emu.Debugging.Inspection;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Debugging.Inspection;

/// <summary>Registers as text.</summary>
public sealed class RegisterReportTests : IDisposable
{
    private readonly PagedPc pc = new();

    public void Dispose() => pc.Dispose();

    [Fact]
    public void Registers_PointerAndSmallNumber_ShowSymbolAndDecimal()
    {
        pc.Registers[GeneralRegister.Rax] = PagedPc.Code + 4;
        pc.Registers[GeneralRegister.Rbx] = unchecked((ulong)-22L);
        IReadOnlyList<string> lines = RegisterReport.Lines(pc.Registers, Name);
        Assert.Contains("rax     0x0000000000060004  main+0x4", lines);
        Assert.Contains("rbx     0xffffffffffffffea  -22", lines);
        Assert.Contains("rcx     0x0000000000000000", lines);
        Assert.Contains("rip     0x0000000000060000  main+0x0", lines);
        Assert.Contains("cpl     0", lines);
        Assert.Equal(16 + 5, lines.Count);
    }

    [Fact]
    public void Flags_EachBit_HasItsName()
    {
        IReadOnlyList<string> lines = FlagsReport.Lines(0x3246);
        Assert.Equal("rflags  0x00003246  PF ZF IF IOPL=3", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("  ZF          bit 6     1  zero", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("  CF          bit 0     0  carry", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("  IOPL        bits 13:12 3", StringComparison.Ordinal));
    }

    [Fact]
    public void Snapshot_AfterChanges_NamesThemAlone()
    {
        RegisterSnapshot before = RegisterSnapshot.Take(pc.Registers);
        pc.Registers[GeneralRegister.Rdi] = PagedPc.Code;
        pc.Registers.RFlags = 0x42;
        pc.Registers.Rip = new(0x6_0007);
        pc.Registers.SetYmm(3, Vector256.Create((byte)0x11));
        pc.Registers.X87.SetStack(0, 0x4000, 0xc90f_daa2_2168_c235);
        RegisterSnapshot after = RegisterSnapshot.Take(pc.Registers);
        IReadOnlyList<string> lines = after.ChangesSince(before, Name);
        Assert.Equal("rdi     0x0 -> 0x0000000000060000  main+0x0", lines[0]);
        Assert.Equal("rflags  0x2 -> 0x00000042  ZF", lines[1]);
        Assert.StartsWith("ymm3    0x0000", lines[2], StringComparison.Ordinal);
        Assert.Equal("st0     0 -> 3.1415926535897932385", lines[3]);
        Assert.Equal(4, lines.Count);
        Assert.Equal(5, after.ChangesSince(before, includeRip: true).Count);
        Assert.Empty(after.ChangesSince(after));
    }

    [Theory]
    [InlineData(VectorFormat.Whole, "0x0f0e0d0c0b0a09080706050403020100")]
    [InlineData(VectorFormat.Words, "{0x0100, 0x0302, 0x0504, 0x0706, 0x0908, 0x0b0a, 0x0d0c, 0x0f0e}")]
    [InlineData(VectorFormat.Quadwords, "{0x0706050403020100, 0x0f0e0d0c0b0a0908}")]
    public void Xmm_EachFormat_StartsWithTheLowestElement(VectorFormat format, string expected)
    {
        pc.Registers.SetXmm(2, Vector128.Create((ReadOnlySpan<byte>)[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]));
        Assert.Equal([$"xmm2    {expected}"], VectorReport.Xmm(pc.Registers, format, 2));
    }

    [Fact]
    public void Vectors_FloatingPoint_AreDecimal()
    {
        pc.Registers.SetYmm(15, Vector256.Create(1.5, -2, double.NaN, 1e300).AsByte());
        Assert.Equal(["ymm15   {1.5, -2, NaN, 1E+300}"], VectorReport.Ymm(pc.Registers, VectorFormat.Doubles, 15));
        pc.Registers.SetXmm(0, Vector128.Create(0.1f, 1, 2, 3).AsByte());
        Assert.Equal(["xmm0    {0.1, 1, 2, 3}"], VectorReport.Xmm(pc.Registers, VectorFormat.Floats, 0));
        IReadOnlyList<string> all = VectorReport.Xmm(pc.Registers, VectorFormat.Bytes);
        Assert.Equal(17, all.Count);
        Assert.Equal("mxcsr   0x1f80  IM DM ZM OM UM PM; rounds to nearest", all[^1]);
    }

    [Fact]
    public void X87_AfterLoads_ShowsStackAndWords()
    {
        pc.Load(code =>
        {
            code.fninit();
            code.fldpi();
            code.fld1();
            code.fldz();
            code.hlt();
        });
        pc.Registers.Cr0 &= ~0xcUL;
        pc.Pc.Run(100);
        IReadOnlyList<string> lines = X87Report.Lines(pc.Registers.X87);
        Assert.Equal("st0  R5  zero     raw 0x00000000000000000000  0", lines[0]);
        Assert.Equal("st1  R6  valid    raw 0x3fff8000000000000000  1", lines[1]);
        Assert.Equal("st2  R7  valid    raw 0x4000c90fdaa22168c235  3.1415926535897932385", lines[2]);
        Assert.Equal("st3  R0  empty    raw 0x00000000000000000000", lines[3]);
        Assert.Equal("fctrl   0x037f  masked: IM DM ZM OM UM PM; rounds to nearest; precision 64 bits (extended)", lines[8]);
        Assert.Equal("fstat   0x2800  TOP=5", lines[9]);
        Assert.Contains("R4=empty R5=zero R6=valid R7=valid", lines[10], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x3fff, 0x8000_0000_0000_0000, "1")]
    [InlineData(0xbffe, 0x8000_0000_0000_0000, "-0.5")]
    [InlineData(0x3ffb, 0xcccc_cccc_cccc_cccd, "0.1")]
    [InlineData(0x403e, 0xffff_ffff_ffff_ffff, "18446744073709551615")]
    [InlineData(0x4042, 0xad78_ebc5_ac62_0000, "200000000000000000000", true)]
    [InlineData(0x0000, 0x0000_0000_0000_0001, "3.6451995318824746025e-4951")]
    [InlineData(0x7ffe, 0xffff_ffff_ffff_ffff, "1.189731495357231765e+4932")]
    [InlineData(0x7fff, 0x8000_0000_0000_0000, "inf")]
    [InlineData(0xffff, 0xc000_0000_0000_0000, "-nan")]
    [InlineData(0x7fff, 0xa000_0000_0000_0000, "nan (signalling)")]
    [InlineData(0x3fff, 0x4000_0000_0000_0000, "unsupported encoding")]
    [InlineData(0x8000, 0, "-0")]
    public void X87_Value_IsWhatPrintfWrites(int signExponent, ulong significand, string expected, bool isLarge = false) =>
        Assert.Equal(isLarge ? "2e+20" : expected, X87Report.ToDecimal((ushort)signExponent, significand));

    [Fact]
    public void ControlRegisters_EachBit_HasNameAndMeaning()
    {
        pc.Registers.Cr2 = new(0xdead);
        IReadOnlyList<string> lines = ControlRegisterReport.Lines(pc.Registers);
        Assert.Contains("cr0     0x0000000080010033  PE MP ET NE WP PG", lines);
        Assert.Contains("  WP          bit 16    1  the kernel, too, may not write read-only pages", lines);
        Assert.Contains(lines, line => line.StartsWith("cr2     0x000000000000dead", StringComparison.Ordinal));
        Assert.Contains("cr3     0x0000000000010000  PML4 at physical 0x10000, PWT 0, PCD 0", lines);
        Assert.Contains(lines, line => line.StartsWith("efer    0x0000000000000d01  SCE LME LMA NXE", StringComparison.Ordinal));
        Assert.Contains("xcr0    0x0000000000000001  X87", lines);
        IReadOnlyList<string> one = ControlRegisterReport.Lines(pc.Registers, "cr4");
        Assert.Equal("cr4     0x00000000000006a0  PAE PGE OSFXSR OSXMMEXCPT", one[0]);
        Assert.All(one.Skip(1), line => Assert.StartsWith("  ", line, StringComparison.Ordinal));
        Assert.Empty(ControlRegisterReport.Lines(pc.Registers, "cr9"));
    }

    [Fact]
    public void Msrs_AllAndByName_ShowValueAndSymbol()
    {
        pc.Registers.TryWriteMsr(0xc000_0082, PagedPc.Code);
        pc.Registers.TryWriteMsr(0xc000_0081, 0x0013_0008_0000_0000);
        Assert.Equal("0xc0000082  IA32_LSTAR               0x0000000000060000  main+0x0: SYSCALL: entry point of 64-bit code",
            MsrReport.Line(pc.Registers, MsrReport.NumberOf("lstar")!.Value, Name));
        Assert.Contains("SYSCALL CS 0x8, SYSRET CS 0x23", MsrReport.Line(pc.Registers, 0xc000_0081), StringComparison.Ordinal);
        Assert.Equal(MsrReport.Names.Count, MsrReport.Lines(pc.Registers).Count);
        Assert.Null(MsrReport.Line(pc.Registers, 0x1234));
        Assert.Null(MsrReport.NumberOf("nothing"));
    }

    [Fact]
    public void Segments_Rights_AreInWords()
    {
        pc.Registers.SetSegment(SegmentName.Ss, new SegmentRegister(0x2b, 0, uint.MaxValue, 0xc0f3));
        pc.Registers.FsBase = new(0x7000);
        IReadOnlyList<string> lines = SegmentReport.Lines(pc.Registers);
        Assert.Equal("cs    0x0008 (GDT entry 1, RPL 0)  base 0x0000000000000000  limit 0xffffffff  64-bit code, readable, ring 0, accessed", lines[0]);
        Assert.Equal("ss    0x002b (GDT entry 5, RPL 3)  base 0x0000000000000000  limit 0xffffffff  data, writable, ring 3, accessed", lines[1]);
        Assert.StartsWith("fs    ", lines[4], StringComparison.Ordinal);
        Assert.Contains("base 0x0000000000007000", lines[4], StringComparison.Ordinal);
        Assert.EndsWith("TSS, busy, ring 0", lines[7], StringComparison.Ordinal);
    }

    private static string? Name(VirtualAddress address) =>
        address.Value is >= PagedPc.Code and < PagedPc.Code + 0x100 ? $"main+0x{address.Value - PagedPc.Code:x}" : null;
}
