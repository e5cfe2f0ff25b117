using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>writev(2).</summary>
internal static unsafe class SysWritev
{
    private const ulong MaximumVectors = 1024;

    private struct Vector
    {
        public ulong Address;
        public ulong LengthBytes;
    }

    public static long Call(TrapFrame* frame)
    {
        OpenFile file = Scheduler.Current.Process.Files.Get((int)frame->Argument0);
        if (file == null) return -Errno.BadFile;
        if (frame->Argument2 > MaximumVectors) return -Errno.Invalid;
        file.AddReference();
        long total = 0;
        for (ulong i = 0; i < frame->Argument2; i++)
        {
            long result = -Errno.Fault;
            ulong length = 0;
            if (UserMemory.Read(frame->Argument1 + i * 16, out Vector vector))
            {
                length = vector.LengthBytes;
                result = length == 0 ? 0 : file.Write(IoBuffer.User(vector.Address), length);
            }
            if (result < 0)
            {
                if (total == 0) total = result;
                break;
            }
            total += result;
            if ((ulong)result < length) break;
        }
        file.Release();
        return total;
    }
}
