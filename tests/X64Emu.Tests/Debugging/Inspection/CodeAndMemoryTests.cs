using System.Text;
using X64Emu.Cpu;
using X64Emu.Debugging.Inspection;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Debugging.Inspection;

/// <summary>Memory, code and source as text.</summary>
public sealed class CodeAndMemoryTests : IDisposable
{
    private const ulong Data = PagedPc.Pages;
    private readonly PagedPc pc = new();
    private readonly MemoryDump dump;

    public CodeAndMemoryTests() => dump = new MemoryDump(
        (address, bytes) => pc.Memory.Read(new VirtualAddress(address), bytes.Span), address => address.Value == Data ? "buffer" : null, "not mapped");

    public void Dispose() => pc.Dispose();

    [Theory]
    [InlineData("8gx", 8, 'x', 8)]
    [InlineData("xg8", 1, 'x', 8, "'8' in the format 'xg8' is no letter of xduotacfsi or size of bhwg, or one too many")]
    [InlineData("", 1, 'x', 4)]
    [InlineData("3", 3, 'x', 4)]
    [InlineData("a", 1, 'a', 8)]
    [InlineData("s", 1, 's', 1)]
    [InlineData("10i", 10, 'i', 1)]
    [InlineData("4bd", 4, 'd', 1)]
    [InlineData("2hf", 2, 'f', 2, "a float has 4 (w) or 8 (g) bytes, not 2")]
    [InlineData("0x", 1, 'x', 4, "the count '0' is not from 1 to 65536")]
    [InlineData("99999999999x", 1, 'x', 4, "the count '99999999999' is not from 1 to 65536")]
    [InlineData("xx", 1, 'x', 4, "'x' in the format 'xx' is no letter of xduotacfsi or size of bhwg, or one too many")]
    public void Format_GdbSyntax_IsRead(string text, int count, char letter, int unitBytes, string? error = null)
    {
        Assert.Equal(error, MemoryFormat.TryParse(text, MemoryFormat.Default, out MemoryFormat format));
        if (error is null) Assert.Equal(new MemoryFormat(count, letter, unitBytes), format);
    }

    [Theory]
    [InlineData("2gx", "0x200000 <buffer>:\t0x8070605040302010\t0x00000000000000ff")]
    [InlineData("1wd", "0x200000 <buffer>:\t1076895760")]
    [InlineData("2bu", "0x200000 <buffer>:\t16\t32")]
    [InlineData("1bt", "0x200000 <buffer>:\t00010000")]
    [InlineData("1ho", "0x200000 <buffer>:\t020020")]
    [InlineData("1a", "0x200000 <buffer>:\t0x8070605040302010")]
    [InlineData("3c", "0x200000 <buffer>:\t16 '\\020'\t32 ' '\t48 '0'")]
    [InlineData("1fg", "0x200000 <buffer>:\t-1.4575323640233218E-306")]
    public void Dump_EachFormat_ShowsUnits(string format, string expected)
    {
        pc.Write(Data, 0x8070_6050_4030_2010);
        pc.Write(Data + 8, 0xff);
        Assert.Null(MemoryFormat.TryParse(format, MemoryFormat.Default, out MemoryFormat parsed));
        Assert.Equal([expected], dump.Lines(Data, parsed));
    }

    [Fact]
    public void Dump_AcrossPagesIntoAHole_ShowsWhatThereIsAndSaysWhereItEnds()
    {
        pc.Write(PagedPc.EntryOf(Data + 0x2000), 0);
        IReadOnlyList<string> lines = dump.Lines(Data + 0xff8, new MemoryFormat(1024, 'x', 8));
        Assert.Equal("0x200ff8:\t0x0000000000000000\t0x0000000000000000", lines[0]);
        Assert.Equal("0x202000:\tnot mapped", lines[^1]);
        Assert.Equal(Data + 0x2000, dump.NextAddress);
    }

    [Fact]
    public void Dump_Strings_AreEscapedAndCut()
    {
        pc.Memory.Write(new VirtualAddress(Data), Encoding.ASCII.GetBytes("hello\n\u001b[31m\"\0second\0"));
        Assert.Equal(
            ["0x200000 <buffer>:\t\"hello\\n\\033[31m\\\"\"", "0x20000d:\t\"second\""], dump.Lines(Data, new MemoryFormat(2, 's', 1)));
        pc.Write(PagedPc.EntryOf(Data + 0x1000), 0);
        pc.Memory.Write(new VirtualAddress(Data + 0xffe), "ab"u8);
        Assert.Equal(["0x200ffe:\t\"ab\"...", "0x201000:\tnot mapped"], dump.Lines(Data + 0xffe, new MemoryFormat(1, 's', 1)));
    }

    [Fact]
    public void Disassembly_BranchesAndRipRelative_AreNamed()
    {
        pc.Load(code =>
        {
            code.call(PagedPc.Code + 0x40);
            code.mov(Iced.Intel.AssemblerRegisters.rax, Iced.Intel.AssemblerRegisters.__qword_ptr[PagedPc.Code + 0x80]);
            code.db(0x06);
            code.nop();
        });
        Disassembler disassembler = new(pc.Memory, Name);
        IReadOnlyList<DisassembledInstruction> decoded = disassembler.Decode(new(PagedPc.Code), 4);
        Assert.Equal("call 0x60040 <helper>", decoded[0].Text);
        Assert.Equal("(bad)", decoded[2].Text);
        Assert.False(decoded[2].IsValid);
        Assert.Equal("nop", decoded[3].Text);
        pc.Memory.Write(new(PagedPc.Code), [0x48, 0x8b, 0x05, 0x39, 0, 0, 0]);
        Assert.Equal("mov rax, [rip+0x39]  # 0x60040 <helper>", disassembler.DecodeOne(new(PagedPc.Code)).Text);
    }

    [Fact]
    public void Disassembly_AtTheEndOfMemory_SaysSo()
    {
        pc.Write(PagedPc.EntryOf(Data + 0x1000), 0);
        pc.Memory.Write(new(Data + 0xfff), [0x48]);
        IReadOnlyList<DisassembledInstruction> decoded = new Disassembler(pc.Memory).Decode(new(Data + 0xfff), 5);
        Assert.Equal(["(cut off: memory ends here)", "not mapped"], decoded.Select(instruction => instruction.Text));
    }

    [Fact]
    public void Around_RipInAFunction_ShowsWhatIsBeforeWithAnArrow()
    {
        pc.Load(code =>
        {
            code.push(Iced.Intel.AssemblerRegisters.rbp);
            code.mov(Iced.Intel.AssemblerRegisters.rbp, Iced.Intel.AssemblerRegisters.rsp);
            code.nop();
            code.ret();
        });
        Disassembler disassembler = new(pc.Memory);
        VirtualAddress rip = new(PagedPc.Code + 4);
        DisassemblyReport report = new() { Arrow = rip, Namer = Name, ShowsBytes = true };
        Assert.Equal(
            [
                "   0x60001 <main+0x1>:\t48 89 e5                      \tmov rbp, rsp",
                "=> 0x60004 <main+0x4>:\t90                            \tnop",
                "   0x60005 <main+0x5>:\tc3                            \tret",
            ],
            report.Lines(DisassemblyReport.Around(disassembler, rip, new VirtualAddress(PagedPc.Code), 1, 1)));
        // An address within an instruction has no instructions before it.
        Assert.Equal(new VirtualAddress(PagedPc.Code + 2), DisassemblyReport.Around(disassembler, new(PagedPc.Code + 2), new(PagedPc.Code), 2, 0)[0].Address);
    }

    [Fact]
    public void Disassembly_WithSource_PutsLinesAbove()
    {
        pc.Load(code =>
        {
            code.nop();
            code.nop();
            code.ret();
        });
        DisassemblyReport report = new()
        {
            Source = address => new SourcePlace("main.c", address.Value == PagedPc.Code + 2 ? 3 : 2),
            Listing = new SourceListing(path => ["int main(void)", "{ puts(\"\u001b\");", "}"]),
        };
        Assert.Equal(
            ["main.c:2\t{ puts(\"?\");", "   0x60000:\tnop", "   0x60001:\tnop", "main.c:3\t}", "   0x60002:\tret"],
            report.Lines(new Disassembler(pc.Memory).Decode(new(PagedPc.Code), 3)));
    }

    [Fact]
    public void Listing_AroundALine_MarksItAndSaysWhatIsMissing()
    {
        SourceListing listing = new(path => path == "a.c" ? ["one", "two", "three", "four"] : null);
        Assert.Equal(["       1  one", "=>     2  two", "       3  three"], listing.Around(new SourcePlace("a.c", 2), 3));
        Assert.Equal(["b.c cannot be read; the program was compiled from its line 7"], listing.Around(new SourcePlace("b.c", 7)));
        Assert.Equal(["a.c has 4 lines, none of them 9: it has changed since the program was compiled"], listing.Around(new SourcePlace("a.c", 9)));
    }

    private static string? Name(VirtualAddress address) => address.Value switch
    {
        PagedPc.Code + 0x40 => "helper",
        >= PagedPc.Code and < PagedPc.Code + 0x40 => $"main+0x{address.Value - PagedPc.Code:x}",
        _ => null,
    };
}
