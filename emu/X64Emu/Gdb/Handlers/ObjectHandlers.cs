using System.Globalization;
using System.Security;
using System.Text;
using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Registers;
using X64Emu.Gdb.Session;
using X64Emu.Gdb.Target;

namespace X64Emu.Gdb.Handlers;

/// <summary>The documents gdb reads piece by piece: `qXfer:OBJECT:read:ANNEX:OFFSET,LENGTH`.</summary>
internal static class ObjectHandlers
{
    // Both halves of the canonical address space: what is mapped in them differs from process to process.
    private const string MemoryMap = """
        <?xml version="1.0"?>
        <!DOCTYPE memory-map PUBLIC "+//IDN gnu.org//DTD GDB Memory Map V1.0//EN" "http://sourceware.org/gdb/gdb-memory-map.dtd">
        <memory-map>
        <memory type="ram" start="0x0" length="0x800000000000"/>
        <memory type="ram" start="0xffff800000000000" length="0x800000000000"/>
        </memory-map>

        """;

    private delegate byte[]? ObjectReader(GdbSession session, string annex);

    private static readonly Dictionary<string, ObjectReader> objects = new()
    {
        ["features"] = (_, annex) => annex == "target.xml" ? Encoding.ASCII.GetBytes(TargetDescription.Xml) : null,
        ["threads"] = (session, _) => Encoding.UTF8.GetBytes(Threads(session)),
        ["auxv"] = (session, _) => session.Target.IsAlive ? session.Target.Programs.AuxiliaryVector(session.GeneralPid) : null,
        ["exec-file"] = ExecutableFile,
        ["memory-map"] = (_, _) => Encoding.ASCII.GetBytes(MemoryMap),
        ["osdata"] = SystemData,
    };

    public static Dictionary<string, PacketHandler> Table { get; } = new() { ["qXfer"] = Transfer };

    private static string Transfer(GdbSession session, PacketArguments arguments)
    {
        if (!arguments.Skip(':')) return Reply.Malformed;
        string name = arguments.Until(':').ToString();
        if (!objects.TryGetValue(name, out ObjectReader? reader) || !arguments.Skip(":read:")) return Reply.Unsupported;
        string annex = arguments.Until(':').ToString();
        if (!arguments.Skip(':') || !arguments.TryInt32(out int offset) || !arguments.Skip(',') || !arguments.TryInt32(out int length) || !arguments.IsAtEnd)
            return Reply.Malformed;
        if (reader(session, annex) is not { } document) return Reply.NoEntry;
        if (offset > document.Length) return Reply.Malformed;
        // Every byte may need an escape.
        int count = Math.Min(Math.Min(length, document.Length - offset), PacketReader.MaximumPayloadBytes / 2 - 8);
        return (offset + count == document.Length ? "l" : "m") + Reply.Binary(document.AsSpan(offset, count));
    }

    private static byte[]? ExecutableFile(GdbSession session, string annex)
    {
        int pid = session.GeneralPid;
        if (annex.Length > 0 && !new PacketArguments(annex).TryInt32(out pid)) return null;
        return session.Target.IsAlive && session.Target.Programs.ExecutablePath(pid) is { } path ? Encoding.UTF8.GetBytes(path) : null;
    }

    private static string Threads(GdbSession session)
    {
        StringBuilder xml = new("<?xml version=\"1.0\"?>\n<threads>\n");
        foreach (TargetThread thread in session.VisibleThreads)
        {
            xml.Append(
                CultureInfo.InvariantCulture, $"<thread id=\"{session.Format(thread.Id)}\" core=\"0\" name=\"{Quote(thread.Name)}\">{Quote(thread.State)}</thread>\n");
        }
        return xml.Append("</threads>\n").ToString();
    }

    private static byte[]? SystemData(GdbSession session, string annex) => annex switch
    {
        "" => Encoding.ASCII.GetBytes(
            "<osdata type=\"types\"><item><column name=\"Type\">processes</column><column name=\"Description\">Processes of the guest</column></item></osdata>"),
        "processes" => Encoding.UTF8.GetBytes(Processes(session)),
        _ => null,
    };

    private static string Processes(GdbSession session)
    {
        StringBuilder xml = new("<osdata type=\"processes\">\n");
        foreach (TargetThread thread in session.Target.Threads.DistinctBy(thread => thread.Id.Pid))
        {
            xml.Append(CultureInfo.InvariantCulture, $"<item><column name=\"pid\">{thread.Id.Pid}</column><column name=\"user\">root</column>");
            xml.Append(CultureInfo.InvariantCulture, $"<column name=\"command\">{Quote(thread.Name)}</column><column name=\"cores\">0</column></item>\n");
        }
        return xml.Append("</osdata>\n").ToString();
    }

    /// <summary>A guest program chooses its name, so characters that XML does not allow at all become question marks.</summary>
    private static string Quote(string text) => SecurityElement.Escape(new string([.. text.Select(value => value < ' ' || value > '~' ? '?' : value)])) ?? "";
}
