using System.IO.Pipes;
using System.Text;
using X64Emu.Gdb;
using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Target;

namespace X64Emu.Tests.Gdb;

/// <summary>gdb's side of a connection, with a server on another thread.</summary>
internal sealed class GdbClient : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(1);
    private readonly AnonymousPipeServerStream toServer = new(PipeDirection.Out), fromServer = new(PipeDirection.In);
    private readonly AnonymousPipeClientStream serverInput, serverOutput;

    public GdbClient(IDebugTarget target)
    {
        serverInput = new AnonymousPipeClientStream(PipeDirection.In, toServer.ClientSafePipeHandle);
        serverOutput = new AnonymousPipeClientStream(PipeDirection.Out, fromServer.ClientSafePipeHandle);
        Server = Task.Factory.StartNew(() => GdbServer.Serve(target, serverInput, serverOutput), TaskCreationOptions.LongRunning);
    }

    /// <summary>The server's end.</summary>
    public Task<ConnectionEnd> Server { get; }

    /// <summary>Sends a packet and waits for its reply, both acknowledged.</summary>
    public string Ask(string packet)
    {
        Send(packet);
        return Receive();
    }

    /// <summary>Sends a packet.</summary>
    public void Send(string packet) => SendRaw($"${packet}#{packet.Sum(value => value) & 0xff:x2}");

    /// <summary>Sends bytes as they are.</summary>
    public void SendRaw(string bytes) => toServer.Write(Encoding.Latin1.GetBytes(bytes));

    /// <summary>Waits for a reply and acknowledges it.</summary>
    public string Receive()
    {
        while (ReadByte() != '$')
        {
            // Acknowledgements.
        }
        StringBuilder text = new();
        for (int value = ReadByte(); value != '#'; value = ReadByte())
        {
            if (value == '*') text.Append(text[^1], ReadByte() - 29);
            else text.Append((char)value);
        }
        ReadByte();
        ReadByte();
        SendRaw("+");
        return Encoding.Latin1.GetString(PacketEncoding.Unescape(text.ToString()));
    }

    /// <summary>The next byte of the server.</summary>
    public int ReadByte()
    {
        byte[] one = new byte[1];
        using CancellationTokenSource timeout = new(patience);
        return fromServer.ReadAsync(one, timeout.Token).AsTask().Result == 0 ? throw new EndOfStreamException("the server has gone") : one[0];
    }

    /// <summary>Closes the connection and waits for the server.</summary>
    public ConnectionEnd Close()
    {
        toServer.Dispose();
        return Server.WaitAsync(patience).Result;
    }

    public void Dispose()
    {
        toServer.Dispose();
        fromServer.Dispose();
        serverInput.Dispose();
        serverOutput.Dispose();
    }
}
