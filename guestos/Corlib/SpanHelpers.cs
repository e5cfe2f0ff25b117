using System.Runtime;
using System.Runtime.CompilerServices;

namespace System;

/// <summary>Block operations ILC calls for large copies and clears; the work is in memory.S.</summary>
internal static unsafe class SpanHelpers
{
    internal static void ClearWithoutReferences(ref byte destination, nuint lengthBytes) => MemorySet(Unsafe.AsPointer(ref destination), 0, lengthBytes);

    internal static void Fill(ref byte destination, byte value, nuint lengthBytes) => MemorySet(Unsafe.AsPointer(ref destination), value, lengthBytes);

    internal static void Memmove(ref byte destination, ref byte source, nuint lengthBytes) =>
        MemoryMove(Unsafe.AsPointer(ref destination), Unsafe.AsPointer(ref source), lengthBytes);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "memset")]
    private static extern void* MemorySet(void* destination, int value, nuint lengthBytes);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "memmove")]
    private static extern void* MemoryMove(void* destination, void* source, nuint lengthBytes);
}

internal static class Buffer
{
    internal static void BulkMoveWithWriteBarrier(ref byte destination, ref byte source, nuint lengthBytes) =>
        SpanHelpers.Memmove(ref destination, ref source, lengthBytes);
}
