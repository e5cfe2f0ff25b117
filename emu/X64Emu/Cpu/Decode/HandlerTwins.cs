using System.Runtime.CompilerServices;

namespace X64Emu.Cpu.Decode;

/// <summary>The address of a handler, as an integer that fits generic code.</summary>
internal readonly unsafe record struct Handler(nint Address)
{
    public delegate*<CpuState*, Op*, void> Pointer => (delegate*<CpuState*, Op*, void>)Address;

    public static Handler Of(delegate*<CpuState*, Op*, void> pointer) => new((nint)pointer);

    /// <summary>A handler and the twin that does the same with <see cref="CheckedMemory"/>.</summary>
    public static Handler OfTwins(delegate*<CpuState*, Op*, void> fast, delegate*<CpuState*, Op*, void> checkedTwin)
    {
        if (HandlerTwins.CheckedTwinOf((nint)fast) == (nint)fast) HandlerTwins.Register((nint)fast, (nint)checkedTwin);
        return new((nint)fast);
    }
}

/// <summary>
/// Which checked handler stands behind which fast one: a hash table that is read on every miss of the fast TLB and written when code is
/// bound. Shared by all machines of the process, since handlers are static code.
/// </summary>
internal static unsafe class HandlerTwins
{
    private static readonly Dictionary<nint, nint> Twins = [];
    private static readonly Lock Writing = new();
    private static Pair[] table = new Pair[1 << 12];

    private struct Pair
    {
        public nint Handler, Twin;
    }

    public static void Register(nint fast, nint checkedTwin)
    {
        lock (Writing)
        {
            if (!Twins.TryAdd(fast, checkedTwin)) return;
            // The table is replaced by a larger one before it is half full; readers of the old one still find what it holds.
            if (Twins.Count * 2 > table.Length)
            {
                Pair[] larger = new Pair[table.Length * 2];
                foreach ((nint handler, nint twin) in Twins) Insert(larger, handler, twin);
                table = larger;
            }
            else Insert(table, fast, checkedTwin);
        }
    }

    /// <summary>Makes the compiled code of a handler known as the same handler.</summary>
    public static void RegisterAlias(nint handler, nint compiled)
    {
        nint twin = CheckedTwinOf(handler);
        if (twin != handler) Register(compiled, twin);
    }

    /// <summary>The checked twin, or the handler itself when it has none.</summary>
    public static nint CheckedTwinOf(nint handler)
    {
        Pair[] pairs = table;
        for (int slot = SlotOf(handler, pairs); ; slot = (slot + 1) & (pairs.Length - 1))
        {
            nint found = Volatile.Read(ref pairs[slot].Handler);
            if (found == handler) return pairs[slot].Twin;
            if (found == 0) return handler;
        }
    }

    /// <summary>Runs the checked twin of an op from its start.</summary>
    public static void RunChecked(CpuState* c, Op* o)
    {
        var handler = (delegate*<CpuState*, Op*, void>)Find(o);
        handler(c, o);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint Find(Op* o) => CheckedTwinOf((nint)o->Handler);

    private static void Insert(Pair[] pairs, nint handler, nint twin)
    {
        int slot = SlotOf(handler, pairs);
        while (pairs[slot].Handler != 0) slot = (slot + 1) & (pairs.Length - 1);
        pairs[slot].Twin = twin;
        Volatile.Write(ref pairs[slot].Handler, handler);
    }

    private static int SlotOf(nint handler, Pair[] pairs) => (int)((ulong)handler * 0x9e37_79b9_7f4a_7c15 >> 40) & (pairs.Length - 1);
}
