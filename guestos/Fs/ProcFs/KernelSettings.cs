using System;
using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/sys/kernel (Linux's Documentation/admin-guide/sysctl/kernel.rst).</summary>
internal static unsafe class KernelSettings
{
    // CAP_CHECKPOINT_RESTORE.
    private const ulong LastCapability = 40;
    private const ulong Nobody = 65534;

    public static void AddTo(KernelNode kernel)
    {
        kernel.AddFile("arch"u8, &ShowArchitecture);
        kernel.AddConstant("cap_last_cap"u8, LastCapability);
        kernel.AddFile("domainname"u8, &ShowDomain, &StoreDomain);
        kernel.AddFile("hostname"u8, &ShowHost, &StoreHost);
        kernel.AddConstant("ngroups_max"u8, 65536);
        kernel.AddFile("osrelease"u8, &ShowRelease);
        kernel.AddFile("ostype"u8, &ShowSystem);
        kernel.AddConstant("overflowgid"u8, Nobody);
        kernel.AddConstant("overflowuid"u8, Nobody);
        kernel.AddConstant("pid_max"u8, ProcessTable.MaximumPid);
        KernelNode random = kernel.AddDirectory("random"u8);
        random.AddFile("boot_id"u8, &ShowBootId);
        random.AddConstant("entropy_avail"u8, 256);
        random.AddConstant("poolsize"u8, 256);
        random.AddFile("uuid"u8, &ShowNewId);
        kernel.AddNumber("randomize_va_space"u8, ref ProgramLayout.RandomizeLevel, 0, 2);
        kernel.AddConstant("msgmax"u8, MessageQueue.MaximumMessageBytes);
        kernel.AddConstant("msgmnb"u8, MessageQueue.DefaultCapacityBytes);
        kernel.AddConstant("msgmni"u8, InterprocessTable.MaximumCount);
        kernel.AddConstant("sched_rt_period_us"u8, RealTimeShare.PeriodNanoseconds / 1000);
        kernel.AddConstant("sched_rt_runtime_us"u8, RealTimeShare.RunNanoseconds / 1000);
        kernel.AddFile("sem"u8, &ProcInterprocess.WriteSemaphoreLimits);
        kernel.AddNumber("shmall"u8, ref SharedSegments.MaximumPages, 0, ulong.MaxValue);
        kernel.AddNumber("shmmax"u8, ref SharedSegments.MaximumBytes, 0, ulong.MaxValue);
        kernel.AddNumber("shmmni"u8, ref SharedSegments.MaximumCount, 0, 4096);
        kernel.AddConstant("tainted"u8, 0);
        kernel.AddConstant("threads-max"u8, ProcessTable.MaximumPid / 2);
        kernel.AddFile("version"u8, &ShowVersion);
    }

    private static void ShowArchitecture(ref TextWriter writer) => Line(ref writer, SystemName.Machine);

    private static void ShowRelease(ref TextWriter writer) => Line(ref writer, SystemName.Release);

    private static void ShowSystem(ref TextWriter writer) => Line(ref writer, SystemName.System);

    private static void ShowVersion(ref TextWriter writer) => Line(ref writer, SystemName.Version);

    private static void ShowHost(ref TextWriter writer) => Line(ref writer, SystemName.Host);

    private static void ShowDomain(ref TextWriter writer) => Line(ref writer, SystemName.Domain);

    private static int StoreHost(ReadOnlySpan<byte> text) => SystemName.SetHost(TextFile.FirstLine(text));

    private static int StoreDomain(ReadOnlySpan<byte> text) => SystemName.SetDomain(TextFile.FirstLine(text));

    private static void Line(ref TextWriter writer, ReadOnlySpan<byte> text)
    {
        writer.Text(text);
        writer.Byte((byte)'\n');
    }

    private static void ShowNewId(ref TextWriter writer) => WriteId(ref writer, RandomSource.Next(), RandomSource.Next());

    /// <summary>The same for as long as the system runs, another one after each boot whose clock differs.</summary>
    private static void ShowBootId(ref TextWriter writer) =>
        WriteId(ref writer, Clock.BootSeconds * 0x9e3779b97f4a7c15, (Clock.BootSeconds ^ Clock.TscAtBoot) * 0xbf58476d1ce4e5b9);

    /// <summary>A version 4 UUID (RFC 9562, 5.4).</summary>
    private static void WriteId(ref TextWriter writer, ulong high, ulong low)
    {
        high = high & 0xffffffffffff0fff | 0x4000;
        low = low & 0x3fffffffffffffff | 0x8000000000000000;
        writer.Hex(high >> 32, 8);
        writer.Byte((byte)'-');
        writer.Hex(high >> 16 & 0xffff, 4);
        writer.Byte((byte)'-');
        writer.Hex(high & 0xffff, 4);
        writer.Byte((byte)'-');
        writer.Hex(low >> 48, 4);
        writer.Byte((byte)'-');
        writer.Hex(low & 0xffffffffffff, 12);
        writer.Byte((byte)'\n');
    }
}
