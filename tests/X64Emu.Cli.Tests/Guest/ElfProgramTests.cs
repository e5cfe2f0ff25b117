using System.Text;
using X64Emu.Cli.Guest;
using Xunit;

namespace X64Emu.Cli.Tests.Guest;

public sealed class ElfProgramTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private ElfProgram Check(byte[] bytes) => ElfProgram.Check(folder.File("p", bytes), "p");

    private void AssertRefused(string message, byte[] bytes) => Assert.Equal(message, Assert.Throws<UsageException>(() => Check(bytes)).Message);

    [Fact]
    public void Check_StaticExecutable_HasNoInterpreter() => Assert.Null(Check(new ElfFile().Bytes).Interpreter);

    [Fact]
    public void Check_StaticPie_IsAccepted() => Assert.Null(Check(new ElfFile().U16(16, 3).Bytes).Interpreter);

    [Fact]
    public void Check_DynamicExecutable_NamesTheInterpreter()
    {
        ElfFile elf = new ElfFile().U16(56, 3).ProgramHeader(2, 3, 0x1000, 0, 28, 28);
        Encoding.ASCII.GetBytes("/lib64/ld-linux-x86-64.so.2\0").CopyTo(elf.Bytes, 0x1000);
        Assert.Equal("/lib64/ld-linux-x86-64.so.2", Check(elf.Bytes).Interpreter);
    }

    [Fact]
    public void Check_NoFile_SaysSo() =>
        Assert.Equal("./x: no such file", Assert.Throws<UsageException>(() => ElfProgram.Check(folder.Path + "/x", "./x")).Message);

    [Fact]
    public void Check_Directory_SaysSo() =>
        Assert.Equal("d is a directory, not a program", Assert.Throws<UsageException>(() => ElfProgram.Check(folder.Path, "d")).Message);

    [Fact]
    public void Check_EmptyFile_IsNoElf() => AssertRefused("p is not an ELF file", []);

    [Fact]
    public void Check_Script_SaysToRunItsInterpreter() =>
        AssertRefused("p is not an ELF file: it is a script, run its interpreter", Encoding.ASCII.GetBytes("#!/bin/sh\n"));

    [Fact]
    public void Check_HeaderCut_IsTruncated() =>
        AssertRefused("p is a truncated ELF file: its header has 64 bytes, the file 40", new ElfFile().Bytes[..40]);

    [Fact]
    public void Check_ProgramHeadersCut_IsTruncated() =>
        AssertRefused("p is a truncated ELF file: the program headers would end at byte 176, the file has 100", new ElfFile().Bytes[..100]);

    [Fact]
    public void Check_SegmentCut_IsTruncated() =>
        AssertRefused("p is a truncated ELF file: segment 0 would end at byte 6144, the file has 5000", new ElfFile().Bytes[..5000]);

    [Fact]
    public void Check_SegmentOffsetNearTheEndOfNumbers_IsTruncated() =>
        Assert.Contains("truncated", Assert.Throws<UsageException>(() => Check(
            new ElfFile().ProgramHeader(0, 1, 0xffff_ffff_ffff_f000, 0x401000, 0x2000, 0x2000).Bytes)).Message, StringComparison.Ordinal);

    [Fact]
    public void Check_32BitClass_IsRefused()
    {
        byte[] bytes = new ElfFile().Bytes;
        bytes[4] = 1;
        AssertRefused("p is a 32-bit ELF file; x64emu runs 64-bit x86-64 programs", bytes);
    }

    [Fact]
    public void Check_BigEndian_IsRefused()
    {
        byte[] bytes = new ElfFile().Bytes;
        bytes[5] = 2;
        AssertRefused("p is a big-endian ELF file; x64emu runs x86-64 programs", bytes);
    }

    [Theory]
    [InlineData(183, "AArch64")]
    [InlineData(243, "RISC-V")]
    [InlineData(1234, "another processor (ELF machine 1234)")]
    public void Check_OtherMachine_IsNamed(ushort machine, string name) =>
        AssertRefused($"p is for {name}; x64emu runs x86-64 programs", new ElfFile().U16(18, machine).Bytes);

    [Theory]
    [InlineData(1, "p is an object file: link it first")]
    [InlineData(4, "p is no executable")]
    public void Check_OtherType_IsRefused(ushort type, string message) => AssertRefused(message, new ElfFile().U16(16, type).Bytes);

    [Fact]
    public void Check_NoProgramHeaders_IsRefused() =>
        AssertRefused("p has no program headers, so there is nothing to load", new ElfFile().U16(56, 0).Bytes);

    [Fact]
    public void Check_OddProgramHeaderSize_IsDamaged() =>
        AssertRefused("p is a damaged ELF file: 2 program headers of 32 bytes", new ElfFile().U16(54, 32).Bytes);

    [Fact]
    public void Check_NothingToLoad_IsRefused() =>
        AssertRefused("p has no segment to load (PT_LOAD)", new ElfFile().U16(56, 1).ProgramHeader(0, 4, 0, 0, 0, 0).Bytes);

    [Fact]
    public void Check_OverlappingSegments_IsRefused() =>
        AssertRefused("p: segments 0 and 1 overlap at 0x401000", new ElfFile().ProgramHeader(1, 1, 0x2000, 0x401000, 0x100, 0x100).Bytes);

    [Theory]
    [InlineData(0xffff_ffff_8000_0000UL)]
    [InlineData(0x7fff_ffff_f000UL)]
    [InlineData(0x7fff_ffff_e000UL)]
    public void Check_SegmentOutsideOfUserSpace_IsRefused(ulong address) =>
        AssertRefused(
            $"p: segment 1 at 0x{address:x} of 0x2000 bytes lies outside of user space",
            new ElfFile().ProgramHeader(1, 1, 0x2000, address, 0x100, 0x2000).Bytes);

    [Fact]
    public void Check_MoreInFileThanInMemory_IsRefused() =>
        AssertRefused("p: segment 1 is larger in the file than in memory", new ElfFile().ProgramHeader(1, 1, 0x2000, 0x402000, 0x100, 0x80).Bytes);

    [Fact]
    public void Check_OffsetAndAddressDisagreeInThePage_IsRefused() =>
        AssertRefused("p: segment 1 cannot be mapped: file offset 0x2010, address 0x402000", new ElfFile().ProgramHeader(1, 1, 0x2010, 0x402000, 0x10, 0x10).Bytes);

    [Fact]
    public void Check_MutatedFiles_AreAcceptedOrRefusedInWords()
    {
        Random random = new(1);
        for (int round = 0; round < 1000; round++)
        {
            byte[] bytes = new ElfFile().Bytes;
            for (int i = 0; i < 4; i++) bytes[random.Next(176)] = (byte)random.Next(256);
            if (Record.Exception(() => Check(bytes)) is { } exception) Assert.IsType<UsageException>(exception);
        }
    }
}
