using X64Emu.Cpu.Floating;
using X64Emu.Cpu.Instructions.X87;

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
        c->X87InstructionPointer = *(ulong*)(image + 8);
        c->X87DataPointer = *(ulong*)(image + 16);
        c->X87InstructionSelector = c->X87DataSelector = 0;
    }
}

/// <summary>The 512-byte image (Intel SDM Vol. 1, 10.5.1). Its last 96 bytes are the software's and are not touched.</summary>
internal static unsafe class FxImage
{
    public const int Bytes = 512;

    private const int MxcsrOffset = 24, MxcsrMaskOffset = 28, StackOffset = 32, XmmOffset = 160;

    /// <summary>What is saved and restored: outside 64-bit mode there are only XMM0 to XMM7.</summary>
    public static int UsedBytes(CpuState* c) => XmmOffset + 16 * XmmCount(c);

    /// <summary>Fills an image that is all zero.</summary>
    public static void Save<TFormat>(CpuState* c, byte* image) where TFormat : struct, IFxFormat
    {
        *(ushort*)image = c->X87Control;
        *(ushort*)(image + 2) = c->X87Status;
        image[4] = c->X87Tag;
        *(ushort*)(image + 6) = c->X87Opcode;
        TFormat.SavePointers(c, image);
        *(uint*)(image + MxcsrOffset) = c->Mxcsr;
        *(uint*)(image + MxcsrMaskOffset) = Mxcsr.ValidBits;
        for (int index = 0; index < 8; index++)
            Buffer.MemoryCopy(X87State.Stack(c, index), image + StackOffset + 16 * index, X87State.RegisterBytes, X87State.RegisterBytes);
        for (int index = 0; index < XmmCount(c); index++) *(Xmm*)(image + XmmOffset + 16 * index) = *Register(c, index);
    }

    /// <summary>Loads an image. False when it holds an MXCSR with bits that do not exist: #GP(0).</summary>
    public static bool Restore<TFormat>(CpuState* c, byte* image) where TFormat : struct, IFxFormat
    {
        uint mxcsr = *(uint*)(image + MxcsrOffset);
        if ((mxcsr & ~Mxcsr.ValidBits) != 0) return Faults.GeneralProtection(c);
        c->Mxcsr = mxcsr;
        c->X87Control = X87Words.Control(*(ushort*)image);
        c->X87Status = *(ushort*)(image + 2);
        c->X87Tag = image[4];
        c->X87Opcode = (ushort)(*(ushort*)(image + 6) & 0x7FF);
        TFormat.RestorePointers(c, image);
        X87State.UpdateSummary(c);
        for (int index = 0; index < 8; index++)
            Buffer.MemoryCopy(image + StackOffset + 16 * index, X87State.Stack(c, index), X87State.RegisterBytes, X87State.RegisterBytes);
        for (int index = 0; index < XmmCount(c); index++) *Register(c, index) = *(Xmm*)(image + XmmOffset + 16 * index);
        return true;
    }

    private static int XmmCount(CpuState* c) => c->CodeBits == 64 ? 16 : 8;

    private static Xmm* Register(CpuState* c, int number) => (Xmm*)((byte*)c + CpuState.XmmOffset + number * CpuState.XmmStride);
}

/// <summary>FXSAVE and FXSAVE64.</summary>
internal readonly unsafe struct SaveFxState<TFormat> : IComplexInstruction where TFormat : struct, IFxFormat
{
    public static bool Execute(CpuState* c, Op* o)
    {
        ulong address = GeneralAddress.Of(c, o);
        if ((address & 15) != 0) return Faults.GeneralProtection(c);
        byte* image = stackalloc byte[FxImage.Bytes];
        new Span<byte>(image, FxImage.Bytes).Clear();
        FxImage.Save<TFormat>(c, image);
        return GuestBlock.Write(c, o, address, image, FxImage.UsedBytes(c));
    }
}

/// <summary>FXRSTOR and FXRSTOR64.</summary>
internal readonly unsafe struct RestoreFxState<TFormat> : IComplexInstruction where TFormat : struct, IFxFormat
{
    public static bool Execute(CpuState* c, Op* o)
    {
        ulong address = GeneralAddress.Of(c, o);
        if ((address & 15) != 0) return Faults.GeneralProtection(c);
        byte* image = stackalloc byte[FxImage.Bytes];
        return GuestBlock.Read(c, o, address, image, FxImage.Bytes) && FxImage.Restore<TFormat>(c, image);
    }
}
