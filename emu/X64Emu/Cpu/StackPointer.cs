namespace X64Emu.Cpu;

/// <summary>The stack pointer in its present width: SP, ESP or RSP.</summary>
internal static unsafe class StackPointer
{
    private const int Rsp = 4;

    /// <summary>The stack pointer's value in its width.</summary>
    public static ulong Get(CpuState* c) => Wrap(c, c->Gpr[Rsp]);

    /// <summary>Cuts an offset in the stack to its width.</summary>
    public static ulong Wrap(CpuState* c, ulong offset) =>
        c->StackBits == 64 ? offset : c->StackBits == 32 ? (uint)offset : (ushort)offset;

    /// <summary>Sets it; with a 16-bit stack the upper bits stay.</summary>
    public static void Set(CpuState* c, ulong value) =>
        c->Gpr[Rsp] = c->StackBits == 16 ? c->Gpr[Rsp] & ~0xffffUL | (ushort)value : Wrap(c, value);

    /// <summary>The linear address of an offset in the stack.</summary>
    public static ulong Linear(CpuState* c, ulong offset) =>
        c->StackBits == 64 ? offset : (uint)(Wrap(c, offset) + c->SegmentBase[(int)SegmentName.Ss]);

    /// <summary>Reads the value so many bytes above the stack pointer.</summary>
    public static bool Read<TSize>(CpuState* c, int offsetBytes, out ulong value) where TSize : struct, IOperandSize =>
        GuestAccess.Read<TSize>(c, Linear(c, Get(c) + (ulong)offsetBytes), out value, stack: true);
}
