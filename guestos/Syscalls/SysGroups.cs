using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>getgroups(2) and setgroups(2): the supplementary groups.</summary>
internal static unsafe class SysGroups
{
    public static long Get(TrapFrame* frame)
    {
        int room = (int)frame->Argument0;
        if (room < 0) return -Errno.Invalid;
        GroupList list = Credentials.Current.Groups;
        int count = list == null ? 0 : list.Groups.Length;
        if (room == 0 || count == 0) return count;
        if (room < count) return -Errno.Invalid;
        // The copy may sleep, and another thread set other groups meanwhile.
        list.AddReference();
        bool isCopied;
        fixed (uint* groups = list.Groups) isCopied = UserMemory.CopyTo(frame->Argument1, groups, (ulong)count * sizeof(uint));
        list.Release();
        return isCopied ? count : -Errno.Fault;
    }

    public static long Set(TrapFrame* frame)
    {
        if (!Credentials.CurrentHas(Capability.SetGroup)) return -Errno.NotPermitted;
        uint count = (uint)frame->Argument0;
        if (count > GroupList.MaximumCount) return -Errno.Invalid;
        if (FrameAllocator.IsScarce) return -Errno.NoMemory;
        GroupList list = null;
        if (count != 0)
        {
            list = new GroupList((int)count);
            bool isCopied;
            fixed (uint* groups = list.Groups) isCopied = UserMemory.CopyFrom(groups, frame->Argument1, count * sizeof(uint));
            int error = isCopied ? Check(list) : -Errno.Fault;
            if (error != 0)
            {
                list.Release();
                return error;
            }
            Sort(list.Groups);
        }
        ref Credentials own = ref Credentials.Current;
        own.Groups?.Release();
        own.Groups = list;
        return 0;
    }

    private static int Check(GroupList list)
    {
        for (int i = 0; i < list.Groups.Length; i++)
            if (list.Groups[i] == uint.MaxValue) return -Errno.Invalid;
        return 0;
    }

    /// <summary>Ascending, as getgroups shows them: by halving gaps (Shell's sort), which needs no more memory.</summary>
    private static void Sort(uint[] groups)
    {
        for (int gap = groups.Length / 2; gap > 0; gap /= 2)
        {
            for (int i = gap; i < groups.Length; i++)
            {
                uint group = groups[i];
                int at = i;
                for (; at >= gap && groups[at - gap] > group; at -= gap) groups[at] = groups[at - gap];
                groups[at] = group;
            }
        }
    }
}
