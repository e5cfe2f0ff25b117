namespace X64Emu.Paging;

/// <summary>Paging-structure caches: they remember upper levels so that a walk may start lower (Intel SDM Vol. 3A, 4.10.3).</summary>
internal sealed class WalkCache
{
    private const int EntriesPerLevel = 16;
    private readonly Node[][] levels = [[], new Node[EntriesPerLevel], new Node[EntriesPerLevel], new Node[EntriesPerLevel]];
    private readonly int[] next = new int[4];

    /// <summary>A table reached by an earlier walk: <see cref="Level"/> is the level of its entries, 3 to 1.</summary>
    internal readonly record struct Node(ulong Prefix, ushort Pcid, int Level, ulong Table, PagePermissions Permissions);

    /// <summary>The lowest table known for the address.</summary>
    public bool TryFind(ulong virtualAddress, ushort pcid, out Node node)
    {
        for (int level = 1; level <= 3; level++)
        {
            ulong prefix = PrefixOf(virtualAddress, level);
            foreach (ref readonly Node candidate in levels[level].AsSpan())
            {
                if (candidate.Level != level || candidate.Prefix != prefix || candidate.Pcid != pcid) continue;
                node = candidate;
                return true;
            }
        }
        node = default;
        return false;
    }

    /// <summary>Remembers the tables of a walk that read <paramref name="entries"/> from level <paramref name="top"/> down to
    /// <paramref name="leaf"/>. Only walks from the top are remembered: those below know no permissions of their own.</summary>
    public void Insert(ulong virtualAddress, ushort pcid, ulong[] entries, int leaf, int top)
    {
        bool writable = true, user = true, noExecute = false;
        if (top < 4)
        {
            if (!TryFind(virtualAddress, pcid, out Node known) || known.Level != top) return;
            (writable, user, noExecute) = (known.Permissions.IsWritable, known.Permissions.IsUser, known.Permissions.IsNoExecute);
        }
        for (int level = top; level > leaf; level--)
        {
            PageTableEntry entry = new(entries[level]);
            writable &= entry.IsWritable;
            user &= entry.IsUser;
            noExecute |= entry.IsNoExecute;
            Node node = new(PrefixOf(virtualAddress, level - 1), pcid, level - 1, entry.Address.Value, new(writable, user, noExecute));
            ref int slot = ref next[level - 1];
            levels[level - 1][slot] = node;
            slot = (slot + 1) % EntriesPerLevel;
        }
    }

    public void Clear()
    {
        foreach (Node[] level in levels) Array.Clear(level);
    }

    private static ulong PrefixOf(ulong virtualAddress, int level) => virtualAddress >> (12 + 9 * level);
}
