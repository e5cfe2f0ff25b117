using System.Runtime;
using System.Runtime.CompilerServices;
using GuestOs.Arch;

namespace GuestOs.Proc;

/// <summary>What happens before a thread goes back to user mode: preemption, exit, stop, signal handlers and default actions.</summary>
internal static unsafe class SignalDelivery
{
    [RuntimeExport("user_return_work")]
    private static void BeforeUserMode(TrapFrame* frame)
    {
        if (Scheduler.Current.HasWork || Scheduler.NeedsSwitch) Work(Scheduler.Current, frame);
    }

    // Apart, so that a return without work saves no registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Work(Thread thread, TrapFrame* frame)
    {
        while (thread.HasWork || Scheduler.NeedsSwitch)
        {
            if (Scheduler.NeedsSwitch) Scheduler.Yield();
            if (thread.HasWork) Deliver(thread, frame);
        }
        if (!thread.Sequence.WasInterrupted) return;
        thread.Sequence.WasInterrupted = false;
        if (thread.Sequence.Abort(frame)) return;
        Signal.Force(thread, SignalInfo.FromKernel(SignalNumber.SegmentationFault));
        Deliver(thread, frame);
    }

    private static void Deliver(Thread thread, TrapFrame* frame)
    {
        Process process = thread.Process;
        bool isHandled = false;
        while (true)
        {
            if (process.IsExiting || process.Survivor != null && process.Survivor != thread) Exit.CurrentThread();
            if (process.IsStopped)
            {
                process.Continued.SleepUninterruptible();
                continue;
            }
            if (!thread.Pending.Take(thread.BlockedSignals, out SignalInfo info)
                && !process.Signals.Pending.Take(thread.BlockedSignals, out info)) break;
            ref SignalAction action = ref process.Signals.Action(info.Signal);
            if (action.Handler == SignalAction.Ignore) continue;
            if (action.Handler == SignalAction.Default)
            {
                TakeDefaultAction(thread, frame, info);
                continue;
            }
            SignalAction copy = action;
            if ((copy.Flags & SignalAction.ResetHandler) != 0) action.Handler = SignalAction.Default;
            // The handler returns to where the thread would have gone on.
            bool isAborted = !thread.Sequence.IsRegistered || thread.Sequence.Abort(frame);
            if (isAborted && SignalFrame.Push(thread, frame, info, copy)) isHandled = true;
            else KillBySignal(thread, frame, SignalInfo.FromKernel(SignalNumber.SegmentationFault));
        }
        if (!isHandled)
        {
            CallRestart.WithoutHandler(frame);
            if (thread.RestoreBlockedSignals) thread.BlockedSignals = thread.SavedBlockedSignals;
        }
        thread.RestoreBlockedSignals = false;
        Signal.UpdateWork(thread);
    }

    private static void TakeDefaultAction(Thread thread, TrapFrame* frame, in SignalInfo info)
    {
        ulong bit = SignalNumber.Bit(info.Signal);
        if ((bit & SignalNumber.IgnoredByDefault) != 0) return;
        if ((bit & SignalNumber.StopSignals) == 0)
        {
            KillBySignal(thread, frame, info);
            return;
        }
        Process process = thread.Process;
        // Nobody could continue a process whose group has no shell any more.
        if (info.Signal != SignalNumber.Stop && JobControl.IsOrphaned(process.GroupId, null)) return;
        process.IsStopped = true;
        process.ContinueReportable = false;
        process.StopSignal = info.Signal;
        process.StopReported = false;
        for (Thread other = process.FirstThread; other != null; other = other.NextInProcess) Signal.Interrupt(other);
        Wait.NotifyParent(process, SignalCode.ChildStopped, info.Signal);
    }

    private static void KillBySignal(Thread thread, TrapFrame* frame, in SignalInfo info)
    {
        if (info.IsException) CrashReport.Write(thread, frame, info);
        Exit.Group(thread.Process, info.Signal);
        Exit.CurrentThread();
    }
}
