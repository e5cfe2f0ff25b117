using X64Emu.Cpu;
using X64Emu.Debugging.Inspection;
using X64Emu.Debugging.Running;
using X64Emu.Paging;

namespace X64Emu.Debugging.Tracing;

/// <summary>A line for each data access after it: the instruction, read or write, the addresses, the bytes.</summary>
internal sealed class MemoryTracer : Tracer
{
    private const int MostBytes = 64;
    private readonly AddressNamer? namer;

    public MemoryTracer(DebugSession session, TextWriter writer, AddressNamer? namer)
        : base(session, writer)
    {
        this.namer = namer;
        Attach();
    }

    private protected override void Attach() => Session.Machine.Processor.MemoryHook = Accessed;

    private protected override void Detach() => Session.Machine.Processor.MemoryHook = null;

    private void Accessed(WatchHit access)
    {
        string place = namer?.Invoke(access.Rip) is { } name ? $"{access.Rip} <{name}>" : $"{access.Rip}";
        string target = namer?.Invoke(access.Address) is { } symbol ? $"{access.Address} <{symbol}>" : $"{access.Address}";
        string kind = access.Kind == AccessKind.Write ? "write" : "read", length = access.LengthBytes == 1 ? "1 byte" : $"{access.LengthBytes} bytes";
        Write($"{place}:\t{kind} {length} at {target} (physical {access.Physical}){Value(access)}");
    }

    /// <summary>The bytes as one little-endian number; nothing for devices, which must not be read.</summary>
    private string Value(in WatchHit access)
    {
        if (access.LengthBytes is < 1 or > MostBytes) return "";
        Span<byte> bytes = stackalloc byte[access.LengthBytes];
        if (!Session.Memory.ReadPhysical(access.Physical, bytes)) return "";
        bytes.Reverse();
        return $": 0x{Convert.ToHexStringLower(bytes)}";
    }
}
