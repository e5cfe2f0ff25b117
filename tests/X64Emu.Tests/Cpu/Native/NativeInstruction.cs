using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Native;

/// <summary>What one instruction is given and what it leaves behind.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeFrame
{
    /// <summary>XMM0 before.</summary>
    public Vector128<byte> Xmm0;

    /// <summary>XMM1 before.</summary>
    public Vector128<byte> Xmm1;

    /// <summary>XMM0 after.</summary>
    public Vector128<byte> Result;

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

/// <summary>One instruction on XMM0, XMM1, RCX (in) and RAX (out), run by the host's processor.</summary>
internal sealed unsafe class NativeInstruction
{
    private readonly delegate* unmanaged<NativeFrame*, void> _entry;

    public NativeInstruction(Action<Assembler> emit)
    {
        FloatingPointSignal.Catch();
        var code = new Assembler(64);
        Label resume = code.CreateLabel();
        code.stmxcsr(__dword_ptr[rdi + Offset(nameof(NativeFrame.HostMxcsr))]);
        code.movdqu(xmm0, __xmmword_ptr[rdi + Offset(nameof(NativeFrame.Xmm0))]);
        code.movdqu(xmm1, __xmmword_ptr[rdi + Offset(nameof(NativeFrame.Xmm1))]);
        code.mov(rcx, __qword_ptr[rdi + Offset(nameof(NativeFrame.Rcx))]);
        code.mov(rax, -1);
        code.xor(r10d, r10d);
        code.lea(r11, __[resume]);
        code.ldmxcsr(__dword_ptr[rdi + Offset(nameof(NativeFrame.MxcsrBefore))]);
        emit(code);
        code.Label(ref resume);
        code.stmxcsr(__dword_ptr[rdi + Offset(nameof(NativeFrame.MxcsrAfter))]);
        code.ldmxcsr(__dword_ptr[rdi + Offset(nameof(NativeFrame.HostMxcsr))]);
        code.movdqu(__xmmword_ptr[rdi + Offset(nameof(NativeFrame.Result))], xmm0);
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

    private static int Offset(string field) => (int)Marshal.OffsetOf<NativeFrame>(field);
}
