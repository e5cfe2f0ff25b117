using System.Runtime.CompilerServices;

namespace GuestOs.Mm;

/// <summary>
/// Where single frames of one kind come from: a short stack of those freed last, then the block in use. The buddy system (<see cref="FreeBlocks"/>) gives
/// and takes them in batches, as behind Linux's per-CPU page lists.
/// </summary>
internal unsafe struct FrameSource
{
    private const int StackCapacity = 256;
    private const int MovableBatchOrder = 6;

    private fixed uint _stack[StackCapacity];
    private int _count;

    // What is left of the block that frames come from when the stack is empty.
    private uint _block;
    private uint _blockEnd;

    /// <summary>A free frame, or 0 when there is none here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Take()
    {
        if (_count != 0) return _stack[--_count];
        return _block != _blockEnd ? _block++ : 0;
    }

    /// <summary>Takes back a free frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Give(uint frame)
    {
        if (_count == StackCapacity) Drain(StackCapacity / 2);
        _stack[_count++] = frame;
    }

    /// <summary>
    /// Takes a block for pages that can be moved; false when no memory is free. Pieces of used memory come before memory that was never touched: the host
    /// pays for that.
    /// </summary>
    public bool TakeMovableBlock()
    {
        do
        {
            for (int order = MovableBatchOrder; order >= 0; order--)
                if (Use(FreeBlocks.Take(order), order)) return true;
        }
        while (FreeBlocks.ListUntouched());
        return false;
    }

    /// <summary>
    /// Takes a block for what stays where it is: a whole huge page's, so that such frames lie together and leave others whole; else the largest there is.
    /// </summary>
    public bool TakePinnedBlock()
    {
        do
        {
            if (Use(FreeBlocks.Take(HugePage.Order), HugePage.Order)) break;
        }
        while (FreeBlocks.ListUntouched());
        for (int order = HugePage.Order - 1; order >= 0 && _block == _blockEnd; order--) Use(FreeBlocks.Take(order), order);
        if (_block == _blockEnd) return false;
        FreeBlocks.SetPinned(_block);
        return true;
    }

    /// <summary>Puts all that is here back into the buddy system.</summary>
    public void Empty()
    {
        Drain(0);
        FreeBlocks.PutRange(_block, _blockEnd);
        _block = _blockEnd;
    }

    private bool Use(uint first, int order)
    {
        if (first == 0) return false;
        _block = first;
        _blockEnd = first + (1u << order);
        return true;
    }

    /// <summary>Empties the stack down to a height; frames in a row, up or down, go together.</summary>
    private void Drain(int height)
    {
        int at = _count;
        while (at > height)
        {
            uint first = _stack[--at], end = first + 1;
            while (at > height && _stack[at - 1] == first - 1)
            {
                first--;
                at--;
            }
            while (at > height && _stack[at - 1] == end)
            {
                end++;
                at--;
            }
            FreeBlocks.PutRange(first, end);
        }
        _count = height;
    }
}
