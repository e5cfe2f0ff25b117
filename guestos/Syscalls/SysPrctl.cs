using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>prctl(2): a process's name, rights and relations; options of machines this is not give EINVAL.</summary>
internal static unsafe class SysPrctl
{
    private const ulong SetParentDeathSignal = 1;
    private const ulong GetParentDeathSignal = 2;
    private const ulong GetDumpable = 3;
    private const ulong SetDumpable = 4;
    private const ulong GetKeepCapabilities = 7;
    private const ulong SetKeepCapabilities = 8;
    private const ulong GetTiming = 13;
    private const ulong SetTiming = 14;
    private const ulong SetName = 15;
    private const ulong GetName = 16;
    private const ulong ReadBounding = 23;
    private const ulong DropBounding = 24;
    private const ulong SetSubreaper = 36;
    private const ulong GetSubreaper = 37;
    private const ulong SetNoNewPrivileges = 38;
    private const ulong GetNoNewPrivileges = 39;
    private const ulong SetHugePagesDisabled = 41;
    private const ulong GetHugePagesDisabled = 42;
    private const ulong Ambient = 47;

    public static long Call(TrapFrame* frame)
    {
        Process process = Scheduler.Current.Process;
        ulong value = frame->Argument1;
        bool hasMore = (frame->Argument2 | frame->Argument3 | frame->Argument4) != 0;
        ref Credentials own = ref Credentials.Current;
        switch (frame->Argument0)
        {
            case SetParentDeathSignal:
                if (value > SignalNumber.Last) return -Errno.Invalid;
                process.ParentDeathSignal = (int)value;
                return 0;
            case GetParentDeathSignal: return UserMemory.Write(value, process.ParentDeathSignal) ? 0 : -Errno.Fault;
            case GetDumpable: return process.IsDumpable ? 1 : 0;
            case SetDumpable:
                if (value > 1) return -Errno.Invalid;
                process.IsDumpable = value == 1;
                return 0;
            case GetKeepCapabilities: return own.KeepsCapabilities ? 1 : 0;
            case SetKeepCapabilities:
                if (value > 1) return -Errno.Invalid;
                own.KeepsCapabilities = value == 1;
                return 0;
            case GetTiming: return 0;
            case SetTiming: return value == 0 ? 0 : -Errno.Invalid;
            case GetName: return UserMemory.CopyTo(value, Scheduler.Current.Name, Process.NameBytes) ? 0 : -Errno.Fault;
            case SetName: return Rename(Scheduler.Current, value);
            case ReadBounding: return value > Capability.Last ? -Errno.Invalid : (long)(own.Capabilities.Bounding >> (int)value & 1);
            case DropBounding:
                if (!own.Has(Capability.SetCapabilities)) return -Errno.NotPermitted;
                if (value > Capability.Last) return -Errno.Invalid;
                own.Capabilities.Bounding &= ~(1UL << (int)value);
                return 0;
            case SetSubreaper:
                process.IsSubreaper = value != 0;
                return 0;
            case GetSubreaper: return UserMemory.Write(value, process.IsSubreaper ? 1 : 0) ? 0 : -Errno.Fault;
            case SetNoNewPrivileges:
                if (value != 1 || hasMore) return -Errno.Invalid;
                own.HasNoNewPrivileges = true;
                return 0;
            case GetNoNewPrivileges: return value != 0 || hasMore ? -Errno.Invalid : own.HasNoNewPrivileges ? 1 : 0;
            case SetHugePagesDisabled:
                if (hasMore) return -Errno.Invalid;
                process.Space.HugePagesDisabled = value != 0;
                return 0;
            case GetHugePagesDisabled: return value != 0 || hasMore ? -Errno.Invalid : process.Space.HugePagesDisabled ? 1 : 0;
            case Ambient: return ChangeAmbient(ref own.Capabilities, value, frame->Argument2, (frame->Argument3 | frame->Argument4) != 0);
            default: return -Errno.Invalid;
        }
    }

    private static long Rename(Thread thread, ulong address)
    {
        byte* name = stackalloc byte[Process.NameBytes];
        long length = UserMemory.CopyString(name, address, Process.NameBytes);
        if (length == -Errno.Fault) return length;
        thread.SetName(name, length < 0 ? Process.NameBytes - 1 : (ulong)length);
        return 0;
    }

    private static long ChangeAmbient(ref CapabilitySets sets, ulong operation, ulong capability, bool hasMore)
    {
        const ulong IsSet = 1, Raise = 2, Lower = 3, ClearAll = 4;
        if (hasMore) return -Errno.Invalid;
        if (operation == ClearAll)
        {
            if (capability != 0) return -Errno.Invalid;
            sets.Ambient = 0;
            return 0;
        }
        if (operation is not (IsSet or Raise or Lower) || capability > Capability.Last) return -Errno.Invalid;
        ulong bit = 1UL << (int)capability;
        if (operation == IsSet) return (sets.Ambient & bit) != 0 ? 1 : 0;
        if (operation == Lower)
        {
            sets.Ambient &= ~bit;
            return 0;
        }
        if ((sets.Permitted & sets.Inheritable & bit) == 0) return -Errno.NotPermitted;
        sets.Ambient |= bit;
        return 0;
    }
}
