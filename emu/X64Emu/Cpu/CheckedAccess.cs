using X64Emu.Bus;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>
/// The careful way to memory: every access is translated through the TLB model, may cross a page, touch a device or write code. It hands
/// out a host pointer that the caller reads or writes, and completes writes afterwards.
/// </summary>
/// <remarks>Bounds: pointers come from <see cref="GuestRam.TryGetPointer"/> for the whole length within a page, or point to the state's
/// 64-byte bounce buffer; no access is longer than that.</remarks>
internal sealed unsafe class CheckedAccess
{
    /// <summary>The longest single access.</summary>
    public const int MaxBytes = 64;

    private readonly CpuState* c;
    private readonly TranslationUnit mmu;
    private readonly GuestRam ram;
    private readonly MmioBus mmio;
    private readonly CodePageMap codePages;
    private readonly Action synchronizeClock;
    private ulong firstVirtual, firstPhysical, secondPhysical;
    private int firstBytes;
    private AccessMode writeMode;
    private bool writeReads;

    public CheckedAccess(CpuState* state, TranslationUnit mmu, GuestRam ram, MmioBus mmio, CodePageMap codePages, Action synchronizeClock)
    {
        c = state;
        this.mmu = mmu;
        this.ram = ram;
        this.mmio = mmio;
        this.codePages = codePages;
        this.synchronizeClock = synchronizeClock;
    }

    /// <summary>Set while an instruction runs whose elements #AC does not look at: masked moves and gathers.</summary>
    public bool IgnoresAlignment { get; set; }

    /// <summary>Told of each data access of an instruction, with address and length, while data breakpoints are armed.</summary>
    public Action<ulong, int, AccessKind>? Watch { get; set; }

    /// <summary>Sees accesses for a debugger; null when it looks for none.</summary>
    public AccessMonitor? Monitor { get; set; }

    /// <summary>True while #AC must see the address of every element (Intel SDM Vol. 3A, 6.15, interrupt 17).</summary>
    public bool ChecksAlignment => c->TlbBank == CpuState.EmptyTlbBank;

    private byte* Bounce => (byte*)c + CpuState.BounceOffset;

    /// <summary>Who the running instruction accesses memory as.</summary>
    public AccessMode Mode => c->Cpl == 3 ? AccessMode.User
        : (c->SystemFlags & RFlags.AlignmentCheck) != 0 ? AccessMode.SupervisorAlignmentCheck : AccessMode.Supervisor;

    /// <summary>Makes <paramref name="lengthBytes"/> bytes readable at the returned pointer; null when the access faults.</summary>
    public byte* Read(ulong virtualAddress, int lengthBytes, AccessMode mode, bool stack)
    {
        if (!Locate(virtualAddress, lengthBytes, AccessKind.Read, mode, stack)) return null;
        if (Monitor is not null) TellMonitor(lengthBytes, AccessKind.Read, reads: true, mode);
        return firstBytes == lengthBytes ? FetchPart(firstPhysical, lengthBytes) : FetchBoth(lengthBytes);
    }

    /// <summary>Makes bytes writable at the returned pointer; <see cref="Commit"/> completes the write. With
    /// <paramref name="keep"/> they hold the memory's present content, for read-modify-write.</summary>
    public byte* Write(ulong virtualAddress, int lengthBytes, AccessMode mode, bool stack, bool keep)
    {
        if (!Locate(virtualAddress, lengthBytes, AccessKind.Write, mode, stack)) return null;
        if (Monitor is not null) PrepareMonitor(lengthBytes, mode, keep);
        if (firstBytes != lengthBytes) return keep ? FetchBoth(lengthBytes) : Bounce;
        byte* host = ram.TryGetPointer(firstPhysical, lengthBytes);
        return host != null ? host : keep ? FetchPart(firstPhysical, lengthBytes) : Bounce;
    }

    /// <summary>Completes the write that <see cref="Write"/> prepared: sends bounced bytes where they belong, drops overwritten code.</summary>
    public void Commit(int lengthBytes)
    {
        if (firstBytes == lengthBytes)
        {
            if (ram.TryGetPointer(firstPhysical, lengthBytes) != null) NotifyCode(firstPhysical);
            else StorePart(firstPhysical, Bounce, lengthBytes);
        }
        else
        {
            StorePart(firstPhysical, Bounce, firstBytes);
            StorePart(secondPhysical, Bounce + firstBytes, lengthBytes - firstBytes);
        }
        if (Monitor is not null) TellMonitor(lengthBytes, AccessKind.Write, writeReads, writeMode);
    }

    /// <summary>
    /// Translates one byte's address and, when its whole page is RAM, points to the byte: the caller may use the rest of the page too.
    /// The pointer is null when it is not RAM. Returns false when the access faults. A monitor is the caller's affair.
    /// </summary>
    public bool TryMapPage(ulong virtualAddress, AccessKind kind, out byte* host, out ulong physical)
    {
        host = null;
        if (!mmu.TranslateData(virtualAddress, kind, Mode, stack: false, out physical)) return false;
        byte* page = ram.TryGetPointer(physical & ~0xfffUL, 4096);
        if (kind == AccessKind.Write) firstPhysical = physical;
        if (page != null) host = page + (physical & 0xfff);
        return true;
    }

    /// <summary>Completes writes through the page last mapped for writing by <see cref="TryMapPage"/>.</summary>
    public void NotifyPageWritten() => NotifyCode(firstPhysical);

    private void PrepareMonitor(int lengthBytes, AccessMode mode, bool reads)
    {
        (writeMode, writeReads) = (mode, reads);
        Monitor!.WriteBegins(0, firstPhysical, firstBytes);
        if (firstBytes != lengthBytes) Monitor.WriteBegins(1, secondPhysical, lengthBytes - firstBytes);
    }

    private void TellMonitor(int lengthBytes, AccessKind kind, bool reads, AccessMode mode)
    {
        TellMonitor(0, firstVirtual, firstPhysical, firstBytes, kind, reads, mode);
        if (firstBytes != lengthBytes) TellMonitor(1, SecondVirtual(mode), secondPhysical, lengthBytes - firstBytes, kind, reads, mode);
    }

    private void TellMonitor(int part, ulong virtualAddress, ulong physical, int lengthBytes, AccessKind kind, bool reads, AccessMode mode)
    {
        if (kind == AccessKind.Write) Monitor!.WriteEnds(part, physical, lengthBytes);
        Monitor!.Accessed(virtualAddress, physical, lengthBytes, kind, reads, mode);
    }

    private ulong SecondVirtual(AccessMode mode)
    {
        ulong second = firstVirtual + (ulong)firstBytes;
        return c->CodeBits != 64 && mode != AccessMode.System ? (uint)second : second;
    }

    private bool Locate(ulong virtualAddress, int lengthBytes, AccessKind kind, AccessMode mode, bool stack)
    {
        // Outside 64-bit mode linear addresses are 32 bits wide, but for the processor's own.
        if (c->CodeBits != 64 && mode != AccessMode.System) virtualAddress = (uint)virtualAddress;
        firstVirtual = virtualAddress;
        firstBytes = Math.Min(lengthBytes, 4096 - (int)(virtualAddress & 0xfff));
        // Both ends must be canonical before either page is looked at.
        if (firstBytes != lengthBytes && c->CodeBits == 64 && Canonical.Is(virtualAddress) && !Canonical.Is(virtualAddress + (ulong)lengthBytes - 1))
            return Faults.Raise(c, stack ? ExceptionVector.StackFault : ExceptionVector.GeneralProtection);
        if (ChecksAlignment && !IgnoresAlignment && mode == AccessMode.User && IsMisaligned(virtualAddress, lengthBytes))
            return Faults.Raise(c, ExceptionVector.AlignmentCheck);
        if (!mmu.TranslateData(virtualAddress, kind, mode, stack, out firstPhysical)) return false;
        if (firstBytes == lengthBytes)
        {
            if (mode != AccessMode.System) Watch?.Invoke(virtualAddress, lengthBytes, kind);
            return true;
        }
        if (!mmu.TranslateData(SecondVirtual(mode), kind, mode, stack, out secondPhysical)) return false;
        if (mode != AccessMode.System) Watch?.Invoke(virtualAddress, lengthBytes, kind);
        if (kind == AccessKind.Write) c->ExtraStores++;
        else c->ExtraLoads++;
        return true;
    }

    /// <summary>Whether #AC looks at an access so: operands need their own alignment up to 16 bytes, extended floating point ones 8, and
    /// images such as FSTENV's that of their words (Intel SDM Vol. 3A, table 6-7). A bad address is not its affair.</summary>
    private static bool IsMisaligned(ulong virtualAddress, int lengthBytes)
    {
        const int ExtendedBytes = 10;
        int alignment = lengthBytes == ExtendedBytes ? 8 : Math.Min(lengthBytes & -lengthBytes, 16);
        return (virtualAddress & (ulong)(alignment - 1)) != 0 && Canonical.Is(virtualAddress);
    }

    private byte* FetchPart(ulong physical, int lengthBytes)
    {
        byte* host = ram.TryGetPointer(physical, lengthBytes);
        if (host != null) return host;
        ReadDevice(physical, Bounce, lengthBytes);
        return Bounce;
    }

    private byte* FetchBoth(int lengthBytes)
    {
        CopyIn(firstPhysical, Bounce, firstBytes);
        CopyIn(secondPhysical, Bounce + firstBytes, lengthBytes - firstBytes);
        return Bounce;
    }

    private void CopyIn(ulong physical, byte* destination, int lengthBytes)
    {
        byte* host = ram.TryGetPointer(physical, lengthBytes);
        if (host != null) Buffer.MemoryCopy(host, destination, MaxBytes, lengthBytes);
        else ReadDevice(physical, destination, lengthBytes);
    }

    private void StorePart(ulong physical, byte* source, int lengthBytes)
    {
        byte* host = ram.TryGetPointer(physical, lengthBytes);
        if (host != null)
        {
            Buffer.MemoryCopy(source, host, lengthBytes, lengthBytes);
            NotifyCode(physical);
            return;
        }
        synchronizeClock();
        for (int done = 0; done < lengthBytes; done += 8)
        {
            int piece = Math.Min(8, lengthBytes - done);
            ulong value = 0;
            Buffer.MemoryCopy(source + done, &value, 8, piece);
            mmio.Write(new PhysicalAddress(physical + (ulong)done), piece, value);
        }
    }

    private void ReadDevice(ulong physical, byte* destination, int lengthBytes)
    {
        synchronizeClock();
        for (int done = 0; done < lengthBytes; done += 8)
        {
            int piece = Math.Min(8, lengthBytes - done);
            ulong value = mmio.Read(new PhysicalAddress(physical + (ulong)done), piece);
            Buffer.MemoryCopy(&value, destination + done, MaxBytes - done, piece);
        }
    }

    private void NotifyCode(ulong physical)
    {
        if (codePages.ContainsCode(physical >> 12)) mmu.CodeWritten?.Invoke(physical >> 12);
    }
}
