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
        Put(fields, 0, "Linux"u8);
        Put(fields, 1, "x64emu"u8);
        Put(fields, 2, "6.18.0-x64emu"u8);
        Put(fields, 3, "#1 SMP"u8);
        Put(fields, 4, "x86_64"u8);
        Put(fields, 5, "(none)"u8);
        return UserMemory.CopyTo(frame->Argument0, fields, FieldBytes * FieldCount) ? 0 : -Errno.Fault;
    }

    private static void Put(byte* fields, int index, System.ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++) fields[index * FieldBytes + i] = text[i];
    }
}
