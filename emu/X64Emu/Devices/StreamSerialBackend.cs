namespace X64Emu.Devices;

/// <summary>Serial input and output over host streams, read in step with the guest so that runs repeat exactly.</summary>
/// <remarks>The host is read only when the guest asks, blocking the machine meanwhile. A stream that fails counts as ended.</remarks>
public sealed class StreamSerialBackend : ISerialBackend
{
    private const int BufferBytes = 4096;
    private readonly Stream input;
    private readonly Stream output;
    private readonly byte[] received = new byte[BufferBytes];
    private readonly byte[] waiting = new byte[BufferBytes];
    private int receivedCount;
    private int receivedNext;
    private int waitingCount;

    /// <summary>Connects to <paramref name="input"/> (<see cref="Stream.Null"/> for none) and <paramref name="output"/>. They stay the caller's.</summary>
    public StreamSerialBackend(Stream input, Stream output)
    {
        this.input = input;
        this.output = output;
    }

    /// <inheritdoc/>
    public bool CarrierPresent { get; private set; } = true;

    /// <summary>True once a write to the host failed, as a closed pipe does; later output is dropped.</summary>
    public bool OutputFailed { get; private set; }

    /// <inheritdoc/>
    public bool DeliversOnRequestOnly => true;

    /// <inheritdoc/>
    public void Transmit(byte value)
    {
        waiting[waitingCount++] = value;
        if (waitingCount == BufferBytes) Flush();
    }

    /// <inheritdoc/>
    public bool TryReceive(out byte value)
    {
        bool any = receivedNext < receivedCount;
        value = any ? received[receivedNext++] : (byte)0;
        return any;
    }

    /// <inheritdoc/>
    public void RequestInput()
    {
        if (receivedNext < receivedCount || !CarrierPresent) return;
        // Whoever answers must first see what was asked.
        Flush();
        receivedNext = 0;
        try
        {
            receivedCount = input.Read(received);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            receivedCount = 0;
        }
        CarrierPresent = receivedCount > 0;
    }

    /// <inheritdoc/>
    public void Flush()
    {
        if (waitingCount == 0) return;
        Drain();
        Attempt(output.Flush);
    }

    private void Drain()
    {
        if (waitingCount > 0) Attempt(() => output.Write(waiting, 0, waitingCount));
        waitingCount = 0;
    }

    private void Attempt(Action write)
    {
        if (OutputFailed) return;
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            OutputFailed = true;
        }
    }
}
