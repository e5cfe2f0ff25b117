using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// A thread's restartable sequences (Linux's rseq(2)): in its memory it names the CPU it runs on and the sequence it is in. A thread that was interrupted in a
/// sequence, by another thread or a signal, goes on at the sequence's abort address.
/// </summary>
internal unsafe struct RestartableSequence
{
    /// <summary>Bytes of the first version of struct rseq, which must be aligned to as many.</summary>
    public const uint FirstVersionBytes = 32;

    private const uint UsedBytes = 28;
    private const ulong SequenceOffset = 8;
    private const ulong SecondHalfOffset = 20;
    private const ulong UnknownCpu = 0xffffffff00000000;

    private ulong _area;
    private uint _lengthBytes;
    private uint _signature;

    /// <summary>struct rseq_cs.</summary>
    private struct Sequence
    {
        public uint Version, Flags;
        public ulong Start, LengthBytes, Abort;
    }

    /// <summary>True once the thread has registered.</summary>
    public readonly bool IsRegistered => _area != 0;

    /// <summary>The thread has been off the CPU since it was in user mode.</summary>
    public bool WasInterrupted { get; set; }

    /// <summary>0, -EINVAL, -EFAULT, -EPERM for another signature than before, -EBUSY when it is registered already.</summary>
    public int Register(ulong area, uint lengthBytes, uint signature)
    {
        if (IsRegistered) return area != _area || lengthBytes != _lengthBytes ? -Errno.Invalid : signature != _signature ? -Errno.NotPermitted : -Errno.Busy;
        if (lengthBytes < UsedBytes || (area & (FirstVersionBytes - 1)) != 0 || lengthBytes < FirstVersionBytes) return -Errno.Invalid;
        if (!UserMemory.IsUserRange(area, lengthBytes) || !WriteCpu(area, 0) || !UserMemory.Write(area + SequenceOffset, 0UL)) return -Errno.Fault;
        _area = area;
        _lengthBytes = lengthBytes;
        _signature = signature;
        return 0;
    }

    /// <summary>0, -EINVAL for what is not registered, -EPERM for another signature, -EFAULT.</summary>
    public int Unregister(ulong area, uint lengthBytes, uint signature)
    {
        if (!IsRegistered || area != _area || lengthBytes != _lengthBytes) return -Errno.Invalid;
        if (signature != _signature) return -Errno.NotPermitted;
        if (!WriteCpu(area, UnknownCpu)) return -Errno.Fault;
        this = default;
        return 0;
    }

    /// <summary>Ends the sequence the thread was in. False when what the thread says of it cannot be: it deserves SIGSEGV.</summary>
    public readonly bool Abort(TrapFrame* frame)
    {
        if (!UserMemory.Read(_area + SequenceOffset, out ulong address)) return false;
        if (address == 0) return true;
        if (!UserMemory.Read(address, out Sequence sequence)) return false;
        ulong end = sequence.Start + sequence.LengthBytes;
        if (sequence.Version != 0 || sequence.Abort >= UserMemory.End || end < sequence.Start || end > UserMemory.End) return false;
        // Code that has not the signature before it is not for aborts.
        if (sequence.Abort - sequence.Start < sequence.LengthBytes || !UserMemory.Read(sequence.Abort - sizeof(uint), out uint signature)) return false;
        if (signature != _signature || !UserMemory.Write(_area + SequenceOffset, 0UL)) return false;
        if (frame->Rip - sequence.Start < sequence.LengthBytes) frame->Rip = sequence.Abort;
        return true;
    }

    /// <summary>cpu_id_start and cpu_id, node_id and mm_cid.</summary>
    private static bool WriteCpu(ulong area, ulong cpu) => UserMemory.Write(area, cpu) && UserMemory.Write(area + SecondHalfOffset, 0UL);
}
