using Microsoft.Win32.SafeHandles;
using X64Emu.Cli.Terminal;
using X64Emu.Devices;

namespace X64Emu.Cli.Running;

/// <summary>Joins the guest's serial ports with the host: with a terminal as the guest's console, or with three byte streams.</summary>
internal sealed class GuestSerial : IDisposable
{
    private readonly RawTerminal? terminal;
    private readonly InteractiveSerialBackend? keyboard;

    private GuestSerial(ISerialBackend serial1, ISerialBackend serial2, RawTerminal? terminal)
    {
        Serial1 = serial1;
        Serial2 = serial2;
        this.terminal = terminal;
        keyboard = serial1 as InteractiveSerialBackend;
    }

    /// <summary>What COM1 is connected to.</summary>
    public ISerialBackend Serial1 { get; }

    /// <summary>What COM2 is connected to.</summary>
    public ISerialBackend Serial2 { get; }

    /// <summary>Whether a person sits at a terminal, so that the program gets one too.</summary>
    public bool IsTerminal => terminal is not null;

    /// <summary>Connects standard input, output and error.</summary>
    /// <param name="onBreak">Called when Ctrl-C is typed three times, which the guest cannot keep from the tool.</param>
    /// <param name="isRealTime">Whether input that is not typed is read while the machine runs, too: time must not stand still until it comes.</param>
    public static GuestSerial Open(Action onBreak, bool isRealTime)
    {
        // The console class would edit and echo a terminal's lines itself.
        Stream input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0), output = Console.OpenStandardOutput();
        StreamSerialBackend errors = new(Stream.Null, Console.OpenStandardError());
        if (!HostTerminal.IsTerminal(1) || RawTerminal.Enter(0) is not { } terminal)
            return new GuestSerial(isRealTime ? new InteractiveSerialBackend(input, output) : new StreamSerialBackend(input, output), errors, null);
        return new GuestSerial(new InteractiveSerialBackend(new BreakKeyStream(input, TimeProvider.System, onBreak), output), errors, terminal);
    }

    /// <summary>Lets input wake the machine.</summary>
    public void Attach(PcMachine machine)
    {
        if (keyboard is null) return;
        keyboard.HostInputArrived += machine.HostInputArrived;
        keyboard.Start();
    }

    /// <inheritdoc/>
    public void Dispose() => terminal?.Dispose();
}
