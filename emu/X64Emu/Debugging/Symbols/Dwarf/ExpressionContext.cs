using System.Buffers.Binary;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Symbols.Dwarf;

/// <summary>What location expressions may look at. What is not given is unavailable, and an expression that needs it fails.</summary>
internal sealed class ExpressionContext
{
    /// <summary>Added to addresses in the expression: where the module is loaded, less where it was linked.</summary>
    public ulong Bias { get; init; }

    /// <summary>Guest memory.</summary>
    public MemoryReader? Memory { get; init; }

    /// <summary>The value of a register by its DWARF number, or null when it is not known (System V ABI AMD64, figure 3.36).</summary>
    public Func<ulong, ulong?>? Register { get; init; }

    /// <summary>The canonical frame address of the function.</summary>
    public ulong? CanonicalFrameAddress { get; init; }

    /// <summary>The expression for the function's frame base (DW_AT_frame_base).</summary>
    public ArraySegment<byte> FrameBase { get; init; }

    /// <summary>The unit whose address table DW_OP_addrx refers to.</summary>
    public DwarfUnit? Unit { get; init; }

    /// <summary>A number of 1 to 8 bytes of guest memory.</summary>
    /// <exception cref="SymbolDataException">It is not mapped.</exception>
    public ulong Read(ulong address, int lengthBytes)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        if (Memory is null || lengthBytes is < 1 or > 8 || Memory(new VirtualAddress(address), bytes[..lengthBytes]) < lengthBytes)
            throw new SymbolDataException($"there is no memory at 0x{address:x}");
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>A register's value.</summary>
    /// <exception cref="SymbolDataException">It is not known in this frame.</exception>
    public ulong ReadRegister(ulong register) =>
        Register?.Invoke(register) ?? throw new SymbolDataException($"register {register} is not known in this frame");
}
