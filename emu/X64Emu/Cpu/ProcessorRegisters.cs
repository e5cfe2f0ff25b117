using System.Runtime.Intrinsics;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>The general registers in encoding order.</summary>
public enum GeneralRegister
{
    /// <summary>RAX.</summary>
    Rax,

    /// <summary>RCX.</summary>
    Rcx,

    /// <summary>RDX.</summary>
    Rdx,

    /// <summary>RBX.</summary>
    Rbx,

    /// <summary>RSP.</summary>
    Rsp,

    /// <summary>RBP.</summary>
    Rbp,

    /// <summary>RSI.</summary>
    Rsi,

    /// <summary>RDI.</summary>
    Rdi,

    /// <summary>R8.</summary>
    R8,

    /// <summary>R9.</summary>
    R9,

    /// <summary>R10.</summary>
    R10,

    /// <summary>R11.</summary>
    R11,

    /// <summary>R12.</summary>
    R12,

    /// <summary>R13.</summary>
    R13,

    /// <summary>R14.</summary>
    R14,

    /// <summary>R15.</summary>
    R15,
}

/// <summary>Every register of a processor, for reading and writing while it does not run.</summary>
public sealed unsafe class ProcessorRegisters
{
    private readonly Processor processor;

    internal ProcessorRegisters(Processor processor) => this.processor = processor;

    /// <summary>A general register, all 64 bits.</summary>
    public ulong this[GeneralRegister register]
    {
        get => State->Gpr[Check((int)register, 16)];
        set => State->Gpr[Check((int)register, 16)] = value;
    }

    /// <summary>RIP, the address of the next instruction.</summary>
    public VirtualAddress Rip
    {
        get => new(State->Rip);
        set => State->Rip = value.Value;
    }

    /// <summary>RFLAGS, arithmetic and system flags together. Bits that do not exist are ignored when written.</summary>
    public ulong RFlags
    {
        get => LazyFlags.All(State) | State->SystemFlags;
        set
        {
            LazyFlags.SetExplicit(State, value);
            State->SystemFlags = value & Cpu.RFlags.All & ~LazyFlags.Arithmetic | Cpu.RFlags.Fixed;
            processor.PrivilegeChanged();
        }
    }

    /// <summary>MXCSR, SSE control and status.</summary>
    public uint Mxcsr
    {
        get => State->Mxcsr;
        set => State->Mxcsr = value & 0xffff;
    }

    /// <summary>The FS segment's base address.</summary>
    public VirtualAddress FsBase
    {
        get => new(State->SegmentBase[(int)SegmentName.Fs]);
        set => State->SegmentBase[(int)SegmentName.Fs] = value.Value;
    }

    /// <summary>The GS segment's base address.</summary>
    public VirtualAddress GsBase
    {
        get => new(State->SegmentBase[(int)SegmentName.Gs]);
        set => State->SegmentBase[(int)SegmentName.Gs] = value.Value;
    }

    /// <summary>Reads XMM<paramref name="number"/>, 0..15.</summary>
    public Vector128<byte> GetXmm(int number) => *XmmPointer(number);

    /// <summary>Writes XMM<paramref name="number"/>, 0..15.</summary>
    public void SetXmm(int number, Vector128<byte> value) => *XmmPointer(number) = value;

    private CpuState* State => processor.State;

    private Vector128<byte>* XmmPointer(int number) =>
        (Vector128<byte>*)((byte*)State + CpuState.XmmOffset + Check(number, 16) * CpuState.XmmStride);

    private static int Check(int number, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, count);
        return number;
    }
}
