namespace GuestOs.Arch;

/// <summary>A 32-bit device register: each access is exactly one load or store.</summary>
internal unsafe struct MmioRegister
{
    private volatile uint _value;

    public static uint Read(byte* address) => ((MmioRegister*)address)->_value;

    public static void Write(byte* address, uint value) => ((MmioRegister*)address)->_value = value;
}
