using X64Emu.Cpu.Instructions.X87;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>XINUSE: which state components differ from their initial configuration (Intel SDM Vol. 1, 13.6). Worked out from the registers,
/// which hardware may track with less precision.</summary>
internal static unsafe class ComponentsInUse
{
    /// <summary>MXCSR after reset.</summary>
    public const uint InitialMxcsr = 0x1f80;

    /// <summary>The components in use, as bits of XCR0. MXCSR does not count.</summary>
    public static ulong Of(CpuState* c) =>
        (IsX87InUse(c) ? ExtendedControl.X87 : 0) | (AnySet(c, 0) ? ExtendedControl.Sse : 0) | (AnySet(c, 16) ? ExtendedControl.Avx : 0);

    /// <summary>The same with MXCSR as part of the SSE component: what XGETBV and XSAVEC go by.</summary>
    public static ulong WithMxcsr(CpuState* c) => Of(c) | (c->Mxcsr != InitialMxcsr ? ExtendedControl.Sse : 0);

    /// <summary>Puts components into their initial configuration, but for MXCSR.</summary>
    public static void Initialize(CpuState* c, ulong components)
    {
        if ((components & ExtendedControl.X87) != 0)
        {
            X87State.Initialize(c);
            for (int index = 0; index < 8; index++) new Span<byte>(X87State.Stack(c, index), X87State.RegisterBytes).Clear();
        }
        for (int number = 0; number < FxImage.XmmCount(c); number++)
        {
            if ((components & ExtendedControl.Sse) != 0) *Half(c, number, 0) = Xmm.Zero;
            if ((components & ExtendedControl.Avx) != 0) *Half(c, number, 16) = Xmm.Zero;
        }
    }

    /// <summary>The lower (0) or upper (16) half of a YMM register.</summary>
    public static Xmm* Half(CpuState* c, int number, int offset) => (Xmm*)((byte*)c + CpuState.XmmOffset + number * CpuState.XmmStride + offset);

    private static bool AnySet(CpuState* c, int offset)
    {
        Xmm all = Xmm.Zero;
        for (int number = 0; number < 16; number++) all |= *Half(c, number, offset);
        return all != Xmm.Zero;
    }

    private static bool IsX87InUse(CpuState* c)
    {
        // The pointers and the opcode are saved only when an exception is pending, and then the status is not 0.
        if (c->X87Control != X87State.InitialControl || c->X87Status != 0 || c->X87Tag != 0) return true;
        for (int index = 0; index < 8; index++)
        {
            if (new Span<byte>(X87State.Stack(c, index), X87State.RegisterBytes).ContainsAnyExcept((byte)0)) return true;
        }
        return false;
    }
}
