using System.Runtime;

namespace GuestOs.Arch;

/// <summary>The end after a kernel bug: reason, registers and back-trace on the consoles, then debug exit. Allocates nothing.</summary>
internal static unsafe class Panic
{
    private const int BackTraceLines = 24;

    private static bool s_panicking;

    /// <summary>Target of failed checks in compiled code.</summary>
    [RuntimeExport("kernel_fail")]
    public static void Because(string reason)
    {
        Begin(reason);
        BackTrace(Cpu.ReadRsp());
        End();
    }

    /// <summary>A trap the kernel has no answer to.</summary>
    public static void OnTrap(TrapFrame* frame, string reason)
    {
        Begin(reason);
        KernelLog.Warn("vector ").Decimal(frame->Vector).Text(" error ").Hex(frame->ErrorCode).Text(" cr2 ").Hex(Cpu.ReadCr2())
            .Text(" cr3 ").Hex(Cpu.ReadCr3()).End();
        KernelLog.Warn("rip ").Hex(frame->Rip).Text(" cs ").Hex(frame->Cs).Text(" rflags ").Hex(frame->Rflags)
            .Text(" rsp ").Hex(frame->Rsp).Text(" ss ").Hex(frame->Ss).End();
        KernelLog.Warn("rax ").Hex(frame->Rax, 16).Text(" rbx ").Hex(frame->Rbx, 16).Text(" rcx ").Hex(frame->Rcx, 16).Text(" rdx ").Hex(frame->Rdx, 16).End();
        KernelLog.Warn("rsi ").Hex(frame->Rsi, 16).Text(" rdi ").Hex(frame->Rdi, 16).Text(" rbp ").Hex(frame->Rbp, 16).Text(" r8  ").Hex(frame->R8, 16).End();
        KernelLog.Warn("r9  ").Hex(frame->R9, 16).Text(" r10 ").Hex(frame->R10, 16).Text(" r11 ").Hex(frame->R11, 16).Text(" r12 ").Hex(frame->R12, 16).End();
        KernelLog.Warn("r13 ").Hex(frame->R13, 16).Text(" r14 ").Hex(frame->R14, 16).Text(" r15 ").Hex(frame->R15, 16).End();
        BackTrace(frame->IsFromUser ? (ulong)frame : frame->Rsp);
        End();
    }

    private static void Begin(string reason)
    {
        Cpu.DisableInterrupts();
        if (s_panicking) DebugExit.Exit(DebugExit.PanicStatus);
        s_panicking = true;
        KernelLog.SetPort(useCom2: true);
        KernelLog.Warn("kernel panic: ").Text(reason).End();
        KernelLog.SetPort(useCom2: false);
        KernelLog.Warn("kernel panic: ").Text(reason).End();
    }

    /// <summary>Prints the words on the stack that point into kernel text; some may be stale. Stops at the page's end: a guard page may follow.</summary>
    private static void BackTrace(ulong rsp)
    {
        KernelLog.Warn("call trace:").End();
        ulong textStart = (ulong)KernelImage.TextStart(), textEnd = (ulong)KernelImage.TextEnd();
        int lines = 0;
        for (ulong* slot = (ulong*)(rsp & ~7UL); ((ulong)slot & 0xfff) != 0 && lines < BackTraceLines; slot++)
        {
            if (*slot < textStart || *slot >= textEnd) continue;
            KernelLog.Warn("  ").Hex(*slot).End();
            lines++;
        }
    }

    private static void End() => DebugExit.Exit(DebugExit.PanicStatus);
}
