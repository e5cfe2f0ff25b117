using System.Runtime;
using GuestOs.Arch;
using Internal.Runtime;

namespace GuestOs.Mm;

/// <summary>What <c>new</c> compiles to. An object starts with its method table pointer; the header word ILC counts in the size is not used.</summary>
internal static unsafe class ObjectAllocation
{
    private const uint HeaderBytes = 8;

    [RuntimeExport("RhpNewFast")]
    private static void* NewObject(MethodTable* type)
    {
        void** result = (void**)KernelHeap.Allocate(type->BaseSize - HeaderBytes);
        *result = type;
        return result;
    }

    [RuntimeExport("RhpNewArrayFast")]
    private static void* NewArray(MethodTable* type, int length)
    {
        if (length < 0) Panic.Because("negative array length");
        void** result = (void**)KernelHeap.Allocate(type->BaseSize - HeaderBytes + (ulong)length * type->ComponentSize);
        result[0] = type;
        *(int*)(result + 1) = length;
        return result;
    }

    [RuntimeExport("RhpNewPtrArrayFast")]
    private static void* NewReferenceArray(MethodTable* type, int length) => NewArray(type, length);
}
