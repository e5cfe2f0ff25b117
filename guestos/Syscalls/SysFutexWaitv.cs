using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>futex_waitv: sleeps on several words until one is woken, and returns its index.</summary>
internal static unsafe class SysFutexWaitv
{
    private const uint WordSize = 2;
    private const uint PrivateFlag = 0x80;

    /// <summary>struct futex_waitv.</summary>
    private struct Word
    {
        public ulong Value, Address;
        public uint Flags, Reserved;
    }

    public static long Call(TrapFrame* frame)
    {
        uint count = (uint)frame->Argument1;
        if (frame->Argument2 != 0 || count == 0 || count > FutexVector.MaximumCount || frame->Argument0 == 0) return -Errno.Invalid;
        ulong deadline = ulong.MaxValue;
        if (frame->Argument3 != 0)
        {
            int clock = (int)frame->Argument4;
            if (clock != Timespec.Realtime && clock != Timespec.Monotonic) return -Errno.Invalid;
            int error = SysLockFutex.ReadDeadline(frame->Argument3, clock == Timespec.Realtime, out deadline);
            if (error != 0) return error;
        }
        if (FrameAllocator.IsScarce) return -Errno.NoMemory;
        FutexVector vector = new FutexVector((int)count);
        Word* words = (Word*)KernelHeap.Allocate(count * (ulong)sizeof(Word));
        long result = Read(frame->Argument0, words, count, vector);
        // A signal ends the wait as one of poll: it is made again without a handler only.
        if (result == 0) result = vector.Sleep(deadline);
        KernelHeap.Free(words);
        vector.Destroy();
        return result;
    }

    private static int Read(ulong address, Word* words, uint count, FutexVector vector)
    {
        if (!UserMemory.CopyFrom(words, address, count * (ulong)sizeof(Word))) return -Errno.Fault;
        for (uint i = 0; i < count; i++)
        {
            if ((words[i].Flags & ~PrivateFlag) != WordSize || words[i].Reserved != 0 || words[i].Value > uint.MaxValue) return -Errno.Invalid;
            if ((words[i].Address & 3) != 0) return -Errno.Invalid;
            if (words[i].Address >= UserMemory.End || !SysFutex.Find(words[i].Address, (words[i].Flags & PrivateFlag) != 0, out FutexKey key)) return -Errno.Fault;
            vector.Set((int)i, key);
        }
        // The words are in memory after the first round; in the second nothing sleeps, so that they are compared at one time.
        for (int round = 0; round < 2; round++)
        {
            for (uint i = 0; i < count; i++)
            {
                if (!UserMemory.Read(words[i].Address, out uint value)) return -Errno.Fault;
                if (round == 1 && value != (uint)words[i].Value) return -Errno.Again;
            }
        }
        return 0;
    }
}
