using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>pipe(2), pipe2(2).</summary>
internal static unsafe class SysPipe
{
    private const uint KnownFlags = OpenFlags.NonBlocking | OpenFlags.CloseOnExec | OpenFlags.Direct;

    public static long Pipe(TrapFrame* frame) => Make(frame->Argument0, 0);

    public static long Pipe2(TrapFrame* frame) => (frame->Argument1 & ~(ulong)KnownFlags) != 0 ? -Errno.Invalid : Make(frame->Argument0, (uint)frame->Argument1);

    private static long Make(ulong result, uint flags)
    {
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        FileTable table = Descriptors.Table;
        bool closeOnExec = (flags & OpenFlags.CloseOnExec) != 0;
        PipeInode.Create(flags & OpenFlags.NonBlocking, out OpenFile reader, out OpenFile writer);
        int first = table.Install(reader, 0, closeOnExec);
        int second = first < 0 ? first : table.Install(writer, 0, closeOnExec);
        if (second >= 0)
        {
            if (UserMemory.Write(result, (ulong)(uint)second << 32 | (uint)first)) return 0;
            table.Close(first);
            table.Close(second);
            return -Errno.Fault;
        }
        if (first < 0) reader.Release();
        else table.Close(first);
        writer.Release();
        return second;
    }
}
