namespace X64Emu.ProgramTests.Running;

/// <summary>The C and C++ programs of tests/Programs, each one source file, compiled when a test first asks for them.</summary>
internal static class CompiledProgram
{
    private static readonly Lock compiling = new();

    /// <summary>Where they are.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "programs");

    /// <summary>The path of a static, non-PIE program that gcc built with glibc.</summary>
    public static string Glibc(string name) => Build("gcc", "gcc", name, "", ["-static", "-no-pie"]);

    /// <summary>The same, built with musl.</summary>
    public static string Musl(string name) => Build("musl-gcc", "musl-tools", name, "-musl", ["-static", "-no-pie", "-s"]);

    /// <summary>A static program that can be loaded anywhere.</summary>
    public static string StaticPie(string name) => Build("gcc", "gcc", name, "-pie", ["-static-pie"]);

    /// <summary>The static program with debug information and nothing optimised away.</summary>
    public static string Debuggable(string name) => Build("gcc", "gcc", name, "-debug", ["-static", "-no-pie", "-g", "-O0"]);

    /// <summary>The same for the dynamic loader, loaded anywhere.</summary>
    public static string DebuggableDynamic(string name) => Build("gcc", "gcc", name, "-debug-dynamic", ["-pie", "-fPIE", "-g", "-O0"]);

    /// <summary>A program that needs the dynamic loader.</summary>
    public static string Dynamic(string name) => Build("gcc", "gcc", name, "-dynamic", []);

    /// <summary>A program in C++, and whether it needs the dynamic loader.</summary>
    public static string Cpp(string name, bool isDynamic) => Build("g++", "g++", name, isDynamic ? "-dynamic" : "", isDynamic ? [] : ["-static"], ".cpp");

    /// <summary>A static program of bench/programs.</summary>
    public static string Benchmark(string name) => Build("gcc", "gcc", name, "", ["-static", "-no-pie"], folder: "bench/programs");

    private static string Build(
        string compiler, string package, string name, string suffix, string[] flags, string extension = ".c", string folder = "tests/Programs")
    {
        string source = Path.Combine(Repository.Root, folder, name + extension);
        string program = Path.Combine(Folder, name + suffix);
        lock (compiling)
        {
            if (File.Exists(program) && File.GetLastWriteTimeUtc(program) >= LastChange(source)) return program;
            Directory.CreateDirectory(Folder);
            ProgramResult result = HostProcess.Run(HostTool.Require(compiler, package), ["-O1", "-Wall", "-pthread", .. flags, "-o", program, source]);
            return result.ExitStatus == 0 ? program : throw new InvalidOperationException($"{compiler} cannot compile {name}{extension}: {result.StandardError}");
        }
    }

    /// <summary>When a source file or one of the headers beside it was changed last.</summary>
    private static DateTime LastChange(string source) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(source)!, "*.h").Append(source).Max(File.GetLastWriteTimeUtc);
}
