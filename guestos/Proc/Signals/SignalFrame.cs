using System.Runtime.InteropServices;
using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>Linux's rt_sigframe: what a handler finds on its stack and rt_sigreturn takes back.</summary>
internal static unsafe class SignalFrame
{
    private const ulong RedZoneBytes = 128;
    private const ulong UserChangeableFlags = 0x50dd5;
    private const ulong AlwaysSetFlags = 0x202;
    // UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS: the ss slot is valid.
    private const ulong ContextFlags = 6;

    private const ulong StrictStackSelector = 4;

    // UC_FP_XSTATE: the FP area is in XSAVE's format.
    private const ulong HasExtendedState = 1;

    /// <summary>The user-visible structure, 440 bytes; offsets as in Linux's arch/x86/include/asm/sigframe.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Frame
    {
        public ulong ReturnAddress;
        public ulong Flags;
        public ulong Link;
        public AlternateStack.Description Stack;
        public ulong R8, R9, R10, R11, R12, R13, R14, R15;
        public ulong Rdi, Rsi, Rbp, Rbx, Rdx, Rax, Rcx, Rsp, Rip, Rflags;
        public ushort Cs, Gs, Fs, Ss;
        public ulong Error;
        public ulong TrapNumber;
        public ulong OldMask;
        public ulong Cr2;
        public ulong FpState;
        public fixed ulong Reserved[8];
        public ulong Mask;
        public fixed ulong Info[(int)SignalInfo.UserBytes / 8];
    }

    /// <summary>The most bytes of stack that a signal takes, alignment included.</summary>
    public static ulong MaximumBytes => (ulong)sizeof(Frame) + RedZoneBytes + 16 + SignalFloatingState.Bytes + 64;

    /// <summary>Pushes a frame and makes the thread continue in the handler. False when the stack cannot take it.</summary>
    public static bool Push(Thread thread, TrapFrame* registers, in SignalInfo info, in SignalAction action)
    {
        CallRestart.BeforeHandler(registers, (action.Flags & SignalAction.Restart) != 0);
        ulong stack = registers->Rsp - RedZoneBytes;
        bool isOnAlternate = thread.AlternateStack.Contains(registers->Rsp);
        if ((action.Flags & SignalAction.OnStack) != 0 && thread.AlternateStack.IsSet && !isOnAlternate) stack = thread.AlternateStack.End;
        ulong fpArea = (stack - SignalFloatingState.Bytes) & ~63UL;
        ulong frameAddress = ((fpArea - (ulong)sizeof(Frame)) & ~15UL) - 8;
        Frame frame = default;
        Fill(ref frame, thread, registers, info, action);
        frame.FpState = fpArea;
        if (!SignalFloatingState.Push(fpArea)) return false;
        if (!UserMemory.CopyTo(frameAddress, &frame, (ulong)sizeof(Frame))) return false;
        thread.AlternateStack.EnterHandler();
        thread.BlockedSignals |= action.Mask;
        if ((action.Flags & SignalAction.NoDefer) == 0) thread.BlockedSignals |= SignalNumber.Bit(info.Signal);
        thread.BlockedSignals &= ~SignalNumber.Unblockable;
        thread.RestoreBlockedSignals = false;
        registers->Rip = action.Handler;
        registers->Rsp = frameAddress;
        registers->Rdi = (ulong)info.Signal;
        registers->Rsi = frameAddress + (ulong)((byte*)frame.Info - (byte*)&frame);
        registers->Rdx = frameAddress + 8;
        registers->Rax = 0;
        registers->Rflags &= ~0x10500UL;
        registers->Vector = 0;
        return registers->Rip < UserMemory.End;
    }

    /// <summary>rt_sigreturn: puts the interrupted registers back. False when the frame is not readable or nonsense.</summary>
    public static bool Pop(Thread thread, TrapFrame* registers)
    {
        Frame frame;
        if (!UserMemory.CopyFrom(&frame, registers->Rsp - 8, (ulong)sizeof(Frame))) return false;
        if (frame.Rip >= UserMemory.End || !HasUserSelectors(frame)) return false;
        if (!SignalFloatingState.Pop(frame.FpState)) return false;
        // Before RSP changes: what the handler set for the stack it still runs on stays.
        thread.AlternateStack.Set(frame.Stack, registers->Rsp);
        registers->R8 = frame.R8;
        registers->R9 = frame.R9;
        registers->R10 = frame.R10;
        registers->R11 = frame.R11;
        registers->R12 = frame.R12;
        registers->R13 = frame.R13;
        registers->R14 = frame.R14;
        registers->R15 = frame.R15;
        registers->Rdi = frame.Rdi;
        registers->Rsi = frame.Rsi;
        registers->Rbp = frame.Rbp;
        registers->Rbx = frame.Rbx;
        registers->Rdx = frame.Rdx;
        registers->Rax = frame.Rax;
        registers->Rcx = frame.Rcx;
        registers->Rsp = frame.Rsp;
        registers->Rip = frame.Rip;
        registers->Rflags = (frame.Rflags & UserChangeableFlags) | AlwaysSetFlags;
        // No restart of an interrupted call from here on; and RIP, RCX, R11 are whatever the frame says, so IRETQ has to do it.
        registers->Vector = 0;
        thread.BlockedSignals = frame.Mask & ~SignalNumber.Unblockable;
        Signal.UpdateWork(thread);
        return true;
    }

    /// <summary>A handler may change the selectors, but only to what ring 3 can have; SS counts only if the frame says so.</summary>
    private static bool HasUserSelectors(in Frame frame) =>
        (frame.Cs | 3) == Selectors.UserCode && ((frame.Flags & StrictStackSelector) == 0 || (frame.Ss | 3) == Selectors.UserData);

    private static void Fill(ref Frame frame, Thread thread, TrapFrame* registers, in SignalInfo info, in SignalAction action)
    {
        frame.ReturnAddress = action.Restorer;
        frame.Flags = ExtendedState.HasXsave ? ContextFlags | HasExtendedState : ContextFlags;
        frame.Stack = thread.AlternateStack.Saved;
        frame.R8 = registers->R8;
        frame.R9 = registers->R9;
        frame.R10 = registers->R10;
        frame.R11 = registers->R11;
        frame.R12 = registers->R12;
        frame.R13 = registers->R13;
        frame.R14 = registers->R14;
        frame.R15 = registers->R15;
        frame.Rdi = registers->Rdi;
        frame.Rsi = registers->Rsi;
        frame.Rbp = registers->Rbp;
        frame.Rbx = registers->Rbx;
        frame.Rdx = registers->Rdx;
        frame.Rax = registers->Rax;
        frame.Rcx = registers->Rcx;
        frame.Rsp = registers->Rsp;
        frame.Rip = registers->Rip;
        frame.Rflags = registers->Rflags;
        frame.Cs = (ushort)registers->Cs;
        frame.Ss = (ushort)registers->Ss;
        frame.Error = thread.TrapError;
        frame.TrapNumber = thread.TrapNumber;
        frame.Cr2 = thread.FaultAddress;
        frame.Mask = thread.RestoreBlockedSignals ? thread.SavedBlockedSignals : thread.BlockedSignals;
        frame.OldMask = frame.Mask;
        fixed (ulong* userInfo = frame.Info) info.Store(userInfo);
    }
}
