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

    /// <summary>Stores a word; nodes are made as needed, and freed with their last word.</summary>
    public void Set(ulong index, ulong value)
    {
        if (value == 0)
        {
            if (Covers(index) && Remove(_root, _height - 1, index)) Forget();
            return;
        }
        if (_root == null)
        {
            _root = NewNode();
            _height = 1;
            while (!Covers(index)) _height++;
        }
        while (!Covers(index))
        {
            ulong* root = NewNode();
            Fill(root, 0, (ulong)_root);
            _root = root;
            _height++;
        }
        ulong* node = _root;
        for (int level = _height - 1; level > 0; level--)
        {
            int slot = SlotOf(index, level);
            if (node[slot] == 0) Fill(node, slot, (ulong)NewNode());
            node = (ulong*)node[slot];
        }
        Fill(node, SlotOf(index, 0), value);
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

    /// <summary>Frees all nodes; the words are the caller's business.</summary>
    public void Clear()
    {
        if (_root != null) FreeTree(_root, _height - 1);
        Forget();
    }

    private void Forget()
    {
        _root = null;
        _height = 0;
    }

    /// <summary>Empties the slot of an index below a node; true when the node has gone with it.</summary>
    private static bool Remove(ulong* node, int level, ulong index)
    {
        ulong* slot = node + SlotOf(index, level);
        if (*slot == 0 || level > 0 && !Remove((ulong*)*slot, level - 1, index)) return false;
        *slot = 0;
        if (--node[Slots] != 0) return false;
        Free(node);
        return true;
    }

    private static void Fill(ulong* node, int slot, ulong value)
    {
        if (node[slot] == 0) node[Slots]++;
        node[slot] = value;
    }

    private readonly bool Covers(ulong index) => _height * BitsPerLevel >= 64 ? _root != null : _height > 0 && index >> (_height * BitsPerLevel) == 0;

    private static int SlotOf(ulong index, int level) => (int)(index >> (level * BitsPerLevel)) & (Slots - 1);

    /// <summary>The word after the slots counts those in use.</summary>
    private static ulong* NewNode()
    {
        ulong* node = (ulong*)KernelHeap.Allocate((Slots + 1) * sizeof(ulong));
        KernelHeap.AddReclaimable(node);
        return node;
    }

    private static void Free(ulong* node)
    {
        KernelHeap.RemoveReclaimable(node);
        KernelHeap.Free(node);
    }

    private static void FreeTree(ulong* node, int level)
    {
        if (level > 0)
        {
            for (int i = 0; i < Slots; i++)
                if (node[i] != 0) FreeTree((ulong*)node[i], level - 1);
        }
        Free(node);
    }
}
