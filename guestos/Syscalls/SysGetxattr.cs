using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>The extended attribute calls: no file has any and none can be given one. Errors of the path or descriptor come first.</summary>
internal static unsafe class SysGetxattr
{
    public static long Get(TrapFrame* frame) => AtPath(frame, followLast: true, -Errno.NotSupported, isChange: false);

    public static long GetOfLink(TrapFrame* frame) => AtPath(frame, followLast: false, -Errno.NotSupported, isChange: false);

    public static long GetOfFile(TrapFrame* frame) => OfFile(frame, -Errno.NotSupported, isChange: false);

    public static long List(TrapFrame* frame) => AtPath(frame, followLast: true, 0, isChange: false);

    public static long ListOfLink(TrapFrame* frame) => AtPath(frame, followLast: false, 0, isChange: false);

    public static long ListOfFile(TrapFrame* frame) => OfFile(frame, 0, isChange: false);

    public static long Change(TrapFrame* frame) => AtPath(frame, followLast: true, -Errno.NotSupported, isChange: true);

    public static long ChangeOfLink(TrapFrame* frame) => AtPath(frame, followLast: false, -Errno.NotSupported, isChange: true);

    public static long ChangeOfFile(TrapFrame* frame) => OfFile(frame, -Errno.NotSupported, isChange: true);

    private static long AtPath(TrapFrame* frame, bool followLast, int result, bool isChange)
    {
        int error = PathArgument.Find(PathArgument.Here, frame->Argument0, followLast, 0, out Dentry entry);
        if (error != 0) return error;
        if (isChange && entry.Inode.FileSystem.IsReadOnly) result = -Errno.ReadOnly;
        entry.Release();
        return result;
    }

    private static long OfFile(TrapFrame* frame, int result, bool isChange)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        if (isChange && file.Inode.FileSystem is { IsReadOnly: true }) result = -Errno.ReadOnly;
        file.Release();
        return result;
    }
}
