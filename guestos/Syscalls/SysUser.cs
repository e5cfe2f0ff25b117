using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>
/// Calls that tell and change a process's user and group numbers: getuid, setuid, setreuid, setresuid, setfsuid and those for groups. The two kinds
/// differ in the capability that lifts the rules, and in that capabilities follow the user.
/// </summary>
internal static unsafe class SysUser
{
    private const uint Unchanged = 0xffffffff;

    private static ref Credentials Own => ref Credentials.Current;

    public static long GetUser(TrapFrame* frame) => Own.User.Real;

    public static long GetEffectiveUser(TrapFrame* frame) => Own.User.Effective;

    public static long GetGroup(TrapFrame* frame) => Own.Group.Real;

    public static long GetEffectiveGroup(TrapFrame* frame) => Own.Group.Effective;

    public static long GetThreeUsers(TrapFrame* frame) => PutThree(frame, Own.User);

    public static long GetThreeGroups(TrapFrame* frame) => PutThree(frame, Own.Group);

    /// <summary>setuid.</summary>
    public static long SetUser(TrapFrame* frame)
    {
        Identity user = Own.User;
        int error = SetOne(ref user, (uint)frame->Argument0, Own.Has(Capability.SetUser));
        return error != 0 ? error : CommitUser(user);
    }

    /// <summary>setgid.</summary>
    public static long SetGroup(TrapFrame* frame)
    {
        Identity group = Own.Group;
        int error = SetOne(ref group, (uint)frame->Argument0, Own.Has(Capability.SetGroup));
        return error != 0 ? error : CommitGroup(group);
    }

    /// <summary>setreuid.</summary>
    public static long SetTwoUsers(TrapFrame* frame)
    {
        Identity user = Own.User;
        int error = SetTwo(ref user, (uint)frame->Argument0, (uint)frame->Argument1, Own.Has(Capability.SetUser));
        return error != 0 ? error : CommitUser(user);
    }

    /// <summary>setregid.</summary>
    public static long SetTwoGroups(TrapFrame* frame)
    {
        Identity group = Own.Group;
        int error = SetTwo(ref group, (uint)frame->Argument0, (uint)frame->Argument1, Own.Has(Capability.SetGroup));
        return error != 0 ? error : CommitGroup(group);
    }

    /// <summary>setresuid.</summary>
    public static long SetThreeUsers(TrapFrame* frame)
    {
        Identity user = Own.User;
        int error = SetThree(ref user, (uint)frame->Argument0, (uint)frame->Argument1, (uint)frame->Argument2, Own.Has(Capability.SetUser));
        return error != 0 ? error : CommitUser(user);
    }

    /// <summary>setresgid.</summary>
    public static long SetThreeGroups(TrapFrame* frame)
    {
        Identity group = Own.Group;
        int error = SetThree(ref group, (uint)frame->Argument0, (uint)frame->Argument1, (uint)frame->Argument2, Own.Has(Capability.SetGroup));
        return error != 0 ? error : CommitGroup(group);
    }

    /// <summary>setfsuid: returns the old number, whether it was changed or not.</summary>
    public static long SetFileUser(TrapFrame* frame)
    {
        uint id = (uint)frame->Argument0, old = Own.User.OfFiles;
        if (id == Unchanged || !(Own.User.Includes(id) || id == old || Own.Has(Capability.SetUser))) return old;
        Own.User.OfFiles = id;
        Own.Capabilities.FollowFileUser(old, id);
        if (id != old) Conceal(Scheduler.Current.Process);
        return old;
    }

    /// <summary>setfsgid.</summary>
    public static long SetFileGroup(TrapFrame* frame)
    {
        uint id = (uint)frame->Argument0, old = Own.Group.OfFiles;
        if (id == Unchanged || !(Own.Group.Includes(id) || id == old || Own.Has(Capability.SetGroup))) return old;
        Own.Group.OfFiles = id;
        if (id != old) Conceal(Scheduler.Current.Process);
        return old;
    }

    private static long PutThree(TrapFrame* frame, in Identity identity) =>
        UserMemory.Write(frame->Argument0, identity.Real) && UserMemory.Write(frame->Argument1, identity.Effective)
        && UserMemory.Write(frame->Argument2, identity.Saved) ? 0 : -Errno.Fault;

    private static int SetOne(ref Identity identity, uint id, bool isFree)
    {
        if (id == Unchanged) return -Errno.Invalid;
        if (isFree) identity.Real = identity.Saved = id;
        else if (id != identity.Real && id != identity.Saved) return -Errno.NotPermitted;
        identity.SetEffective(id);
        return 0;
    }

    private static int SetTwo(ref Identity identity, uint real, uint effective, bool isFree)
    {
        Identity old = identity;
        if (real != Unchanged)
        {
            if (!isFree && real != old.Real && real != old.Effective) return -Errno.NotPermitted;
            identity.Real = real;
        }
        if (effective != Unchanged)
        {
            if (!isFree && !old.Includes(effective)) return -Errno.NotPermitted;
            identity.Effective = effective;
        }
        if (real != Unchanged || effective != Unchanged && effective != old.Real) identity.Saved = identity.Effective;
        identity.OfFiles = identity.Effective;
        return 0;
    }

    private static int SetThree(ref Identity identity, uint real, uint effective, uint saved, bool isFree)
    {
        Identity old = identity;
        if (!isFree && !(IsOld(old, real) && IsOld(old, effective) && IsOld(old, saved))) return -Errno.NotPermitted;
        if (real != Unchanged) identity.Real = real;
        if (effective != Unchanged) identity.Effective = effective;
        if (saved != Unchanged) identity.Saved = saved;
        identity.OfFiles = identity.Effective;
        return 0;
    }

    private static bool IsOld(in Identity old, uint id) => id == Unchanged || old.Includes(id);

    private static long CommitUser(in Identity user)
    {
        Process process = Scheduler.Current.Process;
        Identity old = Own.User;
        Own.User = user;
        Own.Capabilities.FollowUser(old, user, Own.KeepsCapabilities);
        if (user.Real != old.Real)
        {
            Own.ChangeAccount();
            // As on Linux, where the process is not counted yet when this is asked.
            process.ExceedsProcessLimit = process.IsOverProcessLimit(-1);
        }
        if (user.Effective != old.Effective || user.OfFiles != old.OfFiles) Conceal(process);
        process.CredentialsChanged();
        return 0;
    }

    private static long CommitGroup(in Identity group)
    {
        Identity old = Own.Group;
        Own.Group = group;
        if (group.Effective != old.Effective || group.OfFiles != old.OfFiles) Conceal(Scheduler.Current.Process);
        return 0;
    }

    /// <summary>Memory may hold what the new user must not see.</summary>
    private static void Conceal(Process process)
    {
        process.IsDumpable = false;
        process.ParentDeathSignal = 0;
    }
}
