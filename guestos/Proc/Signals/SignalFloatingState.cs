using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// The part of a signal frame that holds the x87, SSE and AVX registers: an XSAVE area whose software bytes describe it, with a magic number
/// behind it (Linux's struct _fpx_sw_bytes, arch/x86/include/uapi/asm/sigcontext.h); a plain FXSAVE image on CPUs without XSAVE.
/// </summary>
internal static unsafe class SignalFloatingState
{
    private const uint FirstMagic = 0x46505853, SecondMagic = 0x46505845;

    /// <summary>Bytes that <see cref="Push"/> writes.</summary>
    public static ulong Bytes => ExtendedState.HasXsave ? ExtendedState.AreaBytes + sizeof(uint) : ExtendedState.LegacyBytes;

    /// <summary>Linux's struct _fpx_sw_bytes, 48 bytes at <see cref="ExtendedState.SoftwareOffset"/>.</summary>
    private struct Description
    {
        public uint Magic;

        /// <summary>Bytes of the area with the second magic number.</summary>
        public uint ExtendedBytes;
        public ulong Components;

        /// <summary>Bytes of the area.</summary>
        public uint AreaBytes;
        public fixed uint Padding[7];
    }

    /// <summary>Writes the running thread's registers to its stack, and gives it those that a handler starts with: the initial ones. False when
    /// the stack cannot take them. Other threads may run meanwhile.</summary>
    /// <param name="address">A multiple of 64.</param>
    public static bool Push(ulong address)
    {
        byte* area = stackalloc byte[(int)ExtendedState.MaximumBytes];
        Memory.Copy(area, UserRegisters.Capture(), ExtendedState.AreaBytes);
        Description* description = (Description*)(area + ExtendedState.SoftwareOffset);
        *description = default;
        if (ExtendedState.HasXsave)
        {
            description->Magic = FirstMagic;
            description->ExtendedBytes = (uint)Bytes;
            description->Components = ExtendedState.Components;
            description->AreaBytes = (uint)ExtendedState.AreaBytes;
            // Handlers that know only the legacy region may change it and expect that to count.
            ExtendedState.Present(area) |= ExtendedState.X87 | ExtendedState.Sse;
        }
        if (!UserMemory.CopyTo(address, area, ExtendedState.AreaBytes)) return false;
        if (ExtendedState.HasXsave)
        {
            uint magic = SecondMagic;
            if (!UserMemory.CopyTo(address + ExtendedState.AreaBytes, &magic, sizeof(uint))) return false;
        }
        UserRegisters.Reset();
        return true;
    }

    /// <summary>Gives the running thread the registers that a frame holds; none (0) are the initial ones. False when they cannot be read or
    /// loaded: the thread then has the initial ones. Other threads may run meanwhile.</summary>
    public static bool Pop(ulong address)
    {
        byte* area = stackalloc byte[(int)ExtendedState.MaximumBytes];
        ExtendedState.MakeInitial(area);
        if (address != 0 && Read(address, area) && ExtendedState.IsValid(area))
        {
            UserRegisters.Replace(area);
            return true;
        }
        UserRegisters.Reset();
        return address == 0;
    }

    private static bool Read(ulong address, byte* area)
    {
        if ((address & (ExtendedState.HasXsave ? 63UL : 15UL)) != 0) return false;
        if (!UserMemory.CopyFrom(area, address, ExtendedState.LegacyBytes)) return false;
        if (!ExtendedState.HasXsave) return true;
        Description description = *(Description*)(area + ExtendedState.SoftwareOffset);
        if (!IsExtended(description, address))
        {
            ExtendedState.Present(area) = ExtendedState.X87 | ExtendedState.Sse;
            return true;
        }
        ulong rest = ExtendedState.AreaBytes - ExtendedState.LegacyBytes;
        if (!UserMemory.CopyFrom(area + ExtendedState.LegacyBytes, address + ExtendedState.LegacyBytes, rest)) return false;
        if (!ExtendedState.IsValid(area)) return false;
        ExtendedState.Present(area) &= description.Components;
        return true;
    }

    /// <summary>Whether the description is believed; if not, the legacy region alone counts.</summary>
    private static bool IsExtended(in Description description, ulong address)
    {
        if (description.Magic != FirstMagic || description.AreaBytes < ExtendedState.HeaderEnd || description.AreaBytes > ExtendedState.AreaBytes
            || description.AreaBytes > description.ExtendedBytes) return false;
        uint magic;
        return UserMemory.CopyFrom(&magic, address + description.AreaBytes, sizeof(uint)) && magic == SecondMagic;
    }
}
