namespace X64Emu.Cli.Debugger.Guest;

/// <summary>The program's output on its way to the host. What a replay writes a second time is dropped.</summary>
/// <param name="host">Where it goes.</param>
internal sealed class GuestScreen(Stream host) : Stream
{
    /// <summary>While true, writes are dropped.</summary>
    public Func<bool> IsMuted { get; set; } = () => false;

    /// <summary>Whether the last byte written ended a line, or none was written.</summary>
    public bool IsAtLineStart { get; private set; } = true;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Ends a line that the program has begun, so that the console's own text starts on a new one.</summary>
    public void EndLine()
    {
        if (IsAtLineStart) return;
        host.Write("\n"u8);
        host.Flush();
        IsAtLineStart = true;
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (IsMuted() || buffer.Length == 0) return;
        host.Write(buffer);
        IsAtLineStart = buffer[^1] == '\n';
    }

    /// <inheritdoc/>
    public override void Flush() => host.Flush();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
