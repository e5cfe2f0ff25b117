using System.Runtime.InteropServices;

namespace GuestOs.Arch;

/// <summary>
/// The registers of interrupted code as traps.S saves them, the CPU's own part (RIP..SS) last. For a frame from user mode
/// XMM0 and XMM8 lie directly above, and behind them the thread's state area.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TrapFrame
{
    public const ulong SizeBytes = 176;

    /// <summary>Bytes above a user frame, a multiple of 64: XMM0 and XMM8, and the area of <see cref="ExtendedState"/> behind them.</summary>
    public const ulong StateBytes = ScratchVectorBytes + ExtendedState.MaximumBytes;

    private const ulong ScratchVectorBytes = 64;

    /// <summary>Value of <see cref="Vector"/> in a frame made by SYSCALL.</summary>
    public const ulong SyscallVector = 0x100;

    public ulong R15;
    public ulong R14;
    public ulong R13;
    public ulong R12;
    public ulong R11;
    public ulong R10;
    public ulong R9;
    public ulong R8;
    public ulong Rbp;
    public ulong Rdi;
    public ulong Rsi;
    public ulong Rdx;
    public ulong Rcx;
    public ulong Rbx;
    public ulong Rax;
    public ulong Vector;

    /// <summary>The exception's error code, or 0; for SYSCALL the call number.</summary>
    public ulong ErrorCode;
    public ulong Rip;
    public ulong Cs;
    public ulong Rflags;
    public ulong Rsp;
    public ulong Ss;

    /// <summary>A system call's arguments in order (System V ABI, A.2.1).</summary>
    public readonly ulong Argument0 => Rdi;
    public readonly ulong Argument1 => Rsi;
    public readonly ulong Argument2 => Rdx;
    public readonly ulong Argument3 => R10;
    public readonly ulong Argument4 => R8;
    public readonly ulong Argument5 => R9;

    /// <summary>True when the interrupted code ran in ring 3.</summary>
    public readonly bool IsFromUser => (Cs & 3) != 0;

    /// <summary>XMM0 and XMM8 as they were when a user frame was made, and as they will be when it is left.</summary>
    public static ulong* ScratchVectors(TrapFrame* frame) => (ulong*)((byte*)frame + SizeBytes);

    /// <summary>Where the other vector and FPU registers are kept while another thread has the CPU's.</summary>
    public static byte* StateArea(TrapFrame* frame) => (byte*)frame + SizeBytes + ScratchVectorBytes;
}
