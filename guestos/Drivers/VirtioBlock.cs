using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Drivers;

/// <summary>A virtio disk (virtio 1.2, 5.2), one request at a time, polled. The first one found is vda.</summary>
internal sealed unsafe class VirtioBlock : SwapDevice
{
    private const uint TypeRead = 0;
    private const uint TypeWrite = 1;
    private const uint HeaderBytes = 16;
    private const uint StatusOffset = 64;
    private const byte StatusOk = 0;
    private const byte StatusPending = 0xff;
    private const int SectorsPerPageShift = 3;

    /// <summary>Sectors of a request.</summary>
    public const ulong SectorsPerPage = 1 << SectorsPerPageShift;

    private const int CapacityBytes = 8;

    private readonly Virtqueue _queue;

    // The request's header, and at StatusOffset what the device says of it.
    private readonly byte* _request = Physical.FramePointer(FrameAllocator.AllocateZeroed());
    private readonly ulong _sectorCount;

    private VirtioBlock(VirtioMmio device, Virtqueue queue)
    {
        _queue = queue;
        for (int i = 0; i < CapacityBytes; i++) _sectorCount |= (ulong)device.ReadConfiguration(i) << (8 * i);
    }

    /// <summary>The first disk, or null when there is none.</summary>
    public static VirtioBlock First { get; private set; }

    public override ulong PageCount => _sectorCount >> SectorsPerPageShift;

    /// <summary>Brings a disk up; others than the first are left alone.</summary>
    public static void Start(VirtioMmio device)
    {
        if (First != null) return;
        Virtqueue queue = device.Begin(wantedFeatures: 0) ? device.Start() : null;
        if (queue == null) KernelLog.Warn("virtio: a disk does not start").End();
        else First = new VirtioBlock(device, queue);
    }

    /// <summary>Requests so far and how long they took, in nanoseconds; a request is a page.</summary>
    public ulong Reads { get; private set; }
    public ulong Writes { get; private set; }
    public ulong ReadTime { get; private set; }
    public ulong WriteTime { get; private set; }

    /// <summary>512-byte sectors.</summary>
    public ulong SectorCount => _sectorCount;

    public override bool Transfer(ulong page, uint frame, bool isWrite)
    {
        if (page >= PageCount) return false;
        *(uint*)_request = isWrite ? TypeWrite : TypeRead;
        *(uint*)(_request + 4) = 0;
        *(ulong*)(_request + 8) = page << SectorsPerPageShift;
        _request[StatusOffset] = StatusPending;
        _queue.Add(Physical.AddressOf(_request), HeaderBytes, deviceWrites: false);
        _queue.Add((ulong)frame << 12, (uint)Physical.PageBytes, deviceWrites: !isWrite);
        _queue.Add(Physical.AddressOf(_request + StatusOffset), 1, deviceWrites: true);
        ulong start = Clock.Now;
        bool isDone = _queue.Run() && _request[StatusOffset] == StatusOk;
        Count(isWrite, Clock.Now - start);
        return isDone;
    }

    private void Count(bool isWrite, ulong nanoseconds)
    {
        if (isWrite)
        {
            Writes++;
            WriteTime += nanoseconds;
        }
        else
        {
            Reads++;
            ReadTime += nanoseconds;
        }
    }
}
