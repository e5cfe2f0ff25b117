using System.Buffers.Binary;
using X64Emu.Debugging.Symbols;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Unwinding;

/// <summary>Tells whether a word on the stack may be a return address: the bytes before it are a CALL (Intel SDM Vol. 2A, CALL).</summary>
internal static class ReturnAddress
{
    private const int LongestCallBytes = 7;
    private const int RelativeCallBytes = 5;

    /// <summary>True when a call ends at the address. For a call of a fixed place, <paramref name="target"/> is that place.</summary>
    public static bool FollowsCall(ulong address, MemoryReader memory, out ulong? target)
    {
        target = null;
        Span<byte> code = stackalloc byte[LongestCallBytes];
        if (memory(new VirtualAddress(address - LongestCallBytes), code) < LongestCallBytes) return false;
        if (code[LongestCallBytes - RelativeCallBytes] == 0xe8)
        {
            target = address + (ulong)BinaryPrimitives.ReadInt32LittleEndian(code[(LongestCallBytes - RelativeCallBytes + 1)..]);
            return true;
        }
        for (int start = 0; start <= LongestCallBytes - 2; start++)
            if (code[start] == 0xff && IndirectCallBytes(code[start..]) == LongestCallBytes - start) return true;
        return false;
    }

    /// <summary>The length of FF /2 with its ModRM, SIB and displacement; 0 for another instruction.</summary>
    private static int IndirectCallBytes(ReadOnlySpan<byte> code)
    {
        int modRm = code[1];
        if ((modRm & 0x38) != 0x10) return 0;
        int mode = modRm >> 6;
        int memory = modRm & 7;
        if (mode == 3) return 2;
        bool hasSib = memory == 4;
        bool hasLongDisplacement = mode == 2 || (mode == 0 && (memory == 5 || (hasSib && code.Length > 2 && (code[2] & 7) == 5)));
        return 2 + (hasSib ? 1 : 0) + (hasLongDisplacement ? 4 : mode == 1 ? 1 : 0);
    }
}
