namespace X64Emu.Cli.Terminal;

/// <summary>Passes keys on to the guest, Ctrl-C included, and calls for the end of the run when Ctrl-C is typed three times within a second.</summary>
/// <remarks>A guest that reads no input and one that ignores SIGINT can so be ended from the keyboard too.</remarks>
/// <param name="keys">Where keys come from.</param>
/// <param name="clock">Measures the second.</param>
/// <param name="onBreak">Called on the reader's thread.</param>
internal sealed class BreakKeyStream(Stream keys, TimeProvider clock, Action onBreak) : Stream
{
    private const byte ControlC = 3;
    private const int KeysForBreak = 3;
    private static readonly TimeSpan breakWindow = TimeSpan.FromSeconds(1);
    private readonly Queue<long> typed = new();

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int length = keys.Read(buffer);
        foreach (byte key in buffer[..length]) Watch(key);
        return length;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Watch(byte key)
    {
        if (key != ControlC)
        {
            typed.Clear();
            return;
        }
        long now = clock.GetTimestamp();
        typed.Enqueue(now);
        if (typed.Count < KeysForBreak) return;
        if (clock.GetElapsedTime(typed.Dequeue(), now) <= breakWindow) onBreak();
    }
}
