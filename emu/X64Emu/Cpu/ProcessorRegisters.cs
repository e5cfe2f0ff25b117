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

    internal ProcessorRegisters(Processor processor)
    {
        this.processor = processor;
        X87 = new X87Registers(processor);
    }

    /// <summary>The x87 registers, and the MMX registers that share their bits.</summary>
    public X87Registers X87 { get; }

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
            processor.Loop.StateChanged();
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

    /// <summary>Reads YMM<paramref name="number"/>, 0..15, whose lower half is XMM<paramref name="number"/>.</summary>
    public Vector256<byte> GetYmm(int number) => *(Vector256<byte>*)XmmPointer(number);

    /// <summary>Writes YMM<paramref name="number"/>, 0..15.</summary>
    public void SetYmm(int number, Vector256<byte> value) => *(Vector256<byte>*)XmmPointer(number) = value;

    /// <summary>CR0. Writing it has the effects and limits of MOV to CR0, modes and TLB flushes included.</summary>
    /// <exception cref="ArgumentException">MOV would raise #GP: among others when paging is switched on without CR4.PAE and EFER.LME, or from
    /// a 64-bit code segment, or when protection is switched off.</exception>
    public ulong Cr0
    {
        get => State->Cr0;
        set => Require(processor.ControlRegisters.WriteCr0(value));
    }

    /// <summary>CR2: the address of the last page fault delivered.</summary>
    public VirtualAddress Cr2
    {
        get => new(processor.System.Cr2);
        set => processor.System.Cr2 = value.Value;
    }

    /// <summary>CR3: the page tables. Writing it flushes the TLB as MOV to CR3 does.</summary>
    /// <exception cref="ArgumentException">MOV would raise #GP: bits beyond the physical address width.</exception>
    public ulong Cr3
    {
        get => processor.ControlRegisters.Cr3;
        set
        {
            Require(processor.ControlRegisters.WriteCr3(value));
            processor.Loop.StateChanged();
        }
    }

    /// <summary>CR4, as MOV writes it.</summary>
    /// <exception cref="ArgumentException">MOV would raise #GP: a feature that does not exist, or PAE cleared in long mode.</exception>
    public ulong Cr4
    {
        get => State->Cr4;
        set => Require(processor.ControlRegisters.WriteCr4(value));
    }

    /// <summary>XCR0: bit 0 x87, 1 SSE, 2 AVX state. Vector instructions with a VEX prefix need the last two, and CR4.OSXSAVE.</summary>
    /// <exception cref="ArgumentException">XSETBV would raise #GP: bit 0 clear, bit 2 without bit 1, or a component that does not exist.</exception>
    public ulong Xcr0
    {
        get => processor.System.Xcr0;
        set => Require(processor.ControlRegisters.WriteXcr0(value));
    }

    /// <summary>CR8: the task priority, 0..15.</summary>
    /// <exception cref="ArgumentException">More than 15.</exception>
    public ulong Cr8
    {
        get => processor.ControlRegisters.Cr8;
        set => Require(processor.ControlRegisters.WriteCr8(value));
    }

    /// <summary>IA32_EFER; LMA follows paging and is ignored when written.</summary>
    /// <exception cref="ArgumentException">WRMSR would raise #GP.</exception>
    public ulong Efer
    {
        get => processor.System.Efer;
        set => Require(processor.ControlRegisters.WriteEfer(value));
    }

    /// <summary>GDTR.</summary>
    public DescriptorTable Gdtr
    {
        get => processor.System.Gdtr;
        set => processor.System.Gdtr = value;
    }

    /// <summary>IDTR.</summary>
    public DescriptorTable Idtr
    {
        get => processor.System.Idtr;
        set => processor.System.Idtr = value;
    }

    /// <summary>LDTR with its cached descriptor.</summary>
    public SegmentRegister Ldtr
    {
        get => processor.System.Ldtr;
        set => processor.System.Ldtr = value;
    }

    /// <summary>The task register with its cached descriptor.</summary>
    public SegmentRegister TaskRegister
    {
        get => processor.System.TaskRegister;
        set => processor.System.TaskRegister = value;
    }

    /// <summary>Current privilege level, 0..3.</summary>
    public int PrivilegeLevel => State->Cpl;

    /// <summary>A segment register with its cached descriptor.</summary>
    public SegmentRegister GetSegment(SegmentName name) => processor.Segments[(SegmentName)Check((int)name, 6)];

    /// <summary>Sets a segment register and its cached descriptor, without looking at descriptor tables. The RPL of a selector written to CS
    /// becomes the privilege level; the descriptor's L and D bits choose the code width.</summary>
    public void SetSegment(SegmentName name, SegmentRegister value)
    {
        processor.Segments.Set((SegmentName)Check((int)name, 6), value);
        if (name == SegmentName.Cs) State->Cpl = (byte)(value.Selector & 3);
        processor.ModesChanged();
    }

    /// <summary>Reads a model-specific register; false when there is none of that number.</summary>
    public bool TryReadMsr(uint number, out ulong value) => processor.ModelSpecificRegisters.TryRead(number, out value);

    /// <summary>Writes a model-specific register; false when there is none of that number or WRMSR would refuse the value.</summary>
    public bool TryWriteMsr(uint number, ulong value) => processor.ModelSpecificRegisters.TryWrite(number, value);

    /// <summary>Reads DR<paramref name="number"/>: 0..3 addresses, 6 status, 7 control; 4 and 5 are aliases of 6 and 7.</summary>
    public ulong GetDebugRegister(int number) => processor.DebugUnit.Read(Check(number, 8));

    /// <summary>Writes a debug register; reserved bits keep their fixed values.</summary>
    public void SetDebugRegister(int number, ulong value)
    {
        processor.DebugUnit.Write(Check(number, 8), value);
        processor.Loop.StateChanged();
    }

    private CpuState* State => processor.State;

    private static void Require(bool accepted)
    {
        if (!accepted) throw new ArgumentException("the processor would raise #GP for this value");
    }

    private Vector128<byte>* XmmPointer(int number) =>
        (Vector128<byte>*)((byte*)State + CpuState.XmmOffset + Check(number, 16) * CpuState.XmmStride);

    private static int Check(int number, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, count);
        return number;
    }
}
