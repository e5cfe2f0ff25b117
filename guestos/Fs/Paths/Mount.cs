using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>A file system in its place in the tree. A file system is mounted in one place at a time.</summary>
internal sealed unsafe class Mount
{
    private static uint s_lastId;

    private readonly byte* _source;
    private readonly int _sourceLength;

    /// <param name="point">The directory, whose reference the mount takes over; null for the root of everything.</param>
    /// <param name="source">What /proc/mounts shows as the device; empty for the file system's name.</param>
    public Mount(FileSystem fileSystem, Dentry point, ReadOnlySpan<byte> source)
    {
        FileSystem = fileSystem;
        Point = point;
        Id = ++s_lastId;
        _sourceLength = source.Length;
        _source = (byte*)KernelHeap.Allocate((ulong)source.Length + 1);
        for (int i = 0; i < source.Length; i++) _source[i] = source[i];
    }

    public FileSystem FileSystem { get; }

    /// <summary>The directory that the file system's root hides; null for the root of everything.</summary>
    public Dentry Point { get; }

    /// <summary>The number in /proc/PID/mountinfo.</summary>
    public uint Id { get; }

    /// <summary>The mount that <see cref="Point"/> is in, or null.</summary>
    public Mount Parent => Point?.Inode.FileSystem.Mount;

    public ReadOnlySpan<byte> Source => new ReadOnlySpan<byte>(_source, _sourceLength);

    /// <summary>Neighbours in the order in which the mounts were made; only <see cref="Mounts"/> changes them.</summary>
    public Mount Next;
    public Mount Previous;

    /// <summary>Drops the reference to the directory and frees the object.</summary>
    public void Destroy()
    {
        Point.Release();
        KernelHeap.Free(_source);
        KernelHeap.Free(this);
    }
}
