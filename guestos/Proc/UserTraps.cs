using System.Runtime.CompilerServices;
using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>CPU exceptions: page faults are served, all others become signals of the thread that caused them. In the kernel they are panics.</summary>
internal static unsafe class UserTraps
{
    private const int LastException = 31;
    private const int NonMaskableInterrupt = 2;
    private const int DoubleFault = 8;
    private const int MachineCheck = 18;

    public static void Initialize()
    {
        for (int vector = 0; vector <= LastException; vector++)
            if (vector != NonMaskableInterrupt && vector != DoubleFault && vector != MachineCheck) Trap.Register(vector, &OnException);
        Trap.Register(Trap.PageFaultVector, &OnPageFault);
    }

    /// <summary>An exception's name for the log.</summary>
    public static string NameOf(ulong vector) => vector switch
    {
        0 => "divide error",
        1 => "debug",
        3 => "int3",
        4 => "overflow",
        5 => "bounds",
        6 => "invalid opcode",
        10 => "invalid TSS",
        11 => "segment not present",
        12 => "stack segment",
        13 => "general protection",
        16 => "x87 error",
        17 => "alignment check",
        19 => "SIMD exception",
        _ => "exception",
    };

    [SkipLocalsInit]
    private static void OnPageFault(TrapFrame* frame)
    {
        ulong address = Cpu.ReadCr2();
        Thread thread = Scheduler.Current;
        AddressSpace space = thread.Process.Space;
        bool isUser = frame->IsFromUser;
        if (!isUser && !IsUserAccess(frame->Rip, address) || space == null || (frame->ErrorCode & PageFault.ErrorReserved) != 0)
            Panic.OnTrap(frame, "page fault in the kernel");
        int pid = thread.Process.Pid;
        ulong rip = frame->Rip;
        if (isUser && address - Vsyscall.Start < 4096 && Vsyscall.TryHandle(frame))
        {
            TracePort.PageFault(pid, address, rip, FaultKind.Vsyscall, 0);
            return;
        }
        if (FrameAllocator.IsReserveLow) OutOfMemory.Relieve();
        FaultOutcome outcome;
        if (address < UserMemory.End) PageFault.Handle(space, address, frame->ErrorCode, out outcome);
        else outcome = new FaultOutcome { Error = FaultError.NotMapped };
        FaultKind kind = outcome.Error == FaultError.None ? outcome.Kind : KindOfFailed(outcome, isUser);
        FaultTraits origin = (FaultTraits)(frame->ErrorCode & PageFault.ErrorWrite) | (isUser ? FaultTraits.None : FaultTraits.FromKernel);
        TracePort.PageFault(pid, address, rip, kind, outcome.Traits | origin);
        if (outcome.Error == FaultError.None) Count(thread, (outcome.Traits & FaultTraits.Major) != 0);
        else Refuse(thread, frame, address, outcome, isUser);
    }

    /// <summary>A fault that cannot be served: a signal for the program, or EFAULT for the system call that touched its memory.</summary>
    private static void Refuse(Thread thread, TrapFrame* frame, ulong address, in FaultOutcome outcome, bool isUser)
    {
        if (outcome.Error is FaultError.Bus or FaultError.OutOfMemory) PageFaultCounters.Failed++;
        if (outcome.Error == FaultError.OutOfMemory)
        {
            OutOfMemory.Relieve();
            // The access runs again; a doomed process ends before that, but not in the middle of a system call.
            if (isUser || !Signal.IsDying(thread)) return;
        }
        if (!isUser)
        {
            frame->Rip = (ulong)KernelImage.UserAccessFixup();
            return;
        }
        thread.FaultAddress = address;
        thread.TrapNumber = Trap.PageFaultVector;
        // A program learns nothing about which kernel addresses are mapped.
        thread.TrapError = address < UserMemory.End ? frame->ErrorCode : frame->ErrorCode | PageFault.ErrorPresent;
        int signal = outcome.Error == FaultError.Bus ? SignalNumber.Bus : SignalNumber.SegmentationFault;
        int code = outcome.Error == FaultError.Bus ? SignalCode.BusAddress
            : outcome.Error == FaultError.AccessDenied ? SignalCode.AccessDenied : SignalCode.NotMapped;
        Signal.Force(thread, SignalInfo.FromException(signal, code, address));
    }

    private static FaultKind KindOfFailed(in FaultOutcome outcome, bool isUser)
    {
        if (outcome.Error == FaultError.OutOfMemory) return FaultKind.OutOfMemory;
        return !isUser ? FaultKind.BadAddress : outcome.Error == FaultError.Bus ? FaultKind.Bus : FaultKind.Killed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Count(Thread thread, bool isMajor)
    {
        if (isMajor)
        {
            PageFaultCounters.Major++;
            thread.Usage.MajorFaults++;
            thread.Process.Usage.MajorFaults++;
            return;
        }
        PageFaultCounters.Minor++;
        thread.Usage.MinorFaults++;
        thread.Process.Usage.MinorFaults++;
    }

    private static bool IsUserAccess(ulong rip, ulong address) =>
        rip >= (ulong)KernelImage.UserAccessStart() && rip < (ulong)KernelImage.UserAccessEnd() && address < UserMemory.End;

    private static void OnException(TrapFrame* frame)
    {
        if (!frame->IsFromUser) Panic.OnTrap(frame, NameOf(frame->Vector));
        Thread thread = Scheduler.Current;
        thread.TrapNumber = frame->Vector;
        thread.TrapError = frame->ErrorCode;
        Signal.Force(thread, InfoFor(frame));
    }

    private static SignalInfo InfoFor(TrapFrame* frame)
    {
        switch (frame->Vector)
        {
            case 0: return SignalInfo.FromException(SignalNumber.FloatingPoint, SignalCode.IntegerDivide, frame->Rip);
            case 1: return SignalInfo.FromException(SignalNumber.Trap, SignalCode.TrapTrace, frame->Rip);
            case 3: return SignalInfo.FromException(SignalNumber.Trap, SignalCode.Kernel, 0);
            case 6: return SignalInfo.FromException(SignalNumber.IllegalInstruction, SignalCode.IllegalOperand, frame->Rip);
            case 11:
            case 12: return SignalInfo.FromException(SignalNumber.Bus, SignalCode.Kernel, 0);
            case 16:
            case 19: return SignalInfo.FromException(SignalNumber.FloatingPoint, FloatingPointCode(frame), frame->Rip);
            case 17: return SignalInfo.FromException(SignalNumber.Bus, SignalCode.BusAlignment, 0);
            default: return SignalInfo.FromException(SignalNumber.SegmentationFault, SignalCode.Kernel, 0);
        }
    }

    /// <summary>FPE_FLTDIV and so on, from the exception bits that are set and not masked in MXCSR or the x87 status word.</summary>
    private static int FloatingPointCode(TrapFrame* frame)
    {
        byte* area = UserRegisters.Capture();
        uint raised = frame->Vector == 19 ? ExtendedState.SseExceptions(area) : ExtendedState.X87Exceptions(area);
        if ((raised & 1) != 0) return 7;
        if ((raised & 4) != 0) return 3;
        if ((raised & 8) != 0) return 4;
        if ((raised & 2) != 0 || (raised & 16) != 0) return 5;
        return 6;
    }
}
