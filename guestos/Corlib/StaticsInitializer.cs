using System.Runtime;
using System.Runtime.CompilerServices;

namespace Internal.Runtime;

/// <summary>
/// Fills the cells behind static fields of class type. ILC lists them in section 201 of the ReadyToRun header as 32-bit self-relative pointers;
/// an unfilled cell holds a self-relative method table pointer with bit 0 set, and bit 1 when a self-relative pointer to initial data follows.
/// Until this has run, code may only use static fields of value and pointer types.
/// </summary>
internal static unsafe class StaticsInitializer
{
    private const int GcStaticRegion = 201;
    private const nint Unfilled = 1;
    private const nint HasInitialData = 2;

    // Object header word and method table pointer are not part of the data.
    private const uint NonDataBytes = 16;

    private struct HeaderSection
    {
        public int Id;
        public int Flags;
        public void* Start;
        public void* End;
    }

    /// <summary>Needs the kernel heap. The header: signature u32, major/minor u16, flags u32, section count u16, entry size and type, then sections.</summary>
    internal static void Run(byte* readyToRunHeader)
    {
        ushort sectionCount = *(ushort*)(readyToRunHeader + 12);
        HeaderSection* sections = (HeaderSection*)(readyToRunHeader + 16);
        for (int i = 0; i < sectionCount; i++)
            if (sections[i].Id == GcStaticRegion)
                for (int* pointer = (int*)sections[i].Start; pointer < sections[i].End; pointer++)
                    FillCell((nint*)((byte*)pointer + *pointer));
    }

    private static void FillCell(nint* cell)
    {
        nint value = (nint)cell + *(int*)cell;
        if ((value & Unfilled) == 0) return;
        MethodTable* type = (MethodTable*)(value & ~(Unfilled | HasInitialData));
        byte* statics = NewObject(type);
        if ((value & HasInitialData) != 0)
        {
            int* relative = (int*)cell + 1;
            byte* initial = (byte*)relative + *relative;
            for (uint offset = 0; offset < type->BaseSize - NonDataBytes; offset++) statics[8 + offset] = initial[offset];
        }
        *cell = (nint)statics;
    }

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhpNewFast")]
    private static extern byte* NewObject(MethodTable* type);
}
