using System.Runtime.Intrinsics;
using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Registers;

/// <summary>All registers of a thread at a stop, taken out of the processor or of where the guest kernel saved them.</summary>
public sealed class RegisterValues
{
    /// <summary>Value of <see cref="SystemCallNumber"/> outside of system calls.</summary>
    public const ulong NoSystemCall = ulong.MaxValue;

    /// <summary>RAX..R15 in encoding order.</summary>
    public ulong[] General { get; } = new ulong[16];

    /// <summary>The next instruction.</summary>
    public VirtualAddress Rip { get; set; }

    /// <summary>RFLAGS.</summary>
    public ulong RFlags { get; set; }

    /// <summary>Selectors, indexed by <see cref="SegmentName"/>.</summary>
    public ushort[] Selectors { get; } = new ushort[6];

    /// <summary>The FS segment's base.</summary>
    public ulong FsBase { get; set; }

    /// <summary>The GS segment's base.</summary>
    public ulong GsBase { get; set; }

    /// <summary>ST(0)..ST(7).</summary>
    public (ushort SignExponent, ulong Significand)[] X87Stack { get; } = new (ushort, ulong)[8];

    /// <summary>The x87 control word.</summary>
    public ushort X87Control { get; set; }

    /// <summary>The x87 status word.</summary>
    public ushort X87Status { get; set; }

    /// <summary>The x87 tag word, two bits a register.</summary>
    public ushort X87Tag { get; set; }

    /// <summary>The x87's last opcode.</summary>
    public ushort X87Opcode { get; set; }

    /// <summary>The x87's last instruction.</summary>
    public ulong X87InstructionPointer { get; set; }

    /// <summary>Its selector.</summary>
    public ushort X87InstructionSelector { get; set; }

    /// <summary>The x87's last memory operand.</summary>
    public ulong X87DataPointer { get; set; }

    /// <summary>Its selector.</summary>
    public ushort X87DataSelector { get; set; }

    /// <summary>MXCSR.</summary>
    public uint Mxcsr { get; set; }

    /// <summary>YMM0..YMM15, whose lower halves are XMM0..XMM15.</summary>
    public Vector256<byte>[] Ymm { get; } = new Vector256<byte>[16];

    /// <summary>Linux's orig_rax: the number of the system call the thread is in, else <see cref="NoSystemCall"/>.</summary>
    public ulong SystemCallNumber { get; set; } = NoSystemCall;

    /// <summary>CR0. Of the processor's own registers CR2 alone can be written.</summary>
    public ulong Cr0 { get; set; }

    /// <summary>CR2.</summary>
    public ulong Cr2 { get; set; }

    /// <summary>CR3.</summary>
    public ulong Cr3 { get; set; }

    /// <summary>CR4.</summary>
    public ulong Cr4 { get; set; }

    /// <summary>CR8.</summary>
    public ulong Cr8 { get; set; }

    /// <summary>IA32_EFER.</summary>
    public ulong Efer { get; set; }

    /// <summary>IA32_KERNEL_GS_BASE.</summary>
    public ulong KernelGsBase { get; set; }
}
