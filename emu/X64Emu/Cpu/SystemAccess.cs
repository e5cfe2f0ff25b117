using X64Emu.Paging;

namespace X64Emu.Cpu;

/// <summary>The processor's own accesses, to descriptor tables and task states: supervisor accesses at any CPL, always under SMAP
/// (Intel SDM Vol. 3A, 4.6.1). Each returns false with the fault recorded when it faults.</summary>
internal static unsafe class SystemAccess
{
    public static bool Read64(CpuState* c, ulong address, out ulong value) => Read(c, address, 8, out value);

    public static bool Read32(CpuState* c, ulong address, out uint value)
    {
        bool done = Read(c, address, 4, out ulong wide);
        value = (uint)wide;
        return done;
    }

    public static bool Read16(CpuState* c, ulong address, out ushort value)
    {
        bool done = Read(c, address, 2, out ulong wide);
        value = (ushort)wide;
        return done;
    }

    public static bool Read8(CpuState* c, ulong address, out byte value)
    {
        bool done = Read(c, address, 1, out ulong wide);
        value = (byte)wide;
        return done;
    }

    public static bool Write8(CpuState* c, ulong address, byte value) => GuestAccess.Write(c, address, &value, 1, AccessMode.System);

    private static bool Read(CpuState* c, ulong address, int lengthBytes, out ulong value)
    {
        ulong read = 0;
        bool done = GuestAccess.Read(c, address, (byte*)&read, lengthBytes, AccessMode.System);
        value = read;
        return done;
    }
}
