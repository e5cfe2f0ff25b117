using X64Emu.Devices;

namespace X64Emu.Cli.Running;

/// <summary>How to make a machine with everything loaded and nothing run. Each machine made is equal to the others.</summary>
internal interface IMachinePlan
{
    /// <summary>What the user calls it: the program, or the kernel.</summary>
    string Name { get; }

    /// <summary>The kernel image's bytes.</summary>
    byte[] Kernel { get; }

    /// <summary>The host's file behind a guest path; null where the guest has no file of the host.</summary>
    string? HostPath(string guestPath);

    /// <summary>Makes a machine.</summary>
    /// <param name="serial1">The far end of COM1.</param>
    /// <param name="serial2">The far end of COM2.</param>
    /// <param name="isTerminal">Whether COM1 is a terminal; else standard output is COM1 and standard error COM2.</param>
    /// <exception cref="UsageException">A directory cannot be shown to the guest.</exception>
    /// <exception cref="Boot.BootImageException">The image cannot be booted.</exception>
    PreparedMachine CreateMachine(ISerialBackend serial1, ISerialBackend serial2, bool isTerminal);
}
