namespace X64Emu.Devices.NineP;

/// <summary>The requests on the content of files: open, create, read, write, sync, locks.</summary>
internal static class FileVerbs
{
    private const uint AccessModeMask = 0x3;
    private const uint WriteOnly = 0x1;
    private const uint ReadWrite = 0x2;
    private const uint Exclusive = 0x80;
    private const uint Truncate = 0x200;
    private const uint Append = 0x400;
    private const uint DirectoryOnly = 0x1_0000;
    private const uint PermissionMask = 0x1ff;
    private const int ReadHeaderBytes = NinePWriter.HeaderBytes + sizeof(uint);

    internal static int Open(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        uint number = request.UInt32();
        uint flags = request.UInt32();
        if (request.IsBroken) return LinuxError.BadMessage;
        if (session.Fids.Find(number) is not { } fid) return LinuxError.BadDescriptor;
        if (fid.IsOpen) return LinuxError.Invalid;
        OpenMode mode = Decode(flags);
        if (session.IsReadOnly && (mode.CanWrite || mode.Truncate)) return LinuxError.ReadOnlyFileSystem;
        int error = fid.Node.GetAttributes(out FileAttributes attributes);
        if (error != LinuxError.None) return error;
        if (attributes.IsDirectory)
        {
            if (mode.CanWrite || mode.Truncate) return LinuxError.IsDirectory;
            error = fid.Node.List(out List<DirectoryEntry> entries);
            if (error != LinuxError.None) return error;
            fid.Listing = entries;
        }
        else
        {
            if ((flags & DirectoryOnly) != 0) return LinuxError.NotDirectory;
            error = fid.Node.Open(mode, out ISharedFile? file);
            if (error != LinuxError.None) return error;
            fid.File = file;
            if (mode.Truncate) fid.Node.GetAttributes(out attributes);
        }
        fid.IsOpen = true;
        reply.Qid(session.Qids.Map(attributes));
        // No advice on transfer sizes: the client uses the message size.
        reply.UInt32(0);
        return LinuxError.None;
    }

    /// <summary>Creates a file in the fid's directory and turns the fid to it, open.</summary>
    internal static int Create(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        uint number = request.UInt32();
        byte[] name = request.Text().ToArray();
        uint flags = request.UInt32();
        uint permissions = request.UInt32();
        request.UInt32();
        if (request.IsBroken) return LinuxError.BadMessage;
        if (session.Fids.Find(number) is not { } fid) return LinuxError.BadDescriptor;
        if (fid.IsOpen) return LinuxError.Invalid;
        if (session.IsReadOnly) return LinuxError.ReadOnlyFileSystem;
        int error = NinePSession.CheckName(name);
        if (error != LinuxError.None) return error;
        error = fid.Node.Create(name, Decode(flags), permissions & PermissionMask, out ISharedNode? child, out ISharedFile? file);
        if (error != LinuxError.None) return error;
        fid.Become(child!, [.. fid.Path, name]);
        fid.File = file;
        fid.IsOpen = true;
        error = session.Identify(fid.Node, out Qid qid);
        reply.Qid(qid);
        reply.UInt32(0);
        return error;
    }

    internal static int Read(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        uint number = request.UInt32();
        ulong offset = request.UInt64();
        uint count = request.UInt32();
        if (request.IsBroken) return LinuxError.BadMessage;
        if (session.Fids.Find(number) is not { } fid) return LinuxError.BadDescriptor;
        if (fid.File is null) return fid.Listing is not null ? LinuxError.IsDirectory : LinuxError.BadDescriptor;
        uint room = Math.Min(session.MessageBytes - ReadHeaderBytes, (uint)Math.Max(0, reply.RoomBytes - sizeof(uint)));
        int wanted = (int)Math.Min(count, room);
        int lengthPosition = reply.Position;
        reply.UInt32(0);
        int start = reply.Position;
        int error = fid.File.Read(offset, reply.Reserve(wanted), out int got);
        if (error != LinuxError.None) return error;
        reply.Rewind(start + got);
        reply.Patch(lengthPosition, (uint)got);
        return LinuxError.None;
    }

    internal static int Write(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        uint number = request.UInt32();
        ulong offset = request.UInt64();
        ReadOnlySpan<byte> data = request.Take(request.UInt32());
        if (request.IsBroken) return LinuxError.BadMessage;
        if (session.Fids.Find(number) is not { } fid) return LinuxError.BadDescriptor;
        if (session.IsReadOnly) return LinuxError.ReadOnlyFileSystem;
        if (fid.File is null) return LinuxError.BadDescriptor;
        int error = fid.File.Write(offset, data, out int count);
        reply.UInt32((uint)count);
        return error;
    }

    internal static int Sync(NinePSession session, ref NinePReader request)
    {
        uint number = request.UInt32();
        if (request.IsBroken) return LinuxError.BadMessage;
        // The flag came later in the protocol's life and may be missing.
        bool isDataOnly = request.UInt32() != 0;
        if (session.Fids.Find(number) is not { } fid) return LinuxError.BadDescriptor;
        return fid.File is null || session.IsReadOnly ? LinuxError.None : fid.File.Sync(isDataOnly);
    }

    /// <summary>There is one client, so every lock is granted.</summary>
    internal static int Lock(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        uint number = request.UInt32();
        request.Take(1 + 4 + 8 + 8 + 4);
        request.Text();
        if (request.IsBroken) return LinuxError.BadMessage;
        if (!session.Fids.Contains(number)) return LinuxError.BadDescriptor;
        reply.Byte(0);
        return LinuxError.None;
    }

    internal static int GetLock(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        const byte unlocked = 2;
        uint number = request.UInt32();
        request.Byte();
        ulong start = request.UInt64();
        ulong length = request.UInt64();
        uint process = request.UInt32();
        ReadOnlySpan<byte> client = request.Text();
        if (request.IsBroken) return LinuxError.BadMessage;
        if (!session.Fids.Contains(number)) return LinuxError.BadDescriptor;
        reply.Byte(unlocked);
        reply.UInt64(start);
        reply.UInt64(length);
        reply.UInt32(process);
        reply.Text(client);
        return LinuxError.None;
    }

    private static OpenMode Decode(uint flags)
    {
        uint access = flags & AccessModeMask;
        return new OpenMode(access != WriteOnly, access is WriteOnly or ReadWrite, (flags & Truncate) != 0, (flags & Append) != 0, (flags & Exclusive) != 0);
    }
}
