using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Native;

/// <summary>What a vector instruction is given and what it leaves behind. RDI points to it while the instruction runs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeVectorFrame
{
    /// <summary>A memory operand, at [RDI].</summary>
    public Vector256<byte> Memory;

    /// <summary>YMM registers before, and after.</summary>
    public FiveVectors Registers;

    /// <summary>RAX, RCX and RDX before, and after.</summary>
    public ulong Rax, Rcx, Rdx;

    /// <summary>RFLAGS after.</summary>
    public ulong Rflags;
}

/// <summary>The YMM registers that tests use.</summary>
[InlineArray(5)]
internal struct FiveVectors
{
    private Vector256<byte> first;
}

/// <summary>One instruction on up to five YMM registers, RAX, RCX, RDX and memory at [RDI], run by the host's processor. It must not fault.</summary>
internal sealed unsafe class NativeVectorInstruction
{
    private readonly delegate* unmanaged<NativeVectorFrame*, void> entry;

    public NativeVectorInstruction(Instruction instruction, ReadOnlySpan<int> registers)
    {
        int vectors = (int)Marshal.OffsetOf<NativeVectorFrame>(nameof(NativeVectorFrame.Registers));
        int rax = (int)Marshal.OffsetOf<NativeVectorFrame>(nameof(NativeVectorFrame.Rax));
        var code = new Assembler(64);
        for (int i = 0; i < registers.Length; i++) code.vmovdqu(Ymm(registers[i]), __ymmword_ptr[rdi + vectors + 32 * i]);
        code.mov(AssemblerRegisters.rax, __qword_ptr[rdi + rax]);
        code.mov(rcx, __qword_ptr[rdi + rax + 8]);
        code.mov(rdx, __qword_ptr[rdi + rax + 16]);
        code.xor(r10d, r10d);
        code.AddInstruction(instruction);
        for (int i = 0; i < registers.Length; i++) code.vmovdqu(__ymmword_ptr[rdi + vectors + 32 * i], Ymm(registers[i]));
        code.mov(__qword_ptr[rdi + rax], AssemblerRegisters.rax);
        code.mov(__qword_ptr[rdi + rax + 8], rcx);
        code.mov(__qword_ptr[rdi + rax + 16], rdx);
        code.pushfq();
        code.pop(AssemblerRegisters.rax);
        code.mov(__qword_ptr[rdi + rax + 24], AssemblerRegisters.rax);
        code.vzeroupper();
        code.ret();
        entry = (delegate* unmanaged<NativeVectorFrame*, void>)ExecutableMemory.Install(code);
    }

    /// <summary>Runs it. A frame that is 32-byte aligned has an aligned memory operand.</summary>
    public void Run(NativeVectorFrame* frame) => entry(frame);

    private static AssemblerRegisterYMM Ymm(int number) => new(Register.YMM0 + number);
}
