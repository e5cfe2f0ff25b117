using X64Emu.Cli.Running;
using Xunit;

namespace X64Emu.Cli.Tests.Debugger;

/// <summary>The commands that look at the machine and trace it, over a program at its first instruction.</summary>
public sealed class InspectionCommandTests : IDisposable
{
    private readonly ConsoleSession session = new ConsoleSession().AtProgramStart();
    private readonly string file = Path.GetTempFileName();

    public void Dispose()
    {
        StandardErrorLogger.Chosen = null;
        session.Dispose();
        File.Delete(file);
    }

    [Theory]
    [InlineData("regs", @"^rip +0x[0-9a-f]{16}  _start$")]
    [InlineData("flags", @"^  IF +bit 9 +1  interrupts may be taken$")]
    [InlineData("fpu", @"^fctrl +0x037f  masked: IM DM ZM OM UM PM")]
    [InlineData("xmm 3 words", @"^xmm3 +\{0x0000, ")]
    [InlineData("ymm", @"^mxcsr +0x1f80")]
    [InlineData("cr", @"^  SMEP +bit 20 +1")]
    [InlineData("cr cr3", @"^cr3 +0x[0-9a-f]{16}  PML4 at physical 0x")]
    [InlineData("msr lstar", @"^0xc0000082  IA32_LSTAR +0xffffffff8")]
    [InlineData("msr 0x10", @"^0x00000010  IA32_TIME_STAMP_COUNTER")]
    [InlineData("segs", @"^cs +0x0033 .*64-bit code, readable, ring 3")]
    [InlineData("gdt", @"TSS, busy, ring 0$")]
    [InlineData("idt 14", @"^0x0e  0x0008:0xffffffff8.*interrupt gate, ring 0.*#PF page fault$")]
    [InlineData("tss", @"^rsp0 +0xffff")]
    [InlineData("x/2i rip", @"^=> 0x[0-9a-f]+ <_start>:\t")]
    [InlineData("x/4gx rsp", @"^0x[0-9a-f]+:\t0x[0-9a-f]{16}\t0x[0-9a-f]{16}$")]
    [InlineData("x/2gx 0x10", @"^0x10:\tnot mapped$")]
    [InlineData("xp/2gx 0x1000", @"^0x1000:\t0x")]
    [InlineData("xp 0xfee00000", @"no RAM here")]
    [InlineData("disas", @"^=> 0x[0-9a-f]+ <_start>:\t")]
    [InlineData("disas rip, +1", @"^=> 0x")]
    [InlineData("bt", @"^#0 +0x[0-9a-f]+  _start")]
    [InlineData("sym rip", @"^0x[0-9a-f]+ _start")]
    [InlineData("line", @"^0x[0-9a-f]+")]
    [InlineData("devices COM1", @"^  IER +0x")]
    [InlineData("timers", @"^virtual time \d+ ns$")]
    [InlineData("irq", @"^processor: interrupts on \(IF = 1\)")]
    [InlineData("ps", @"two-faults")]
    [InlineData("threads", @"^\*")]
    [InlineData("syscalls", @".")]
    [InlineData("pt rip", @"PML4")]
    [InlineData("maps", @"two-faults")]
    [InlineData("pagetable", @"0xffff")]
    [InlineData("tlb", @".")]
    [InlineData("frame 0x200", @".")]
    [InlineData("cow rip", @".")]
    [InlineData("faults", @"page fault")]
    [InlineData("stat instructions", @"^ +[\d,]+ +instructions")]
    [InlineData("log debug", @"^The log level is debug\.$")]
    [InlineData("trace", @"^No trace is on\.$")]
    public void Command_AtTheProgramsStart_Answers(string line, string expected)
    {
        Assert.Matches($"(?m){expected}", session.Run(line));
        Assert.Equal("", session.Errors);
    }

    [Theory]
    [InlineData("regs x", "column 6: 'x' is too much here")]
    [InlineData("xmm 16", "column 5: '16' is no register from 0 to 15 and none of ")]
    [InlineData("cr cr9", "there is no control register 'cr9'")]
    [InlineData("msr 0x1234", "there is no model-specific register 0x1234")]
    [InlineData("idt 256", "256 is no vector: 0 to 255")]
    [InlineData("x/0x rsp", "the count '0' is not from 1 to 65536")]
    [InlineData("x/q rsp", "'q' in the format 'q' is no letter of ")]
    [InlineData("x rsp pid 99", "there is no process 99; 'ps' lists them")]
    [InlineData("xp/2i 0", "xp shows no instructions")]
    [InlineData("disas /q", "/q is unknown: /s or /r")]
    [InlineData("disas 0x20, 0x10", "the range ends at 0x10, before it begins")]
    [InlineData("list 0x10", "no source line is known for 0x10")]
    [InlineData("bt 0", "is 0; 1 to ")]
    [InlineData("sym", "an address or a name is missing")]
    [InlineData("devices toaster", "no chip is called 'toaster'")]
    [InlineData("maps 99", "there is no process 99; 'ps' lists them")]
    [InlineData("maps x", "'x' is no process number")]
    [InlineData("pt", "an address is missing")]
    [InlineData("frame", "a page frame number is missing")]
    [InlineData("stat nothing", "no event's name begins with 'nothing'")]
    [InlineData("log loud", "column 5: 'loud' is no level: quiet, info, debug")]
    [InlineData("trace maybe", "column 7: 'maybe' is neither on nor off, as in 'trace on syscall'")]
    [InlineData("trace on", "what to trace (insn, mem, syscall, fault) is missing")]
    [InlineData("trace on all", "column 10: 'all' cannot be traced: insn, mem, syscall, fault")]
    [InlineData("trace on mem /tmp", "/tmp is a directory")]
    [InlineData("trace off mem", "the trace of mem is not on")]
    [InlineData("dump /tmp/x", "'memory' is missing")]
    [InlineData("dump memory /tmp rsp,16", "/tmp is a directory")]
    [InlineData("dump memory /nonexistent/x rsp,16", "/nonexistent/x cannot be written: ")]
    [InlineData("dump memory /tmp/never-written 0x10,16", "no memory is mapped at 0x10")]
    [InlineData("dump memory /tmp/never-written rsp,0x7fffffffffff", "at most 1073741824 are written")]
    [InlineData("load memory /nonexistent rsp", "/nonexistent cannot be read: ")]
    [InlineData("load memory /dev/zero rsp", "/dev/zero ")]
    public void Command_WithWrongArguments_SaysWhatIsWrongInOneLine(string line, string message)
    {
        session.Run(line);
        Assert.Contains(message, session.Errors, StringComparison.Ordinal);
        Assert.Equal(1, session.Errors.Count(each => each == '\n'));
    }

    [Fact]
    public void Examine_WithoutAddress_GoesOnInTheSameFormat()
    {
        string[] together = session.Run("x/4gx rsp").Split(['\n', '\t']), apart = session.Run("x/2gx rsp", "x/2").Split(['\n', '\t']);
        Assert.Equal(together, apart);
    }

    [Fact]
    public void Disassemble_WithBytes_ShowsThemOncePagedIn()
    {
        session.Run("stepuser");
        Assert.Matches(@"(?m)^=> 0x[0-9a-f]+ <_start\+0x[0-9a-f]+>:\t([0-9a-f]{2} )+ *\t", session.Run("disas /r"));
    }

    [Fact]
    public void DumpAndLoad_OfTheStack_GiveTheSameBytes()
    {
        session.Run($"dump memory {file} rsp,64");
        byte[] bytes = File.ReadAllBytes(file);
        Assert.Equal(64, bytes.Length);
        bytes[0] ^= 0xff;
        File.WriteAllBytes(file, bytes);
        Assert.Contains("64 bytes of ", session.Run($"load memory {file} rsp"), StringComparison.Ordinal);
        Assert.Contains($"0x{bytes[0]:x2}", session.Run("x/1bx rsp"), StringComparison.Ordinal);
    }

    [Fact]
    public void Trace_OfEverything_ChangesNoCount()
    {
        string expected = session.Run("continue", "stat");
        using ConsoleSession traced = new ConsoleSession().AtProgramStart();
        string[] files = [.. Enumerable.Range(0, 4).Select(_ => Path.GetTempFileName())];
        try
        {
            string[] begin = [.. ((string[])["insn", "mem", "syscall", "fault"]).Select((kind, index) => $"trace on {kind} {files[index]}")];
            traced.Run(begin);
            Assert.Equal("", traced.Errors);
            Assert.Equal(expected, traced.Run("continue", "stat"));
            traced.Run("trace off");
            Assert.All(files, each => Assert.NotEmpty(File.ReadAllLines(each)));
        }
        finally
        {
            foreach (string each in files) File.Delete(each);
        }
    }

    [Fact]
    public void StatReset_BeginsAnew()
    {
        session.Run("stepuser 3", "stat reset", "stepuser");
        Assert.Matches(@"(?m)^ +1 +instructions:u", session.Run("stat instructions:u"));
    }

    [Fact]
    public void Diff_AfterAFault_ShowsThePage()
    {
        Assert.Contains("remembered from here on", session.Run("diff"), StringComparison.Ordinal);
        session.Run("continue");
        Assert.NotEqual("", session.Run("diff"));
    }
}
