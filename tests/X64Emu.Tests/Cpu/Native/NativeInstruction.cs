using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Native;

/// <summary>What one instruction is given and what it leaves behind. RDI points to it while the instruction runs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeFrame
{
    /// <summary>A memory operand, at [RDI]; aligned when the frame is.</summary>
    public Vector128<byte> Memory;

    /// <summary>The first XMM operand before.</summary>
    public Vector128<byte> Xmm0;

    /// <summary>The second XMM operand before.</summary>
    public Vector128<byte> Xmm1;

    /// <summary>The first XMM operand after.</summary>
    public Vector128<byte> Result;

    /// <summary>The second XMM operand after.</summary>
    public Vector128<byte> SecondResult;

    /// <summary>MXCSR before.</summary>
    public uint MxcsrBefore;

    /// <summary>MXCSR after; its masks are all set when the instruction faulted.</summary>
    public uint MxcsrAfter;

    /// <summary>The host's own MXCSR, kept over the run.</summary>
    public uint HostMxcsr;

    /// <summary>1 when the instruction raised a floating-point exception.</summary>
    public uint Faulted;

    /// <summary>RCX before.</summary>
    public ulong Rcx;

    /// <summary>RAX after (all ones before).</summary>
    public ulong Rax;

    /// <summary>RFLAGS after.</summary>
    public ulong Rflags;
}

/// <summary>One instruction on two XMM registers (XMM0 and XMM1 unless said otherwise), RCX (in) and RAX (out), run by the host's processor.</summary>
internal sealed unsafe class NativeInstruction
{
    private readonly delegate* unmanaged<NativeFrame*, void> _entry;

    public NativeInstruction(Action<Assembler> emit, int firstXmm = 0, int secondXmm = 1)
    {
        AssemblerRegisterXMM first = new(Register.XMM0 + firstXmm), second = new(Register.XMM0 + secondXmm);
        FloatingPointSignal.Catch();
        var code = new Assembler(64);
        Label resume = code.CreateLabel();
        code.stmxcsr(__dword_ptr[rdi + Offset(nameof(NativeFrame.HostMxcsr))]);
        code.movdqu(first, __xmmword_ptr[rdi + Offset(nameof(NativeFrame.Xmm0))]);
        code.movdqu(second, __xmmword_ptr[rdi + Offset(nameof(NativeFrame.Xmm1))]);
        code.mov(rcx, __qword_ptr[rdi + Offset(nameof(NativeFrame.Rcx))]);
        code.mov(rax, -1);
        code.xor(r10d, r10d);
        code.lea(r11, __[resume]);
        code.ldmxcsr(__dword_ptr[rdi + Offset(nameof(NativeFrame.MxcsrBefore))]);
        emit(code);
        code.Label(ref resume);
        code.stmxcsr(__dword_ptr[rdi + Offset(nameof(NativeFrame.MxcsrAfter))]);
        code.ldmxcsr(__dword_ptr[rdi + Offset(nameof(NativeFrame.HostMxcsr))]);
        code.movdqu(__xmmword_ptr[rdi + Offset(nameof(NativeFrame.Result))], first);
        code.movdqu(__xmmword_ptr[rdi + Offset(nameof(NativeFrame.SecondResult))], second);
        code.mov(__qword_ptr[rdi + Offset(nameof(NativeFrame.Rax))], rax);
        code.mov(__dword_ptr[rdi + Offset(nameof(NativeFrame.Faulted))], r10d);
        code.pushfq();
        code.pop(rax);
        code.mov(__qword_ptr[rdi + Offset(nameof(NativeFrame.Rflags))], rax);
        code.ret();
        _entry = (delegate* unmanaged<NativeFrame*, void>)ExecutableMemory.Install(code);
    }

    public void Run(ref NativeFrame frame)
    {
        fixed (NativeFrame* pointer = &frame)
            _entry(pointer);
    }

    /// <summary>Runs with a frame whose address matters: one that is aligned, or in the middle of something.</summary>
    public void Run(NativeFrame* frame) => _entry(frame);

    private static int Offset(string field) => (int)Marshal.OffsetOf<NativeFrame>(field);
}
