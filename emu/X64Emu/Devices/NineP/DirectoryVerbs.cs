namespace X64Emu.Devices.NineP;

/// <summary>The requests on names: readdir, mkdir, symlink, mknod, link, rename, unlink, remove.</summary>
internal static class DirectoryVerbs
{
    private const uint PermissionMask = 0x3ff;
    private const uint RemoveDirectoryFlag = 0x200;
    private const int MaximumLinkTargetBytes = 4095;

    /// <summary>Gives whole entries only; an entry's offset is the place after it, and 0 starts anew.</summary>
    internal static int ReadDirectory(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        uint number = request.UInt32();
        ulong offset = request.UInt64();
        uint count = request.UInt32();
        if (request.IsBroken) return LinuxError.BadMessage;
        if (session.Fids.Find(number) is not { } fid) return LinuxError.BadDescriptor;
        if (fid.Listing is null) return fid.IsOpen ? LinuxError.NotDirectory : LinuxError.BadDescriptor;
        int error = fid.Node.GetAttributes(out FileAttributes attributes);
        if (error != LinuxError.None) return error;
        if (offset == 0)
        {
            error = fid.Node.List(out List<DirectoryEntry> entries);
            if (error != LinuxError.None) return error;
            fid.Listing = entries;
        }
        int lengthPosition = reply.Position;
        reply.UInt32(0);
        int start = reply.Position;
        for (ulong index = offset; index < (ulong)fid.Listing.Count; index++)
        {
            int before = reply.Position;
            WriteEntry(session, ref reply, fid, attributes, fid.Listing[(int)index], index + 1);
            if (!reply.IsFull && reply.Position - start <= count) continue;
            reply.Rewind(before);
            // Room for not even one entry is the client's mistake; an empty answer would mean the end.
            if (before == start) return LinuxError.Invalid;
            break;
        }
        reply.Patch(lengthPosition, (uint)(reply.Position - start));
        return LinuxError.None;
    }

    internal static int MakeDirectory(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        uint number = request.UInt32();
        ReadOnlySpan<byte> name = request.Text();
        uint permissions = request.UInt32();
        request.UInt32();
        if (Refusal(session, ref request, number, name, out Fid fid) is var refusal && refusal != LinuxError.None) return refusal;
        int error = fid.Node.MakeDirectory(name, permissions & PermissionMask);
        return error != LinuxError.None ? error : IdentifyChild(session, fid, name, ref reply);
    }

    internal static int MakeSymbolicLink(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        uint number = request.UInt32();
        ReadOnlySpan<byte> name = request.Text();
        ReadOnlySpan<byte> target = request.Text();
        request.UInt32();
        if (Refusal(session, ref request, number, name, out Fid fid) is var refusal && refusal != LinuxError.None) return refusal;
        if (target.IsEmpty || target.Contains((byte)0)) return LinuxError.Invalid;
        if (target.Length > MaximumLinkTargetBytes) return LinuxError.NameTooLong;
        int error = fid.Node.MakeSymbolicLink(name, target);
        return error != LinuxError.None ? error : IdentifyChild(session, fid, name, ref reply);
    }

    /// <summary>Device files, pipes and sockets of the guest have no place on the host.</summary>
    internal static int MakeNode(NinePSession session, ref NinePReader request)
    {
        uint number = request.UInt32();
        ReadOnlySpan<byte> name = request.Text();
        request.Take(4 + 4 + 4 + 4);
        int refusal = Refusal(session, ref request, number, name, out _);
        return refusal != LinuxError.None ? refusal : LinuxError.NotPermitted;
    }

    internal static int Link(NinePSession session, ref NinePReader request)
    {
        uint directory = request.UInt32();
        uint number = request.UInt32();
        ReadOnlySpan<byte> name = request.Text();
        if (Refusal(session, ref request, directory, name, out Fid fid) is var refusal && refusal != LinuxError.None) return refusal;
        return session.Fids.Find(number) is { } existing ? fid.Node.Link(name, existing.Node) : LinuxError.BadDescriptor;
    }

    internal static int Rename(NinePSession session, ref NinePReader request)
    {
        uint number = request.UInt32();
        uint newDirectory = request.UInt32();
        byte[] newName = request.Text().ToArray();
        if (Refusal(session, ref request, newDirectory, newName, out Fid target) is var refusal && refusal != LinuxError.None) return refusal;
        if (session.Fids.Find(number) is not { } fid) return LinuxError.BadDescriptor;
        int error = ParentOf(session, fid, out ISharedNode? parent, out _);
        if (error != LinuxError.None) return error;
        using (parent)
        {
            error = parent!.Rename(fid.Path[^1], target.Node, newName);
        }
        if (error != LinuxError.None) return error;
        fid.Path = [.. target.Path, newName];
        if (target.Node.Walk(newName, out ISharedNode? moved) == LinuxError.None) fid.Become(moved!, fid.Path);
        return LinuxError.None;
    }

    internal static int RenameAt(NinePSession session, ref NinePReader request)
    {
        uint oldDirectory = request.UInt32();
        ReadOnlySpan<byte> oldName = request.Text();
        uint newDirectory = request.UInt32();
        ReadOnlySpan<byte> newName = request.Text();
        if (Refusal(session, ref request, oldDirectory, oldName, out Fid source) is var sourceRefusal && sourceRefusal != LinuxError.None) return sourceRefusal;
        if (Refusal(session, ref request, newDirectory, newName, out Fid target) is var targetRefusal && targetRefusal != LinuxError.None) return targetRefusal;
        return source.Node.Rename(oldName, target.Node, newName);
    }

    internal static int UnlinkAt(NinePSession session, ref NinePReader request)
    {
        uint number = request.UInt32();
        ReadOnlySpan<byte> name = request.Text();
        uint flags = request.UInt32();
        if (Refusal(session, ref request, number, name, out Fid fid) is var refusal && refusal != LinuxError.None) return refusal;
        return fid.Node.Unlink(name, (flags & RemoveDirectoryFlag) != 0);
    }

    /// <summary>Removes the fid's file and ends the fid, which happens even when the file stays.</summary>
    internal static int Remove(NinePSession session, ref NinePReader request)
    {
        uint number = request.UInt32();
        if (request.IsBroken) return LinuxError.BadMessage;
        if (session.Fids.Remove(number) is not { } fid) return LinuxError.BadDescriptor;
        using (fid)
        {
            if (session.IsReadOnly) return LinuxError.ReadOnlyFileSystem;
            int error = ParentOf(session, fid, out ISharedNode? parent, out FileAttributes attributes);
            if (error != LinuxError.None) return error;
            using (parent)
            {
                return parent!.Unlink(fid.Path[^1], attributes.IsDirectory);
            }
        }
    }

    /// <summary>The directory of the fid's file, provided that the name the fid was walked by still leads to that file.</summary>
    private static int ParentOf(NinePSession session, Fid fid, out ISharedNode? parent, out FileAttributes attributes)
    {
        parent = null;
        int error = fid.Node.GetAttributes(out attributes);
        if (error != LinuxError.None) return error;
        if (fid.Path.Length == 0) return LinuxError.Invalid;
        error = session.Resolve(fid.Path.AsSpan(..^1), out parent);
        if (error != LinuxError.None) return error;
        error = parent!.Walk(fid.Path[^1], out ISharedNode? child);
        if (error == LinuxError.None)
        {
            error = child!.GetAttributes(out FileAttributes found);
            child.Dispose();
            if (error == LinuxError.None && (found.Inode != attributes.Inode || found.Device != attributes.Device)) error = LinuxError.NoEntry;
        }
        if (error == LinuxError.None) return error;
        parent.Dispose();
        parent = null;
        return error;
    }

    /// <summary>Why a mutating request on a name in a directory is refused, 0 when it is not.</summary>
    private static int Refusal(NinePSession session, ref NinePReader request, uint number, ReadOnlySpan<byte> name, out Fid fid)
    {
        fid = null!;
        if (request.IsBroken) return LinuxError.BadMessage;
        if (session.Fids.Find(number) is not { } found) return LinuxError.BadDescriptor;
        fid = found;
        return session.IsReadOnly ? LinuxError.ReadOnlyFileSystem : NinePSession.CheckName(name);
    }

    private static int IdentifyChild(NinePSession session, Fid fid, ReadOnlySpan<byte> name, ref NinePWriter reply)
    {
        int error = fid.Node.Walk(name, out ISharedNode? child);
        if (error != LinuxError.None) return error;
        using (child)
        {
            error = session.Identify(child!, out Qid qid);
            reply.Qid(qid);
            return error;
        }
    }

    private static void WriteEntry(
        NinePSession session, ref NinePWriter reply, Fid fid, in FileAttributes directory, in DirectoryEntry entry, ulong nextOffset)
    {
        const byte directoryKind = 4, symbolicLinkKind = 10;
        QidType type = entry.Kind switch { directoryKind => QidType.Directory, symbolicLinkKind => QidType.SymbolicLink, _ => QidType.File };
        // What lies above the root is none of the guest's business.
        bool leavesRoot = fid.Path.Length == 0 && entry.Name.AsSpan().SequenceEqual(".."u8);
        ulong inode = leavesRoot ? directory.Inode : entry.Inode;
        reply.Qid(new Qid(type, 0, session.Qids.Path(directory.Device, inode)));
        reply.UInt64(nextOffset);
        reply.Byte(entry.Kind);
        reply.Text(entry.Name);
    }
}
