using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>uname(2).</summary>
internal static unsafe class SysUname
{
    private const int FieldBytes = 65;
    private const int FieldCount = 6;

    public static long Call(TrapFrame* frame)
    {
        byte* fields = stackalloc byte[FieldBytes * FieldCount];
        Memory.Set(fields, 0, FieldBytes * FieldCount);
        Put(fields, 0, SystemName.System);
        Put(fields, 1, SystemName.Host);
        Put(fields, 2, SystemName.Release);
        Put(fields, 3, SystemName.Version);
        Put(fields, 4, SystemName.Machine);
        Put(fields, 5, SystemName.Domain);
        return UserMemory.CopyTo(frame->Argument0, fields, FieldBytes * FieldCount) ? 0 : -Errno.Fault;
    }

    private static void Put(byte* fields, int index, System.ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++) fields[index * FieldBytes + i] = text[i];
    }
}
