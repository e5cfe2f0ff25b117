using X64Emu.Debugging.Symbols.Dwarf;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Symbols.Variables;

/// <summary>What the code around a variable's use knows: where it is, its registers, its frame.</summary>
/// <param name="Address">An address inside the running instruction.</param>
/// <param name="Register">A register's value by its DWARF number; null when it is lost.</param>
/// <param name="Cfa">The canonical frame address; null when it is not known.</param>
/// <param name="Memory">The process's memory.</param>
public sealed record VariableContext(VirtualAddress Address, Func<ulong, ulong?> Register, ulong? Cfa, MemoryReader Memory);

/// <summary>A variable's value at one moment.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Address">Where it is in memory; null when it is in registers or nowhere.</param>
/// <param name="Bytes">Its bytes; empty when they cannot be had.</param>
/// <param name="Problem">Why they cannot, in one line; null when they can.</param>
public sealed record VariableValue(DebugType Type, VirtualAddress? Address, byte[] Bytes, string? Problem);

/// <summary>A local variable, parameter or global variable.</summary>
public sealed class DebugVariable
{
    /// <summary>Values beyond this size are cut when they are shown.</summary>
    private const ulong MaximumBytes = 1 << 16;

    private readonly DebugEntry entry;
    private readonly DebugEntry? function;
    private readonly ulong bias;

    internal DebugVariable(string name, DebugType type, DebugEntry entry, DebugEntry? function, ulong bias)
    {
        Name = name;
        Type = type;
        this.entry = entry;
        this.function = function;
        this.bias = bias;
        IsParameter = entry.Tag == DwarfTag.FormalParameter;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its type.</summary>
    public DebugType Type { get; }

    /// <summary>True for a function's parameter.</summary>
    public bool IsParameter { get; }

    /// <summary>Reads its value. Whatever goes wrong is said in <see cref="VariableValue.Problem"/>.</summary>
    public VariableValue Read(VariableContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            return Read(Place(context), context);
        }
        catch (SymbolDataException problem)
        {
            return Missing(problem.Message);
        }
    }

    private VariableValue Read(in ValueLocation place, VariableContext context)
    {
        int length = (int)Math.Min(Type.SizeBytes, MaximumBytes);
        byte[] bytes = new byte[length];
        switch (place.Kind)
        {
            case LocationKind.Missing: return Missing("optimised out");
            case LocationKind.Memory:
                VirtualAddress address = new(place.Number);
                int read = context.Memory(address, bytes);
                return read == length
                    ? new VariableValue(Type, address, bytes, null)
                    : new VariableValue(Type, address, [], $"there is no memory at {address}");
            case LocationKind.Pieces:
                int done = 0;
                foreach ((ValueLocation piece, ulong pieceBytes) in place.Pieces!)
                {
                    int part = (int)Math.Min(pieceBytes, (ulong)(length - done));
                    if (!Fill(piece, bytes.AsSpan(done, part), context)) return Missing("partly optimised out");
                    done += part;
                }
                return new VariableValue(Type, null, bytes, null);
            default:
                return Fill(place, bytes, context) ? new VariableValue(Type, null, bytes, null) : Missing("lost: its register was overwritten since");
        }
    }

    private static bool Fill(in ValueLocation place, Span<byte> target, VariableContext context)
    {
        ulong? number = place.Kind switch
        {
            LocationKind.Register => context.Register(place.Number),
            LocationKind.Value => place.Number,
            _ => null,
        };
        if (place.Kind == LocationKind.Memory) return context.Memory(new VirtualAddress(place.Number), target) == target.Length;
        if (place.Kind == LocationKind.Bytes) return place.Bytes.AsSpan(0, Math.Min(place.Bytes.Count, target.Length)).TryCopyTo(target);
        if (number is not { } value || target.Length > 8) return false;
        Span<byte> buffer = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(buffer, value);
        return buffer[..target.Length].TryCopyTo(target);
    }

    private ValueLocation Place(VariableContext context)
    {
        if (entry.Attribute(DwarfAttribute.ConstantValue) is { } constant)
        {
            return constant.Class is AttributeClass.Block or AttributeClass.InlineText
                ? new ValueLocation(LocationKind.Bytes, 0, constant.Bytes)
                : new ValueLocation(LocationKind.Value, constant.Number);
        }
        ulong linked = context.Address.Value - bias;
        if (entry.Own(DwarfAttribute.Location) is not { } location || LocationList.Find(location, entry.Unit, linked) is not { } expression)
            return new ValueLocation(LocationKind.Missing);
        ArraySegment<byte> frameBase = function?.Own(DwarfAttribute.FrameBase) is { } value ? LocationList.Find(value, entry.Unit, linked) ?? [] : [];
        return LocationExpression.Evaluate(expression, new ExpressionContext
        {
            Bias = bias,
            Memory = context.Memory,
            Register = context.Register,
            CanonicalFrameAddress = context.Cfa,
            FrameBase = frameBase,
            Unit = entry.Unit,
        });
    }

    private VariableValue Missing(string problem) => new(Type, null, [], problem);
}
