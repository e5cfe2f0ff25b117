using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>Programs as distributions and compilers make them.</summary>
public sealed class LinuxProgramTests
{
    private static readonly string[] arguments = ["one", "two words", "%41", "", "ü"];

    [NativeFact]
    public void GlibcProgram_WithArguments_RunsAsOnLinux() => AssertSame(CompiledProgram.Glibc("greeting"));

    [RequiresToolFact("musl-gcc", "musl-tools")]
    public void MuslProgram_WithArguments_RunsAsOnLinux() => AssertSame(CompiledProgram.Musl("greeting"));

    [NativeFact]
    public void StaticPieProgram_WithArguments_RunsAsOnLinux() => AssertSame(CompiledProgram.StaticPie("greeting"));

    [RequiresToolFact("busybox", "busybox-static")]
    public void Busybox_PipesLoopsAndListing_RunAsInAShell()
    {
        string busybox = HostTool.Require("busybox", "busybox-static");
        ProgramResult result = EmulatedProgram.Run(busybox, ["sh", "-c", "echo a | cat; ls /; for i in 1 2 3; do echo $i; done"]);
        string[] lines = result.StandardOutput.TrimEnd('\n').Split('\n');
        Assert.Equal(0, result.ExitStatus);
        Assert.Equal("a", lines[0]);
        Assert.Equal(["1", "2", "3"], lines[^3..]);
        Assert.Superset(new HashSet<string> { "dev", "proc", "tmp" }, lines[1..^3].ToHashSet());
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void Busybox_BinaryInput_PassesThroughUnchanged()
    {
        string bytes = string.Concat(Enumerable.Range(0, 20_000).Select(number => (char)(number * 7 % 256)));
        ProgramResult result = EmulatedProgram.Run(HostTool.Require("busybox", "busybox-static"), ["cat"], bytes);
        Assert.Equal(bytes, result.StandardOutput);
    }

    [RequiresToolFact("busybox", "busybox-static")]
    public void Busybox_ErrorsAndStatus_GoWhereTheyBelong()
    {
        ProgramResult result = EmulatedProgram.Run(HostTool.Require("busybox", "busybox-static"), ["sh", "-c", "echo out; echo err >&2; exit 42"]);
        Assert.Equal(new ProgramResult(42, "out\n", "err\n"), result);
    }

    private static void AssertSame(string program)
    {
        ProgramResult native = NativeProgram.Run(program, arguments), emulated = EmulatedProgram.Run(program, arguments);
        Assert.Equal(native, emulated);
    }
}
