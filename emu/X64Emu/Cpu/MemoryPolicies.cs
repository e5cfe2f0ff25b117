using System.Runtime.CompilerServices;
using X64Emu.Paging;

namespace X64Emu.Cpu;

/// <summary>
/// How a handler reaches memory. Each handler exists twice from one source: with <see cref="FastMemory"/>, which probes the fast TLB inline,
/// and with <see cref="CheckedMemory"/>, which can do everything. A fast miss runs the checked twin of the same op from its start, so
/// handlers must check all accesses before they change any register.
/// </summary>
internal unsafe interface IMemoryPolicy
{
    /// <summary>The translation for a read; the access is allowed when <see cref="MemoryPolicy.Hit{TSize}"/> says so.</summary>
    static abstract FastTlbEntry* Read<TSize>(CpuState* c, Op* o, ulong address, bool stack) where TSize : struct, IOperandSize;

    /// <summary>The translation for a write that does not need the old content.</summary>
    static abstract FastTlbEntry* Write<TSize>(CpuState* c, Op* o, ulong address, bool stack) where TSize : struct, IOperandSize;

    /// <summary>The translation for a read followed by a write of the same bytes.</summary>
    static abstract FastTlbEntry* ReadWrite<TSize>(CpuState* c, Op* o, ulong address, bool stack) where TSize : struct, IOperandSize;

    /// <summary>What to do when the translation does not hit; ends the handler.</summary>
    static abstract void Miss(CpuState* c, Op* o);

    /// <summary>Whether a debugger stops behind the access of an op's first instruction, in front of the second; ends the handler then.</summary>
    static abstract bool StopsHalfway(CpuState* c, Op* o);

    /// <summary>Completes a write through the last translation.</summary>
    static abstract void Commit<TSize>(CpuState* c) where TSize : struct, IOperandSize;
}

internal static unsafe class MemoryPolicy
{
    /// <summary>One compare for presence, permission and page crossing: the page of the last byte against the tag in the first byte's slot.
    /// A crossing access never hits: that slot can hold the first page, but not the one behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Hit<TSize>(FastTlbEntry* entry, ulong address) where TSize : struct, IOperandSize =>
        ((address + (ulong)(TSize.Bytes - 1)) & ~0xfffUL) == entry->Tag;
}

/// <summary>The fast TLB, probed inline.</summary>
internal readonly unsafe struct FastMemory : IMemoryPolicy
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FastTlbEntry* Read<TSize>(CpuState* c, Op* o, ulong address, bool stack) where TSize : struct, IOperandSize =>
        (FastTlbEntry*)(c->TlbTable + (address >> 8 & (CpuState.TlbEntries - 1) << 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FastTlbEntry* Write<TSize>(CpuState* c, Op* o, ulong address, bool stack) where TSize : struct, IOperandSize =>
        (FastTlbEntry*)(c->TlbTable + (address >> 8 & (CpuState.TlbEntries - 1) << 4) + CpuState.TlbTableBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FastTlbEntry* ReadWrite<TSize>(CpuState* c, Op* o, ulong address, bool stack) where TSize : struct, IOperandSize =>
        Write<TSize>(c, o, address, stack);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Miss(CpuState* c, Op* o) => c->MissHandler(c, o);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool StopsHalfway(CpuState* c, Op* o) => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Commit<TSize>(CpuState* c) where TSize : struct, IOperandSize
    {
    }
}

/// <summary>The TLB model for every access, devices, page crossings and code pages: <see cref="CheckedAccess"/>.</summary>
internal readonly unsafe struct CheckedMemory : IMemoryPolicy
{
    public static FastTlbEntry* Read<TSize>(CpuState* c, Op* o, ulong address, bool stack) where TSize : struct, IOperandSize =>
        Locate(c, o, address, TSize.Bytes, AccessKind.Read, stack, keep: true);

    public static FastTlbEntry* Write<TSize>(CpuState* c, Op* o, ulong address, bool stack) where TSize : struct, IOperandSize =>
        Locate(c, o, address, TSize.Bytes, AccessKind.Write, stack, keep: false);

    public static FastTlbEntry* ReadWrite<TSize>(CpuState* c, Op* o, ulong address, bool stack) where TSize : struct, IOperandSize =>
        Locate(c, o, address, TSize.Bytes, AccessKind.Write, stack, keep: true);

    public static void Miss(CpuState* c, Op* o) => Faults.Record(c, o);

    public static void Commit<TSize>(CpuState* c) where TSize : struct, IOperandSize => Commit(c, TSize.Bytes);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool StopsHalfway(CpuState* c, Op* o)
    {
        if (!Processor.Of(c).Loop.MustStopBetweenSteps) return false;
        c->Current = o;
        c->Exit = ExitReason.SuspendedHalfway;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Commit(CpuState* c, int lengthBytes) => Processor.Of(c).Memory.Commit(lengthBytes);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static FastTlbEntry* Locate(CpuState* c, Op* o, ulong address, int lengthBytes, AccessKind kind, bool stack, bool keep)
    {
        CheckedAccess memory = Processor.Of(c).Memory;
        c->Current = o;   // a device that is reached may ask for the precise time
        stack |= (o->Scale & Op.StackReference) != 0;
        byte* host = kind == AccessKind.Read
            ? memory.Read(address, lengthBytes, memory.Mode, stack)
            : memory.Write(address, lengthBytes, memory.Mode, stack, keep);
        c->Scratch.Tag = host == null ? FastTlbEntry.Empty : (address + (ulong)lengthBytes - 1) & ~0xfffUL;
        c->Scratch.HostDelta = (nint)host - (nint)address;
        return &c->Scratch;
    }
}
