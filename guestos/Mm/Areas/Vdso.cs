using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>What the kernel and the vdso's code (Vdso/vdso.S) share: the offsets are the same there.</summary>
internal struct VdsoTimeData
{
    /// <summary>Odd while the rest changes.</summary>
    public uint Sequence;
    public ulong TscAtBoot;
    public ulong TscFrequency;

    /// <summary>Since 1970.</summary>
    public ulong BootSeconds;
    public uint Processor;
}

/// <summary>The vdso: a small shared library of the kernel's own in every program, below it the page of time data it reads.</summary>
internal static unsafe class Vdso
{
    // As many pages as on Linux, so that what is mapped next lies where it lies there.
    private const int DataPages = 4;
    private const int ClockPages = 2;
    private const int ImagePages = 2;

    private static KernelPages s_data;
    private static KernelPages s_clocks;
    private static KernelPages s_image;

    /// <summary>Copies the image into frames of its own and writes the time data. After <see cref="Clock.Calibrate"/>.</summary>
    public static void Initialize()
    {
        s_data = new KernelPages("[vvar]"u8, 1);
        s_clocks = new KernelPages("[vvar_vclock]"u8, 0);
        s_image = new KernelPages("[vdso]"u8, ImagePages);
        VdsoTimeData* time = (VdsoTimeData*)Physical.FramePointer(s_data.FindCached(0));
        time->TscAtBoot = Clock.TscAtBoot;
        time->TscFrequency = Clock.TscFrequency;
        time->BootSeconds = Clock.BootSeconds;
        ulong bytes = (ulong)(KernelImage.VdsoEnd() - KernelImage.VdsoStart());
        if (bytes > ImagePages << 12) Panic.Because("the vdso is larger than its pages");
        for (ulong done = 0; done < bytes; done += 4096)
            Memory.Copy(Physical.FramePointer(s_image.FindCached(done >> 12)), KernelImage.VdsoStart() + done, bytes - done < 4096 ? bytes - done : 4096);
    }

    /// <summary>Maps data and image where there is room; <see cref="AddressSpace.VdsoStart"/> is the image's address. 0 or a negative errno.</summary>
    public static int Map(AddressSpace space)
    {
        const VmFlags DataFlags = VmFlags.Read | VmFlags.NeverWritable | VmFlags.DontDump;
        ulong start = space.Search.Find(space, (DataPages + ClockPages + ImagePages) << 12);
        if (start == 0) return -Errno.NoMemory;
        int error = Mm.Map.Fixed(space, start, DataPages << 12, DataFlags, s_data, 0);
        start += DataPages << 12;
        if (error == 0) error = Mm.Map.Fixed(space, start, ClockPages << 12, DataFlags, s_clocks, 0);
        start += ClockPages << 12;
        if (error == 0) error = Mm.Map.Fixed(space, start, ImagePages << 12, VmFlags.Read | VmFlags.Execute, s_image, 0);
        space.VdsoStart = start;
        return error;
    }
}
