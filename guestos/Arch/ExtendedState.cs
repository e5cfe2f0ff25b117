namespace GuestOs.Arch;

/// <summary>
/// The x87, SSE and AVX registers of user programs: saved and restored with XSAVE where the CPU has it, else with FXSAVE. The kernel itself
/// uses XMM0 and XMM8 and no other of them (traps.S saves these two), so that the rest stays in the CPU while the kernel runs.
/// </summary>
internal static unsafe class ExtendedState
{
    /// <summary>The largest area: legacy region, header, upper halves of 16 YMM registers. Areas are aligned to 64 bytes.</summary>
    public const ulong MaximumBytes = 832;

    /// <summary>The FXSAVE image at the start of an area; its last 48 bytes are software's.</summary>
    public const ulong LegacyBytes = 512, SoftwareOffset = 464;

    /// <summary>XSTATE_BV, and the end of the header.</summary>
    public const ulong PresentOffset = 512, HeaderEnd = 576;

    /// <summary>Bits of XCR0 and XSTATE_BV.</summary>
    public const ulong X87 = 1, Sse = 2, Avx = 4;

    private const ulong ControlWordOffset = 0, MxcsrOffset = 24, MxcsrMaskOffset = 28, XmmOffset = 160;
    private const ulong Cr4OsXsave = 1 << 18;
    private const uint XsaveFeature = 1 << 26;
    private const ushort InitialControlWord = 0x37f;
    private const uint InitialMxcsr = 0x1f80, DefaultMxcsrMask = 0xffbf;

    public static bool HasXsave { get; private set; }

    /// <summary>XCR0: what XSAVE saves. Without XSAVE, what FXSAVE does.</summary>
    public static ulong Components { get; private set; }

    /// <summary>Bytes of an area that are used.</summary>
    public static ulong AreaBytes { get; private set; }

    /// <summary>The bits that MXCSR has; restoring any other is a fault (Intel SDM Vol. 1, 11.6.6).</summary>
    public static uint MxcsrMask { get; private set; }

    /// <summary>Switches XSAVE on if there is one.</summary>
    /// <param name="features">ECX of CPUID leaf 1.</param>
    public static void Initialize(uint features)
    {
        Components = X87 | Sse;
        AreaBytes = LegacyBytes;
        HasXsave = (features & XsaveFeature) != 0;
        if (HasXsave)
        {
            CpuIdResult leaf;
            Cpu.CpuId(0xd, 0, &leaf);
            Components = leaf.Eax & (X87 | Sse | Avx);
            Cpu.WriteCr4(Cpu.ReadCr4() | Cr4OsXsave);
            Cpu.WriteXcr0(Components);
            Cpu.CpuId(0xd, 0, &leaf);
            AreaBytes = leaf.Ebx;
            if (AreaBytes > MaximumBytes) Panic.Because("the XSAVE area is larger than its components");
        }
        byte* buffer = stackalloc byte[(int)LegacyBytes + 64];
        byte* image = (byte*)(((ulong)buffer + 63) & ~63UL);
        Memory.Set(image, 0, LegacyBytes);
        Cpu.FxSave(image);
        MxcsrMask = *(uint*)(image + MxcsrMaskOffset);
        if (MxcsrMask == 0) MxcsrMask = DefaultMxcsrMask;
    }

    /// <summary>Stores the CPU's registers.</summary>
    public static void Save(byte* area)
    {
        if (HasXsave) Cpu.XSave(area);
        else Cpu.FxSave(area);
    }

    /// <summary>Loads the CPU's registers. An area that user mode had a say in must have passed <see cref="IsValid"/>.</summary>
    public static void Restore(byte* area)
    {
        if (HasXsave) Cpu.XRestore(area);
        else Cpu.FxRestore(area);
    }

    /// <summary>Makes an area that of a program's start: as after FNINIT, with SSE exceptions masked and all else 0.</summary>
    public static void MakeInitial(byte* area)
    {
        Memory.Set(area, 0, MaximumBytes);
        *(ushort*)(area + ControlWordOffset) = InitialControlWord;
        *(uint*)(area + MxcsrOffset) = InitialMxcsr;
    }

    /// <summary>Whether restoring an area faults: MXCSR has bits that do not exist, or the header names components that do not, or is
    /// compacted (Intel SDM Vol. 1, 13.8.1).</summary>
    public static bool IsValid(byte* area)
    {
        if ((*(uint*)(area + MxcsrOffset) & ~MxcsrMask) != 0) return false;
        ulong* header = (ulong*)(area + PresentOffset);
        return !HasXsave || ((header[0] & ~Components) == 0 && header[1] == 0 && header[2] == 0);
    }

    /// <summary>The components of an area that are not in their initial state.</summary>
    public static ref ulong Present(byte* area) => ref *(ulong*)(area + PresentOffset);

    /// <summary>An XMM register in an area.</summary>
    public static ulong* Xmm(byte* area, int number) => (ulong*)(area + XmmOffset + (ulong)number * 16);

    /// <summary>The SSE exceptions that are raised and not masked.</summary>
    public static uint SseExceptions(byte* area)
    {
        uint mxcsr = *(uint*)(area + MxcsrOffset);
        return mxcsr & ~(mxcsr >> 7) & 0x3f;
    }

    /// <summary>The x87 exceptions that are raised and not masked.</summary>
    public static uint X87Exceptions(byte* area) => (uint)(*(ushort*)(area + 2) & ~*(ushort*)(area + ControlWordOffset) & 0x3f);
}
