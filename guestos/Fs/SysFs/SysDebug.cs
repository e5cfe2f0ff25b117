using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>/sys/kernel/debug: what Linux shows there of memory management.</summary>
internal static unsafe class SysDebug
{
    public static void AddTo(KernelNode kernel) => kernel.AddDirectory("debug"u8).AddFile("fault_around_bytes"u8, &Show, &Store);

    private static void Show(ref TextWriter writer)
    {
        writer.Decimal((ulong)FilePage.FaultAround << 12);
        writer.Byte((byte)'\n');
    }

    private static int Store(ReadOnlySpan<byte> text) =>
        NumberText.TryParse(text, out ulong bytes, out bool isNegative) && !isNegative && FilePage.SetFaultAround(bytes >> 12) ? 0 : -Errno.Invalid;
}
