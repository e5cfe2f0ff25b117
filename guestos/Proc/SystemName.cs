using System;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>What uname(2) tells, and /proc/version and /proc/sys/kernel.</summary>
internal static unsafe class SystemName
{
    /// <summary>__NEW_UTS_LEN: the longest name in bytes.</summary>
    public const int MaximumBytes = 64;

    private struct NameBuffer
    {
        public fixed byte Bytes[MaximumBytes];
        public int Length;
        public bool IsSet;
    }

    private static NameBuffer s_host;
    private static NameBuffer s_domain;

    public static ReadOnlySpan<byte> System => "Linux"u8;

    public static ReadOnlySpan<byte> Release => "6.18.0-x64emu"u8;

    public static ReadOnlySpan<byte> Version => "#1 SMP"u8;

    public static ReadOnlySpan<byte> Machine => "x86_64"u8;

    /// <summary>The node's name, which sethostname(2) changes.</summary>
    public static ReadOnlySpan<byte> Host => Get(ref s_host, "x64emu"u8);

    /// <summary>The NIS domain's name, which setdomainname(2) changes.</summary>
    public static ReadOnlySpan<byte> Domain => Get(ref s_domain, "(none)"u8);

    /// <summary>0, or -EINVAL for a name that is too long.</summary>
    public static int SetHost(ReadOnlySpan<byte> name) => Set(ref s_host, name);

    /// <summary>0, or -EINVAL for a name that is too long.</summary>
    public static int SetDomain(ReadOnlySpan<byte> name) => Set(ref s_domain, name);

    private static ReadOnlySpan<byte> Get(ref NameBuffer name, ReadOnlySpan<byte> initial)
    {
        fixed (byte* bytes = name.Bytes) return name.IsSet ? new ReadOnlySpan<byte>(bytes, name.Length) : initial;
    }

    private static int Set(ref NameBuffer buffer, ReadOnlySpan<byte> name)
    {
        if (name.Length > MaximumBytes) return -Errno.Invalid;
        for (int i = 0; i < name.Length; i++) buffer.Bytes[i] = name[i];
        buffer.Length = name.Length;
        buffer.IsSet = true;
        return 0;
    }
}
