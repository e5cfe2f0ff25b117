using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Session;
using X64Emu.Gdb.Target;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Handlers;

/// <summary>Reads and writes memory: virtual memory of the chosen process, or RAM while gdb asks for physical addresses.</summary>
internal static class MemoryHandlers
{
    private const int MaximumReadBytes = (PacketReader.MaximumPayloadBytes - 16) / 2;

    public static Dictionary<string, PacketHandler> Table { get; } = new()
    {
        ["m"] = Read,
        ["M"] = WriteHex,
        ["X"] = WriteBinary,
        ["qqemu.PhyMemMode"] = (session, _) => session.UsesPhysicalMemory ? "1" : "0",
        ["Qqemu.PhyMemMode"] = SetMode,
    };

    private static string Read(GdbSession session, PacketArguments arguments)
    {
        if (!TryRange(arguments, out ulong address, out int lengthBytes) || !arguments.IsAtEnd) return Reply.Malformed;
        byte[] bytes = new byte[Math.Min(lengthBytes, MaximumReadBytes)];
        ITargetMemory memory = session.Target.Memory;
        int count = !session.Target.IsAlive ? 0
            : session.UsesPhysicalMemory ? memory.ReadPhysical(new PhysicalAddress(address), bytes)
            : memory.Read(session.GeneralPid, new VirtualAddress(address), bytes);
        return count == 0 && bytes.Length > 0 ? Reply.BadAddress : Hex.Encode(bytes.AsSpan(0, count));
    }

    private static string WriteHex(GdbSession session, PacketArguments arguments)
    {
        if (!TryRange(arguments, out ulong address, out int lengthBytes) || !arguments.Skip(':')) return Reply.Malformed;
        return Hex.TryDecode(arguments.Rest, out byte[] bytes) && bytes.Length == lengthBytes ? Write(session, address, bytes) : Reply.Malformed;
    }

    private static string WriteBinary(GdbSession session, PacketArguments arguments)
    {
        if (!TryRange(arguments, out ulong address, out int lengthBytes) || !arguments.Skip(':')) return Reply.Malformed;
        byte[] bytes = PacketEncoding.Unescape(arguments.Rest);
        return bytes.Length == lengthBytes ? Write(session, address, bytes) : Reply.Malformed;
    }

    private static string Write(GdbSession session, ulong address, byte[] bytes)
    {
        if (!session.Target.IsAlive) return Reply.NoProcess;
        ITargetMemory memory = session.Target.Memory;
        bool isWritten = bytes.Length == 0
            || (session.UsesPhysicalMemory
                ? memory.WritePhysical(new PhysicalAddress(address), bytes)
                : memory.Write(session.GeneralPid, new VirtualAddress(address), bytes));
        return isWritten ? Reply.Ok : Reply.BadAddress;
    }

    private static string SetMode(GdbSession session, PacketArguments arguments)
    {
        if (!arguments.Skip(':') || !arguments.TryInt32(out int mode) || mode > 1) return Reply.Malformed;
        session.UsesPhysicalMemory = mode == 1;
        return Reply.Ok;
    }

    private static bool TryRange(PacketArguments arguments, out ulong address, out int lengthBytes)
    {
        lengthBytes = 0;
        return arguments.TryNumber(out address) && arguments.Skip(',') && arguments.TryInt32(out lengthBytes);
    }
}
