using GuestOs.Arch;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/stat (proc_stat(5)).</summary>
internal static class ProcStat
{
    public static void Write(ref TextWriter writer)
    {
        CpuAccounting.Settle();
        writer.Text("cpu  "u8);
        WriteTimes(ref writer);
        writer.Text("cpu0 "u8);
        WriteTimes(ref writer);
        WriteInterrupts(ref writer);
        writer.Line("ctxt ", Scheduler.SwitchCount);
        writer.Line("btime ", Clock.BootSeconds);
        writer.Line("processes ", ProcessTable.ForkCount);
        writer.Line("procs_running ", (ulong)Scheduler.RunnableCount + 1);
        // The kernel does not sleep while a disk or the host works: nobody ever waits for them.
        writer.Text("procs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n"u8);
    }

    /// <summary>User mode, user mode with a niceness above 0, kernel, idle, and what this kernel does not have: I/O wait, interrupts apart, guests.</summary>
    private static void WriteTimes(ref TextWriter writer)
    {
        writer.Decimal(CpuAccounting.UserTime / ProcProcessText.TickNanoseconds);
        Ticks(ref writer, CpuAccounting.NiceTime);
        Ticks(ref writer, CpuAccounting.SystemTime);
        Ticks(ref writer, Scheduler.IdleTime);
        writer.Text(" 0 0 0 0 0 0\n"u8);
    }

    private static void Ticks(ref TextWriter writer, ulong nanoseconds)
    {
        writer.Byte((byte)' ');
        writer.Decimal(nanoseconds / ProcProcessText.TickNanoseconds);
    }

    /// <summary>All interrupts, then those of each global system interrupt.</summary>
    private static void WriteInterrupts(ref TextWriter writer)
    {
        writer.Text("intr "u8);
        writer.Decimal(InterruptCounters.Total);
        for (int gsi = 0; gsi < IoApic.PinCount; gsi++)
        {
            writer.Byte((byte)' ');
            writer.Decimal(InterruptCounters.Of(IoApic.VectorOf(gsi)));
        }
        writer.Byte((byte)'\n');
    }
}
