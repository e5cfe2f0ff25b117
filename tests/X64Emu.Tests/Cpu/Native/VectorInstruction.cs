using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Native;

/// <summary>What one vector instruction is given and what it leaves behind. RDI points to it while the instruction runs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VectorFrame
{
    /// <summary>How many YMM registers take part.</summary>
    public const int Registers = 4;

    /// <summary>A memory operand, at [RDI]; aligned when the frame is.</summary>
    public Vector256<byte> Memory;

    /// <summary>The YMM registers before, then the same after.</summary>
    public fixed byte Before[Registers * 32];
    public fixed byte After[Registers * 32];

    /// <summary>RCX before; RAX and RFLAGS after (RAX is all ones before).</summary>
    public ulong Rcx, Rax, Rflags;

    /// <summary>MXCSR before and after (its masks are all set when the instruction faulted), and the host's own, kept over the run.</summary>
    public uint MxcsrBefore, MxcsrAfter, HostMxcsr;

    /// <summary>1 when the instruction raised a floating-point exception.</summary>
    public uint Faulted;

    public Vector256<byte> GetBefore(int index)
    {
        fixed (byte* registers = Before) return ((Vector256<byte>*)registers)[index];
    }

    public void SetBefore(int index, Vector256<byte> value)
    {
        fixed (byte* registers = Before) ((Vector256<byte>*)registers)[index] = value;
    }

    public Vector256<byte> GetAfter(int index)
    {
        fixed (byte* registers = After) return ((Vector256<byte>*)registers)[index];
    }
}

/// <summary>One instruction on four YMM registers, RCX (in) and RAX (out), run by the host's processor.</summary>
internal sealed unsafe class VectorInstruction
{
    private readonly delegate* unmanaged<VectorFrame*, void> entry;

    public VectorInstruction(in Instruction instruction, ReadOnlySpan<int> registers)
    {
        FloatingPointSignal.Catch();
        var code = new Assembler(64);
        Label resume = code.CreateLabel();
        code.stmxcsr(__dword_ptr[rdi + Offset(nameof(VectorFrame.HostMxcsr))]);
        for (int index = 0; index < VectorFrame.Registers; index++)
            code.vmovdqu(new AssemblerRegisterYMM(Register.YMM0 + registers[index]), __ymmword_ptr[rdi + Offset(nameof(VectorFrame.Before)) + 32 * index]);
        code.mov(rcx, __qword_ptr[rdi + Offset(nameof(VectorFrame.Rcx))]);
        code.mov(rax, -1);
        code.xor(r10d, r10d);
        code.lea(r11, __[resume]);
        code.ldmxcsr(__dword_ptr[rdi + Offset(nameof(VectorFrame.MxcsrBefore))]);
        code.AddInstruction(instruction);
        code.Label(ref resume);
        code.stmxcsr(__dword_ptr[rdi + Offset(nameof(VectorFrame.MxcsrAfter))]);
        code.ldmxcsr(__dword_ptr[rdi + Offset(nameof(VectorFrame.HostMxcsr))]);
        for (int index = 0; index < VectorFrame.Registers; index++)
            code.vmovdqu(__ymmword_ptr[rdi + Offset(nameof(VectorFrame.After)) + 32 * index], new AssemblerRegisterYMM(Register.YMM0 + registers[index]));
        code.mov(__qword_ptr[rdi + Offset(nameof(VectorFrame.Rax))], rax);
        code.mov(__dword_ptr[rdi + Offset(nameof(VectorFrame.Faulted))], r10d);
        code.pushfq();
        code.pop(rax);
        code.mov(__qword_ptr[rdi + Offset(nameof(VectorFrame.Rflags))], rax);
        code.vzeroupper();
        code.ret();
        entry = (delegate* unmanaged<VectorFrame*, void>)ExecutableMemory.Install(code);
    }

    public void Run(VectorFrame* frame) => entry(frame);

    private static int Offset(string field) => (int)Marshal.OffsetOf<VectorFrame>(field);
}
