using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// A new program's stack as Linux builds it: strings at the very top, below them the platform name, 16 random bytes, the auxiliary vector,
/// the environment and argument pointers and the argument count. Two steps: strings go in before the old program is gone, the tables after.
/// </summary>
internal unsafe struct InitialStack
{
    // Linux gives the new stack this much below the strings.
    private const ulong HeadroomBytes = 128 << 10;
    private const int AuxiliaryEntries = 23;

    public ulong ArgumentsStart;
    public ulong EnvironmentStart;
    public ulong FileNameStart;
    private ulong _skew;
    private int _argumentCount;
    private int _environmentCount;

    /// <summary>Makes the stack area and puts the strings at its top. 0 or a negative errno.</summary>
    public int PlaceStrings(AddressSpace space, in ProgramLayout layout, ArgumentBlock arguments, ArgumentBlock environment, byte* fileName, bool executable)
    {
        ulong fileNameBytes = Memory.StringLength(fileName, 4096) + 1;
        ulong top = layout.StackTop;
        _skew = layout.StackSkew;
        FileNameStart = top - 8 - fileNameBytes;
        EnvironmentStart = FileNameStart - environment.LengthBytes;
        ArgumentsStart = EnvironmentStart - arguments.LengthBytes;
        _argumentCount = arguments.Count;
        _environmentCount = environment.Count;
        ulong bottom = (ArgumentsStart & ~4095UL) - HeadroomBytes;
        VmFlags flags = VmFlags.Read | VmFlags.Write | VmFlags.GrowsDown | (executable ? VmFlags.Execute : VmFlags.None);
        int error = Map.Fixed(space, bottom, top - bottom, flags, null, 0);
        if (error != 0) return error;
        ulong nothing = 0;
        bool success = RemoteMemory.Write(space, top - 8, &nothing, 8)
            && RemoteMemory.Write(space, FileNameStart, fileName, fileNameBytes)
            && RemoteMemory.Write(space, EnvironmentStart, environment.Text, environment.LengthBytes)
            && RemoteMemory.Write(space, ArgumentsStart, arguments.Text, arguments.LengthBytes);
        space.ArgumentsStart = ArgumentsStart;
        space.ArgumentsEnd = EnvironmentStart;
        space.EnvironmentStart = EnvironmentStart;
        space.EnvironmentEnd = FileNameStart;
        return success ? 0 : -Errno.NoMemory;
    }

    /// <summary>Writes the tables through the active address space and returns the initial stack pointer, 0 when the stack cannot hold them.</summary>
    /// <param name="isSecure">AT_SECURE: the program runs with more rights than who started it.</param>
    public readonly ulong BuildTables(AddressSpace space, ElfImage image, ulong bias, ulong interpreterBase, bool isSecure)
    {
        const ulong PlatformBytes = 7;
        ulong platform = ((ArgumentsStart - _skew) & ~15UL) - PlatformBytes;
        ulong random = platform - 16;
        ulong pointer = (random & ~15UL) - AuxiliaryEntries * 16;
        ulong words = (ulong)_argumentCount + 1 + (ulong)_environmentCount + 1 + 1;
        pointer = (pointer - words * 8) & ~15UL;
        ulong stackPointer = pointer;
        fixed (byte* name = "x86_64\0"u8)
            if (!UserMemory.CopyTo(platform, name, PlatformBytes)) return 0;
        if (!UserMemory.Write(random, RandomSource.Next()) || !UserMemory.Write(random + 8, RandomSource.Next())) return 0;
        if (!Put(ref pointer, (ulong)_argumentCount)) return 0;
        if (!PutStringPointers(space, ref pointer, ArgumentsStart, _argumentCount)) return 0;
        if (!PutStringPointers(space, ref pointer, EnvironmentStart, _environmentCount)) return 0;
        space.AuxiliaryStart = pointer;
        bool success = PutAuxiliary(ref pointer, space, image, bias, interpreterBase) && PutIdentity(ref pointer, isSecure)
            && PutRest(ref pointer, platform, random);
        space.AuxiliaryEnd = pointer;
        space.StackStart = stackPointer;
        return success ? stackPointer : 0;
    }

    private readonly bool PutAuxiliary(ref ulong pointer, AddressSpace space, ElfImage image, ulong bias, ulong interpreterBase)
    {
        ulong headers = image.ProgramHeadersAddress == 0 ? 0 : image.ProgramHeadersAddress + bias;
        return PutEntry(ref pointer, 33, space.VdsoStart)                      // AT_SYSINFO_EHDR
            && PutEntry(ref pointer, 51, SignalFrame.MaximumBytes)             // AT_MINSIGSTKSZ
            && PutEntry(ref pointer, 16, CpuFeatures.HardwareCapabilities)     // AT_HWCAP
            && PutEntry(ref pointer, 6, 4096)                                  // AT_PAGESZ
            && PutEntry(ref pointer, 17, 100)                                  // AT_CLKTCK
            && PutEntry(ref pointer, 3, headers)                               // AT_PHDR
            && PutEntry(ref pointer, 4, (ulong)sizeof(ElfProgramHeader))       // AT_PHENT
            && PutEntry(ref pointer, 5, image.Header.ProgramHeaderCount)       // AT_PHNUM
            && PutEntry(ref pointer, 7, interpreterBase)                       // AT_BASE
            && PutEntry(ref pointer, 8, 0)                                     // AT_FLAGS
            && PutEntry(ref pointer, 9, image.Header.Entry + bias);            // AT_ENTRY
    }

    private static bool PutIdentity(ref ulong pointer, bool isSecure)
    {
        ref Credentials own = ref Credentials.Current;
        return PutEntry(ref pointer, 11, own.User.Real)                        // AT_UID
            && PutEntry(ref pointer, 12, own.User.Effective)                   // AT_EUID
            && PutEntry(ref pointer, 13, own.Group.Real)                       // AT_GID
            && PutEntry(ref pointer, 14, own.Group.Effective)                  // AT_EGID
            && PutEntry(ref pointer, 23, isSecure ? 1u : 0);                   // AT_SECURE
    }

    private readonly bool PutRest(ref ulong pointer, ulong platform, ulong random)
    {
        return PutEntry(ref pointer, 25, random)                               // AT_RANDOM
            && PutEntry(ref pointer, 26, CpuFeatures.MoreHardwareCapabilities) // AT_HWCAP2
            && PutEntry(ref pointer, 31, FileNameStart)                        // AT_EXECFN
            && PutEntry(ref pointer, 15, platform)                             // AT_PLATFORM
            && PutEntry(ref pointer, 27, 0x1c)                                 // AT_RSEQ_FEATURE_SIZE
            && PutEntry(ref pointer, 28, 0x20)                                 // AT_RSEQ_ALIGN
            && PutEntry(ref pointer, 0, 0);
    }

    private static bool PutStringPointers(AddressSpace space, ref ulong pointer, ulong text, int count)
    {
        byte* chunk = stackalloc byte[64];
        for (int i = 0; i < count; i++)
        {
            if (!Put(ref pointer, text)) return false;
            while (true)
            {
                ulong length = 64 - (text & 63);
                if (!UserMemory.CopyFrom(chunk, text, length)) return false;
                ulong end = Memory.StringLength(chunk, length);
                text += end;
                if (end < length) break;
            }
            text++;
        }
        return Put(ref pointer, 0);
    }

    private static bool PutEntry(ref ulong pointer, ulong type, ulong value) => Put(ref pointer, type) && Put(ref pointer, value);

    private static bool Put(ref ulong pointer, ulong value)
    {
        bool success = UserMemory.Write(pointer, value);
        pointer += 8;
        return success;
    }
}
