using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Paging;

namespace X64Emu.Cpu.Instructions;

/// <summary>How a string instruction repeats; kept in <see cref="Op.Immediate"/>.</summary>
internal enum Repetition
{
    /// <summary>Once, whatever RCX holds.</summary>
    None,

    /// <summary>REP and REPE: RCX times, comparisons while equal.</summary>
    WhileEqual,

    /// <summary>REPNE: RCX times, comparisons while different.</summary>
    WhileDifferent,
}

/// <summary>
/// MOVS, STOS, LODS, SCAS and CMPS. Registers move on with every element, so a fault leaves the instruction ready to go on where it
/// stopped. Runs of elements within one page are done at once.
/// </summary>
/// <remarks>Bounds of a run: it ends at the page's end on either side, and its host pointers come from <see cref="CheckedAccess"/>, which
/// vouches for the whole page.</remarks>
internal static unsafe class StringShapes<TOperation, TSize> where TOperation : struct, IStringOperation where TSize : struct, IOperandSize
{
    /// <summary>After so many elements the slice gets a chance to end; the instruction then goes on as after an interrupt.</summary>
    private const long MostElements = 1 << 16;

    public static void Run(CpuState* c, Op* o)
    {
        if (!Execute(c, o)) return;
        Chain.Next(c, o);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Execute(CpuState* c, Op* o)
    {
        c->Current = o;
        Repetition repetition = (Repetition)o->Immediate;
        if (repetition == Repetition.None)
        {
            if (!Step(c, o)) return false;
            Advance(c, o, 1, repeats: false);
            return true;
        }
        ulong mask = GeneralAddress.Truncate(ulong.MaxValue, AddressSize(o));
        RunLoop loop = Processor.Of(c).Loop;
        bool stepping = (c->SystemFlags & RFlags.Trap) != 0;
        for (long budget = stepping ? 1 : MostElements - loop.TakeStepsBeforeStop(); (c->Gpr[1] & mask) != 0;)
        {
            if (budget <= 0)
            {
                loop.IsBetweenSteps = true;
                c->Exit = ExitReason.Stale;
                return false;
            }
            long done = DoSome(c, o, Math.Min(c->Gpr[1] & mask, (ulong)budget), mask, repetition);
            if (done == 0) return false;
            budget -= done;
            Advance(c, o, done, repeats: true);
            if (TOperation.Compares && LazyFlags.IsZero(c) != (repetition == Repetition.WhileEqual)) break;
            if (loop.MustStopBetweenSteps && (c->Gpr[1] & mask) != 0)
            {
                loop.StepsBeforeStop = MostElements - budget;
                c->Exit = ExitReason.Suspended;
                return false;
            }
        }
        return true;
    }

    /// <summary>Does at least one element and returns how many; 0 when the first one faults.</summary>
    private static long DoSome(CpuState* c, Op* o, ulong most, ulong mask, Repetition repetition)
    {
        long step = Direction(c);
        ulong source = SourceOf(c, o), destination = DestinationOf(c, o);
        ulong count = most;
        if (TOperation.ReadsSource) count = Math.Min(count, Math.Min(InPage(source, step), BeforeWrap(c->Gpr[6] & mask, step, mask)));
        if (UsesDestination) count = Math.Min(count, Math.Min(InPage(destination, step), BeforeWrap(c->Gpr[7] & mask, step, mask)));
        CheckedAccess memory = Processor.Of(c).Memory;
        if (count > 1 && memory.Watch is null && !memory.ChecksAlignment)
        {
            byte* sourceHost = null, destinationHost = null;
            ulong sourcePhysical = 0, destinationPhysical = 0;
            // Comparisons read their second operand first.
            if ((TOperation.ReadsDestination && !memory.TryMapPage(destination, AccessKind.Read, out destinationHost, out destinationPhysical))
                || (TOperation.ReadsSource && !memory.TryMapPage(source, AccessKind.Read, out sourceHost, out sourcePhysical))
                || (TOperation.WritesDestination && !memory.TryMapPage(destination, AccessKind.Write, out destinationHost, out destinationPhysical)))
            {
                c->Exit = ExitReason.Fault;
                return 0;
            }
            if ((!TOperation.ReadsSource || sourceHost != null) && (!UsesDestination || destinationHost != null))
            {
                Elements run = new(source, sourcePhysical, (nint)sourceHost, destination, destinationPhysical, (nint)destinationHost, (long)count, step);
                bool isSeen = memory.Monitor is { } monitor && IsSeen(monitor, run);
                long done = isSeen
                    ? RunSeen(c, memory, run, repetition == Repetition.WhileEqual)
                    : TOperation.Run<TSize>(c, sourceHost, destinationHost, (long)count, step, repetition == Repetition.WhileEqual);
                if (TOperation.WritesDestination) memory.NotifyPageWritten();
                Count(c, done);
                return done;
            }
        }
        return Step(c, o) ? 1 : 0;
    }

    /// <summary>Elements in one page on either side.</summary>
    private readonly record struct Elements(
        ulong Source, ulong SourcePhysical, nint SourceHost, ulong Destination, ulong DestinationPhysical, nint DestinationHost, long Count, long Step);

    private static bool IsSeen(AccessMonitor monitor, in Elements run) =>
        (TOperation.ReadsSource && monitor.MustSee(run.Source, run.SourcePhysical, AccessKind.Read))
        || (UsesDestination && monitor.MustSee(run.Destination, run.DestinationPhysical, TOperation.WritesDestination ? AccessKind.Write : AccessKind.Read));

    /// <summary>Does elements one by one and tells the monitor of each, until something wants to stop. The pages are looked up once, as they
    /// are without a monitor.</summary>
    private static long RunSeen(CpuState* c, CheckedAccess memory, in Elements run, bool whileEqual)
    {
        AccessMonitor monitor = memory.Monitor!;
        RunLoop loop = Processor.Of(c).Loop;
        for (long done = 0; ;)
        {
            long distance = done * run.Step;
            ulong source = run.Source + (ulong)distance, destination = run.Destination + (ulong)distance;
            ulong sourcePhysical = run.SourcePhysical + (ulong)distance, destinationPhysical = run.DestinationPhysical + (ulong)distance;
            if (TOperation.WritesDestination) monitor.WriteBegins(0, destinationPhysical, TSize.Bytes);
            TOperation.Run<TSize>(c, (byte*)run.SourceHost + distance, (byte*)run.DestinationHost + distance, 1, run.Step, whileEqual);
            done++;
            if (TOperation.ReadsDestination) monitor.Accessed(destination, destinationPhysical, TSize.Bytes, AccessKind.Read, reads: true, memory.Mode);
            if (TOperation.ReadsSource) monitor.Accessed(source, sourcePhysical, TSize.Bytes, AccessKind.Read, reads: true, memory.Mode);
            if (TOperation.WritesDestination)
            {
                monitor.WriteEnds(0, destinationPhysical, TSize.Bytes);
                monitor.Accessed(destination, destinationPhysical, TSize.Bytes, AccessKind.Write, reads: false, memory.Mode);
            }
            if (done == run.Count || loop.MustStopBetweenSteps || (TOperation.Compares && LazyFlags.IsZero(c) != whileEqual)) return done;
        }
    }

    private static bool Step(CpuState* c, Op* o)
    {
        if (!TOperation.Step<TSize>(c, SourceOf(c, o), DestinationOf(c, o))) return false;
        Count(c, 1);
        return true;
    }

    private static void Count(CpuState* c, long elements)
    {
        c->ExtraLoads += elements * ((TOperation.ReadsSource ? 1 : 0) + (TOperation.ReadsDestination ? 1 : 0));
        if (TOperation.WritesDestination) c->ExtraStores += elements;
    }

    private static void Advance(CpuState* c, Op* o, long elements, bool repeats)
    {
        ulong distance = (ulong)(elements * Direction(c));
        if (TOperation.ReadsSource) Write(o, &c->Gpr[6], c->Gpr[6] + distance);
        if (UsesDestination) Write(o, &c->Gpr[7], c->Gpr[7] + distance);
        if (repeats) Write(o, &c->Gpr[1], c->Gpr[1] - (ulong)elements);
    }

    private static void Write(Op* o, ulong* register, ulong value)
    {
        switch (AddressSize(o))
        {
            case 0: *register = value; break;
            case 1: *register = (uint)value; break;
            default: *(ushort*)register = (ushort)value; break;
        }
    }

    private static bool UsesDestination => TOperation.ReadsDestination || TOperation.WritesDestination;

    private static long Direction(CpuState* c) => (c->SystemFlags & RFlags.Direction) == 0 ? TSize.Bytes : -TSize.Bytes;

    private static int AddressSize(Op* o) => o->Scale >> Op.AddressSizeShift & 3;

    private static ulong SourceOf(CpuState* c, Op* o) =>
        Linear(c, GeneralAddress.Linear(GeneralAddress.Truncate(c->Gpr[6], AddressSize(o)), *(ulong*)((byte*)c + o->Segment)));

    /// <summary>The destination is always in ES.</summary>
    private static ulong DestinationOf(CpuState* c, Op* o) =>
        Linear(c, GeneralAddress.Truncate(c->Gpr[7], AddressSize(o)) + (c->CodeBits == 64 ? 0 : c->SegmentBase[(int)SegmentName.Es]));

    private static ulong Linear(CpuState* c, ulong address) => c->CodeBits == 64 ? address : (uint)address;

    /// <summary>How many elements from here on lie in the same page; 0 when the first crosses its end.</summary>
    private static ulong InPage(ulong address, long step)
    {
        ulong offset = address & 0xfff, size = (ulong)TSize.Bytes;
        if (offset + size > 4096) return 0;
        return step > 0 ? (4096 - offset) / size : offset / size + 1;
    }

    /// <summary>How many elements there are before the index register wraps round at its address size.</summary>
    private static ulong BeforeWrap(ulong index, long step, ulong mask) => (step > 0 ? mask - index : index) / (ulong)TSize.Bytes + 1;
}

internal sealed class StringBinder<TOperation> : Binder where TOperation : struct, IStringOperation
{
    public override unsafe Handler Bind(in Instruction instruction, in BindContext context)
    {
        Op* o = context.Op;
        OpKind pointer = instruction.Op0Kind == OpKind.Register ? instruction.Op1Kind : instruction.Op0Kind;
        int addressSize = pointer switch
        {
            OpKind.MemorySegSI or OpKind.MemoryESDI => 2,
            OpKind.MemorySegESI or OpKind.MemoryESEDI => 1,
            _ => 0,
        };
        o->Scale = (byte)(addressSize << Op.AddressSizeShift);
        bool isSegmented = TOperation.ReadsSource && (instruction.CodeSize != CodeSize.Code64 || instruction.MemorySegment is Register.FS or Register.GS);
        o->Segment = isSegmented ? Operands.SegmentOffsetOf(instruction.MemorySegment) : (byte)CpuState.ZeroOffset;
        o->Immediate = (long)(instruction.HasRepnePrefix ? Repetition.WhileDifferent
            : instruction.HasRepPrefix ? Repetition.WhileEqual : Repetition.None);
        return instruction.Mnemonic switch
        {
            Mnemonic.Movsb or Mnemonic.Stosb or Mnemonic.Lodsb or Mnemonic.Scasb or Mnemonic.Cmpsb => Handler.Of(&StringShapes<TOperation, Size8>.Run),
            Mnemonic.Movsw or Mnemonic.Stosw or Mnemonic.Lodsw or Mnemonic.Scasw or Mnemonic.Cmpsw => Handler.Of(&StringShapes<TOperation, Size16>.Run),
            Mnemonic.Movsd or Mnemonic.Stosd or Mnemonic.Lodsd or Mnemonic.Scasd or Mnemonic.Cmpsd => Handler.Of(&StringShapes<TOperation, Size32>.Run),
            _ => Handler.Of(&StringShapes<TOperation, Size64>.Run),
        };
    }
}

internal static class Strings
{
    public static void Register(InstructionTable table)
    {
        // MOVSD and CMPSD are also SSE2 mnemonics, so the codes are named.
        table.Add(new StringBinder<MoveString>(), Code.Movsb_m8_m8, Code.Movsw_m16_m16, Code.Movsd_m32_m32, Code.Movsq_m64_m64);
        table.Add(new StringBinder<StoreString>(), Code.Stosb_m8_AL, Code.Stosw_m16_AX, Code.Stosd_m32_EAX, Code.Stosq_m64_RAX);
        table.Add(new StringBinder<LoadString>(), Code.Lodsb_AL_m8, Code.Lodsw_AX_m16, Code.Lodsd_EAX_m32, Code.Lodsq_RAX_m64);
        table.Add(new StringBinder<ScanString>(), Code.Scasb_AL_m8, Code.Scasw_AX_m16, Code.Scasd_EAX_m32, Code.Scasq_RAX_m64);
        table.Add(new StringBinder<CompareString>(), Code.Cmpsb_m8_m8, Code.Cmpsw_m16_m16, Code.Cmpsd_m32_m32, Code.Cmpsq_m64_m64);
    }
}
