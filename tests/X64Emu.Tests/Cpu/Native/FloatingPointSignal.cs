using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu.Native;

/// <summary>Catches SIGFPE of installed code: masks all exceptions in the interrupted MXCSR, sets R10 to 1 and goes on at the address in R11.</summary>
/// <remarks>A signal from anywhere else is passed to the handler that was there before, the runtime's. Offsets are those of Linux's ucontext_t.</remarks>
internal static unsafe partial class FloatingPointSignal
{
    private const int SignalNumber = 8;
    private const int ContextR10 = 56, ContextR11 = 64, ContextRip = 168, ContextFloatState = 224, FloatStateMxcsr = 24;
    private const int SizeOfSigaction = 152;

    private static readonly bool Installed = Install();

    /// <summary>Makes sure that the handler is there.</summary>
    public static void Catch() => ObjectDisposedException.ThrowIf(!Installed, typeof(FloatingPointSignal));

    private static bool Install()
    {
        byte* previous = stackalloc byte[SizeOfSigaction];
        if (SetAction(SignalNumber, null, previous) != 0)
            return false;
        var code = new Assembler(64);
        Label elsewhere = code.CreateLabel();
        code.mov(rax, __[rdx + ContextRip]);
        code.mov(rcx, ExecutableMemory.Start);
        code.sub(rax, rcx);
        code.cmp(rax, (int)(ExecutableMemory.End - ExecutableMemory.Start));
        code.jae(elsewhere);
        code.mov(rax, __[rdx + ContextFloatState]);
        code.or(__dword_ptr[rax + FloatStateMxcsr], 0x1F80);
        code.mov(__qword_ptr[rdx + ContextR10], 1);
        code.mov(rax, __[rdx + ContextR11]);
        code.mov(__[rdx + ContextRip], rax);
        code.ret();
        code.Label(ref elsewhere);
        code.mov(rax, *(ulong*)previous);
        code.jmp(rax);
        byte* action = stackalloc byte[SizeOfSigaction];
        new Span<byte>(previous, SizeOfSigaction).CopyTo(new Span<byte>(action, SizeOfSigaction));
        *(ulong*)action = ExecutableMemory.Install(code);
        return SetAction(SignalNumber, action, null) == 0;
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SetAction(int signal, byte* action, byte* previous);
}
