namespace X64Emu.ProgramTests.Running;

/// <summary>A way to compile the programs of tests/Programs/cpu.</summary>
/// <param name="Compiler">gcc for glibc, musl-gcc for musl.</param>
/// <param name="Optimisation">-O0 and the like.</param>
/// <param name="Level">The argument of -march.</param>
/// <param name="IsStatic">False for a program that needs the dynamic loader.</param>
internal sealed record CpuVariant(string Compiler, string Optimisation, string Level, bool IsStatic = true)
{
    public string Package => Compiler == "gcc" ? "gcc" : "musl-tools";

    /// <summary>The name of the variant's folder.</summary>
    public override string ToString() => $"{Compiler}{Optimisation}-{Level}{(IsStatic ? "" : "-dynamic")}";
}

/// <summary>The programs of tests/Programs/cpu: each prints hashes of thousands of results, and samples that say where to look when a hash differs.</summary>
internal static class CpuPrograms
{
    /// <summary>What the programs are about is in the comment each begins with.</summary>
    public static IReadOnlyList<string> Names { get; } = ["float-text", "math", "long-math", "strings", "kernels", "system"];

    private static readonly ParallelOptions twoAtOnce = new() { MaxDegreeOfParallelism = 2 };

    private static string SourceFolder { get; } = Path.Combine(Repository.Root, "tests", "Programs", "cpu");

    /// <summary>Compiles programs unless they are newer than all sources. Returns the path of `each`, which runs the others, and theirs.</summary>
    public static (string Each, IReadOnlyList<string> Programs) Build(CpuVariant variant, IEnumerable<string> names)
    {
        string folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "programs", "cpu", variant.ToString())).FullName;
        string compiler = HostTool.Require(variant.Compiler, variant.Package);
        DateTime newestSource = Directory.GetFiles(SourceFolder).Max(File.GetLastWriteTimeUtc);
        string[] all = ["each", .. names];
        Parallel.ForEach(all, twoAtOnce, name => Build(compiler, variant, name, Path.Combine(folder, name), newestSource));
        return (Path.Combine(folder, "each"), [.. all[1..].Select(name => Path.Combine(folder, name))]);
    }

    private static void Build(string compiler, CpuVariant variant, string name, string program, DateTime newestSource)
    {
        if (File.Exists(program) && File.GetLastWriteTimeUtc(program) >= newestSource) return;
        string[] link = variant.IsStatic ? ["-static", "-no-pie"] : [];
        string[] flags = [variant.Optimisation, "-march=" + variant.Level, "-frounding-math", .. link, "-o", program, Path.Combine(SourceFolder, name + ".c"), "-lm"];
        ProgramResult result = HostProcess.Run(compiler, flags);
        if (result.ExitStatus != 0) throw new InvalidOperationException($"{variant.Compiler} cannot compile {name}.c: {result.StandardError}");
    }
}
