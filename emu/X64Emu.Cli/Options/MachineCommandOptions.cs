using System.CommandLine;
using System.Globalization;
using X64Emu.Cpu;
using X64Emu.Paging;

namespace X64Emu.Cli.Options;

/// <summary>The options that every command which starts a machine has.</summary>
internal sealed class MachineCommandOptions
{
    private const ulong MinimumMemoryBytes = 16UL << 20;
    private const ulong MaximumMemoryBytes = 1UL << 40;
    private const ulong MinimumSwapBytes = 64UL << 10;
    private const ulong MaximumSwapBytes = 64UL << 30;

    // The guest kernel keeps 8 bytes of RAM for each page of swap space; this lets them be an eighth of the RAM.
    private const ulong SwapBytesPerMemoryByte = 64;

    private readonly Option<string?> memory = new("--memory", "-m") { HelpName = "SIZE", Description = "Guest RAM, such as 64M or 2G; 256M if not given." };
    private readonly Option<string?> tlb = new("--tlb") { HelpName = "NAME|SPEC", Description = $"The TLB to model: {string.Join(", ", TlbSpecification.Presets.Keys)}, or a specification; skylake if not given." };
    private readonly Option<string?> cpu = CreateCpuOption();
    private readonly Option<string[]> mounts = new("--mount")
    {
        HelpName = "HOST:GUEST[:rw]",
        Description = "Shows a host directory in the guest; read-only without :rw. May be repeated.",
    };
    private readonly Option<string?> root = new("--root") { HelpName = "DIR", Description = "The host directory that becomes the guest's root, read-only." };
    private readonly Option<string[]> environment = new("--env")
    {
        HelpName = "NAME[=VALUE]",
        Description = "Sets an environment variable of the program; without a value, to what it is here. May be repeated.",
    };
    private readonly Option<string?> randomization = new("--aslr")
    {
        HelpName = "on|off",
        Description = "Places stack, heap, mappings and program at random addresses, the same ones on every run; off if not given.",
    };
    private readonly Option<string?> swap = new("--swap")
    {
        HelpName = "SIZE",
        Description = "Gives the guest swap space of this size, such as 1G: a disk in the host's memory that takes room only for what was written. None if not given.",
    };
    private readonly Option<string?> kernel = new("--kernel") { HelpName = "FILE", Description = "Boots this kernel image in place of the built-in one." };
    private readonly Option<string?> instructionLimit = new("--timeout-instructions")
    {
        HelpName = "N",
        Description = "Stops the machine after N instructions, with exit status 4.",
    };
    private readonly Option<string?> engine = new("--engine")
    {
        HelpName = "NAME",
        Description = "fast (if not given), or reference: consults the TLB model on every access; the counts are the same.",
    };
    private readonly Option<bool> realTime = new("--realtime")
    {
        Description = "Paces the machine to this computer's clock: sleeping programs sleep as long as they say, and the date is that of here. Counts differ from run to run.",
    };
    private readonly Option<string?> log = new("--log") { HelpName = "LEVEL", Description = "quiet, info or debug; quiet if not given." };

    /// <summary>Gives the command all of these options.</summary>
    public void AddTo(Command command)
    {
        AddHardwareOptionsTo(command);
        foreach (Option option in new Option[] { mounts, root, swap, environment, randomization, kernel }) command.Options.Add(option);
    }

    /// <summary>Gives the command the options that choose the machine, not what the guest kernel does with it.</summary>
    public void AddHardwareOptionsTo(Command command)
    {
        foreach (Option option in new Option[] { memory, cpu, tlb, engine, instructionLimit, log }) command.Options.Add(option);
    }

    /// <summary>Gives the command the option to run at the wall clock's pace; not for a debugger, which stops time and goes back in it.</summary>
    public void AddPaceTo(Command command) => command.Options.Add(realTime);

    /// <summary>What the user chose.</summary>
    /// <exception cref="UsageException">A value cannot be used.</exception>
    public MachineSettings Read(ParseResult result)
    {
        MachineSettings settings = ReadEach(result);
        if (settings.SwapBytes / SwapBytesPerMemoryByte > settings.MemoryBytes)
        {
            throw new UsageException($"--swap {result.GetValue(swap)}: that is too much for {ByteSize.Format(settings.MemoryBytes)} of RAM, which can manage "
                + $"{ByteSize.Format(settings.MemoryBytes * SwapBytesPerMemoryByte)} of swap space; give less of it, or more RAM with -m");
        }
        return settings;
    }

    private MachineSettings ReadEach(ParseResult result) => new()
    {
        MemoryBytes = result.GetValue(memory) is { } size ? ReadMemory(size) : MachineSettings.DefaultMemoryBytes,
        Tlb = result.GetValue(tlb) is { } model ? ReadTlb(model) : TlbSpecification.Parse(TlbSpecification.DefaultPreset),
        Cpu = ReadCpu(result, cpu),
        Mounts = [.. (result.GetValue(mounts) ?? []).Select(DirectoryMount.Parse)],
        RootDirectory = result.GetValue(root) is { } directory ? DirectoryMount.Readable(directory, "--root") : null,
        SwapBytes = result.GetValue(swap) is { } room ? ReadSwap(room) : 0,
        Environment = EnvironmentVariable.Join(result.GetValue(environment) ?? []),
        RandomizesAddresses = result.GetValue(randomization) is { } choice && ReadSwitch(choice),
        KernelFile = result.GetValue(kernel) is { } file ? ReadKernel(file) : null,
        InstructionLimit = result.GetValue(instructionLimit) is { } limit ? ReadLimit(limit) : null,
        UsesReferenceEngine = result.GetValue(engine) is { } name && ReadEngine(name),
        IsRealTime = result.GetValue(realTime),
        Log = result.GetValue(log) is { } level ? ReadVerbosity(level) : LogVerbosity.Quiet,
    };

    /// <summary>The option that chooses the level of the processor.</summary>
    public static Option<string?> CreateCpuOption() => new("--cpu")
    {
        HelpName = "LEVEL",
        Description = $"The processor's instruction set: {string.Join(", ", CpuLevels.AllNames)}; {CpuLevels.NameOf(CpuLevels.Default)} if not given. "
            + "Programs see it in CPUID; what is beyond it raises #UD.",
    };

    /// <summary>The level that <see cref="CreateCpuOption"/>'s option was given.</summary>
    /// <exception cref="UsageException">There is no such level.</exception>
    public static CpuLevel ReadCpu(ParseResult result, Option<string?> option)
    {
        if (result.GetValue(option) is not { } name) return CpuLevels.Default;
        try
        {
            return CpuLevels.Parse(name);
        }
        catch (FormatException failure)
        {
            throw new UsageException($"--cpu {failure.Message}");
        }
    }

    private static ulong ReadMemory(string text)
    {
        ulong bytes = ByteSize.Parse(text, "--memory");
        if (bytes is < MinimumMemoryBytes or > MaximumMemoryBytes || bytes % 4096 != 0)
            throw new UsageException($"--memory {text}: RAM is a multiple of 4K from 16M to 1T");
        return bytes;
    }

    private static ulong ReadSwap(string text)
    {
        ulong bytes = ByteSize.Parse(text, "--swap");
        if (bytes is < MinimumSwapBytes or > MaximumSwapBytes || bytes % 4096 != 0)
            throw new UsageException($"--swap {text}: swap space is a multiple of 4K from 64K to 64G");
        return bytes;
    }

    private static TlbSpecification ReadTlb(string text)
    {
        try
        {
            return TlbSpecification.Parse(text);
        }
        catch (FormatException failure)
        {
            throw new UsageException($"--tlb: {failure.Message}");
        }
    }

    private static bool ReadSwitch(string text) => text switch
    {
        "on" => true,
        "off" => false,
        _ => throw new UsageException($"--aslr {text}: write on or off"),
    };

    private static string ReadKernel(string file) =>
        File.Exists(file) ? Path.GetFullPath(file) : throw new UsageException($"--kernel: {file}: {(Directory.Exists(file) ? "is a directory" : "no such file")}");

    private static ulong ReadLimit(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong limit) && limit > 0
            ? limit
            : throw new UsageException($"--timeout-instructions {text}: write a whole number above 0");

    private static bool ReadEngine(string text) => text switch
    {
        "fast" => false,
        "reference" => true,
        _ => throw new UsageException($"--engine {text}: the engines are fast and reference"),
    };

    private static LogVerbosity ReadVerbosity(string text) => text switch
    {
        "quiet" => LogVerbosity.Quiet,
        "info" => LogVerbosity.Info,
        "debug" => LogVerbosity.Debug,
        _ => throw new UsageException($"--log {text}: the levels are quiet, info and debug"),
    };
}
