using X64Emu.Primitives;

namespace X64Emu.Debugging.Inspection;

/// <summary>Names an address in the present address space, as <c>main+0x12</c>.</summary>
/// <returns>Null when nothing there has a name.</returns>
public delegate string? AddressNamer(VirtualAddress address);

/// <summary>Tells which line of which source file the instruction at an address was compiled from.</summary>
/// <returns>Null when nobody knows.</returns>
public delegate SourcePlace? SourceLocator(VirtualAddress address);

/// <summary>A line of a source file.</summary>
/// <param name="File">The path as the compiler wrote it down.</param>
/// <param name="Line">From 1.</param>
public readonly record struct SourcePlace(string File, int Line);
