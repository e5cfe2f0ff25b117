namespace GuestOs.Mm;

/// <summary>A disk that swap space can be on.</summary>
internal abstract unsafe class SwapDevice
{
    /// <summary>Whole pages it has.</summary>
    public abstract ulong PageCount { get; }

    /// <summary>Reads a page into a frame, or writes it; returns when that is done. False when the device failed.</summary>
    public abstract bool Transfer(ulong page, uint frame, bool isWrite);
}
