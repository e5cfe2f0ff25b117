using System.Runtime.CompilerServices;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu;

/// <summary>
/// How one handler goes on to the next. Optimised builds jump: a handler's last act is a call in tail position, which the JIT turns into a
/// jump. Debug builds return to the trampoline in <see cref="Processor"/>, since unoptimised code does not tail-call.
/// </summary>
/// <remarks>A tail call is lost, and the host stack grows, when a handler takes the address of a local, inlines something that does, or is
/// itself NoInlining. Such code belongs into a NoInlining helper; HandlerStackTests runs every handler to prove it.</remarks>
internal static unsafe class Chain
{
    /// <summary>Goes on with <paramref name="next"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void To(CpuState* c, Op* next)
    {
#if DEBUG
        c->Current = next;
#else
        next->Handler(c, next);
#endif
    }

    /// <summary>Goes on with the op behind this one in its block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Next(CpuState* c, Op* o)
    {
        o++;
        To(c, o);
    }

    /// <summary>Ends the block: charges it and goes on in a block of the same page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Branch(CpuState* c, Op* o, Op* successor)
    {
        if ((c->Remaining += o->Charge) < 0)
        {
            c->Current = successor;
            c->Exit = ExitReason.SliceEnd;
            return;
        }
        To(c, successor);
    }

    /// <summary>Ends the block: charges it and goes on at an address, through the jump cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void BranchTo(CpuState* c, Op* o, ulong address)
    {
        ulong* entry = JumpCache.EntryOf(c, address);
        c->Remaining += o->Charge;
        if (entry[0] != address || c->Remaining < 0)
        {
            c->Rip = address;
            c->LookupHandler(c, o);
            return;
        }
        To(c, (Op*)entry[1]);
    }
}

/// <summary>The slow half of going on: finds or decodes the block at an address.</summary>
internal static unsafe class Resolver
{
    /// <summary>Goes on at <see cref="CpuState.Rip"/>; the block that ended is charged already.</summary>
    public static void Lookup(CpuState* c, Op* o)
    {
        if (c->Remaining < 0)
        {
            c->Current = null;
            c->Exit = ExitReason.SliceEnd;
            return;
        }
        Op* block = Find(c);
        if (block == null) return;
        Chain.To(c, block);
    }

    /// <summary>Handler of a link op: a successor in the same page that has not been looked up yet. It resolves once, patches the slot that
    /// led here (its address is in Displacement) and goes on.</summary>
    public static void Link(CpuState* c, Op* o)
    {
        c->Rip = o->Rip;
        Op* block = Find(c);
        if (block == null) return;
        if (BlockCache.MayLink(block)) *(Op**)o->Displacement = block;
        Chain.To(c, block);
    }

    /// <summary>Handler that dropped blocks get in all their ops: leaves the chain so that the address is decoded again.</summary>
    public static void Stale(CpuState* c, Op* o)
    {
        c->Current = o;
        c->Exit = ExitReason.Stale;
    }

    /// <summary>Handler of the op behind an instruction of a stepped block.</summary>
    public static void Stepped(CpuState* c, Op* o)
    {
        c->Current = o;
        c->Exit = ExitReason.Stepped;
    }

    /// <summary>Handler that the first op of a block with a breakpoint has in place of its own.</summary>
    public static void Guarded(CpuState* c, Op* o)
    {
        c->Current = o;
        c->Exit = ExitReason.Guarded;
    }

    /// <summary>Handler that an op has for a moment, so that the chain leaves in front of it.</summary>
    public static void Suspend(CpuState* c, Op* o)
    {
        c->Current = o;
        c->Exit = ExitReason.Suspended;
    }

    /// <summary>Whether an op is a stub made by <see cref="BlockBuilder.Successor"/>, rather than an instruction or the end of a block.</summary>
    public static bool IsStub(Op* o) => o->Instructions == 0 && o->Charge == 0;

    /// <summary>The block that a stub leads to, linked as running the stub would; null with an exit reason set when it cannot be fetched.</summary>
    public static Op* Follow(CpuState* c, Op* stub, bool links)
    {
        c->Rip = stub->Rip;
        Op* block = Find(c);
        if (block != null && links && BlockCache.MayLink(block)) *(Op**)stub->Displacement = block;
        return block;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Op* Find(CpuState* c) => Processor.Of(c).FindBlock();
}
