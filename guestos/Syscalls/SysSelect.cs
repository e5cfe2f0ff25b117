using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>select(2), pselect6(2).</summary>
internal static unsafe class SysSelect
{
    private const int SetBytes = FileTable.MaximumFiles / 8;
    private const uint ReadEvents = PollEvents.AnyIn | PollEvents.HangUp | PollEvents.Error;
    private const uint WriteEvents = PollEvents.AnyOut | PollEvents.Error;

    /// <summary>Sets of the descriptors asked about, then of those ready: reading, writing, exceptions.</summary>
    private struct Sets
    {
        public fixed ulong Asked[3 * SetBytes / 8];
        public fixed ulong Ready[3 * SetBytes / 8];
    }

    private struct MaskArgument
    {
        public ulong Address;
        public ulong LengthBytes;
    }

    public static long Select(TrapFrame* frame)
    {
        PollTimeout timeout = default;
        int error = timeout.ReadTimeval(frame->Argument4);
        return error != 0 ? error : timeout.Finish(Wait(frame, timeout.Deadline));
    }

    public static long Pselect6(TrapFrame* frame)
    {
        PollTimeout timeout = default;
        long result = timeout.ReadTimespec(frame->Argument4);
        if (result != 0) return result;
        MaskArgument argument = default;
        if (frame->Argument5 != 0 && !UserMemory.Read(frame->Argument5, out argument)) return -Errno.Fault;
        TemporarySignalMask mask = default;
        result = mask.Set(argument.Address, argument.LengthBytes);
        if (result != 0) return result;
        result = Wait(frame, timeout.Deadline);
        mask.End(result == -Errno.RestartWithoutHandler);
        return timeout.Finish(result);
    }

    private static long Wait(TrapFrame* frame, ulong deadline)
    {
        int count = (int)frame->Argument0;
        if (count < 0) return -Errno.Invalid;
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        if (count > FileTable.MaximumFiles) count = FileTable.MaximumFiles;
        Sets* sets = (Sets*)KernelHeap.Allocate((ulong)sizeof(Sets));
        long result = Copy(frame, sets, count, isResult: false) ? Loop(sets, count, deadline) : -Errno.Fault;
        if (result >= 0 && !Copy(frame, sets, count, isResult: true)) result = -Errno.Fault;
        KernelHeap.Free(sets);
        return result;
    }

    private static long Loop(Sets* sets, int count, ulong deadline)
    {
        long result;
        while ((result = Look(sets, count)) == 0 && Clock.Now < deadline)
        {
            Expect(sets, count, isWaiting: true);
            int error = 0;
            Poller poller = Poller.Start();
            if (Look(sets, count) == 0) error = poller.Sleep(deadline);
            poller.Stop();
            Expect(sets, count, isWaiting: false);
            if (error == -Errno.RestartCall) return -Errno.RestartWithoutHandler;
        }
        return result;
    }

    /// <summary>The three sets to or from the program, in whole 64-bit words as the kernel interface has it.</summary>
    private static bool Copy(TrapFrame* frame, Sets* sets, int count, bool isResult)
    {
        ulong lengthBytes = (ulong)(count + 63) / 64 * 8;
        for (int i = 0; i < 3; i++)
        {
            ulong address = i == 0 ? frame->Argument1 : i == 1 ? frame->Argument2 : frame->Argument3;
            if (address == 0) continue;
            byte* set = (byte*)(isResult ? sets->Ready : sets->Asked) + i * SetBytes;
            if (isResult ? !UserMemory.CopyTo(address, set, lengthBytes) : !UserMemory.CopyFrom(set, address, lengthBytes)) return false;
        }
        return true;
    }

    private static bool IsAsked(Sets* sets, int which, int descriptor) => (sets->Asked[which * SetBytes / 8 + descriptor / 64] >> (descriptor & 63) & 1) != 0;

    private static long Look(Sets* sets, int count)
    {
        Memory.Set(sets->Ready, 0, 3 * SetBytes);
        long ready = 0;
        for (int descriptor = 0; descriptor < count; descriptor++)
        {
            bool reads = IsAsked(sets, 0, descriptor), writes = IsAsked(sets, 1, descriptor), exceptions = IsAsked(sets, 2, descriptor);
            if (!reads && !writes && !exceptions) continue;
            OpenFile file = Descriptors.Table.Get(descriptor);
            if (file == null) return -Errno.BadFile;
            uint events = file.Poll(PollEvents.AnyIn | PollEvents.AnyOut | PollEvents.Priority);
            if (reads && (events & ReadEvents) != 0) ready += Mark(sets, 0, descriptor);
            if (writes && (events & WriteEvents) != 0) ready += Mark(sets, 1, descriptor);
            if (exceptions && (events & PollEvents.Priority) != 0) ready += Mark(sets, 2, descriptor);
        }
        return ready;
    }

    private static int Mark(Sets* sets, int which, int descriptor)
    {
        sets->Ready[which * SetBytes / 8 + descriptor / 64] |= 1UL << (descriptor & 63);
        return 1;
    }

    private static void Expect(Sets* sets, int count, bool isWaiting)
    {
        for (int descriptor = 0; descriptor < count; descriptor++)
            if (IsAsked(sets, 0, descriptor)) Descriptors.Table.Get(descriptor)?.ExpectInput(isWaiting);
    }
}
