using X64Emu.Primitives;

namespace X64Emu.Debugging.Expressions;

/// <summary>A place in the code or data that a name stands for.</summary>
/// <param name="QualifiedName">The name that stands for this place alone, as <c>kernel!main</c> or <c>2!main</c>.</param>
/// <param name="Address">The place.</param>
public readonly record struct NamedAddress(string QualifiedName, VirtualAddress Address);

/// <summary>What names in expressions mean, and the memory they look into.</summary>
public interface IExpressionScope
{
    /// <summary>A register or a value of the machine, by its name without the dollar sign; null when there is none.</summary>
    /// <param name="name">The name, in lower case.</param>
    /// <param name="hasDollar">Whether it was written with a dollar sign; some names count only so, since symbols may have them too.</param>
    RegisterBinding? FindRegister(string name, bool hasDollar);

    /// <summary>A convenience variable, by its name without the dollar sign; null when it was never set.</summary>
    ulong? FindVariable(string name);

    /// <summary>Sets a convenience variable.</summary>
    void SetVariable(string name, ulong value);

    /// <summary>All places a symbol's name stands for.</summary>
    /// <param name="owner">The module it must be in, or null for any; a number is a process.</param>
    /// <param name="name">The symbol.</param>
    IReadOnlyList<NamedAddress> FindSymbols(string? owner, string name);

    /// <summary>All places at which the code of a source line begins.</summary>
    /// <param name="file">The file's name, or the end of its path.</param>
    /// <param name="line">The line, from 1.</param>
    IReadOnlyList<NamedAddress> FindLines(string file, int line);

    /// <summary>Reads memory as the current process sees it; false when not all of it is mapped.</summary>
    bool TryRead(VirtualAddress address, Span<byte> bytes);

    /// <summary>Writes memory as the current process sees it, read-only pages too; false when not all of it is mapped.</summary>
    bool TryWrite(VirtualAddress address, ReadOnlySpan<byte> bytes);
}
