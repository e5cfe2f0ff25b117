using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>personality(2): keeps every value and returns the one before; <see cref="Personality"/> says which bits do something.</summary>
internal static unsafe class SysPersonality
{
    private const uint Query = 0xffffffff;

    public static long Call(TrapFrame* frame)
    {
        Process process = Scheduler.Current.Process;
        uint wanted = (uint)frame->Argument0, old = process.Personality;
        if (wanted != Query) process.Personality = wanted;
        return old;
    }

    /// <summary>The permissions a program gets that asks for these.</summary>
    public static VmFlags Effective(VmFlags access) =>
        (access & VmFlags.Read) != 0 && (Scheduler.Current.Process.Personality & Personality.ReadImpliesExecute) != 0 ? access | VmFlags.Execute : access;
}
