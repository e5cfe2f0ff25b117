using GuestOs.Arch;
using GuestOs.Drivers;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>The one-line files of /proc/PID: stat, statm, comm, cmdline, environ.</summary>
internal static unsafe class ProcProcessText
{
    /// <summary>USER_HZ: times in /proc count hundredths of a second.</summary>
    public const ulong TickNanoseconds = 10000000;

    private const uint ConsoleDevice = 0x501;
    private const uint KernelThreadFlag = 0x200000;

    /// <summary>State letter as ps shows it: of a thread, or of the process's first one.</summary>
    public static byte StateOf(Process process, ProcOwner owner)
    {
        if (process.IsZombie) return (byte)'Z';
        if (process.IsStopped) return (byte)'T';
        Thread thread = owner.Thread;
        if (thread == null || thread.State == ThreadState.Dead) return (byte)'Z';
        if (thread.State == ThreadState.Runnable) return (byte)'R';
        return !thread.IsInterruptible && process.Space != null ? (byte)'D' : (byte)'S';
    }

    /// <summary>The 52 fields of proc_pid_stat(5).</summary>
    public static void WriteStat(Process process, ProcOwner owner, ref TextWriter writer)
    {
        AddressSpace space = process.Space;
        ResourceUsage usage = ProcAccounting.UsageOf(process, owner);
        bool hasTerminal = DeviceInode.Terminal != null && DeviceInode.Terminal.SessionId == process.SessionId && process.SessionId != 0;
        writer.Decimal((ulong)owner.ShownId);
        writer.Text(" ("u8);
        writer.Text(NameOf(process, owner));
        writer.Text(") "u8);
        writer.Byte(StateOf(process, owner));
        Number(ref writer, process.Parent == null ? 0 : (ulong)process.Parent.Pid);
        Number(ref writer, (ulong)process.GroupId);
        Number(ref writer, (ulong)process.SessionId);
        Number(ref writer, hasTerminal ? ConsoleDevice : 0);
        writer.Byte((byte)' ');
        writer.Signed(hasTerminal ? DeviceInode.Terminal.ForegroundGroup : -1);
        Number(ref writer, space == null && !process.IsZombie ? KernelThreadFlag : 0);
        Number(ref writer, usage.MinorFaults);
        Number(ref writer, process.ChildrenUsage.MinorFaults);
        Number(ref writer, usage.MajorFaults);
        Number(ref writer, process.ChildrenUsage.MajorFaults);
        Number(ref writer, usage.UserTime / TickNanoseconds);
        Number(ref writer, usage.SystemTime / TickNanoseconds);
        Number(ref writer, process.ChildrenUsage.UserTime / TickNanoseconds);
        Number(ref writer, process.ChildrenUsage.SystemTime / TickNanoseconds);
        WritePriority(owner.Thread, ref writer);
        Number(ref writer, (ulong)process.ThreadCount);
        writer.Text(" 0"u8);
        Number(ref writer, process.StartTime / TickNanoseconds);
        Number(ref writer, space == null ? 0 : space.Totals.Pages << 12);
        Number(ref writer, space == null ? 0 : space.ResidentPages);
        Number(ref writer, ulong.MaxValue);
        CodeRange(space, out ulong codeStart, out ulong codeEnd);
        Number(ref writer, codeStart);
        Number(ref writer, codeEnd);
        Number(ref writer, space == null ? 0 : space.StackStart);
        writer.Text(" 0 0"u8);
        WriteSignals(process, owner.Thread, ref writer);
        writer.Text(" 0 0 0 17 0"u8);
        WritePolicy(owner.Thread, ref writer);
        writer.Text(" 0 0 0"u8);
        Number(ref writer, 0);
        Number(ref writer, 0);
        Number(ref writer, space == null ? 0 : space.HeapStart);
        Number(ref writer, space == null ? 0 : space.ArgumentsStart);
        Number(ref writer, space == null ? 0 : space.ArgumentsEnd);
        Number(ref writer, space == null ? 0 : space.EnvironmentStart);
        Number(ref writer, space == null ? 0 : space.EnvironmentEnd);
        Number(ref writer, (ulong)(uint)process.ExitStatus);
        writer.Byte((byte)'\n');
    }

    /// <summary>size resident shared text lib data dt, in pages.</summary>
    public static void WriteStatm(Process process, ref TextWriter writer)
    {
        AddressSpace space = process.Space;
        if (space == null)
        {
            writer.Text("0 0 0 0 0 0 0\n"u8);
            return;
        }
        MemorySizes sizes = MemorySizes.Of(space);
        writer.Decimal(space.Totals.Pages);
        Number(ref writer, space.ResidentPages);
        Number(ref writer, sizes.FilePages + sizes.SharedMemoryPages);
        Number(ref writer, sizes.CodeBytes >> 12);
        writer.Text(" 0"u8);
        Number(ref writer, (sizes.DataBytes + sizes.StackBytes) >> 12);
        writer.Text(" 0\n"u8);
    }

    public static void WriteComm(Process process, ProcOwner owner, ref TextWriter writer)
    {
        writer.Text(NameOf(process, owner));
        writer.Byte((byte)'\n');
    }

    public static void WriteArguments(Process process, ref TextWriter writer)
    {
        AddressSpace space = process.Space;
        if (space != null) CopyMemory(space, space.ArgumentsStart, space.ArgumentsEnd, ref writer);
    }

    /// <summary>The auxiliary vector as the program found it on its stack.</summary>
    public static void WriteAuxiliary(Process process, ref TextWriter writer)
    {
        AddressSpace space = process.Space;
        if (space != null) CopyMemory(space, space.AuxiliaryStart, space.AuxiliaryEnd, ref writer);
    }

    public static void WriteEnvironment(Process process, ref TextWriter writer)
    {
        AddressSpace space = process.Space;
        if (space != null) CopyMemory(space, space.EnvironmentStart, space.EnvironmentEnd, ref writer);
    }

    /// <summary>The name of the thread whose node it is, or the process's.</summary>
    public static System.ReadOnlySpan<byte> NameOf(Process process, ProcOwner owner) =>
        owner.ThreadId == 0 || owner.Thread == null ? NameOf(process) : NameOf(owner.Thread);

    /// <summary>A thread's name.</summary>
    public static System.ReadOnlySpan<byte> NameOf(Thread thread) =>
        new System.ReadOnlySpan<byte>(thread.Name, (int)Memory.StringLength(thread.Name, Process.NameBytes));

    /// <summary>The command name.</summary>
    public static System.ReadOnlySpan<byte> NameOf(Process process) =>
        new System.ReadOnlySpan<byte>(process.Name, (int)Memory.StringLength(process.Name, Process.NameBytes));

    /// <summary>Signals ignored and caught, as masks.</summary>
    public static void SignalMasks(Process process, out ulong ignored, out ulong caught)
    {
        ignored = 0;
        caught = 0;
        if (process.Signals == null) return;
        for (int signal = 1; signal <= SignalNumber.Last; signal++)
        {
            ulong handler = process.Signals.Action(signal).Handler;
            if (handler == SignalAction.Ignore) ignored |= SignalNumber.Bit(signal);
            else if (handler != SignalAction.Default) caught |= SignalNumber.Bit(signal);
        }
    }

    /// <summary>Priority and niceness; the priority counts from 20, that of real-time threads, and of those who lend theirs, from -1 downward.</summary>
    private static void WritePriority(Thread thread, ref TextWriter writer)
    {
        SchedulingPolicy policy = thread == null ? default : thread.Scheduling;
        writer.Byte((byte)' ');
        writer.Signed(policy.Level != 0 ? -1 - policy.Level : 20 + policy.Niceness);
        writer.Byte((byte)' ');
        writer.Signed(policy.Niceness);
    }

    private static void WritePolicy(Thread thread, ref TextWriter writer)
    {
        SchedulingPolicy policy = thread == null ? default : thread.Scheduling;
        Number(ref writer, (ulong)policy.Priority);
        Number(ref writer, (ulong)policy.Policy);
    }

    private static void WriteSignals(Process process, Thread thread, ref TextWriter writer)
    {
        // Real-time signals do not fit these fields; /proc/PID/status has all.
        const ulong Low = 0x7fffffff;
        SignalMasks(process, out ulong ignored, out ulong caught);
        Number(ref writer, thread == null ? 0 : thread.Pending.Mask & Low);
        Number(ref writer, thread == null ? 0 : thread.BlockedSignals & Low);
        Number(ref writer, ignored & Low);
        Number(ref writer, caught & Low);
    }

    private static void CodeRange(AddressSpace space, out ulong start, out ulong end)
    {
        start = 0;
        end = 0;
        for (VmArea area = space?.FirstArea; area != null; area = area.Next)
        {
            if (area.Source == null || area.Source != space.Executable || (area.Flags & VmFlags.Execute) == 0) continue;
            if (start == 0) start = area.Start;
            end = area.End;
        }
    }

    private static void CopyMemory(AddressSpace space, ulong start, ulong end, ref TextWriter writer)
    {
        const int ChunkBytes = 256;
        byte* chunk = stackalloc byte[ChunkBytes];
        space.AddReference();
        while (start < end)
        {
            ulong length = end - start < ChunkBytes ? end - start : ChunkBytes;
            if (!RemoteMemory.Read(space, chunk, start, length)) break;
            writer.Text(new System.ReadOnlySpan<byte>(chunk, (int)length));
            start += length;
        }
        space.Release();
    }

    private static void Number(ref TextWriter writer, ulong value)
    {
        writer.Byte((byte)' ');
        writer.Decimal(value);
    }
}
