using X64Emu.Devices;

namespace X64Emu.Cli.Debugger.Guest;

/// <summary>The terminal's end of one machine's COM1: typed input, recorded as it is taken, and the program's output.</summary>
/// <param name="input">What is typed.</param>
/// <param name="screen">Where output goes.</param>
internal sealed class KeyboardCable(TypedInput input, Stream screen) : ISerialBackend
{
    private readonly StreamSerialBackend writer = new(Stream.Null, screen);
    private PcMachine? machine;
    private int taken;

    /// <inheritdoc/>
    public bool CarrierPresent => true;

    /// <inheritdoc/>
    public bool DeliversOnRequestOnly => false;

    /// <summary>Plugs the cable in.</summary>
    public void Attach(PcMachine attached) => machine = attached;

    /// <inheritdoc/>
    public void Transmit(byte value) => writer.Transmit(value);

    /// <inheritdoc/>
    public bool TryReceive(out byte value)
    {
        value = 0;
        if (machine is null || !input.TryTake(taken, machine.Clock.NowNanoseconds, out value)) return false;
        taken++;
        return true;
    }

    /// <inheritdoc/>
    public void RequestInput() => Flush();

    /// <summary>Shows output. An idle machine calls this before it waits for a key, so one that is there already wakes it.</summary>
    public void Flush()
    {
        writer.Flush();
        if (machine is not null && input.IsWaiting(taken, machine.Clock.NowNanoseconds)) machine.HostInputArrived();
    }
}
