using System.Runtime.CompilerServices;
using GuestOs.Arch;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>Linux's x86-64 system calls: one line per call. What is not here returns ENOSYS and is counted.</summary>
internal static unsafe class SyscallTable
{
    public const int Count = 512;

    private struct Entries
    {
        public fixed ulong Handlers[Count];
        public fixed uint Unknown[Count];
    }

    private static Entries s_entries;

    public static void Initialize()
    {
        FileSyscalls.Initialize();
        Add(9, &SysMmap.Call);
        Add(10, &SysMprotect.Call);
        Add(11, &SysMunmap.Call);
        Add(12, &SysBrk.Call);
        Add(13, &SysSigaction.Call);
        Add(14, &SysSigprocmask.Call);
        Add(15, &SysSigreturn.Call);
        Add(24, &SysSchedYield.Call);
        Add(25, &SysMremap.Call);
        Add(27, &SysMincore.Call);
        Add(28, &SysMadvise.Call);
        Add(29, &SysShmget.Call);
        Add(30, &SysShmat.Attach);
        Add(31, &SysShmctl.Call);
        Add(34, &SysPause.Call);
        Add(35, &SysNanosleep.Call);
        Add(36, &SysItimer.Get);
        Add(37, &SysAlarm.Call);
        Add(38, &SysItimer.Set);
        Add(39, &SysIdentity.GetPid);
        Add(56, &SysClone.Call);
        Add(57, &SysFork.Call);
        Add(58, &SysVfork.Call);
        Add(59, &SysExecve.Call);
        Add(60, &SysExit.Call);
        Add(61, &SysWait4.Call);
        Add(62, &SysKill.Call);
        Add(167, &SysSwap.On);
        Add(168, &SysSwap.Off);
        Add(63, &SysUname.Call);
        Add(64, &SysSemop.Get);
        Add(65, &SysSemop.Operate);
        Add(66, &SysSemctl.Call);
        Add(67, &SysShmat.Detach);
        Add(68, &SysMsgsnd.Get);
        Add(69, &SysMsgsnd.Send);
        Add(70, &SysMsgsnd.Receive);
        Add(71, &SysMsgctl.Call);
        Add(96, &SysGettimeofday.Call);
        Add(97, &SysPrlimit.GetOld);
        Add(98, &SysGetrusage.Call);
        Add(99, &SysSysinfo.Call);
        Add(100, &SysTimes.Call);
        Add(102, &SysUser.GetUser);
        Add(103, &SysSyslog.Call);
        Add(104, &SysUser.GetGroup);
        Add(105, &SysUser.SetUser);
        Add(106, &SysUser.SetGroup);
        Add(107, &SysUser.GetEffectiveUser);
        Add(108, &SysUser.GetEffectiveGroup);
        Add(109, &SysSetpgid.Call);
        Add(110, &SysIdentity.GetParentPid);
        Add(111, &SysIdentity.GetOwnGroup);
        Add(112, &SysSetsid.Call);
        Add(113, &SysUser.SetTwoUsers);
        Add(114, &SysUser.SetTwoGroups);
        Add(115, &SysGroups.Get);
        Add(116, &SysGroups.Set);
        Add(117, &SysUser.SetThreeUsers);
        Add(118, &SysUser.GetThreeUsers);
        Add(119, &SysUser.SetThreeGroups);
        Add(120, &SysUser.GetThreeGroups);
        Add(121, &SysIdentity.GetGroup);
        Add(122, &SysUser.SetFileUser);
        Add(123, &SysUser.SetFileGroup);
        Add(124, &SysIdentity.GetSession);
        Add(125, &SysCapability.Get);
        Add(126, &SysCapability.Set);
        Add(127, &SysSigpending.Call);
        Add(128, &SysSigtimedwait.Call);
        Add(129, &SysSigqueueinfo.Call);
        Add(130, &SysSigsuspend.Call);
        Add(131, &SysSigaltstack.Call);
        Add(135, &SysPersonality.Call);
        Add(140, &SysPriority.Get);
        Add(141, &SysPriority.Set);
        Add(142, &SysScheduling.SetParameters);
        Add(143, &SysScheduling.GetParameters);
        Add(144, &SysScheduling.SetPolicy);
        Add(145, &SysScheduling.GetPolicy);
        Add(146, &SysScheduling.HighestPriority);
        Add(147, &SysScheduling.LowestPriority);
        Add(148, &SysScheduling.GetInterval);
        Add(149, &SysLock.Lock);
        Add(150, &SysLock.Unlock);
        Add(151, &SysLock.LockAll);
        Add(152, &SysLock.UnlockAll);
        Add(157, &SysPrctl.Call);
        Add(158, &SysArchPrctl.Call);
        Add(160, &SysPrlimit.SetOld);
        Add(169, &SysReboot.Call);
        Add(170, &SysSethostname.Host);
        Add(171, &SysSethostname.Domain);
        Add(186, &SysIdentity.GetThreadId);
        Add(200, &SysTgkill.Tkill);
        Add(201, &SysTime.Call);
        Add(202, &SysFutex.Call);
        Add(203, &SysScheduling.SetAffinity);
        Add(204, &SysSchedGetaffinity.Call);
        Add(216, &SysRemapFilePages.Call);
        Add(218, &SysSetTidAddress.Call);
        Add(219, &SysRestart.Call);
        Add(220, &SysSemop.OperateTimed);
        Add(222, &SysTimer.Create);
        Add(223, &SysTimer.Set);
        Add(224, &SysTimer.Get);
        Add(225, &SysTimer.GetOverrun);
        Add(226, &SysTimer.Delete);
        Add(228, &SysClockGettime.Call);
        Add(229, &SysClockGetres.Call);
        Add(230, &SysClockNanosleep.Call);
        Add(231, &SysExitGroup.Call);
        Add(234, &SysTgkill.Call);
        Add(247, &SysWaitid.Call);
        Add(273, &SysSetRobustList.Call);
        Add(274, &SysSetRobustList.Get);
        Add(297, &SysSigqueueinfo.ToThread);
        Add(302, &SysPrlimit.Call);
        Add(309, &SysGetcpu.Call);
        Add(310, &SysProcessVm.Read);
        Add(311, &SysProcessVm.Write);
        Add(314, &SysSchedAttributes.Set);
        Add(315, &SysSchedAttributes.Get);
        Add(318, &SysGetrandom.Call);
        Add(324, &SysMembarrier.Call);
        Add(325, &SysLock.Lock2);
        Add(334, &SysRseq.Call);
        Add(424, &SysPidfd.SendSignal);
        Add(434, &SysPidfd.Open);
        Add(438, &SysPidfd.GetFile);
        Add(435, &SysClone3.Call);
        Add(449, &SysFutexWaitv.Call);
        Vsyscall.Register(0, &SysGettimeofday.Call);
        Vsyscall.Register(1, &SysTime.Call);
        Vsyscall.Register(2, &SysGetcpu.Call);
    }

    /// <summary>The call of a number, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static delegate*<TrapFrame*, long> Find(ulong number) => number < Count ? (delegate*<TrapFrame*, long>)s_entries.Handlers[number] : null;

    /// <summary>How often an unknown call was made.</summary>
    public static uint UnknownCount(int number) => s_entries.Unknown[number];

    /// <summary>Counts an unknown call and logs its first occurrence.</summary>
    public static void CountUnknown(ulong number)
    {
        if (number >= Count) return;
        if (s_entries.Unknown[number]++ == 0) KernelLog.Debug("unknown system call ").Decimal(number).End();
    }

    /// <summary>Enters a call.</summary>
    public static void Add(int number, delegate*<TrapFrame*, long> handler) => s_entries.Handlers[number] = (ulong)handler;
}
