using System.Runtime.InteropServices;

namespace X64Emu.Cpu.Decode;

/// <summary>Unmanaged memory for the ops of blocks, handed out in order and taken back all at once.</summary>
/// <remarks>Bounds: <see cref="NewOp"/> hands out each of <paramref name="capacity"/> slots once; <see cref="HasRoom"/> is checked before a
/// block is built. Slots are used again only after <see cref="Reset"/> or <see cref="Release"/>, while no handler runs on them.</remarks>
internal sealed unsafe class OpArena(int capacity) : IDisposable
{
    /// <summary>More ops than a block ever takes: 64 instructions, each with an op to stop behind it, or two successors each at most.</summary>
    private const int LargestBlock = 256;

    private Op* ops = (Op*)NativeMemory.AlignedAlloc((nuint)capacity * (nuint)sizeof(Op), 64);
    private int used;

    /// <summary>False when the next block may not fit.</summary>
    public bool HasRoom => used + LargestBlock <= capacity;

    /// <summary>Where the next <see cref="NewOp"/> will be, to know how many ops a block took.</summary>
    public Op* Position => ops + used;

    /// <summary>A new op, all zero.</summary>
    public Op* NewOp()
    {
        Op* o = ops + used++;
        *o = default;
        return o;
    }

    /// <summary>Takes back the ops from <paramref name="first"/> on.</summary>
    public void Release(Op* first) => used = (int)(first - ops);

    /// <summary>Takes all back.</summary>
    public void Reset() => used = 0;

    public void Dispose()
    {
        NativeMemory.AlignedFree(ops);
        ops = null;
    }
}
