using System.Text.RegularExpressions;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugger;

/// <summary>`x64emu debug` by script: what it prints and how it ends.</summary>
public sealed partial class DebugBatchTests
{
    private static readonly string sample = Repository.Sample("two-faults");

    [Fact]
    public void Commands_OnTheCommandLine_PrintExactlyThis()
    {
        ProgramResult result = Debug(["-e", "break child", "-e", "continue", "-e", "print/x rax", "-e", "delete", "-e", "continue"], sample);
        Assert.Equal(
            """
            The program is about to run its first instruction.
            pid 2 user  0x401000 _start (two-faults.S:7)  instruction N
                 7          movb    $'P', page(%rip)        # first touch: the kernel finds a fresh page (demand-zero)
            => 0x401000 <_start>:	not mapped
            Breakpoint 1: at 0x401014 child (two-faults.S:17)
            Breakpoint 1, child
            pid 3 user  0x401014 child (two-faults.S:17)  instruction N

            """.ReplaceLineEndings("\n"),
            InstructionCount().Replace(result.StandardOutput, "instruction N").Split("    17  ")[0]);
        Assert.EndsWith("0x0\n1 stop point deleted.\nP\nThe program exited with status 0.\n", result.StandardOutput, StringComparison.Ordinal);
        Assert.Equal("", result.StandardError);
        Assert.Equal(0, result.ExitStatus);
    }

    [Fact]
    public void Output_InBatch_HasNoEscapeSequences()
    {
        ProgramResult result = Debug(["-e", "step 3", "-e", "help"], sample);
        Assert.DoesNotContain('\u001b', result.StandardOutput + result.StandardError);
    }

    [Fact]
    public void StandardInput_Lines_AreCommands()
    {
        ProgramResult result = Debug([], sample, "print 1000\nnonsense\nprint 2000\n");
        Assert.EndsWith("0x3e8  1000\n0x7d0  2000\n", result.StandardOutput, StringComparison.Ordinal);
        Assert.Equal("x64emu: there is no command 'nonsense'; 'help' lists them\n", result.StandardError);
        Assert.Equal(0, result.ExitStatus);
    }

    [Fact]
    public void CommandFile_AndCommands_RunInTheirOrder()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "# a comment\necho two\n");
        ProgramResult result = Debug(["-e", "echo one", "--command", file, "-e", "echo three"], sample);
        File.Delete(file);
        Assert.EndsWith("one\ntwo\nthree\n", result.StandardOutput, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null-write", "continue", 139)]
    [InlineData("hello", "continue", 0)]
    [InlineData("hello", "quit", 0)]
    [InlineData("null-write", "quit", 0)]
    public void ExitStatus_IsTheProgramsWhenItHasEnded(string program, string command, int status) =>
        Assert.Equal(status, Debug(["-e", command], Repository.Sample(program)).ExitStatus);

    [Fact]
    public void StopOnError_FirstError_EndsWithStatus2()
    {
        ProgramResult result = Debug(["--stop-on-error", "-e", "nonsense", "-e", "echo never"], sample);
        Assert.Equal(2, result.ExitStatus);
        Assert.DoesNotContain("never", result.StandardOutput, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("debug")]
    [InlineData("debug", "--nonsense", "x")]
    [InlineData("debug", "/no/such/program")]
    [InlineData("debug", "--command", "/no/such/file", "hello")]
    [InlineData("debug", "--stdin", "/no/such/file", "hello")]
    [InlineData("debug", "--symbols", "/no/such/file@0x1000", "hello")]
    [InlineData("debug", "--symbols", "hello@zzz", "hello")]
    [InlineData("debug", "--boot", "/no/such/kernel")]
    public void WrongUsage_EndsWithStatus2AndOneLine(params string[] words)
    {
        ProgramResult result = EmulatedProgram.Command(words);
        Assert.Equal(2, result.ExitStatus);
        Assert.StartsWith("x64emu: ", result.StandardError, StringComparison.Ordinal);
        Assert.Equal(1, result.StandardError.Count(character => character == '\n'));
    }

    [Fact]
    public void StandardInputFile_IsTheProgramsInput_AlsoAfterGoingBack()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "first\nsecond\n");
        ProgramResult result = Debug(
            ["--stdin", file, "-e", "catch syscall write", "-e", "continue", "-e", "delete", "-e", "set $then = $icount", "-e", "continue", "-e", "icount $then", "-e", "continue"],
            CompiledProgram.Glibc("read-lines"));
        File.Delete(file);
        string[] lines = result.StandardOutput.Split('\n');
        Assert.Equal(2, lines.Count(line => line.Contains(": second", StringComparison.Ordinal)));
    }

    [Fact]
    public void KernelStart_BeginsInTheKernel_AndReachesThePageFaultHandler()
    {
        ProgramResult result = Debug(["--kernel-start", "-e", "break PageFault.Handle", "-e", "continue"], sample);
        Assert.StartsWith("The machine is about to run its first instruction, in the kernel.\nkernel  ", result.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("Breakpoint 1, PageFault.Handle\n", result.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public void Boot_AnyKernel_IsDebuggedFromItsFirstInstruction()
    {
        ProgramResult result = EmulatedProgram.Command(["debug", "--boot", Repository.Kernel, "-e", "step 5", "-e", "where"]);
        Assert.StartsWith("The machine is about to run its first instruction, in the kernel.\n", result.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitStatus);
    }

    private static ProgramResult Debug(IEnumerable<string> options, string program, string standardInput = "") =>
        EmulatedProgram.Command(["debug", .. options, program], standardInput);

    [GeneratedRegex("instruction [0-9,]+")]
    private static partial Regex InstructionCount();
}
