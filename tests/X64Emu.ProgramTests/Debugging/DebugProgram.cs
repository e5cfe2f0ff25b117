using X64Emu.ProgramTests.Running;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>Programs with (or without) debug information, compiled when a test first asks for them.</summary>
internal static class DebugProgram
{
    private static readonly Lock compiling = new();
    private static readonly string folder = Path.Combine(AppContext.BaseDirectory, "debug-programs");

    /// <summary>Every kind of file the symbol reader is compared with binutils on.</summary>
    public static IEnumerable<string> All => [.. Flags.Keys, "kernel"];

    private static Dictionary<string, (string Compiler, string Source, string[] Flags)> Flags { get; } = new()
    {
        ["static"] = ("gcc", "symbols.c", ["-g", "-O0", "-static"]),
        ["optimised"] = ("gcc", "symbols.c", ["-g", "-O2", "-static"]),
        ["static-pie"] = ("gcc", "symbols.c", ["-g", "-O1", "-static-pie"]),
        ["dynamic"] = ("gcc", "symbols.c", ["-g", "-O1"]),
        ["dwarf2"] = ("gcc", "symbols.c", ["-gdwarf-2", "-gstrict-dwarf", "-O1", "-static"]),
        ["dwarf3"] = ("gcc", "symbols.c", ["-gdwarf-3", "-O1", "-static"]),
        ["dwarf4"] = ("gcc", "symbols.c", ["-gdwarf-4", "-O2", "-static"]),
        ["dwarf64"] = ("gcc", "symbols.c", ["-g", "-gdwarf64", "-O1", "-static"]),
        ["compressed"] = ("gcc", "symbols.c", ["-g", "-gz=zlib", "-O1", "-static"]),
        ["stripped"] = ("gcc", "symbols.c", ["-O1", "-s"]),
        ["musl"] = ("musl-gcc", "symbols.c", ["-g", "-O1", "-static"]),
        ["dwarf4-small"] = ("musl-gcc", "symbols.c", ["-gdwarf-4", "-O2", "-static"]),
        ["compressed-small"] = ("musl-gcc", "symbols.c", ["-g", "-gz=zlib", "-O2", "-static"]),
        ["exceptions"] = ("g++", "exceptions.cpp", ["-g", "-O1", "-static"]),
    };

    /// <summary>The path of a program by its name in <see cref="All"/>.</summary>
    public static string PathOf(string name) => name == "kernel" ? Repository.Kernel : Build(name);

    /// <summary>The bytes of a program.</summary>
    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    private static string Build(string name)
    {
        (string compiler, string source, string[] flags) = Flags[name];
        string sourcePath = Path.Combine(Repository.Root, "tests", "Programs", source);
        string program = Path.Combine(folder, name);
        lock (compiling)
        {
            if (File.Exists(program) && File.GetLastWriteTimeUtc(program) >= File.GetLastWriteTimeUtc(sourcePath)) return program;
            Directory.CreateDirectory(folder);
            string package = compiler switch { "musl-gcc" => "musl-tools", var other => other };
            ProgramResult result = HostProcess.Run(HostTool.Require(compiler, package), [.. flags, "-Wall", "-o", program, sourcePath]);
            return result.ExitStatus == 0 ? program : throw new InvalidOperationException($"{compiler} cannot compile {source}: {result.StandardError}");
        }
    }
}
