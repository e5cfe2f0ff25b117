namespace X64Emu.Devices.NineP;

/// <summary>What the verbs of one client share.</summary>
internal sealed class NinePSession(ISharedNode root, bool isReadOnly) : IDisposable
{
    /// <summary>The largest message the server agrees to.</summary>
    internal const uint MaximumMessageBytes = 512 << 10;

    /// <summary>The smallest message that makes sense: a block and its header.</summary>
    internal const uint MinimumMessageBytes = 4096;

    private const int MaximumNameBytes = 255;

    internal FidTable Fids { get; } = new();

    internal QidMapper Qids { get; } = new();

    internal bool IsReadOnly { get; } = isReadOnly;

    /// <summary>The size agreed on.</summary>
    internal uint MessageBytes { get; set; } = MaximumMessageBytes;

    /// <summary>The shared directory itself.</summary>
    internal ISharedNode Root => root;

    /// <summary>Why a client may not use a name: it must stay one step below its directory.</summary>
    internal static int CheckName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.IndexOfAny((byte)'/', (byte)0) >= 0) return LinuxError.Invalid;
        if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8)) return LinuxError.Invalid;
        return name.Length > MaximumNameBytes ? LinuxError.NameTooLong : LinuxError.None;
    }

    /// <summary>The node at a path below the root, walked anew without following links.</summary>
    internal int Resolve(ReadOnlySpan<byte[]> path, out ISharedNode? node)
    {
        int error = Root.Duplicate(out node);
        foreach (byte[] name in path)
        {
            if (error != LinuxError.None) return error;
            ISharedNode parent = node!;
            error = parent.Walk(name, out node);
            parent.Dispose();
        }
        return error;
    }

    /// <summary>The qid of a node as it is now.</summary>
    internal int Identify(ISharedNode node, out Qid qid)
    {
        int error = node.GetAttributes(out FileAttributes attributes);
        qid = error == LinuxError.None ? Qids.Map(attributes) : default;
        return error;
    }

    /// <summary>Forgets every fid.</summary>
    internal void Reset()
    {
        Fids.Clear();
        MessageBytes = MaximumMessageBytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Reset();
        root.Dispose();
    }
}
