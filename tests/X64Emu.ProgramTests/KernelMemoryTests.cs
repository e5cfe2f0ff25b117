using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>What the kernel keeps for programs, when there is no memory left for it: programs are refused or killed, the kernel and the shell live.</summary>
public sealed class KernelMemoryTests
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(10);
    private static readonly string[] refusals = ["Cannot allocate memory", "killed", "Resource temporarily unavailable", "No space left on device"];

    private static readonly string[] kinds =
    [
        "areas", "splits", "forks", "page-tables", "threads", "files", "events", "timer-files", "memory-files", "pipes", "watched", "timers", "signals",
        "segments", "tree", "texts", "arguments",
    ];

    [RequiresToolFact("busybox", "busybox-static")]
    public void ObjectsOfEachKind_WithoutSwap_EndInRefusalAndALivingShell() => AssertRefused(kinds, []);

    [RequiresToolFact("busybox", "busybox-static")]
    public void ObjectsOfEachKind_WithSwap_EndInRefusalAndALivingShell() =>
        AssertRefused(["forks", "page-tables", "threads", "memory-files", "pipes", "segments"], ["--swap", "64M"]);

    private static void AssertRefused(string[] wanted, string[] options)
    {
        string folder = Path.GetDirectoryName(CompiledProgram.Glibc("kernel-objects"))!;
        string script = $"/programs/kernel-objects {string.Join(' ', wanted)}; echo $?; grep wrong_ /proc/framecheck; echo shell";
        ProgramResult result = EmulatedProgram.Run(
            HostTool.Require("busybox", "busybox-static"), ["sh", "-c", script], options: ["-m", "16M", .. options, "--mount", $"{folder}:/programs"], timeout: patience);
        string[] lines = result.StandardOutput.TrimEnd('\n').Split('\n');
        Assert.Equal(["alive", "0", "wrong_frames 0", "first_wrong_frame 0", "wrong_sums 0", "shell"], lines[^6..]);
        foreach (string line in lines[..^6]) Assert.Contains(line.Split(": ")[1], refusals);
        Assert.Equal(wanted, lines[..^6].Select(line => line.Split(':')[0]));
    }
}
