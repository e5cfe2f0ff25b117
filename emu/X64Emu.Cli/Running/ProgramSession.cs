using X64Emu.Cli.Guest;
using X64Emu.Cli.Options;
using X64Emu.Measurement;

namespace X64Emu.Cli.Running;

/// <summary>How a program's run ended.</summary>
/// <param name="ExitStatus">The tool's exit status.</param>
/// <param name="Counts">What happened while the program lived.</param>
internal sealed record ProgramOutcome(int ExitStatus, MachineSnapshot Counts);

/// <summary>Runs one program on the guest kernel, from its file's check to its exit status.</summary>
internal static class ProgramSession
{
    /// <summary>Runs it.</summary>
    /// <param name="words">The program and its arguments.</param>
    /// <param name="settings">The machine and what the guest sees.</param>
    /// <exception cref="UsageException">The program cannot be run; the message says why.</exception>
    public static ProgramOutcome Run(IReadOnlyList<string> words, MachineSettings settings)
    {
        GuestFileTree tree = GuestFileTree.Plan(words[0], settings, Environment.CurrentDirectory);
        CheckProgram(tree, words[0]);
        byte[] kernel = KernelFile.Read(settings.KernelFile);

        using RunControl control = new();
        using GuestSerial serial = GuestSerial.Open(() => control.Stop(ExitStatus.Interrupted));
        using SharedDirectories shares = SharedDirectories.Open(tree.AllShares);
        using PcMachine machine = MachineFactory.Create(settings, serial, shares.Devices);
        ProgramMeasurement measurement = ProgramMeasurement.Attach(machine);
        machine.LoadKernel(kernel, KernelWords(tree, words, settings, serial.IsTerminal).ToString());
        serial.Attach(machine);

        PcStop stop = control.Run(machine, MachineFactory.InstructionLimit(settings));
        serial.Dispose();
        if (StopReport.Message(stop, machine) is { } message) Console.Error.WriteLine($"x64emu: {message}");
        return new ProgramOutcome(StopReport.ExitStatus(stop, control.RequestedStatus), measurement.Counts);
    }

    private static void CheckProgram(GuestFileTree tree, string name)
    {
        if (ElfProgram.Check(tree.ProgramHostPath, name).Interpreter is not { } loader) return;
        if (tree.Root is not { } root)
            throw new UsageException($"{name} is linked dynamically: it needs {loader}; give --root / or link it with -static");
        if (!File.Exists(Path.Join(root.HostPath, loader)))
            throw new UsageException($"{name} is linked dynamically, and its loader {loader} is not in the root directory {root.HostPath}");
    }

    private static KernelCommandLine KernelWords(GuestFileTree tree, IReadOnlyList<string> words, MachineSettings settings, bool isTerminal) =>
        new(tree.ProgramGuestPath, words.Skip(1))
        {
            RootTag = tree.Root?.Tag,
            Mounts = [.. tree.Shares.Select(share => new KernelMount(share.Tag, share.GuestPath, share.IsWritable))],
            WorkingDirectory = tree.WorkingDirectory,
            Environment = settings.Environment,
            SplitStdio = !isTerminal,
            LogLevel = settings.Log switch { LogVerbosity.Quiet => null, LogVerbosity.Info => "info", _ => "debug" },
        };
}
