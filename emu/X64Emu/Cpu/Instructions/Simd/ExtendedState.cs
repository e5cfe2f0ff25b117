using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;
using X64Emu.Paging;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Which of the instructions saves state, and so which components it may leave out and how it writes the header.</summary>
internal interface ISaveKind
{
    /// <summary>Whether components in their initial configuration are not written.</summary>
    static abstract bool SkipsInitial { get; }

    /// <summary>Whether the area gets the compacted format, in which MXCSR belongs to the SSE component.</summary>
    static abstract bool IsCompacted { get; }
}

/// <summary>XSAVE.</summary>
internal readonly struct PlainSave : ISaveKind
{
    public static bool SkipsInitial => false;
    public static bool IsCompacted => false;
}

/// <summary>XSAVEOPT. It need not know what was modified since the last XRSTOR: saving more is allowed.</summary>
internal readonly struct OptimizedSave : ISaveKind
{
    public static bool SkipsInitial => true;
    public static bool IsCompacted => false;
}

/// <summary>XSAVEC.</summary>
internal readonly struct CompactedSave : ISaveKind
{
    public static bool SkipsInitial => true;
    public static bool IsCompacted => true;
}

/// <summary>The XSAVE area (Intel SDM Vol. 1, 13.4): the FXSAVE image, the header, and the upper halves of the YMM registers.</summary>
internal static unsafe class StateArea
{
    public const int Bytes = ExtendedControl.AvxOffset + ExtendedControl.AvxBytes;
    public const int UsedOffset = ExtendedControl.LegacyBytes, FormatOffset = UsedOffset + 8;

    /// <summary>XCOMP_BV, bit 63: the area is compacted.</summary>
    public const ulong Compacted = 1UL << 63;

    /// <summary>The components that EDX:EAX and XCR0 both name.</summary>
    public static ulong Requested(CpuState* c) => Processor.Of(c).System.Xcr0 & ((ulong)(uint)c->Gpr[2] << 32 | (uint)c->Gpr[0]);

    public static void SaveAvx(CpuState* c, byte* area)
    {
        for (int number = 0; number < FxImage.XmmCount(c); number++)
            *(Xmm*)(area + ExtendedControl.AvxOffset + 16 * number) = *ComponentsInUse.Half(c, number, 16);
    }

    public static void RestoreAvx(CpuState* c, byte* area)
    {
        for (int number = 0; number < FxImage.XmmCount(c); number++)
            *ComponentsInUse.Half(c, number, 16) = *(Xmm*)(area + ExtendedControl.AvxOffset + 16 * number);
    }

    /// <summary>The bytes that the components in <paramref name="states"/> take, and MXCSR with them if asked; a part of an area that is not
    /// named is neither read nor written.</summary>
    public static Range[] PartsOf(CpuState* c, ulong states, bool mxcsr) =>
        Parts[(int)(states & ExtendedControl.All) | (mxcsr ? WithMxcsr : 0) | (FxImage.XmmCount(c) == 16 ? With16Registers : 0)];

    private const int WithMxcsr = 8, With16Registers = 16;

    private static readonly Range[][] Parts = [.. Enumerable.Range(0, 32).Select(selection => MakeParts((ulong)selection).ToArray())];

    private static IEnumerable<Range> MakeParts(ulong selection)
    {
        int registerBytes = (selection & With16Registers) != 0 ? 256 : 128;
        if ((selection & ExtendedControl.X87) != 0)
        {
            yield return 0..FxImage.MxcsrOffset;
            yield return FxImage.StackOffset..FxImage.XmmOffset;
        }
        if ((selection & WithMxcsr) != 0) yield return FxImage.MxcsrOffset..FxImage.StackOffset;
        if ((selection & ExtendedControl.Sse) != 0) yield return FxImage.XmmOffset..(FxImage.XmmOffset + registerBytes);
        if ((selection & ExtendedControl.Avx) != 0) yield return ExtendedControl.AvxOffset..(ExtendedControl.AvxOffset + registerBytes);
    }
}

/// <summary>XSAVE, XSAVEOPT and XSAVEC (Intel SDM Vol. 1, 13.7, 13.9 and 13.10). As on AMD's processors both ends of the area are checked first, up to
/// the last component asked for, whether it will be written or not.</summary>
internal readonly unsafe struct SaveExtendedState<TKind, TFormat> : IComplexInstruction where TKind : struct, ISaveKind where TFormat : struct, IFxFormat
{
    public static bool Execute(CpuState* c, Op* o)
    {
        ulong address = GeneralAddress.Of(c, o);
        if ((address & 63) != 0) return Faults.GeneralProtection(c);
        ulong requested = StateArea.Requested(c), used = TKind.IsCompacted ? ComponentsInUse.WithMxcsr(c) : ComponentsInUse.Of(c);
        ulong written = TKind.SkipsInitial ? requested & used : requested;
        bool mxcsr = TKind.IsCompacted ? (written & ExtendedControl.Sse) != 0 : (requested & ExtendedControl.SseAndAvx) != 0;

        byte* area = stackalloc byte[StateArea.Bytes];
        new Span<byte>(area, StateArea.Bytes).Clear();
        if ((written & ExtendedControl.X87) != 0) FxImage.SaveX87<TFormat>(c, area);
        if ((written & ExtendedControl.Sse) != 0) FxImage.SaveXmm(c, area);
        if (mxcsr) FxImage.SaveMxcsr(c, area);
        if ((written & ExtendedControl.Avx) != 0) StateArea.SaveAvx(c, area);

        Range header = StateArea.UsedOffset..(TKind.IsCompacted ? StateArea.FormatOffset + 8 : StateArea.FormatOffset);
        Range[] parts = StateArea.PartsOf(c, written, mxcsr);
        if (!GuestBlock.MayAccess(c, o, address, ExtendedControl.AreaBytes(requested), AccessKind.Write)) return false;
        ulong others = 0;
        if (!TKind.IsCompacted)
        {
            if (!GuestBlock.Read(c, o, address + StateArea.UsedOffset, (byte*)&others, 8)) return false;
            others &= ~requested;
        }
        *(ulong*)(area + StateArea.UsedOffset) = others | requested & used;
        *(ulong*)(area + StateArea.FormatOffset) = StateArea.Compacted | requested;
        if (!GuestBlock.Write(c, o, address, area, header)) return false;
        foreach (Range part in parts)
        {
            if (!GuestBlock.Write(c, o, address, area, part)) return false;
        }
        return true;
    }
}

/// <summary>XRSTOR (Intel SDM Vol. 1, 13.8), from either format.</summary>
internal readonly unsafe struct RestoreExtendedState<TFormat> : IComplexInstruction where TFormat : struct, IFxFormat
{
    public static bool Execute(CpuState* c, Op* o)
    {
        ulong address = GeneralAddress.Of(c, o);
        if ((address & 63) != 0) return Faults.GeneralProtection(c);
        byte* area = stackalloc byte[StateArea.Bytes];
        ulong requested = StateArea.Requested(c);
        if (!GuestBlock.MayAccess(c, o, address, AccessKind.Read)) return false;
        if (!GuestBlock.Read(c, o, address, area, StateArea.UsedOffset..ExtendedControl.AvxOffset)) return false;
        ulong present = *(ulong*)(area + StateArea.UsedOffset), format = *(ulong*)(area + StateArea.FormatOffset);
        bool isCompacted = (format & StateArea.Compacted) != 0;
        if (!IsHeaderValid(area, present, format, Processor.Of(c).System.Xcr0)) return Faults.GeneralProtection(c);
        if (!GuestBlock.MayAccess(c, o, address, ExtendedControl.AreaBytes(requested), AccessKind.Read)) return false;

        ulong loaded = requested & present;
        bool mxcsr = isCompacted ? (loaded & ExtendedControl.Sse) != 0 : (requested & ExtendedControl.SseAndAvx) != 0;
        foreach (Range part in StateArea.PartsOf(c, loaded, mxcsr))
        {
            if (!GuestBlock.Read(c, o, address, area, part)) return false;
        }
        if (mxcsr && !FxImage.IsMxcsrValid(area)) return Faults.GeneralProtection(c);

        ComponentsInUse.Initialize(c, requested & ~present);
        if (mxcsr) FxImage.RestoreMxcsr(c, area);
        else if ((requested & ExtendedControl.Sse) != 0) c->Mxcsr = ComponentsInUse.InitialMxcsr;
        if ((loaded & ExtendedControl.X87) != 0) FxImage.RestoreX87<TFormat>(c, area);
        if ((loaded & ExtendedControl.Sse) != 0) FxImage.RestoreXmm(c, area);
        if ((loaded & ExtendedControl.Avx) != 0) StateArea.RestoreAvx(c, area);
        return true;
    }

    /// <summary>Components that are not enabled, or reserved bytes that are not zero, are #GP(0). The formats reserve different bytes.</summary>
    private static bool IsHeaderValid(byte* area, ulong present, ulong format, ulong enabled)
    {
        if ((format & StateArea.Compacted) == 0)
            return (present & ~enabled) == 0 && format == 0 && *(ulong*)(area + StateArea.FormatOffset + 8) == 0;
        ulong contained = format & ~StateArea.Compacted;
        ReadOnlySpan<byte> reserved = new(area + StateArea.FormatOffset + 8, ExtendedControl.AvxOffset - StateArea.FormatOffset - 8);
        return (contained & ~enabled) == 0 && (present & ~contained) == 0 && !reserved.ContainsAnyExcept((byte)0);
    }
}

/// <summary>The XSAVE family.</summary>
internal static class ExtendedState
{
    public static void Register(InstructionTable table)
    {
        Add<SaveExtendedState<PlainSave, FxFormat32>>(table, Code.Xsave_mem);
        Add<SaveExtendedState<PlainSave, FxFormat64>>(table, Code.Xsave64_mem);
        Add<SaveExtendedState<OptimizedSave, FxFormat32>>(table, Code.Xsaveopt_mem);
        Add<SaveExtendedState<OptimizedSave, FxFormat64>>(table, Code.Xsaveopt64_mem);
        Add<SaveExtendedState<CompactedSave, FxFormat32>>(table, Code.Xsavec_mem);
        Add<SaveExtendedState<CompactedSave, FxFormat64>>(table, Code.Xsavec64_mem);
        Add<RestoreExtendedState<FxFormat32>>(table, Code.Xrstor_mem);
        Add<RestoreExtendedState<FxFormat64>>(table, Code.Xrstor64_mem);
    }

    private static void Add<TInstruction>(InstructionTable table, Code code) where TInstruction : struct, IComplexInstruction =>
        table.Add(new ComplexBinder<TInstruction>(Ending.Next, ExecutionUnit.ExtendedState), [code]);
}
