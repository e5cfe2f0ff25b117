using System;

namespace GuestOs.Fs;

/// <summary>Lasting flags of mount(2), with its values.</summary>
[Flags]
internal enum MountFlags : uint
{
    None = 0,
    ReadOnly = 1,

    /// <summary>Set-user-ID and set-group-ID bits of programs do not count.</summary>
    NoSetId = 2,

    /// <summary>Device files cannot be opened. Only /dev has any.</summary>
    NoDevices = 4,

    /// <summary>Its programs cannot be run, nor mapped to be run.</summary>
    NoPrograms = 8,
    Synchronous = 16,

    /// <summary>Access times are those of creation in any case: reading changes none.</summary>
    NoAccessTime = 1024,
    NoDirectoryAccessTime = 2048,

    All = ReadOnly | NoSetId | NoDevices | NoPrograms | Synchronous | NoAccessTime | NoDirectoryAccessTime,
}
