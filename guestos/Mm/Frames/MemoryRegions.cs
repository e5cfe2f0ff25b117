namespace GuestOs.Mm;

/// <summary>A short list of frame ranges.</summary>
internal unsafe struct MemoryRegions
{
    private const int Capacity = 64;

    private fixed uint _bounds[Capacity * 2];

    public int Count { get; private set; }

    /// <summary>First frame of a range.</summary>
    public readonly uint Start(int index) => _bounds[index * 2];

    /// <summary>The frame after a range.</summary>
    public readonly uint End(int index) => _bounds[index * 2 + 1];

    /// <summary>Appends a range; empty ones and those beyond the capacity are dropped.</summary>
    public void Add(ulong start, ulong end)
    {
        if (start >= end || Count == Capacity) return;
        _bounds[Count * 2] = (uint)start;
        _bounds[Count * 2 + 1] = (uint)end;
        Count++;
    }

    /// <summary>Cuts <paramref name="length"/> frames off the front of a range.</summary>
    public void TakeFront(int index, uint length) => _bounds[index * 2] += length;
}
