using System.Globalization;
using X64Emu.Debugging.Memory.Reports;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Guest.Reports;

/// <summary>The report <c>threads</c>: all threads, what they are in and what they wait for.</summary>
public static class ThreadsText
{
    /// <summary>Describes the threads; '*' marks the one on the CPU.</summary>
    /// <param name="guest">The kernel.</param>
    /// <param name="systemCallName">The name of a system call; null to show numbers.</param>
    /// <param name="place">What is at a user address of a process, such as main+12 at main.c:7; null to show addresses.</param>
    public static IReadOnlyList<string> Lines(GuestKernel guest, Func<int, string>? systemCallName = null, Func<VirtualAddress, int, string>? place = null)
    {
        ArgumentNullException.ThrowIfNull(guest);
        TextTable table = new("", ">pid", ">tid", "state", "in", "waits for", "signals", "kernel stack", "user rip");
        foreach (GuestProcess process in guest.Processes)
        {
            foreach (GuestThread thread in process.Threads.OrderBy(thread => thread.Id))
            {
                bool isCurrent = thread.State == GuestThreadState.Running;
                table.Add(
                    isCurrent ? "*" : "", Text(thread.Pid), Text(thread.Id), StateOf(thread), EntryOf(thread, systemCallName),
                    thread.WaitsFor.Length == 0 ? "-" : thread.WaitsFor,
                    SignalNames.OfMask(thread.PendingSignals), StackOf(thread), RipOf(thread, place));
            }
        }
        return table.Count == 0 ? ["the kernel has no threads yet"] : [.. table.Lines()];
    }

    private static string StateOf(GuestThread thread) => thread.State switch
    {
        GuestThreadState.Running => "running",
        GuestThreadState.Runnable => "runnable",
        GuestThreadState.Sleeping => "sleeping",
        _ => "dead",
    };

    private static string StackOf(GuestThread thread) => thread.KernelStack.End.Value == 0
        ? "-" : $"{PagingWords.Hex(thread.KernelStack.Start.Value)}..{PagingWords.Hex(thread.KernelStack.End.Value)}";

    /// <summary>Why it last left user mode, where it is not there.</summary>
    private static string EntryOf(GuestThread thread, Func<int, string>? systemCallName) => thread.UserFrame switch
    {
        null => "kernel",
        _ when thread.IsInUserMode => "user mode",
        // A divide error is dealt with at once; the kernel makes the frames of new threads with vector 0.
        { Vector: 0 } when thread.State != GuestThreadState.Running => "its start",
        { IsFromUser: false } => "-",
        { SystemCall: { } number } => systemCallName is null ? $"syscall {number}" : systemCallName(number),
        { Vector: 14 } => "page fault",
        { Vector: { } vector and < 32 } => $"exception {vector}",
        { Vector: { } vector } => $"interrupt {vector}",
        _ => "-",
    };

    private static string RipOf(GuestThread thread, Func<VirtualAddress, int, string>? place)
    {
        if (thread.UserRip is not { } rip) return "-";
        string address = PagingWords.Hex(rip.Value);
        string where = place?.Invoke(rip, thread.Pid) ?? "";
        return where.Length == 0 ? address : $"{address} {where}";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
