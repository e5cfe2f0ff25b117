using System.Globalization;
using System.Text;
using X64Emu.Boot;
using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Memory;
using X64Emu.Devices;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>A machine with the kernel and one program, looked at from outside.</summary>
internal sealed class DebuggedMachine : IDisposable
{
    private readonly MemoryStream output = new();

    public DebuggedMachine(string program, string? commandLine = null)
    {
        Pc = new PcMachine(new PcMachineOptions
        {
            Machine = new MachineOptions { MemoryBytes = 64 << 20 },
            Serial1 = new StreamSerialBackend(Stream.Null, output),
        });
        Memory = new DebugMemory(Pc);
        byte[] kernel = File.ReadAllBytes(Repository.Kernel);
        Guest = GuestKernel.TryAttach(Pc, Memory, kernel) ?? throw new InvalidOperationException("the kernel has no debug information");
        Pc.LoadKernel(kernel, commandLine ?? "stdio=console -- /program", [new BootModule(File.ReadAllBytes(program))]);
    }

    public PcMachine Pc { get; }

    public DebugMemory Memory { get; }

    public GuestKernel Guest { get; }

    /// <summary>The process that memory-view started as.</summary>
    public GuestProcess Parent => Guest.FindProcess((int)Printed("self"))!;

    /// <summary>The process it forked.</summary>
    public GuestProcess Child => Guest.FindProcess((int)Printed("child"))!;

    /// <summary>What the program has printed.</summary>
    public string Output => Encoding.ASCII.GetString(output.ToArray()).Replace("\r", "", StringComparison.Ordinal);

    /// <summary>tests/Programs/memory-view.c, asleep behind its last line.</summary>
    public static DebuggedMachine WithMemoryView(string? program = null)
    {
        DebuggedMachine machine = new(program ?? CompiledProgram.Glibc("memory-view"));
        PcStop stop = machine.Pc.Run(200_000_000);
        if (stop.Reason != PcStopReason.HaltedForever || !machine.Output.EndsWith("ready\n", StringComparison.Ordinal))
            throw new InvalidOperationException($"memory-view stopped because of {stop.Reason} after printing '{machine.Output}'");
        return machine;
    }

    /// <summary>A number that the program printed behind a word.</summary>
    public ulong Printed(string word)
    {
        string line = Output.Split('\n').First(line => line.StartsWith(word + " ", StringComparison.Ordinal));
        string number = line[(word.Length + 1)..];
        return number.StartsWith("0x", StringComparison.Ordinal)
            ? ulong.Parse(number[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : ulong.Parse(number, CultureInfo.InvariantCulture);
    }

    /// <summary>An address that the program printed behind a word.</summary>
    public VirtualAddress Address(string word) => new(Printed(word));

    public void Dispose()
    {
        Pc.Dispose();
        output.Dispose();
    }
}
