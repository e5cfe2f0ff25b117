using System.Buffers.Binary;

namespace X64Emu.Devices.NineP;

/// <summary>A 9P2000.L file server for one client over a shared host directory. Confined to that directory; read-only unless told otherwise.</summary>
/// <remarks>Malformed messages get an error reply, never an exception. Symbolic links are handed to the client as text and never followed here.</remarks>
public sealed class NinePServer : IDisposable
{
    private readonly NinePSession session;

    /// <summary>Serves the tree under <paramref name="root"/>, which it disposes of in the end.</summary>
    /// <param name="root">The shared directory.</param>
    /// <param name="isReadOnly">Refuses every change with EROFS.</param>
    public NinePServer(ISharedNode root, bool isReadOnly) => session = new NinePSession(root, isReadOnly);

    /// <summary>The largest message in either direction that was agreed on, in bytes.</summary>
    public int MessageBytes => (int)session.MessageBytes;

    /// <summary>The largest message the server ever agrees to, in bytes.</summary>
    public static int MaximumMessageBytes => (int)NinePSession.MaximumMessageBytes;

    /// <summary>Answers one request.</summary>
    /// <param name="request">The whole message, header included.</param>
    /// <param name="reply">Where the answer goes; at least 11 bytes for any answer at all.</param>
    /// <returns>The answer's length; 0 when there is no room for one or the request has no header to answer to.</returns>
    public int Process(ReadOnlySpan<byte> request, Span<byte> reply)
    {
        const int errorReplyBytes = NinePWriter.HeaderBytes + sizeof(uint);
        if (reply.Length < errorReplyBytes || request.Length < NinePWriter.HeaderBytes) return 0;
        uint lengthBytes = BinaryPrimitives.ReadUInt32LittleEndian(request);
        NinePMessage type = (NinePMessage)request[4];
        ushort tag = BinaryPrimitives.ReadUInt16LittleEndian(request[5..]);
        NinePWriter writer = new(reply[..Math.Min(reply.Length, MaximumMessageBytes)]);
        int error = LinuxError.BadMessage;
        if (lengthBytes >= NinePWriter.HeaderBytes && lengthBytes <= request.Length)
        {
            NinePReader reader = new(request[NinePWriter.HeaderBytes..(int)lengthBytes]);
            error = Dispatch(type, ref reader, ref writer);
            if (error == LinuxError.None && writer.IsFull) error = LinuxError.Invalid;
        }
        if (error != LinuxError.None)
        {
            type = NinePMessage.ErrorReply - 1;
            writer.Rewind(NinePWriter.HeaderBytes);
            writer.UInt32((uint)error);
        }
        writer.Finish((byte)(type + 1), tag);
        return writer.Position;
    }

    /// <summary>Forgets every fid, as when the transport is reset.</summary>
    public void Reset() => session.Reset();

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private int Dispatch(NinePMessage type, ref NinePReader request, ref NinePWriter reply) => type switch
    {
        NinePMessage.Version => SessionVerbs.Version(session, ref request, ref reply),
        NinePMessage.Attach => SessionVerbs.Attach(session, ref request, ref reply),
        NinePMessage.Walk => SessionVerbs.Walk(session, ref request, ref reply),
        NinePMessage.Clunk => SessionVerbs.Clunk(session, ref request),
        // Requests are answered one by one, so there is never one to flush.
        NinePMessage.Flush => LinuxError.None,
        NinePMessage.Open => FileVerbs.Open(session, ref request, ref reply),
        NinePMessage.Create => FileVerbs.Create(session, ref request, ref reply),
        NinePMessage.Read => FileVerbs.Read(session, ref request, ref reply),
        NinePMessage.Write => FileVerbs.Write(session, ref request, ref reply),
        NinePMessage.Sync => FileVerbs.Sync(session, ref request),
        NinePMessage.Lock => FileVerbs.Lock(session, ref request, ref reply),
        NinePMessage.GetLock => FileVerbs.GetLock(session, ref request, ref reply),
        NinePMessage.GetAttributes => AttributeVerbs.GetAttributes(session, ref request, ref reply),
        NinePMessage.SetAttributes => AttributeVerbs.SetAttributes(session, ref request),
        NinePMessage.StatFileSystem => AttributeVerbs.StatFileSystem(session, ref request, ref reply),
        NinePMessage.ReadLink => AttributeVerbs.ReadLink(session, ref request, ref reply),
        NinePMessage.ReadDirectory => DirectoryVerbs.ReadDirectory(session, ref request, ref reply),
        NinePMessage.MakeDirectory => DirectoryVerbs.MakeDirectory(session, ref request, ref reply),
        NinePMessage.SymbolicLink => DirectoryVerbs.MakeSymbolicLink(session, ref request, ref reply),
        NinePMessage.MakeNode => DirectoryVerbs.MakeNode(session, ref request),
        NinePMessage.Link => DirectoryVerbs.Link(session, ref request),
        NinePMessage.Rename => DirectoryVerbs.Rename(session, ref request),
        NinePMessage.RenameAt => DirectoryVerbs.RenameAt(session, ref request),
        NinePMessage.UnlinkAt => DirectoryVerbs.UnlinkAt(session, ref request),
        NinePMessage.Remove => DirectoryVerbs.Remove(session, ref request),
        _ => LinuxError.NotSupported,
    };
}
