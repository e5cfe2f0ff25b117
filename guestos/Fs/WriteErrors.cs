namespace GuestOs.Fs;

/// <summary>
/// Failures to write a file's changed pages back (Linux's errseq_t). A failure may happen long after the write that caused it, so each open file
/// remembers what it has reported, and reports each failure once.
/// </summary>
internal struct WriteErrors
{
    /// <summary>Failures so far: what an open file takes as its mark.</summary>
    public uint Count { get; private set; }

    private int _last;

    /// <summary>A failure with a negative errno.</summary>
    public void Add(int error)
    {
        _last = error;
        Count++;
    }

    /// <summary>The last failure since a mark was taken, or 0; moves the mark.</summary>
    public readonly int Since(ref uint mark)
    {
        if (mark == Count) return 0;
        mark = Count;
        return _last;
    }
}
