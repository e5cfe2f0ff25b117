using System.Runtime.CompilerServices;

namespace GuestOs.Arch;

/// <summary>A 32-bit device register: each access is exactly one load or store.</summary>
internal unsafe struct MmioRegister
{
    private volatile uint _value;

    /// <summary>Not inlined: the compiler would narrow a load whose value is only tested for a bit, and devices answer 32-bit accesses alone.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static uint Read(byte* address) => ((MmioRegister*)address)->_value;

    public static void Write(byte* address, uint value) => ((MmioRegister*)address)->_value = value;
}
