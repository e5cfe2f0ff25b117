using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>A line of a source file.</summary>
/// <param name="File">As the debug information names it.</param>
/// <param name="Line">1 and up.</param>
internal readonly record struct SourceLine(string File, int Line);

/// <summary>Where a function returns to.</summary>
/// <param name="Rip">The instruction behind the call.</param>
/// <param name="StackPointer">RSP there.</param>
internal readonly record struct CallerPlace(VirtualAddress Rip, ulong StackPointer);

/// <summary>What stepping must know about the code: symbols and call frames.</summary>
internal interface ICodePlaces
{
    /// <summary>The source line of an address; null when it is not known.</summary>
    SourceLine? LineAt(VirtualAddress address, int? pid);

    /// <summary>The caller of the present function; null when it is not known.</summary>
    CallerPlace? Caller();
}
