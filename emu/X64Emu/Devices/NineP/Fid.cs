namespace X64Emu.Devices.NineP;

/// <summary>A client's handle on a file, and what it has open there.</summary>
internal sealed class Fid(ISharedNode node, byte[][] path) : IDisposable
{
    /// <summary>The file.</summary>
    internal ISharedNode Node { get; private set; } = node;

    /// <summary>The names that lead here from the root; needed for ".." and for operations on the parent.</summary>
    internal byte[][] Path { get; set; } = path;

    /// <summary>The open regular file.</summary>
    internal ISharedFile? File { get; set; }

    /// <summary>The open directory's entries as they were when reading began.</summary>
    internal List<DirectoryEntry>? Listing { get; set; }

    /// <summary>True after open or create.</summary>
    internal bool IsOpen { get; set; }

    /// <summary>Turns to another file.</summary>
    internal void Become(ISharedNode other, byte[][] otherPath)
    {
        Node.Dispose();
        Node = other;
        Path = otherPath;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File?.Dispose();
        Node.Dispose();
    }
}

/// <summary>A client's fids by number.</summary>
internal sealed class FidTable
{
    private const int MaximumFids = 8192;
    private readonly Dictionary<uint, Fid> fids = [];

    internal bool IsFull => fids.Count >= MaximumFids;

    internal Fid? Find(uint number) => fids.GetValueOrDefault(number);

    internal bool Contains(uint number) => fids.ContainsKey(number);

    internal void Add(uint number, Fid fid) => fids.Add(number, fid);

    internal Fid? Remove(uint number) => fids.Remove(number, out Fid? fid) ? fid : null;

    internal void Clear()
    {
        foreach (Fid fid in fids.Values) fid.Dispose();
        fids.Clear();
    }
}
