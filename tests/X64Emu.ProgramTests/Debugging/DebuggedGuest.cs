using System.Globalization;
using System.Text;
using X64Emu.Cli.Options;
using X64Emu.Cli.Running;
using X64Emu.Debugging.Running;
using X64Emu.Devices;
using X64Emu.Measurement;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>A program on the guest kernel, in this process and under a debugging session.</summary>
internal sealed class DebuggedGuest : IDisposable
{
    private readonly string program;
    private readonly ProgramPlan plan;
    private PreparedMachine? machine;
    private MemoryStream output = new();

    public DebuggedGuest(string program, params IReadOnlyList<string> arguments)
        : this(program, swapBytes: 0, arguments)
    {
    }

    public DebuggedGuest(string program, ulong swapBytes, IReadOnlyList<string> arguments)
    {
        this.program = program;
        plan = new ProgramPlan([program, .. arguments], new MachineSettings { MemoryBytes = 64 << 20, SwapBytes = swapBytes });
        Session = new DebugSession(new DebugSessionOptions { CreateMachine = CreateMachine, KernelImage = plan.Kernel, HostPath = plan.HostPath });
    }

    public DebugSession Session { get; }

    /// <summary>What the program has written since the machine's start.</summary>
    public string Output => Encoding.Latin1.GetString(output.ToArray()).ReplaceLineEndings("\n");

    /// <summary>The program, at its first instruction.</summary>
    public static DebuggedGuest AtStart(string program, params IReadOnlyList<string> arguments)
    {
        DebuggedGuest guest = new(program, arguments);
        guest.Session.RunToProgram();
        return guest;
    }

    /// <summary>Where binutils' nm says that a symbol of the program is.</summary>
    public VirtualAddress Symbol(string name)
    {
        ProgramResult symbols = HostProcess.Run(HostTool.Require("nm", "binutils"), [program]);
        string line = symbols.StandardOutput.Split('\n').First(line => line.EndsWith(" " + name, StringComparison.Ordinal));
        return new VirtualAddress(ulong.Parse(line.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    /// <summary>Goes on until the end and returns the stops on the way.</summary>
    public IReadOnlyList<StopEvent> RunToEnd()
    {
        List<StopEvent> stops = [];
        while (Session.Continue() is { IsEnd: false } stop) stops.Add(stop);
        return stops;
    }

    /// <summary>Everything that was counted, and what the program wrote.</summary>
    public IReadOnlyList<string> Result()
    {
        MachineSnapshot counts = Session.Measurement.Counts;
        return
        [
            .. MeasuredEvent.All.Select(measured => $"{measured.Name}: {counts[measured]}"),
            $"instructions since the start: {Session.InstructionCount}",
            $"nanoseconds: {Session.Machine.Clock.NowNanoseconds}",
            $"exit: {Session.LastStop.ExitStatus} {Session.LastStop.WaitStatus}",
            Output,
        ];
    }

    public void Dispose()
    {
        Session.Dispose();
        machine?.Dispose();
    }

    private PcMachine CreateMachine()
    {
        machine?.Dispose();
        output = new MemoryStream();
        machine = plan.CreateMachine(new StreamSerialBackend(Stream.Null, output), new StreamSerialBackend(Stream.Null, Stream.Null), isTerminal: false);
        return machine.Machine;
    }
}
