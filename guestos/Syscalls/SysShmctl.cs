using System.Runtime.InteropServices;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>struct shmid64_ds of x86-64 with its struct ipc64_perm, 112 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SharedSegmentStatus
{
    public InterprocessStatus Permission;
    public ulong SizeBytes;
    public ulong AttachTime;
    public ulong DetachTime;
    public ulong ChangeTime;
    public int CreatorPid;
    public int LastPid;
    public ulong AttachCount;
    private fixed ulong _unused[2];
}

/// <summary>struct shminfo64: the limits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SharedSegmentLimits
{
    public ulong MaximumBytes;
    public ulong MinimumBytes;
    public ulong MaximumCount;
    public ulong MaximumPerProcess;
    public ulong MaximumPages;
    private fixed ulong _unused[4];
}

/// <summary>struct shm_info: what is in use.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SharedSegmentUse
{
    public ulong Count;
    public ulong TotalPages;
    public ulong ResidentPages;
    public ulong SwappedPages;
    private fixed ulong _unused[2];
}

/// <summary>shmctl(2).</summary>
internal static unsafe class SysShmctl
{
    private const int Lock = 11;
    private const int Unlock = 12;
    private const int StatusAt = 13;
    private const int Use = 14;
    private const int AnyStatusAt = 15;

    public static long Call(TrapFrame* frame)
    {
        int id = (int)frame->Argument0, command = (int)frame->Argument1;
        ulong buffer = frame->Argument2;
        if (id < 0 || command < 0) return -Errno.Invalid;
        if (command == InterprocessCall.Information) return ShowLimits(buffer);
        if (command == Use) return ShowUse(buffer);
        bool isIndex = command is StatusAt or AnyStatusAt;
        SharedSegment segment = isIndex ? SharedSegments.At(id) : null;
        int error = isIndex ? segment == null ? -Errno.Invalid : 0 : SharedSegments.Find(id, out segment);
        switch (command)
        {
            case InterprocessCall.Status or StatusAt or AnyStatusAt:
                if (error != 0) return error;
                if (command != AnyStatusAt && !segment.Permission.Allows(InterprocessPermission.Read)) return -Errno.Access;
                return !UserMemory.Write(buffer, StatusOf(segment)) ? -Errno.Fault : isIndex ? segment.Id : 0;
            case InterprocessCall.Set:
                if (!UserMemory.Read(buffer, out SharedSegmentStatus wanted)) return -Errno.Fault;
                if (error != 0) return error;
                if (!segment.Permission.IsOwner) return -Errno.NotPermitted;
                segment.UserId = wanted.Permission.UserId;
                segment.GroupId = wanted.Permission.GroupId;
                segment.Mode = wanted.Permission.Mode & InterprocessCall.ModeMask;
                segment.ChangeTime = Timestamp.Now.Seconds;
                return 0;
            case InterprocessCall.Remove:
                if (error != 0) return error;
                if (!segment.Permission.IsOwner) return -Errno.NotPermitted;
                SharedSegments.Remove(segment);
                return 0;
            case Lock or Unlock:
                if (error != 0) return error;
                if (!segment.Permission.IsOwner && !Credentials.CurrentHas(Capability.LockMemory)) return -Errno.NotPermitted;
                segment.SetLocked(command == Lock);
                return 0;
            default: return -Errno.Invalid;
        }
    }

    private static SharedSegmentStatus StatusOf(SharedSegment segment) => new SharedSegmentStatus
    {
        Permission = InterprocessStatus.Of(segment.Key, segment.Id, segment.Permission) with { Mode = SharedSegments.ModeOf(segment) },
        SizeBytes = segment.CreatedSize,
        AttachTime = segment.AttachTime,
        DetachTime = segment.DetachTime,
        ChangeTime = segment.ChangeTime,
        CreatorPid = segment.CreatorPid,
        LastPid = segment.LastPid,
        AttachCount = (ulong)segment.AttachCount,
    };

    private static long ShowLimits(ulong buffer)
    {
        SharedSegmentLimits limits = new SharedSegmentLimits
        {
            MaximumBytes = SharedSegments.MaximumBytes,
            MinimumBytes = 1,
            MaximumCount = (ulong)SharedSegments.MaximumCount,
            MaximumPerProcess = (ulong)SharedSegments.MaximumCount,
            MaximumPages = SharedSegments.MaximumPages,
        };
        return UserMemory.Write(buffer, limits) ? HighestIndex : -Errno.Fault;
    }

    private static long ShowUse(ulong buffer)
    {
        SharedSegmentUse use = new SharedSegmentUse { Count = (ulong)SharedSegments.Count, TotalPages = SharedSegments.TotalPages };
        for (int i = SharedSegments.HighestIndex; i >= 0; i--)
        {
            SharedSegment segment = SharedSegments.At(i);
            if (segment == null) continue;
            use.ResidentPages += segment.Content.PageCount - segment.SwappedPages;
            use.SwappedPages += segment.SwappedPages;
        }
        return UserMemory.Write(buffer, use) ? HighestIndex : -Errno.Fault;
    }

    private static int HighestIndex => SharedSegments.HighestIndex < 0 ? 0 : SharedSegments.HighestIndex;
}
