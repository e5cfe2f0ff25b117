using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Registers;
using X64Emu.Gdb.Session;
using X64Emu.Gdb.Target;

namespace X64Emu.Gdb.Handlers;

/// <summary>Reads and writes registers, all of them or one.</summary>
internal static class RegisterHandlers
{
    public static Dictionary<string, PacketHandler> Table { get; } = new()
    {
        ["g"] = ReadAll,
        ["G"] = WriteAll,
        ["p"] = ReadOne,
        ["P"] = WriteOne,
    };

    private static string ReadAll(GdbSession session, PacketArguments arguments) =>
        Values(session) is { } values ? Hex.Encode(RegisterLayout.ReadAll(values)) : Reply.NoProcess;

    private static string WriteAll(GdbSession session, PacketArguments arguments)
    {
        if (!Hex.TryDecode(arguments.Rest, out byte[] bytes)) return Reply.Malformed;
        if (Values(session) is not { } values) return Reply.NoProcess;
        RegisterLayout.WriteAll(values, bytes);
        return Write(session, values);
    }

    private static string ReadOne(GdbSession session, PacketArguments arguments)
    {
        if (!TryRegister(arguments, out int number)) return Reply.Malformed;
        return Values(session) is { } values ? Hex.Encode(RegisterLayout.Read(values, number)) : Reply.NoProcess;
    }

    private static string WriteOne(GdbSession session, PacketArguments arguments)
    {
        if (!TryRegister(arguments, out int number) || !arguments.Skip('=') || !Hex.TryDecode(arguments.Rest, out byte[] bytes)) return Reply.Malformed;
        RegisterDefinition register = RegisterLayout.All[number];
        if (bytes.Length != register.LengthBytes) return Reply.Malformed;
        if (Values(session) is not { } values) return Reply.NoProcess;
        if (register.Write is null) return bytes.AsSpan().SequenceEqual(RegisterLayout.Read(values, number)) ? Reply.Ok : Reply.Malformed;
        register.Write(values, bytes);
        return Write(session, values);
    }

    private static bool TryRegister(PacketArguments arguments, out int number) =>
        arguments.TryInt32(out number) && number < RegisterLayout.All.Count;

    private static RegisterValues? Values(GdbSession session) =>
        session.GeneralThread is { } thread ? session.Target.ReadRegisters(thread) : null;

    private static string Write(GdbSession session, RegisterValues values) =>
        session.GeneralThread is { } thread && session.Target.WriteRegisters(thread, values) ? Reply.Ok : Reply.BadAddress;
}
