using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>open(2), openat(2), openat2(2), creat(2).</summary>
internal static unsafe class SysOpen
{
    private const uint ModeMask = 0xfff;
    private const ulong PageBytes = 4096;

    /// <summary>struct open_how.</summary>
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public PathRules Rules;
        public uint RulesAbove;
    }

    public static long Open(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, (uint)frame->Argument1, (uint)frame->Argument2);

    public static long OpenAt(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, (uint)frame->Argument2, (uint)frame->Argument3);

    public static long Creat(TrapFrame* frame) =>
        At(PathArgument.Here, frame->Argument0, OpenFlags.Create | OpenFlags.WriteOnly | OpenFlags.Truncate, (uint)frame->Argument1);

    /// <summary>Unlike the others it says so when it does not know what is asked.</summary>
    public static long OpenAt2(TrapFrame* frame)
    {
        ulong address = frame->Argument2, lengthBytes = frame->Argument3;
        if (lengthBytes < (ulong)sizeof(OpenHow)) return -Errno.Invalid;
        if (lengthBytes > PageBytes) return -Errno.ArgumentsTooLong;
        if (!UserMemory.Read(address, out OpenHow how)) return -Errno.Fault;
        // What later versions may add has to be zero.
        for (ulong i = (ulong)sizeof(OpenHow); i < lengthBytes; i++)
        {
            if (!UserMemory.Read(address + i, out byte more)) return -Errno.Fault;
            if (more != 0) return -Errno.ArgumentsTooLong;
        }
        int error = Check(how);
        return error != 0 ? error : At(frame->Argument0, frame->Argument1, (uint)how.Flags, (uint)how.Mode, how.Rules);
    }

    private static int Check(in OpenHow how)
    {
        const PathRules Scopes = PathRules.Beneath | PathRules.InRoot;
        const uint OfPaths = OpenFlags.Path | OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec;
        if ((how.Flags & ~(ulong)OpenFlags.All) != 0 || (how.Rules & ~PathRules.All) != 0 || how.RulesAbove != 0) return -Errno.Invalid;
        if ((how.Rules & Scopes) == Scopes || (how.Mode & ~(ulong)ModeMask) != 0) return -Errno.Invalid;
        bool mayCreate = (how.Flags & (OpenFlags.Create | OpenFlags.TemporaryFile)) != 0;
        if (how.Mode != 0 && !mayCreate) return -Errno.Invalid;
        if ((how.Flags & OpenFlags.Path) != 0 && (how.Flags & ~(ulong)OfPaths) != 0) return -Errno.Invalid;
        // No walk here can tell whether it will have to read: it may be asked again without the rule.
        return (how.Rules & PathRules.Cached) != 0 ? -Errno.Again : 0;
    }

    private static long At(ulong directory, ulong path, uint flags, uint mode, PathRules rules = PathRules.None)
    {
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        int error = PathArgument.Read(directory, path, out PathBuffer buffer, out Dentry start, (rules & (PathRules.Beneath | PathRules.InRoot)) != 0);
        if (error != 0) return error;
        if (!Descriptors.Table.HasRoom)
        {
            PathArgument.Release(ref buffer, start);
            return -Errno.TooManyFiles;
        }
        mode &= ModeMask & ~Scheduler.Current.Process.FileContext.Umask;
        error = FileOpener.Open(start, buffer.Span, flags | OpenFlags.LargeFile, mode, new PathScope(rules, start), out OpenFile file);
        PathArgument.Release(ref buffer, start);
        if (error != 0) return error;
        int descriptor = Descriptors.Table.Install(file, 0, (flags & OpenFlags.CloseOnExec) != 0);
        if (descriptor < 0) file.Release();
        return descriptor;
    }
}
