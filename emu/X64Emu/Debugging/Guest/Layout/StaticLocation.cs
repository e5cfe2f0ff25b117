using X64Emu.Debugging.Symbols;

namespace X64Emu.Debugging.Guest.Layout;

/// <summary>
/// What ILC's location expression for a static member says: an address, for members that hold references two dereferences, an offset. The second
/// dereference is a mistake (the cell at the address points to the object itself), so the expression is taken apart here, not evaluated.
/// </summary>
internal readonly record struct StaticLocation(ulong Address, ulong OffsetBytes, bool IsInObject)
{
    private const byte AddressOperation = 0x03, Dereference = 0x06, AddConstant = 0x23;

    /// <summary>False for every other expression.</summary>
    public static bool TryParse(ArraySegment<byte> expression, out StaticLocation location)
    {
        location = default;
        ulong address = 0, offset = 0;
        bool isInObject = false;
        try
        {
            for (ByteCursor cursor = new(expression); !cursor.AtEnd;)
            {
                switch (cursor.Byte())
                {
                    case AddressOperation: address = cursor.UInt64(); break;
                    case Dereference: isInObject = true; break;
                    case AddConstant: offset = cursor.Uleb(); break;
                    default: return false;
                }
            }
        }
        catch (SymbolDataException)
        {
            return false;
        }
        location = new StaticLocation(address, offset, isInObject);
        return address != 0;
    }
}
