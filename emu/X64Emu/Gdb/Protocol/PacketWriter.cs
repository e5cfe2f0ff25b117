namespace X64Emu.Gdb.Protocol;

/// <summary>Sends acknowledgements and replies. A connection that broke swallows them: the reader tells of its end.</summary>
internal sealed class PacketWriter(Stream output)
{
    private byte[] last = [];

    /// <summary>False once gdb has switched acknowledgements off.</summary>
    public bool AcknowledgesPackets { get; set; } = true;

    /// <summary>'+' or '-', while packets are acknowledged.</summary>
    public void Acknowledge(bool isGood)
    {
        if (AcknowledgesPackets) Write(isGood ? "+"u8.ToArray() : "-"u8.ToArray());
    }

    /// <summary>Sends a reply.</summary>
    /// <param name="payload">A character for each byte.</param>
    public void Send(string payload) => Write(last = PacketEncoding.Frame(payload));

    /// <summary>Sends the last reply again.</summary>
    public void Resend()
    {
        if (AcknowledgesPackets) Write(last);
    }

    private void Write(byte[] bytes)
    {
        try
        {
            output.Write(bytes, 0, bytes.Length);
            output.Flush();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            last = [];
        }
    }
}
