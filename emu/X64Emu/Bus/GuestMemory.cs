using X64Emu.Primitives;

namespace X64Emu.Bus;

/// <summary>DMA into <see cref="GuestRam"/> that reports writes to pages with decoded code.</summary>
public sealed class GuestMemory : IGuestMemory
{
    private readonly GuestRam ram;
    private readonly CodePageMap codePages;
    private readonly ICodeWriteObserver observer;

    /// <summary>Connects devices to <paramref name="ram"/>; <paramref name="observer"/> hears of every write to a page marked in
    /// <paramref name="codePages"/>, after the bytes changed.</summary>
    public GuestMemory(GuestRam ram, CodePageMap codePages, ICodeWriteObserver observer)
    {
        this.ram = ram;
        this.codePages = codePages;
        this.observer = observer;
    }

    /// <summary>Told of every write, after it: where and how many bytes.</summary>
    public Action<PhysicalAddress, int>? Written { get; set; }

    /// <inheritdoc/>
    public bool Read(PhysicalAddress address, Span<byte> destination) => ram.Read(address, destination);

    /// <inheritdoc/>
    public bool Write(PhysicalAddress address, ReadOnlySpan<byte> source)
    {
        if (!ram.Write(address, source)) return false;
        if (source.IsEmpty) return true;
        ulong lastPage = (address.Value + (ulong)source.Length - 1) / GuestRam.FrameBytes;
        for (ulong page = address.Value / GuestRam.FrameBytes; page <= lastPage; page++)
        {
            if (codePages.ContainsCode(page)) observer.PageWritten(page);
        }
        Written?.Invoke(address, source.Length);
        return true;
    }
}
