using X64Emu.Cpu.Floating;
using X64Emu.Cpu.Instructions.X87;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>How FXSAVE keeps the x87 instruction and data pointers.</summary>
internal unsafe interface IFxFormat
{
    static abstract void SavePointers(CpuState* c, byte* image);

    static abstract void RestorePointers(CpuState* c, byte* image);
}

/// <summary>Without REX.W: 32-bit offsets and 16-bit selectors.</summary>
internal readonly unsafe struct FxFormat32 : IFxFormat
{
    public static void SavePointers(CpuState* c, byte* image)
    {
        *(ulong*)(image + 8) = (uint)c->X87InstructionPointer | (ulong)c->X87InstructionSelector << 32;
        *(ulong*)(image + 16) = (uint)c->X87DataPointer | (ulong)c->X87DataSelector << 32;
    }

    public static void RestorePointers(CpuState* c, byte* image)
    {
        c->X87InstructionPointer = *(uint*)(image + 8);
        c->X87InstructionSelector = *(ushort*)(image + 12);
        c->X87DataPointer = *(uint*)(image + 16);
        c->X87DataSelector = *(ushort*)(image + 20);
    }
}

/// <summary>With REX.W: 64-bit offsets.</summary>
internal readonly unsafe struct FxFormat64 : IFxFormat
{
    public static void SavePointers(CpuState* c, byte* image)
    {
        *(ulong*)(image + 8) = c->X87InstructionPointer;
        *(ulong*)(image + 16) = c->X87DataPointer;
    }

    public static void RestorePointers(CpuState* c, byte* image)
    {
        c->X87InstructionPointer = Canonical(*(ulong*)(image + 8));
        c->X87DataPointer = Canonical(*(ulong*)(image + 16));
        c->X87InstructionSelector = c->X87DataSelector = 0;
    }

    /// <summary>The registers hold 48 bits.</summary>
    private static ulong Canonical(ulong pointer) => (ulong)((long)(pointer << 16) >> 16);
}

/// <summary>The 512-byte image (Intel SDM Vol. 1, 10.5.1). Its last 96 bytes are the software's and are not touched.</summary>
internal static unsafe class FxImage
{
    public const int Bytes = 512;

    /// <summary>Where MXCSR and its mask of valid bits are, side by side, the x87 registers, and the XMM registers.</summary>
    public const int MxcsrOffset = 24, StackOffset = 32, XmmOffset = 160;

    /// <summary>Registers of the current mode: outside 64-bit mode there are only XMM0 to XMM7.</summary>
    public static int XmmCount(CpuState* c) => c->CodeBits == 64 ? 16 : 8;

    /// <summary>What FXSAVE saves and FXRSTOR restores.</summary>
    public static int UsedBytes(CpuState* c) => XmmOffset + 16 * XmmCount(c);

    /// <summary>Fills in the x87 state of an image that is all zero.</summary>
    public static void SaveX87<TFormat>(CpuState* c, byte* image) where TFormat : struct, IFxFormat
    {
        *(ushort*)image = c->X87Control;
        *(ushort*)(image + 2) = c->X87Status;
        image[4] = c->X87Tag;
        if (X87State.IsPending(c))
        {
            // As on AMD processors, which write zeros while no exception is pending (AMD APM Vol. 5, FXSAVE; CPUID XSaveErPtr).
            *(ushort*)(image + 6) = c->X87Opcode;
            TFormat.SavePointers(c, image);
        }
        for (int index = 0; index < 8; index++)
            Buffer.MemoryCopy(X87State.Stack(c, index), image + StackOffset + 16 * index, X87State.RegisterBytes, X87State.RegisterBytes);
    }

    public static void SaveMxcsr(CpuState* c, byte* image)
    {
        *(uint*)(image + MxcsrOffset) = c->Mxcsr;
        *(uint*)(image + MxcsrOffset + 4) = Mxcsr.ValidBits;
    }

    public static void SaveXmm(CpuState* c, byte* image)
    {
        for (int index = 0; index < XmmCount(c); index++) *(Xmm*)(image + XmmOffset + 16 * index) = *Register(c, index);
    }

    public static void RestoreX87<TFormat>(CpuState* c, byte* image) where TFormat : struct, IFxFormat
    {
        c->X87Control = X87Words.Control(*(ushort*)image);
        c->X87Status = *(ushort*)(image + 2);
        c->X87Tag = image[4];
        c->X87Opcode = (ushort)(*(ushort*)(image + 6) & 0x7FF);
        TFormat.RestorePointers(c, image);
        X87State.UpdateSummary(c);
        for (int index = 0; index < 8; index++)
            Buffer.MemoryCopy(image + StackOffset + 16 * index, X87State.Stack(c, index), X87State.RegisterBytes, X87State.RegisterBytes);
    }

    /// <summary>Whether the image's MXCSR has only bits that exist; other values are #GP(0).</summary>
    public static bool IsMxcsrValid(byte* image) => (*(uint*)(image + MxcsrOffset) & ~Mxcsr.ValidBits) == 0;

    public static void RestoreMxcsr(CpuState* c, byte* image) => c->Mxcsr = *(uint*)(image + MxcsrOffset);

    public static void RestoreXmm(CpuState* c, byte* image)
    {
        for (int index = 0; index < XmmCount(c); index++) *Register(c, index) = *(Xmm*)(image + XmmOffset + 16 * index);
    }

    /// <summary>Whether an image may begin at an address; if not, the fault is recorded: #GP or #SS of a bad address, else #AC, where it is
    /// armed and the address is not even a multiple of 4, else #GP.</summary>
    public static bool MayBeginAt(CpuState* c, Op* o, ulong address)
    {
        bool isCanonical = c->CodeBits != 64 || Canonical.Is(address);
        if (isCanonical && (address & 15) == 0) return true;
        if (!isCanonical && (o->Scale & Op.StackReference) != 0) return Faults.Raise(c, ExceptionVector.StackFault);
        if (isCanonical && (address & 3) != 0 && Processor.Of(c).Memory.ChecksAlignment) return Faults.Raise(c, ExceptionVector.AlignmentCheck);
        return Faults.GeneralProtection(c);
    }

    private static Xmm* Register(CpuState* c, int number) => (Xmm*)((byte*)c + CpuState.XmmOffset + number * CpuState.XmmStride);
}

/// <summary>FXSAVE and FXSAVE64.</summary>
internal readonly unsafe struct SaveFxState<TFormat> : IComplexInstruction where TFormat : struct, IFxFormat
{
    public static bool Execute(CpuState* c, Op* o)
    {
        ulong address = GeneralAddress.Of(c, o);
        if (!FxImage.MayBeginAt(c, o, address)) return false;
        if (!GuestBlock.MayAccessFromEnd(c, o, address, FxImage.Bytes, AccessKind.Write)) return false;
        byte* image = stackalloc byte[FxImage.Bytes];
        new Span<byte>(image, FxImage.Bytes).Clear();
        FxImage.SaveX87<TFormat>(c, image);
        FxImage.SaveMxcsr(c, image);
        FxImage.SaveXmm(c, image);
        return GuestBlock.Write(c, o, address, image, FxImage.UsedBytes(c));
    }
}

/// <summary>FXRSTOR and FXRSTOR64.</summary>
internal readonly unsafe struct RestoreFxState<TFormat> : IComplexInstruction where TFormat : struct, IFxFormat
{
    public static bool Execute(CpuState* c, Op* o)
    {
        ulong address = GeneralAddress.Of(c, o);
        if (!FxImage.MayBeginAt(c, o, address)) return false;
        byte* image = stackalloc byte[FxImage.Bytes];
        if (!GuestBlock.MayAccessFromEnd(c, o, address, FxImage.Bytes, AccessKind.Read)) return false;
        if (!GuestBlock.Read(c, o, address, image, FxImage.Bytes)) return false;
        if (!FxImage.IsMxcsrValid(image)) return Faults.GeneralProtection(c);
        FxImage.RestoreX87<TFormat>(c, image);
        FxImage.RestoreMxcsr(c, image);
        FxImage.RestoreXmm(c, image);
        return true;
    }
}
