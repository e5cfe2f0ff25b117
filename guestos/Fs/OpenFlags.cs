namespace GuestOs.Fs;

/// <summary>open(2)'s flags on x86-64.</summary>
internal static class OpenFlags
{
    public const uint AccessMask = 3;
    public const uint ReadOnly = 0;
    public const uint WriteOnly = 1;
    public const uint ReadWrite = 2;
    public const uint Create = 0x40;
    public const uint Exclusive = 0x80;
    public const uint NoControllingTerminal = 0x100;
    public const uint Truncate = 0x200;
    public const uint Append = 0x400;
    public const uint NonBlocking = 0x800;
    public const uint DataSynchronous = 0x1000;
    public const uint Direct = 0x4000;
    public const uint LargeFile = 0x8000;
    public const uint Directory = 0x10000;
    public const uint NoFollow = 0x20000;
    public const uint NoAccessTime = 0x40000;
    public const uint CloseOnExec = 0x80000;
    public const uint Path = 0x200000;
    public const uint TemporaryFile = 0x400000;

    /// <summary>All there are, O_SYNC and FASYNC among them.</summary>
    public const uint All = AccessMask | Create | Exclusive | NoControllingTerminal | Truncate | Append | NonBlocking | DataSynchronous | 0x100000 | 0x2000 | Direct
        | LargeFile | Directory | NoFollow | NoAccessTime | CloseOnExec | Path | TemporaryFile;

    /// <summary>What fcntl(F_SETFL) may change.</summary>
    public const uint Changeable = Append | NonBlocking | Direct | 0x2000 | NoAccessTime;

    public static bool CanRead(uint flags) => (flags & (AccessMask | Path)) is ReadOnly or ReadWrite;

    public static bool CanWrite(uint flags) => (flags & (AccessMask | Path)) is WriteOnly or ReadWrite;
}

/// <summary>poll(2)'s events.</summary>
internal static class PollEvents
{
    public const uint In = 1;
    public const uint Priority = 2;
    public const uint Out = 4;
    public const uint Error = 8;
    public const uint HangUp = 16;
    public const uint Invalid = 32;
    public const uint NormalIn = 64;
    public const uint NormalOut = 256;

    public const uint AnyIn = In | NormalIn;
    public const uint AnyOut = Out | NormalOut;
}
