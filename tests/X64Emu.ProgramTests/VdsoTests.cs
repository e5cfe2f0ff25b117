using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>The vdso and the vsyscall page beside Linux: the same areas, the same answers as the system calls, and no system call.</summary>
public sealed class VdsoTests
{
    private static readonly string[] root = ["--root", "/"];

    public static TheoryData<string> Libraries => ["glibc", "static-pie", "dynamic", "musl"];

    [NativeTheory]
    [MemberData(nameof(Libraries))]
    public void Vdso_BesideLinux_LooksAndAnswersTheSame(string library)
    {
        // Older hosts keep their clock pages within [vvar].
        if (!File.ReadAllText("/proc/self/maps").Contains("[vvar_vclock]", StringComparison.Ordinal)) return;
        string program = Build(library);
        ProgramResult emulated = EmulatedProgram.Run(program, options: root);
        // Our kernel tells of each process that a signal kills.
        Assert.Equal(NativeProgram.Run(program), emulated with { StandardError = "" });
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Time_AskedAThousandTimes_NeedsNoSystemCall(string library)
    {
        string program = Build(library);
        StatRun once = StatRun.Of(program, ["1"], options: root), often = StatRun.Of(program, ["1000"], options: root);
        Assert.Equal(0, often.Result.ExitStatus);
        Assert.Equal(once["system-calls"], often["system-calls"]);
    }

    [RequiresToolFact(Qemu.Tool, Qemu.Package)]
    public void Vdso_UnderQemu_AnswersTheSame()
    {
        string program = Build("glibc");
        Qemu.Result qemu = Qemu.Run(Repository.Kernel, program, timeout: TimeSpan.FromMinutes(3));
        Assert.Equal(EmulatedProgram.Run(program).StandardOutput, qemu.StandardOutput);
    }

    private static string Build(string library) => library switch
    {
        "glibc" => CompiledProgram.Glibc("vdso"),
        "static-pie" => CompiledProgram.StaticPie("vdso"),
        "dynamic" => CompiledProgram.Dynamic("vdso"),
        _ => CompiledProgram.Musl("vdso"),
    };
}
