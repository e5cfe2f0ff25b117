using X64Emu.Debugging.Inspection;
using X64Emu.Debugging.Running;
using X64Emu.Debugging.Symbols;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Stops;

/// <summary>Names and source lines of addresses, as the current process sees them.</summary>
/// <param name="session">The session.</param>
internal sealed class PlaceNames(DebugSession session)
{
    /// <summary>Source files that line tables name, as far as the host has them.</summary>
    public SourceListing Listing { get; } = new(ReadLines);

    /// <summary>Names an address: <c>main+0x4</c>.</summary>
    public AddressNamer Namer => Name;

    /// <summary>Finds the source line of an address.</summary>
    public SourceLocator Locator => Source;

    /// <summary>The function or variable at an address with the offset into it; null when nothing there has a name.</summary>
    public string? Name(VirtualAddress address) => session.Symbols.NameOf(address, session.LastStop.Pid);

    /// <summary>The source line of an address; null when it is not known.</summary>
    public SourcePlace? Source(VirtualAddress address) => Resolve(address) is { SourceFile: { } file, Line: > 0 and var line } ? new SourcePlace(file, line) : null;

    /// <summary>An address with all that is known of it: <c>0x401136 main+0x4 (hello.c:7)</c>.</summary>
    public string Describe(VirtualAddress address) => Resolve(address) is { } place ? $"{address} {place}" : address.ToString();

    /// <summary>Where the function at an address begins; null when that is not known.</summary>
    public VirtualAddress? FunctionStart(VirtualAddress address) =>
        Resolve(address) is { Function: not null } place ? new VirtualAddress(address.Value - place.OffsetBytes) : null;

    /// <summary>What is known of an address.</summary>
    public SymbolLocation? Resolve(VirtualAddress address) => session.Symbols.Resolve(address, session.LastStop.Pid);

    private static string[]? ReadLines(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
