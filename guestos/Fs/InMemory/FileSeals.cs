using System;

namespace GuestOs.Fs;

/// <summary>What may no longer be done to a file in memory: fcntl's F_ADD_SEALS, with its values.</summary>
[Flags]
internal enum FileSeals : uint
{
    None = 0,

    /// <summary>No more seals.</summary>
    Seal = 1,
    Shrink = 2,
    Grow = 4,
    Write = 8,

    /// <summary>No new writable mapping and no write(2); mappings that are there go on.</summary>
    FutureWrite = 16,

    /// <summary>The execute permission bits stay as they are.</summary>
    Execute = 32,

    AnyWrite = Write | FutureWrite,
    All = 63,
}
