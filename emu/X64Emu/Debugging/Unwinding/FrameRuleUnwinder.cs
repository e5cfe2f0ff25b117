using X64Emu.Debugging.Symbols;
using X64Emu.Debugging.Symbols.Dwarf;
using X64Emu.Debugging.Symbols.Frames;

namespace X64Emu.Debugging.Unwinding;

/// <summary>One step up the stack by call frame information.</summary>
internal static class FrameRuleUnwinder
{
    private const int StackPointer = 7;

    /// <summary>RBX, RBP, R12..R15: what a function leaves as it was unless its rules say where it saved them (System V ABI AMD64, 3.2.1).</summary>
    private const uint PreservedRegisters = 0b1111_0000_0100_1000;

    /// <summary>The caller of a frame.</summary>
    /// <exception cref="SymbolDataException">The information is damaged, or the memory it refers to is not mapped.</exception>
    public static Caller Step(RegisterSet registers, SymbolModule module, FrameDescription description, ulong lookupAddress, MemoryReader memory)
    {
        FrameRow row = FrameProgram.RowAt(description, lookupAddress - module.Bias);
        ExpressionContext context = new() { Bias = module.Bias, Memory = memory, Register = register => registers[register] };
        ulong cfa = row.CfaExpression.Count > 0
            ? LocationExpression.Compute(row.CfaExpression, context)
            : context.ReadRegister((ulong)row.CfaRegister) + (ulong)row.CfaOffset;
        ulong?[] caller = new ulong?[RegisterSet.Count];
        for (int register = 0; register < RegisterSet.Count; register++)
        {
            caller[register] = row.Rules.TryGetValue(register, out FrameRule rule)
                ? Apply(rule, register, cfa, registers, context)
                : WithoutRule(register, cfa, registers, description.Common.IsSignalFrame);
        }
        caller[RegisterSet.ReturnAddress] = ReturnAddress(description, row, caller, cfa, registers, context);
        return new Caller(cfa, caller[RegisterSet.ReturnAddress] is null ? null : new RegisterSet(caller), description.Common.IsSignalFrame);
    }

    private static ulong? ReturnAddress(FrameDescription description, FrameRow row, ulong?[] caller, ulong cfa, RegisterSet registers,
        ExpressionContext context)
    {
        int column = description.Common.ReturnRegister;
        if (column < RegisterSet.Count) return caller[column];
        return row.Rules.TryGetValue(column, out FrameRule rule) ? Apply(rule, column, cfa, registers, context) : null;
    }

    /// <summary>Interrupted code still has every register that its frame's code has not saved; callers have lost those that callees need not
    /// preserve.</summary>
    private static ulong? WithoutRule(int register, ulong cfa, RegisterSet registers, bool isSignalFrame) => register switch
    {
        StackPointer => cfa,
        RegisterSet.ReturnAddress => null,
        _ => isSignalFrame || (PreservedRegisters >> register & 1) != 0 ? registers[(ulong)register] : null,
    };

    private static ulong? Apply(in FrameRule rule, int register, ulong cfa, RegisterSet registers, ExpressionContext context) => rule.Kind switch
    {
        FrameRuleKind.SameValue => registers[(ulong)register],
        FrameRuleKind.Offset => context.Read(cfa + (ulong)rule.Number, 8),
        FrameRuleKind.ValueOffset => cfa + (ulong)rule.Number,
        FrameRuleKind.Register => registers[(ulong)rule.Number],
        FrameRuleKind.Expression => context.Read(LocationExpression.Compute(rule.Expression, context, cfa), 8),
        FrameRuleKind.ValueExpression => LocationExpression.Compute(rule.Expression, context, cfa),
        _ => null,
    };
}
