namespace X64Emu.Debugging.Symbols.Variables;

/// <summary>What kind of type a value has.</summary>
public enum DebugTypeKind
{
    /// <summary>No value, or a type of which nothing is known.</summary>
    Void,

    /// <summary>A whole number without sign.</summary>
    UnsignedNumber,

    /// <summary>A whole number with sign.</summary>
    SignedNumber,

    /// <summary>A character.</summary>
    Character,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A floating-point number.</summary>
    Floating,

    /// <summary>A pointer or reference to <see cref="DebugType.Target"/>.</summary>
    Reference,

    /// <summary>A row of <see cref="DebugType.Count"/> elements of <see cref="DebugType.Target"/>.</summary>
    Array,

    /// <summary>A structure, class or union.</summary>
    Structure,

    /// <summary>An enumeration.</summary>
    Enumeration,

    /// <summary>A function.</summary>
    Function,
}

/// <summary>A part of a structure.</summary>
/// <param name="Name">Its name; the base class's name for the part a class inherits; empty for an unnamed union or structure.</param>
/// <param name="Type">Its type.</param>
/// <param name="OffsetBytes">Where it starts.</param>
/// <param name="BitOffset">For bit fields, the first bit counted from the structure's start; else 0.</param>
/// <param name="BitLength">For bit fields, the number of bits; else 0.</param>
/// <param name="IsBase">True for what a class inherits.</param>
public sealed record DebugMember(string Name, DebugType Type, ulong OffsetBytes, ulong BitOffset, int BitLength, bool IsBase);

/// <summary>A type as a compiler has described it.</summary>
public sealed class DebugType
{
    private readonly Lazy<IReadOnlyList<DebugMember>> members;
    private readonly Lazy<DebugType?> target;

    internal DebugType(DebugTypeKind kind, string name, ulong sizeBytes, Func<DebugType?>? target = null, Func<IReadOnlyList<DebugMember>>? members = null)
    {
        Kind = kind;
        Name = name;
        SizeBytes = sizeBytes;
        this.target = new Lazy<DebugType?>(target ?? (() => null));
        this.members = new Lazy<IReadOnlyList<DebugMember>>(members ?? (() => []));
    }

    /// <summary>The type of nothing.</summary>
    public static DebugType Void { get; } = new(DebugTypeKind.Void, "void", 0);

    /// <summary>Its kind; a typedef has the kind of what it names.</summary>
    public DebugTypeKind Kind { get; }

    /// <summary>Its name as the source has it, such as <c>struct point *</c>.</summary>
    public string Name { get; }

    /// <summary>The size of a value in bytes; 0 when unknown.</summary>
    public ulong SizeBytes { get; }

    /// <summary>What a pointer points to or an array consists of; null for other kinds and for pointers to anything.</summary>
    public DebugType? Target => target.Value;

    /// <summary>The number of elements of an array; 0 when unknown.</summary>
    public ulong Count { get; internal init; }

    /// <summary>The parts of a structure in order.</summary>
    public IReadOnlyList<DebugMember> Members => members.Value;

    /// <summary>The names of an enumeration's values.</summary>
    public IReadOnlyList<(string Name, long Value)> Enumerators { get; internal init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
