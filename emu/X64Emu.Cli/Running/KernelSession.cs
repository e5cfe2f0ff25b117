using X64Emu.Boot;
using X64Emu.Cli.Options;

namespace X64Emu.Cli.Running;

/// <summary>Runs any kernel, with nothing of the guest operating system around it.</summary>
internal static class KernelSession
{
    /// <summary>Boots the image and returns the tool's exit status.</summary>
    /// <param name="image">The kernel's path.</param>
    /// <param name="commandLine">What the kernel is told.</param>
    /// <param name="modules">Files to load beside it.</param>
    /// <param name="settings">The machine.</param>
    /// <exception cref="UsageException">A file cannot be read.</exception>
    /// <exception cref="BootImageException">The image cannot be booted.</exception>
    public static int Run(string image, string commandLine, IEnumerable<string> modules, MachineSettings settings)
    {
        KernelPlan plan = new(image, commandLine, modules, settings);
        using RunControl control = new();
        using GuestSerial serial = GuestSerial.Open(() => control.Stop(ExitStatus.Interrupted), settings.IsRealTime);
        using PreparedMachine prepared = plan.CreateMachine(serial.Serial1, serial.Serial2, serial.IsTerminal);
        PcMachine machine = prepared.Machine;
        serial.Attach(machine);
        PcStop stop = control.Run(machine, MachineFactory.InstructionLimit(settings));
        if (StopReport.Message(stop, machine) is { } message) Console.Error.WriteLine($"x64emu: {message}");
        return StopReport.ExitStatus(stop, control.RequestedStatus);
    }
}
