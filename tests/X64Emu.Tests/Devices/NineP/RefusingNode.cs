using X64Emu.Devices.NineP;
using FileAttributes = X64Emu.Devices.NineP.FileAttributes;

namespace X64Emu.Tests.Devices.NineP;

/// <summary>A host directory in which every name is found and every change is refused with the same error, as on a full or failing disk.</summary>
internal sealed class RefusingNode(int error, bool isDirectory = true) : ISharedNode
{
    public int Walk(ReadOnlySpan<byte> name, out ISharedNode? child)
    {
        child = new RefusingNode(error, isDirectory: false);
        return 0;
    }

    public int Duplicate(out ISharedNode? copy)
    {
        copy = new RefusingNode(error, isDirectory);
        return 0;
    }

    public int GetAttributes(out FileAttributes attributes)
    {
        attributes = new FileAttributes { Inode = isDirectory ? 1UL : 2, Mode = isDirectory ? 0x41edu : 0x81a4u, LinkCount = 1 };
        return 0;
    }

    public int SetAttributes(in AttributeChange change) => error;

    public int ReadLink(out byte[] target)
    {
        target = [];
        return error;
    }

    public int Open(OpenMode mode, out ISharedFile? file)
    {
        file = new RefusingFile(error);
        return 0;
    }

    public int List(out List<DirectoryEntry> entries)
    {
        entries = [];
        return error;
    }

    public int Create(ReadOnlySpan<byte> name, OpenMode mode, uint permissions, out ISharedNode? child, out ISharedFile? file)
    {
        child = null;
        file = null;
        return error;
    }

    public int MakeDirectory(ReadOnlySpan<byte> name, uint permissions) => error;

    public int MakeSymbolicLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target) => error;

    public int Link(ReadOnlySpan<byte> name, ISharedNode existing) => error;

    public int Rename(ReadOnlySpan<byte> name, ISharedNode newDirectory, ReadOnlySpan<byte> newName) => error;

    public int Unlink(ReadOnlySpan<byte> name, bool isDirectory) => error;

    public int StatFileSystem(out FileSystemStatus status)
    {
        status = default;
        return error;
    }

    public void Dispose()
    {
    }

    private sealed class RefusingFile(int error) : ISharedFile
    {
        public int Read(ulong offset, Span<byte> destination, out int count)
        {
            count = 0;
            return error;
        }

        public int Write(ulong offset, ReadOnlySpan<byte> source, out int count)
        {
            count = 0;
            return error;
        }

        public int Sync(bool dataOnly) => error;

        public void Dispose()
        {
        }
    }
}
