using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>process_vm_readv(2) and process_vm_writev(2): from one process's memory to another's, through a buffer of the kernel's.</summary>
internal static unsafe class SysProcessVm
{
    public static long Read(TrapFrame* frame) => Transfer(frame, isWrite: false);

    public static long Write(TrapFrame* frame) => Transfer(frame, isWrite: true);

    private static long Transfer(TrapFrame* frame, bool isWrite)
    {
        if (frame->Argument5 != 0) return -Errno.Invalid;
        long ownBytes = IoVector.Check(frame->Argument1, frame->Argument2, mustBeUserRange: true);
        if (ownBytes <= 0) return ownBytes;
        long otherBytes = IoVector.Check(frame->Argument3, frame->Argument4, mustBeUserRange: false);
        if (otherBytes <= 0) return otherBytes;
        Process process = ProcessTable.FindThread((int)frame->Argument0)?.Process;
        if (process == null) return -Errno.NoProcess;
        if (!ProcessAccess.MayInspect(process)) return -Errno.NotPermitted;
        AddressSpace space = process.Space;
        if (space == null) return -Errno.NoProcess;
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        // The copies may sleep; the process may end meanwhile.
        space.AddReference();
        byte* page = (byte*)KernelHeap.Allocate(IoVectorCursor.PageBytes);
        IoVectorCursor own = new IoVectorCursor(frame->Argument1, frame->Argument2), other = new IoVectorCursor(frame->Argument3, frame->Argument4);
        ulong done = 0;
        while (own.Find() && other.Find())
        {
            ulong chunk = own.Chunk < other.Chunk ? own.Chunk : other.Chunk;
            bool isDone = isWrite
                ? UserMemory.CopyFrom(page, own.Address, chunk) && RemoteMemory.Write(space, other.Address, page, chunk)
                : RemoteMemory.Read(space, page, other.Address, chunk) && UserMemory.CopyTo(own.Address, page, chunk);
            if (!isDone) break;
            own.Advance(chunk);
            other.Advance(chunk);
            done += chunk;
        }
        KernelHeap.Free(page);
        space.Release();
        return done != 0 ? (long)done : -Errno.Fault;
    }
}
