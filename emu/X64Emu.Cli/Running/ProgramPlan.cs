using X64Emu.Cli.Guest;
using X64Emu.Cli.Options;
using X64Emu.Devices;

namespace X64Emu.Cli.Running;

/// <summary>A program on the guest kernel.</summary>
internal sealed class ProgramPlan : IMachinePlan
{
    // Its table of frames lies in the first GiB.
    private const ulong MostKernelMemoryBytes = 64UL << 30;
    private readonly GuestFileTree tree;
    private readonly IReadOnlyList<string> words;
    private readonly MachineSettings settings;

    /// <summary>Checks that the program can be run.</summary>
    /// <param name="words">The program and its arguments.</param>
    /// <param name="settings">The machine and what the guest sees.</param>
    /// <exception cref="UsageException">It cannot; the message says why.</exception>
    public ProgramPlan(IReadOnlyList<string> words, MachineSettings settings)
    {
        if (settings.KernelFile is null && settings.MemoryBytes > MostKernelMemoryBytes)
            throw new UsageException($"--memory {ByteSize.Format(settings.MemoryBytes)}: the guest kernel manages at most {ByteSize.Format(MostKernelMemoryBytes)}");
        this.words = words;
        this.settings = settings;
        tree = GuestFileTree.Plan(words[0], settings, Environment.CurrentDirectory);
        CheckProgram(tree, words[0]);
        Kernel = KernelFile.Read(settings.KernelFile);
    }

    /// <inheritdoc/>
    public string Name => words[0];

    /// <inheritdoc/>
    public byte[] Kernel { get; }

    /// <inheritdoc/>
    public string? HostPath(string guestPath) => tree.HostPath(guestPath);

    /// <inheritdoc/>
    public PreparedMachine CreateMachine(ISerialBackend serial1, ISerialBackend serial2, bool isTerminal)
    {
        SharedDirectories shares = SharedDirectories.Open(tree.AllShares);
        try
        {
            PcMachine machine = MachineFactory.Create(settings, serial1, serial2, shares.Devices);
            machine.LoadKernel(Kernel, KernelWords(isTerminal).ToString());
            return new PreparedMachine(machine, shares);
        }
        catch
        {
            shares.Dispose();
            throw;
        }
    }

    private static void CheckProgram(GuestFileTree tree, string name)
    {
        if (ElfProgram.Check(tree.ProgramHostPath, name).Interpreter is not { } loader) return;
        if (tree.Root is not { } root)
            throw new UsageException($"{name} is linked dynamically: it needs {loader}; give --root / or link it with -static");
        if (!File.Exists(Path.Join(root.HostPath, loader)))
            throw new UsageException($"{name} is linked dynamically, and its loader {loader} is not in the root directory {root.HostPath}");
    }

    private KernelCommandLine KernelWords(bool isTerminal) => new(tree.ProgramGuestPath, words.Skip(1))
    {
        RootTag = tree.Root?.Tag,
        Mounts = [.. tree.Shares.Select(share => new KernelMount(share.Tag, share.GuestPath, share.IsWritable))],
        WorkingDirectory = tree.WorkingDirectory,
        Environment = settings.Environment,
        SplitStdio = !isTerminal,
        RandomizesAddresses = settings.RandomizesAddresses,
        UsesSwapDisk = settings.SwapBytes != 0,
        LogLevel = settings.Log switch { LogVerbosity.Quiet => null, LogVerbosity.Info => "info", _ => "debug" },
    };
}
