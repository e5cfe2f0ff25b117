using X64Emu.Boot;
using X64Emu.Cli.Options;
using X64Emu.Devices;

namespace X64Emu.Cli.Running;

/// <summary>Any kernel, with nothing of the guest operating system around it.</summary>
internal sealed class KernelPlan : IMachinePlan
{
    private readonly string commandLine;
    private readonly BootModule[] modules;
    private readonly MachineSettings settings;

    /// <summary>Reads the files.</summary>
    /// <param name="image">The kernel's path.</param>
    /// <param name="commandLine">What the kernel is told.</param>
    /// <param name="modules">Files to load beside it.</param>
    /// <param name="settings">The machine.</param>
    /// <exception cref="UsageException">A file cannot be read.</exception>
    public KernelPlan(string image, string commandLine, IEnumerable<string> modules, MachineSettings settings)
    {
        Name = image;
        this.commandLine = commandLine;
        this.settings = settings;
        Kernel = KernelFile.ReadFile(image, "the kernel");
        this.modules = [.. modules.Select(file => new BootModule(KernelFile.ReadFile(file, "the module"), file))];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public byte[] Kernel { get; }

    /// <inheritdoc/>
    public string? HostPath(string guestPath) => null;

    /// <inheritdoc/>
    public PreparedMachine CreateMachine(ISerialBackend serial1, ISerialBackend serial2, bool isTerminal)
    {
        PcMachine machine = MachineFactory.Create(settings, serial1, serial2, []);
        try
        {
            machine.LoadKernel(Kernel, commandLine, modules);
            return new PreparedMachine(machine, shares: null);
        }
        catch
        {
            machine.Dispose();
            throw;
        }
    }
}
