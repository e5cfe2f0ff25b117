using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>capget(2) and capset(2), versions 1 to 3.</summary>
internal static unsafe class SysCapability
{
    private const uint Version1 = 0x19980330;
    private const uint Version2 = 0x20071026;
    private const uint Version3 = 0x20080522;

    private struct Header
    {
        public uint Version;
        public int Pid;
    }

    private struct Words
    {
        public uint Effective, Permitted, Inheritable;
    }

    public static long Get(TrapFrame* frame)
    {
        int error = ReadHeader(frame->Argument0, out Header header, out int count);
        // Asking for the version alone is no error.
        if (error != 0) return error == -Errno.Invalid && frame->Argument1 == 0 ? 0 : error;
        if (header.Pid < 0) return -Errno.Invalid;
        Thread thread = header.Pid == 0 ? Scheduler.Current : ProcessTable.FindThread(header.Pid);
        if (thread == null) return -Errno.NoProcess;
        if (frame->Argument1 == 0) return 0;
        CapabilitySets sets = thread.Credentials.Capabilities;
        Words* words = stackalloc Words[2];
        for (int i = 0; i < 2; i++)
        {
            int shift = 32 * i;
            words[i] = new Words { Effective = (uint)(sets.Effective >> shift), Permitted = (uint)(sets.Permitted >> shift), Inheritable = (uint)(sets.Inheritable >> shift) };
        }
        return UserMemory.CopyTo(frame->Argument1, words, (ulong)(count * sizeof(Words))) ? 0 : -Errno.Fault;
    }

    public static long Set(TrapFrame* frame)
    {
        int error = ReadHeader(frame->Argument0, out Header header, out int count);
        if (error != 0) return error;
        if (header.Pid != 0 && header.Pid != Scheduler.Current.Id) return -Errno.NotPermitted;
        Words* words = stackalloc Words[2];
        words[1] = default;
        if (!UserMemory.CopyFrom(words, frame->Argument1, (ulong)(count * sizeof(Words)))) return -Errno.Fault;
        ulong effective = (words[0].Effective | (ulong)words[1].Effective << 32) & Capability.All;
        ulong permitted = (words[0].Permitted | (ulong)words[1].Permitted << 32) & Capability.All;
        ulong inheritable = (words[0].Inheritable | (ulong)words[1].Inheritable << 32) & Capability.All;
        ref Credentials own = ref Credentials.Current;
        ref CapabilitySets sets = ref own.Capabilities;
        ulong inheritLimit = sets.Inheritable | (own.Has(Capability.SetCapabilities) ? sets.Bounding : sets.Permitted);
        if ((inheritable & ~inheritLimit) != 0 || (inheritable & ~(sets.Inheritable | sets.Bounding)) != 0) return -Errno.NotPermitted;
        if ((permitted & ~sets.Permitted) != 0 || (effective & ~permitted) != 0) return -Errno.NotPermitted;
        sets.Effective = effective;
        sets.Permitted = permitted;
        sets.Inheritable = inheritable;
        sets.Ambient &= permitted & inheritable;
        Scheduler.Current.Process.CredentialsChanged();
        return 0;
    }

    /// <summary>-EINVAL for an unknown version, and the caller learns the one to use.</summary>
    private static int ReadHeader(ulong address, out Header header, out int count)
    {
        count = 2;
        if (!UserMemory.Read(address, out header)) return -Errno.Fault;
        if (header.Version == Version1) count = 1;
        if (header.Version is Version1 or Version2 or Version3) return 0;
        return UserMemory.Write(address, Version3) ? -Errno.Invalid : -Errno.Fault;
    }
}
