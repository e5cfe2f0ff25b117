namespace X64Emu.Devices.NineP;

/// <summary>The requests on attributes: getattr, setattr, statfs, readlink, extended attributes (none).</summary>
internal static class AttributeVerbs
{
    private const ulong BasicAttributes = 0x7ff;
    private const uint PermissionMask = 0x3ff;
    private const uint SetMode = 1;
    private const uint SetUser = 2;
    private const uint SetGroup = 4;
    private const uint SetSize = 8;
    private const uint SetAccessed = 0x10;
    private const uint SetModified = 0x20;
    private const uint AccessedGiven = 0x80;
    private const uint ModifiedGiven = 0x100;
    private const uint NanosecondsPerSecond = 1_000_000_000;

    internal static int GetAttributes(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        uint number = request.UInt32();
        request.UInt64();
        if (request.IsBroken) return LinuxError.BadMessage;
        if (session.Fids.Find(number) is not { } fid) return LinuxError.BadDescriptor;
        int error = fid.Node.GetAttributes(out FileAttributes attributes);
        if (error != LinuxError.None) return error;
        reply.UInt64(BasicAttributes);
        reply.Qid(session.Qids.Map(attributes));
        reply.UInt32(attributes.Mode);
        reply.UInt32(attributes.UserId);
        reply.UInt32(attributes.GroupId);
        reply.UInt64(attributes.LinkCount);
        reply.UInt64(attributes.SpecialDevice);
        reply.UInt64(attributes.LengthBytes);
        reply.UInt64(attributes.BlockBytes);
        reply.UInt64(attributes.Blocks);
        reply.UInt64((ulong)attributes.AccessedSeconds);
        reply.UInt64(attributes.AccessedNanoseconds);
        reply.UInt64((ulong)attributes.ModifiedSeconds);
        reply.UInt64(attributes.ModifiedNanoseconds);
        reply.UInt64((ulong)attributes.ChangedSeconds);
        reply.UInt64(attributes.ChangedNanoseconds);
        // Birth time, generation and data version are not among the basic attributes.
        for (int field = 0; field < 4; field++) reply.UInt64(0);
        return LinuxError.None;
    }

    internal static int SetAttributes(NinePSession session, ref NinePReader request)
    {
        uint number = request.UInt32();
        uint valid = request.UInt32();
        uint mode = request.UInt32();
        uint user = request.UInt32();
        uint group = request.UInt32();
        ulong size = request.UInt64();
        TimeChange accessed = Time(ref request, (valid & AccessedGiven) != 0);
        TimeChange modified = Time(ref request, (valid & ModifiedGiven) != 0);
        if (request.IsBroken) return LinuxError.BadMessage;
        if (session.Fids.Find(number) is not { } fid) return LinuxError.BadDescriptor;
        if (session.IsReadOnly) return LinuxError.ReadOnlyFileSystem;
        if (size > long.MaxValue || accessed.Nanoseconds >= NanosecondsPerSecond || modified.Nanoseconds >= NanosecondsPerSecond) return LinuxError.Invalid;
        return fid.Node.SetAttributes(new AttributeChange(
            (valid & SetMode) != 0 ? mode & PermissionMask : null,
            (valid & SetUser) != 0 ? user : null,
            (valid & SetGroup) != 0 ? group : null,
            (valid & SetSize) != 0 ? size : null,
            (valid & SetAccessed) != 0 ? accessed : null,
            (valid & SetModified) != 0 ? modified : null));
    }

    internal static int StatFileSystem(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        uint number = request.UInt32();
        if (request.IsBroken) return LinuxError.BadMessage;
        if (session.Fids.Find(number) is not { } fid) return LinuxError.BadDescriptor;
        int error = fid.Node.StatFileSystem(out FileSystemStatus status);
        if (error != LinuxError.None) return error;
        reply.UInt32(status.Type);
        reply.UInt32(status.BlockBytes);
        reply.UInt64(status.Blocks);
        reply.UInt64(status.FreeBlocks);
        reply.UInt64(status.AvailableBlocks);
        reply.UInt64(status.Files);
        reply.UInt64(status.FreeFiles);
        reply.UInt64(status.Identifier);
        reply.UInt32(status.NameBytes);
        return LinuxError.None;
    }

    internal static int ReadLink(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        uint number = request.UInt32();
        if (request.IsBroken) return LinuxError.BadMessage;
        if (session.Fids.Find(number) is not { } fid) return LinuxError.BadDescriptor;
        int error = fid.Node.ReadLink(out byte[] target);
        if (error == LinuxError.None) reply.Text(target);
        return error;
    }

    private static TimeChange Time(ref NinePReader request, bool isGiven)
    {
        ulong seconds = request.UInt64();
        ulong nanoseconds = request.UInt64();
        return isGiven ? new TimeChange(false, (long)seconds, (uint)Math.Min(nanoseconds, uint.MaxValue)) : new TimeChange(true, 0, 0);
    }
}
