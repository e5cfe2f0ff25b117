using GuestOs.Mm;

namespace GuestOs.Syscalls;

/// <summary>A place within the pieces of an array of struct iovec, which moves on page by page.</summary>
internal struct IoVectorCursor
{
    public const ulong PageBytes = 4096;

    private readonly ulong _vectors;
    private readonly ulong _count;
    private ulong _index;
    private ulong _done;
    private IoVector _piece;

    /// <param name="vectors">The program's array.</param>
    /// <param name="count">Its pieces, checked already.</param>
    public IoVectorCursor(ulong vectors, ulong count)
    {
        this = default;
        _vectors = vectors;
        _count = count;
    }

    /// <summary>The address of the next byte.</summary>
    public readonly ulong Address => _piece.Address + _done;

    /// <summary>Bytes from there on in the same piece and page.</summary>
    public readonly ulong Chunk
    {
        get
        {
            ulong inPage = PageBytes - (Address & (PageBytes - 1)), left = _piece.LengthBytes - _done;
            return left < inPage ? left : inPage;
        }
    }

    /// <summary>Goes to the next piece when this one is used up. False at the end, or where the array can no longer be read.</summary>
    public bool Find()
    {
        while (_done == _piece.LengthBytes)
        {
            if (_index == _count || !UserMemory.Read(_vectors + _index * IoVector.Bytes, out _piece)) return false;
            _index++;
            _done = 0;
        }
        return true;
    }

    /// <summary>Leaves bytes of the present chunk behind.</summary>
    public void Advance(ulong bytes) => _done += bytes;
}
