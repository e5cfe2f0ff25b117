namespace X64Emu.Devices;

/// <summary>Serial input that arrives when it will, as from somebody who types, whether or not the guest waits for it.</summary>
/// <remarks>A background thread reads the host. <see cref="Uart16550.Poll"/> moves what it read into the chip at a slice boundary.</remarks>
public sealed class InteractiveSerialBackend : ISerialBackend
{
    private const int BufferBytes = 65_536;
    private readonly Stream input;
    private readonly StreamSerialBackend writer;
    private readonly Queue<byte> typed = new();
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
    public bool CarrierPresent => !ended || HasInput;

    /// <inheritdoc/>
    public bool DeliversOnRequestOnly => false;

    /// <summary>True when a byte or the end of input waits to be seen by the guest.</summary>
    public bool HasNews => ended || HasInput;

    private bool HasInput
    {
        get
        {
            lock (typed) return typed.Count > 0;
        }
    }

    /// <summary>Starts the reader's thread; it ends with the input or the process.</summary>
    public void Start() => new Thread(ReadHost) { IsBackground = true, Name = "serial input" }.Start();

    /// <inheritdoc/>
    public void Transmit(byte value) => writer.Transmit(value);

    /// <inheritdoc/>
    public bool TryReceive(out byte value)
    {
        lock (typed)
        {
            if (typed.Count == BufferBytes) Monitor.Pulse(typed);
            return typed.TryDequeue(out value);
        }
    }

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
            foreach (byte value in buffer.AsSpan(0, count)) Add(value);
            if (count == 0) ended = true;
            HostInputArrived?.Invoke();
        }
        while (count > 0);
    }

    /// <summary>Waits while the guest has not read what came before.</summary>
    private void Add(byte value)
    {
        lock (typed)
        {
            while (typed.Count == BufferBytes) Monitor.Wait(typed);
            typed.Enqueue(value);
        }
    }
}
