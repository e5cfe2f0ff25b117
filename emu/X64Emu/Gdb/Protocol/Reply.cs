using System.Text;

namespace X64Emu.Gdb.Protocol;

/// <summary>Replies that many packets share.</summary>
internal static class Reply
{
    public const string Ok = "OK";

    /// <summary>The packet is not supported.</summary>
    public const string Unsupported = "";

    /// <summary>ENOENT: no such file.</summary>
    public const string NoEntry = "E02";

    /// <summary>ESRCH: no such process or thread.</summary>
    public const string NoProcess = "E03";

    /// <summary>EBADF: no such open file.</summary>
    public const string BadFile = "E09";

    /// <summary>EFAULT: memory that cannot be reached.</summary>
    public const string BadAddress = "E0e";

    /// <summary>EINVAL: the packet makes no sense.</summary>
    public const string Malformed = "E16";

    /// <summary>ENOSPC: no more of these.</summary>
    public const string NoSpace = "E1c";

    /// <summary>An error in words, for the packets whose errors gdb shows.</summary>
    public static string Error(string message) => $"E.{message}";

    /// <summary>Bytes as a binary payload.</summary>
    public static string Binary(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
