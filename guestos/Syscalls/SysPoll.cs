using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>poll(2), ppoll(2).</summary>
internal static unsafe class SysPoll
{
    private const ulong MillisecondNanoseconds = 1000000;

    private struct Entry
    {
        public int Descriptor;
        public ushort Events;
        public ushort Returned;
    }

    public static long Poll(TrapFrame* frame)
    {
        int timeout = (int)frame->Argument2;
        ulong deadline = timeout < 0 ? ulong.MaxValue : Clock.Now + (ulong)timeout * MillisecondNanoseconds;
        return Continue(new CallRestart { Address = frame->Argument0, Count = frame->Argument1, Deadline = deadline });
    }

    public static long Ppoll(TrapFrame* frame)
    {
        PollTimeout timeout = default;
        long result = timeout.ReadTimespec(frame->Argument2);
        if (result != 0) return result;
        TemporarySignalMask mask = default;
        result = mask.Set(frame->Argument3, frame->Argument4);
        if (result != 0) return result;
        result = Wait(frame->Argument0, frame->Argument1, timeout.Deadline);
        mask.End(result == -Errno.RestartWithoutHandler);
        return timeout.Finish(result);
    }

    private static long Continue(in CallRestart poll)
    {
        long result = Wait(poll.Address, poll.Count, poll.Deadline);
        if (result != -Errno.RestartWithoutHandler) return result;
        return CallRestart.Later(new CallRestart { Continue = &Continue, Address = poll.Address, Count = poll.Count, Deadline = poll.Deadline });
    }

    private static long Wait(ulong address, ulong count, ulong deadline)
    {
        if (count > FileTable.MaximumFiles) return -Errno.Invalid;
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        Entry* entries = (Entry*)KernelHeap.Allocate(count * 8 + 8);
        long result = UserMemory.CopyFrom(entries, address, count * 8) ? 0 : -Errno.Fault;
        if (result == 0)
        {
            while ((result = Look(entries, count)) == 0 && Clock.Now < deadline)
            {
                Expect(entries, count, isWaiting: true);
                int error = 0;
                Poller poller = Poller.Start();
                if (Look(entries, count) == 0) error = poller.Sleep(deadline);
                poller.Stop();
                Expect(entries, count, isWaiting: false);
                if (error != -Errno.RestartCall) continue;
                result = -Errno.RestartWithoutHandler;
                break;
            }
            if (result >= 0 && !UserMemory.CopyTo(address, entries, count * 8)) result = -Errno.Fault;
        }
        KernelHeap.Free(entries);
        return result;
    }

    /// <summary>Fills in what holds now; returns how many entries have something.</summary>
    private static long Look(Entry* entries, ulong count)
    {
        long ready = 0;
        for (ulong i = 0; i < count; i++)
        {
            entries[i].Returned = 0;
            if (entries[i].Descriptor < 0) continue;
            OpenFile file = Descriptors.Table.Get(entries[i].Descriptor);
            entries[i].Returned = file == null ? (ushort)PollEvents.Invalid : (ushort)file.Poll(entries[i].Events);
            if (entries[i].Returned != 0) ready++;
        }
        return ready;
    }

    private static void Expect(Entry* entries, ulong count, bool isWaiting)
    {
        for (ulong i = 0; i < count; i++)
            if (entries[i].Descriptor >= 0 && (entries[i].Events & PollEvents.AnyIn) != 0) Descriptors.Table.Get(entries[i].Descriptor)?.ExpectInput(isWaiting);
    }
}
