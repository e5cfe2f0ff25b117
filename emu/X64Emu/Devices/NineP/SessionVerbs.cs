namespace X64Emu.Devices.NineP;

/// <summary>The requests that make and end fids: version, attach, walk, clunk.</summary>
internal static class SessionVerbs
{
    private const int MaximumWalkNames = 16;

    internal static int Version(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        uint messageBytes = request.UInt32();
        bool isKnown = request.Text().SequenceEqual("9P2000.L"u8);
        if (request.IsBroken) return LinuxError.BadMessage;
        if (messageBytes < NinePSession.MinimumMessageBytes) return LinuxError.Invalid;
        session.Reset();
        session.MessageBytes = Math.Min(messageBytes, NinePSession.MaximumMessageBytes);
        reply.UInt32(session.MessageBytes);
        reply.Text(isKnown ? "9P2000.L"u8 : "unknown"u8);
        return LinuxError.None;
    }

    internal static int Attach(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        uint number = request.UInt32();
        request.UInt32();
        request.Text();
        request.Text();
        if (request.IsBroken) return LinuxError.BadMessage;
        if (session.Fids.Contains(number)) return LinuxError.Invalid;
        if (session.Fids.IsFull) return LinuxError.FileTableFull;
        int error = session.Root.Duplicate(out ISharedNode? node);
        if (error == LinuxError.None) error = session.Identify(node!, out Qid qid, ref reply);
        if (error == LinuxError.None) session.Fids.Add(number, new Fid(node!, []));
        else node?.Dispose();
        return error;
    }

    /// <summary>Walks name by name. A failure at the first name is an error; later ones give the qids so far and no new fid.</summary>
    internal static int Walk(NinePSession session, ref NinePReader request, ref NinePWriter reply)
    {
        uint number = request.UInt32();
        uint newNumber = request.UInt32();
        int count = request.UInt16();
        if (count > MaximumWalkNames) return LinuxError.Invalid;
        byte[][] names = new byte[count][];
        for (int index = 0; index < count; index++) names[index] = request.Text().ToArray();
        if (request.IsBroken) return LinuxError.BadMessage;
        if (session.Fids.Find(number) is not { } fid) return LinuxError.BadDescriptor;
        if (fid.IsOpen && number == newNumber && count > 0) return LinuxError.Invalid;
        if (newNumber != number && session.Fids.Contains(newNumber)) return LinuxError.Invalid;
        if (newNumber != number && session.Fids.IsFull) return LinuxError.FileTableFull;

        int error = fid.Node.Duplicate(out ISharedNode? node);
        if (error != LinuxError.None) return error;
        byte[][] path = fid.Path;
        List<Qid> qids = [];
        foreach (byte[] name in names)
        {
            error = Step(session, ref node, ref path, name);
            if (error == LinuxError.None) error = session.Identify(node!, out Qid qid, qids);
            if (error != LinuxError.None) break;
        }
        if (error != LinuxError.None)
        {
            node?.Dispose();
            if (qids.Count == 0) return error;
        }
        else if (newNumber == number)
        {
            fid.Become(node!, path);
        }
        else
        {
            session.Fids.Add(newNumber, new Fid(node!, path));
        }
        reply.UInt16((ushort)qids.Count);
        foreach (Qid qid in qids) reply.Qid(qid);
        return LinuxError.None;
    }

    internal static int Clunk(NinePSession session, ref NinePReader request)
    {
        uint number = request.UInt32();
        if (request.IsBroken) return LinuxError.BadMessage;
        if (session.Fids.Remove(number) is not { } fid) return LinuxError.BadDescriptor;
        fid.Dispose();
        return LinuxError.None;
    }

    /// <summary>One step down, or up by walking again from the root, so that ".." cannot leave it.</summary>
    private static int Step(NinePSession session, ref ISharedNode? node, ref byte[][] path, byte[] name)
    {
        ISharedNode from = node!;
        ISharedNode? to;
        int error;
        byte[][] newPath;
        if (name.AsSpan().SequenceEqual(".."u8))
        {
            newPath = path.Length == 0 ? path : path[..^1];
            error = session.Resolve(newPath, out to);
        }
        else
        {
            error = NinePSession.CheckName(name);
            if (error != LinuxError.None) return error;
            newPath = [.. path, name];
            error = from.Walk(name, out to);
        }
        if (error != LinuxError.None) return error;
        from.Dispose();
        node = to;
        path = newPath;
        return LinuxError.None;
    }

    private static int Identify(this NinePSession session, ISharedNode node, out Qid qid, ref NinePWriter reply)
    {
        int error = session.Identify(node, out qid);
        if (error == LinuxError.None) reply.Qid(qid);
        return error;
    }

    private static int Identify(this NinePSession session, ISharedNode node, out Qid qid, List<Qid> qids)
    {
        int error = session.Identify(node, out qid);
        if (error == LinuxError.None) qids.Add(qid);
        return error;
    }
}
