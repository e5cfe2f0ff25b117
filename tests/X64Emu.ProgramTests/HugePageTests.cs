using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>Memory in 2 MiB pages: transparent huge pages and hugetlb, beside Linux.</summary>
public sealed class HugePageTests
{
    [NativeFact]
    public void HugeMappings_CutSharedAndMoved_BreakUpAsOnLinux()
    {
        // A host may have transparent huge pages turned off.
        if (!HostMayUse("/sys/kernel/mm/transparent_hugepage/enabled")) return;
        string program = CompiledProgram.Glibc("huge-mappings");
        ProgramResult emulated = EmulatedProgram.Run(program, []);
        // Every ten seconds the host's khugepaged may put a page together that the program took apart.
        ProgramResult[] native = [.. Enumerable.Range(0, 3).Select(_ => NativeProgram.Run(program, []))];
        Assert.Contains(emulated, native);
    }

    private static bool HostMayUse(string setting) => File.Exists(setting) && !File.ReadAllText(setting).Contains("[never]", StringComparison.Ordinal);
}
