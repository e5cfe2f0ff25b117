using System.Collections.Concurrent;

namespace X64Emu.Devices;

/// <summary>Serial input from a terminal: bytes arrive when somebody types, whether or not the guest waits for them.</summary>
/// <remarks>A background thread reads the host. <see cref="Uart16550.Poll"/> moves what it read into the chip at a slice boundary.</remarks>
public sealed class InteractiveSerialBackend : ISerialBackend
{
    private readonly Stream input;
    private readonly StreamSerialBackend writer;
    private readonly ConcurrentQueue<byte> typed = new();
    private volatile bool ended;

    /// <summary>Connects to <paramref name="input"/> and <paramref name="output"/>, which stay the caller's. Reading begins with <see cref="Start"/>.</summary>
    public InteractiveSerialBackend(Stream input, Stream output)
    {
        this.input = input;
        writer = new StreamSerialBackend(Stream.Null, output);
    }

    /// <summary>Raised on the reader's thread when input arrived or ended, to wake an idle machine.</summary>
    public event Action? HostInputArrived;

    /// <inheritdoc/>
    public bool CarrierPresent => !ended || !typed.IsEmpty;

    /// <inheritdoc/>
    public bool DeliversOnRequestOnly => false;

    /// <summary>True when a byte or the end of input waits to be seen by the guest.</summary>
    public bool HasNews => ended || !typed.IsEmpty;

    /// <summary>Starts the reader's thread; it ends with the input or the process.</summary>
    public void Start() => new Thread(ReadHost) { IsBackground = true, Name = "serial input" }.Start();

    /// <inheritdoc/>
    public void Transmit(byte value) => writer.Transmit(value);

    /// <inheritdoc/>
    public bool TryReceive(out byte value) => typed.TryDequeue(out value);

    /// <summary>Shows the guest's output; input comes by itself.</summary>
    public void RequestInput() => writer.Flush();

    /// <inheritdoc/>
    public void Flush() => writer.Flush();

    private void ReadHost()
    {
        byte[] buffer = new byte[256];
        int count;
        do
        {
            try
            {
                count = input.Read(buffer);
            }
            catch (Exception failure) when (failure is IOException or ObjectDisposedException or UnauthorizedAccessException)
            {
                count = 0;
            }
            foreach (byte value in buffer.AsSpan(0, count)) typed.Enqueue(value);
            if (count == 0) ended = true;
            HostInputArrived?.Invoke();
        }
        while (count > 0);
    }
}
