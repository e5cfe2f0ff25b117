namespace GuestOs.Mm;

/// <summary>
/// Page index -> word, sparse: a radix tree of 64-way nodes that grows in height with the largest index. The root pointer is all an empty tree needs.
/// </summary>
internal unsafe struct PageTree
{
    private const int BitsPerLevel = 6;
    private const int Slots = 1 << BitsPerLevel;

    private ulong* _root;
    private int _height;

    /// <summary>The word at an index, 0 where nothing is stored.</summary>
    public readonly ulong Get(ulong index)
    {
        if (!Covers(index)) return 0;
        ulong* node = _root;
        for (int level = _height - 1; level > 0 && node != null; level--) node = (ulong*)node[SlotOf(index, level)];
        return node == null ? 0 : node[SlotOf(index, 0)];
    }

    /// <summary>Stores a word; nodes are made as needed.</summary>
    public void Set(ulong index, ulong value)
    {
        while (!Covers(index))
        {
            ulong* root = NewNode();
            root[0] = (ulong)_root;
            _root = root;
            _height++;
        }
        ulong* node = _root;
        for (int level = _height - 1; level > 0; level--)
        {
            ulong* slot = node + SlotOf(index, level);
            if (*slot == 0) *slot = (ulong)NewNode();
            node = (ulong*)*slot;
        }
        node[SlotOf(index, 0)] = value;
    }

    /// <summary>The first stored word from an index on; false when there is none.</summary>
    public readonly bool Next(ref ulong index, out ulong value)
    {
        value = 0;
        while (Covers(index))
        {
            ulong* node = _root;
            int level = _height - 1;
            while (level > 0 && node[SlotOf(index, level)] != 0) node = (ulong*)node[SlotOf(index, level--)];
            value = node[SlotOf(index, level)];
            if (value != 0) return true;
            // Skip what the empty slot would cover.
            ulong skipped = ((index >> (level * BitsPerLevel)) + 1) << (level * BitsPerLevel);
            if (skipped <= index) return false;
            index = skipped;
        }
        return false;
    }

    /// <summary>Frees the nodes; the words are the caller's business.</summary>
    public void Clear()
    {
        if (_root != null) FreeNode(_root, _height - 1);
        _root = null;
        _height = 0;
    }

    private readonly bool Covers(ulong index) => _height * BitsPerLevel >= 64 ? _root != null : _height > 0 && index >> (_height * BitsPerLevel) == 0;

    private static int SlotOf(ulong index, int level) => (int)(index >> (level * BitsPerLevel)) & (Slots - 1);

    private static ulong* NewNode() => (ulong*)KernelHeap.Allocate(Slots * 8);

    private static void FreeNode(ulong* node, int level)
    {
        if (level > 0)
        {
            for (int i = 0; i < Slots; i++)
                if (node[i] != 0) FreeNode((ulong*)node[i], level - 1);
        }
        KernelHeap.Free(node);
    }
}
