using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>sched_setattr(2) and sched_getattr(2).</summary>
internal static unsafe class SysSchedAttributes
{
    private const uint FirstVersionBytes = 48;
    private const uint MaximumBytes = 4096;
    private const ulong ResetOnFork = 1;
    private const ulong KeepPolicy = 8;
    private const ulong KeepParameters = 0x10;
    private const ulong KnownFlags = 0x7f;

    /// <summary>struct sched_attr.</summary>
    private struct Attributes
    {
        public uint SizeBytes, Policy;
        public ulong Flags;
        public int Niceness;
        public uint Priority;
        public ulong Runtime, Deadline, Period;
        public uint LeastUse, MostUse;
    }

    public static long Set(TrapFrame* frame)
    {
        if (frame->Argument1 == 0 || (int)frame->Argument0 < 0 || frame->Argument2 != 0) return -Errno.Invalid;
        int error = Read(frame->Argument1, out Attributes attributes);
        if (error != 0) return error;
        if ((int)attributes.Policy < 0) return -Errno.Invalid;
        error = SysScheduling.Find(frame, out Thread thread);
        if (error != 0) return error;
        SchedulingPolicy wanted = thread.Scheduling;
        if ((attributes.Flags & KeepPolicy) == 0)
        {
            wanted.Policy = (int)attributes.Policy;
            wanted.ResetsOnFork = (attributes.Flags & ResetOnFork) != 0;
        }
        if ((attributes.Flags & KeepParameters) == 0)
        {
            wanted.Priority = attributes.Priority > SchedulingPolicy.HighestPriority ? SchedulingPolicy.HighestPriority + 1 : (int)attributes.Priority;
            if (!SchedulingPolicy.IsRealTime(wanted.Policy)) wanted.Niceness = Proc.Niceness.Clamp(attributes.Niceness);
        }
        return (attributes.Flags & ~KnownFlags) != 0 ? -Errno.Invalid : SysScheduling.Apply(thread, wanted);
    }

    public static long Get(TrapFrame* frame)
    {
        uint lengthBytes = (uint)frame->Argument2;
        if (frame->Argument1 == 0 || (int)frame->Argument0 < 0 || lengthBytes < FirstVersionBytes || lengthBytes > MaximumBytes || frame->Argument3 != 0)
            return -Errno.Invalid;
        int error = SysScheduling.Find(frame, out Thread thread);
        if (error != 0) return error;
        SchedulingPolicy policy = thread.Scheduling;
        uint known = lengthBytes < (uint)sizeof(Attributes) ? lengthBytes : (uint)sizeof(Attributes);
        Attributes attributes = new Attributes
        {
            SizeBytes = known,
            Policy = (uint)policy.Policy,
            Flags = policy.ResetsOnFork ? ResetOnFork : 0,
            Niceness = policy.Priority != 0 ? 0 : policy.Niceness,
            Priority = (uint)policy.Priority,
            Runtime = policy.Priority != 0 ? 0 : policy.SliceNanoseconds,
            MostUse = 1024,
        };
        return UserMemory.CopyTo(frame->Argument1, &attributes, known) ? 0 : -Errno.Fault;
    }

    /// <summary>Reads a structure that may be longer than the one known here, as long as the rest is zero: else -E2BIG, and the caller learns the size.</summary>
    private static int Read(ulong address, out Attributes attributes)
    {
        attributes = default;
        if (!UserMemory.Read(address, out uint lengthBytes)) return -Errno.Fault;
        if (lengthBytes == 0) lengthBytes = FirstVersionBytes;
        uint known = lengthBytes < (uint)sizeof(Attributes) ? lengthBytes : (uint)sizeof(Attributes);
        bool fits = lengthBytes >= FirstVersionBytes && lengthBytes <= MaximumBytes;
        if (fits)
        {
            Attributes read = default;
            if (!UserMemory.CopyFrom(&read, address, known)) return -Errno.Fault;
            attributes = read;
        }
        for (ulong offset = known; fits && offset < lengthBytes; offset++)
        {
            if (!UserMemory.Read(address + offset, out byte unknown)) return -Errno.Fault;
            fits = unknown == 0;
        }
        if (fits) return 0;
        UserMemory.Write(address, (uint)sizeof(Attributes));
        return -Errno.ArgumentsTooLong;
    }
}
