namespace X64Emu.Debugging.Symbols.Frames;

/// <summary>How to find what a register held in the calling frame (DWARF 5, 6.4.1).</summary>
internal enum FrameRuleKind
{
    /// <summary>It cannot be found; for the return address, there is no caller.</summary>
    Undefined,

    /// <summary>It was not changed.</summary>
    SameValue,

    /// <summary>In memory at CFA + number.</summary>
    Offset,

    /// <summary>It is CFA + number.</summary>
    ValueOffset,

    /// <summary>In another register.</summary>
    Register,

    /// <summary>In memory at the address an expression yields.</summary>
    Expression,

    /// <summary>It is what an expression yields.</summary>
    ValueExpression,
}

/// <summary>The rule of one register.</summary>
/// <param name="Kind">How.</param>
/// <param name="Number">An offset in bytes or a register's DWARF number.</param>
/// <param name="Expression">For the two expression rules.</param>
internal readonly record struct FrameRule(FrameRuleKind Kind, long Number = 0, ArraySegment<byte> Expression = default);

/// <summary>The rules that hold at one address: of the CFA and of each register that has one.</summary>
internal sealed class FrameRow
{
    /// <summary>Registers beyond this number are no x86-64 registers.</summary>
    public const int MaximumRegister = 127;

    /// <summary>The register the CFA is counted from, where <see cref="CfaExpression"/> is empty.</summary>
    public int CfaRegister { get; set; }

    /// <summary>What is added to that register.</summary>
    public long CfaOffset { get; set; }

    /// <summary>The expression for the CFA; empty for register and offset.</summary>
    public ArraySegment<byte> CfaExpression { get; set; } = [];

    /// <summary>The rules by the registers' DWARF numbers.</summary>
    public Dictionary<int, FrameRule> Rules { get; private init; } = [];

    public FrameRow Clone() =>
        new() { CfaRegister = CfaRegister, CfaOffset = CfaOffset, CfaExpression = CfaExpression, Rules = new Dictionary<int, FrameRule>(Rules) };
}
