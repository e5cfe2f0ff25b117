using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>close(2) and close_range(2).</summary>
internal static unsafe class SysClose
{
    private const uint RangeCloseOnExec = 4;

    public static long Call(TrapFrame* frame) => Descriptors.Table.Close((int)frame->Argument0);

    public static long Range(TrapFrame* frame)
    {
        FileTable table = Descriptors.Table;
        uint first = (uint)frame->Argument0, last = (uint)frame->Argument1;
        if (first > last || (frame->Argument2 & ~(ulong)RangeCloseOnExec) != 0) return -Errno.Invalid;
        for (uint i = first; i <= last && i < (uint)table.Capacity; i++)
        {
            if (table.Get((int)i) == null) continue;
            if (frame->Argument2 != 0) table.SetCloseOnExec((int)i, true);
            else table.Close((int)i);
        }
        return 0;
    }
}
