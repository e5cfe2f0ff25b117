using System.Buffers.Binary;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Expressions;

/// <summary>A value on its way into a register, a variable or memory.</summary>
public sealed class Assignment
{
    private readonly Expression target;
    private readonly Expression value;
    private readonly IExpressionScope scope;
    private readonly int column;

    internal Assignment(Expression target, Expression value, IExpressionScope scope, int column)
    {
        if (target is not (RegisterExpression or VariableExpression or MemoryExpression))
            throw new ExpressionException("only a register, a variable ($name) or memory (*ADDR) can be set", column);
        this.target = target;
        this.value = value;
        this.scope = scope;
        this.column = column;
    }

    /// <summary>Works the value out and stores it.</summary>
    /// <exception cref="ExpressionException">There is no value, or it cannot be stored.</exception>
    public void Execute()
    {
        ulong result = value.Evaluate();
        if (target is RegisterExpression { Register: { } register }) Write(register, result);
        else if (target is MemoryExpression memory) Write(memory, result);
        else if (target is VariableExpression variable) scope.SetVariable(variable.Name, result);
    }

    private void Write(RegisterBinding register, ulong result)
    {
        if (register.Write is null) throw new ExpressionException($"{register.Name} cannot be set", column);
        if (register.Bits < 64 && result >> register.Bits is not 0 && (long)result >> (register.Bits - 1) != -1)
            throw new ExpressionException($"0x{result:x} does not fit into {register.Name}, which has {register.Bits} bits", column);
        try
        {
            register.Write(result);
        }
        catch (ArgumentException)
        {
            throw new ExpressionException($"the processor would refuse 0x{result:x} in {register.Name} (#GP)", column);
        }
    }

    private void Write(MemoryExpression memory, ulong result)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, result);
        VirtualAddress address = new(memory.Address.Evaluate());
        if (!scope.TryWrite(address, bytes[..memory.Type.LengthBytes])) throw new ExpressionException($"memory at {address} is not mapped", memory.Column);
    }
}
