using System.Buffers.Binary;
using System.Text;
using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Session;

namespace X64Emu.Gdb.Handlers;

/// <summary>Host I/O: gdb reads programs and libraries through the target, and gets to see what the guest may, read-only.</summary>
internal static class FileHandlers
{
    private const int NotFound = 2, NotReadable = 5, BadFile = 9, InvalidArgument = 22, TooManyOpen = 24, ReadOnlyFileSystem = 30;
    private const int AccessModeBits = 3, StatusBytes = 64, RegularFileMode = 0x8000 | 0x124, BlockBytes = 512;
    private const int MaximumReadBytes = PacketReader.MaximumPayloadBytes / 2 - 32;

    private static readonly Dictionary<string, Func<GdbSession, PacketArguments, string>> operations = new()
    {
        ["setfs"] = (_, _) => "F0",
        ["open"] = Open,
        ["pread"] = Read,
        ["close"] = (session, arguments) => arguments.TryInt32(out int number) && session.Files.Close(number) ? "F0" : Failure(BadFile),
        ["fstat"] = Status,
        ["readlink"] = ReadLink,
        ["pwrite"] = (_, _) => Failure(ReadOnlyFileSystem),
        ["unlink"] = (_, _) => Failure(ReadOnlyFileSystem),
    };

    public static Dictionary<string, PacketHandler> Table { get; } = new() { ["vFile"] = Handle };

    private static string Handle(GdbSession session, PacketArguments arguments)
    {
        if (!arguments.Skip(':')) return Reply.Unsupported;
        string name = arguments.Until(':').ToString();
        return operations.TryGetValue(name, out Func<GdbSession, PacketArguments, string>? operation) && arguments.Skip(':')
            ? operation(session, arguments)
            : Reply.Unsupported;
    }

    private static string Open(GdbSession session, PacketArguments arguments)
    {
        if (!TryPath(arguments, out string path) || !arguments.Skip(',') || !arguments.TryInt32(out int flags)) return Failure(InvalidArgument);
        if ((flags & AccessModeBits) != 0) return Failure(ReadOnlyFileSystem);
        int error = session.Target.Programs.OpenFile(path, out Stream? file);
        if (error != 0 || file is null) return Failure(error == 0 ? NotFound : error);
        return session.Files.TryAdd(file, out int number) ? $"F{number:x}" : Failure(TooManyOpen);
    }

    private static string Read(GdbSession session, PacketArguments arguments)
    {
        bool isWhole = arguments.TryInt32(out int number) & arguments.Skip(',') & arguments.TryInt32(out int count) & arguments.Skip(',')
            & arguments.TryNumber(out ulong offset);
        if (!isWhole || offset > long.MaxValue) return Failure(InvalidArgument);
        if (session.Files.Find(number) is not { } file) return Failure(BadFile);
        byte[] bytes = new byte[Math.Min(count, MaximumReadBytes)];
        try
        {
            file.Position = (long)offset;
            int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return $"F{read:x};{Reply.Binary(bytes.AsSpan(0, read))}";
        }
        catch (IOException)
        {
            return Failure(NotReadable);
        }
    }

    /// <summary>struct stat of the protocol: every number big-endian ("struct stat" in the File-I/O appendix).</summary>
    private static string Status(GdbSession session, PacketArguments arguments)
    {
        if (!arguments.TryInt32(out int number) || session.Files.Find(number) is not { } file) return Failure(BadFile);
        byte[] status = new byte[StatusBytes];
        BinaryPrimitives.WriteUInt32BigEndian(status.AsSpan(8), RegularFileMode);
        BinaryPrimitives.WriteUInt32BigEndian(status.AsSpan(12), 1);
        BinaryPrimitives.WriteInt64BigEndian(status.AsSpan(28), file.Length);
        BinaryPrimitives.WriteInt64BigEndian(status.AsSpan(36), BlockBytes);
        BinaryPrimitives.WriteInt64BigEndian(status.AsSpan(44), (file.Length + BlockBytes - 1) / BlockBytes);
        return $"F{StatusBytes:x};{Reply.Binary(status)}";
    }

    private static string ReadLink(GdbSession session, PacketArguments arguments)
    {
        if (!TryPath(arguments, out string path)) return Failure(InvalidArgument);
        int error = session.Target.Programs.ReadLink(path, out string text);
        if (error != 0) return Failure(error);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return $"F{bytes.Length:x};{Reply.Binary(bytes)}";
    }

    private static bool TryPath(PacketArguments arguments, out string path) =>
        Hex.TryDecodeText(arguments.Until(','), out path) && path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal);

    private static string Failure(int error) => $"F-1,{error:x}";
}
