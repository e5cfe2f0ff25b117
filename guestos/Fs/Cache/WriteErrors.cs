namespace GuestOs.Fs;

/// <summary>
/// Failures to write a file's changed pages back (Linux's errseq_t). A failure may happen long after the write that caused it, so each open file
/// remembers what it has reported, and reports each failure once.
/// </summary>
internal struct WriteErrors
{
    private uint _count;
    private int _last;
    private bool _isTold;

    /// <summary>What a new open file takes as its mark. A failure that nobody has been told of is there for it to report.</summary>
    public readonly uint Mark => _count == 0 || _isTold ? _count : _count - 1;

    /// <summary>A failure with a negative errno.</summary>
    public void Add(int error)
    {
        _last = error;
        _count++;
        _isTold = false;
    }

    /// <summary>The last failure since a mark was taken, or 0; moves the mark.</summary>
    public int Since(ref uint mark)
    {
        if (mark == _count) return 0;
        mark = _count;
        _isTold = true;
        return _last;
    }
}
