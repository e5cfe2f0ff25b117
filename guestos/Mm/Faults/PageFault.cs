using System.Runtime.CompilerServices;
using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Why a fault could not be served.</summary>
internal enum FaultError
{
    None,

    /// <summary>No area: SIGSEGV, SEGV_MAPERR.</summary>
    NotMapped,

    /// <summary>The area forbids it: SIGSEGV, SEGV_ACCERR.</summary>
    AccessDenied,

    /// <summary>Beyond the end of the file, or it cannot be read: SIGBUS.</summary>
    Bus,

    /// <summary>No memory left: the process is killed.</summary>
    OutOfMemory,
}

/// <summary>What became of a fault.</summary>
internal struct FaultOutcome
{
    public FaultError Error;
    public FaultKind Kind;

    /// <summary><see cref="FaultTraits.Major"/> when a page had to be read from its file, or from swap; what kind of huge page it was about.</summary>
    public FaultTraits Traits;
}

/// <summary>
/// The page fault: finds the area, checks permission, brings the page in. The case at hand decides: demand zero, file page, swap-in,
/// copy on write, permission only.
/// </summary>
internal static unsafe class PageFault
{
    /// <summary>Error code bits the CPU pushes (Intel SDM Vol. 3A, 4.7).</summary>
    public const ulong ErrorPresent = 1;
    public const ulong ErrorWrite = 2;
    public const ulong ErrorUser = 4;
    public const ulong ErrorReserved = 8;
    public const ulong ErrorFetch = 16;

    /// <summary>Not the CPU's: the area's protection does not hold, for debuggers.</summary>
    public const ulong Forced = 1UL << 63;

    /// <summary>Serves a fault at a user address; may sleep while a file is read.</summary>
    public static void Handle(AddressSpace space, ulong address, ulong errorCode, out FaultOutcome outcome)
    {
        outcome = default;
        VmFlags wanted = (errorCode & ErrorWrite) != 0 ? VmFlags.Write : (errorCode & ErrorFetch) != 0 ? VmFlags.Execute : VmFlags.Read;
        bool hasGrown = false;
        while (true)
        {
            VmArea area = space.Find(address);
            if (area == null)
            {
                area = StackGrowth.Try(space, address);
                hasGrown = area != null;
            }
            if (area == null)
            {
                outcome.Error = FaultError.NotMapped;
                return;
            }
            // x86 has no write-only or execute-only pages: any access right lets a page be read.
            VmFlags sufficient = wanted == VmFlags.Read ? VmFlags.Access : wanted;
            if ((area.Flags & sufficient) == 0 && (errorCode & Forced) == 0)
            {
                outcome.Error = FaultError.AccessDenied;
                return;
            }
            address &= ~4095UL;
            bool isWrite = wanted == VmFlags.Write;
            PageTableEntry* entry = PageTable.Find(space.Root, address);
            if (entry == null && HugeFault.Handle(space, area, address, isWrite, ref outcome))
            {
                outcome.Traits |= area.IsHugeTlb ? FaultTraits.HugeTlb : FaultTraits.Huge;
                return;
            }
            if (entry == null && (entry = PageTable.Ensure(space, address)) == null)
            {
                outcome.Error = FaultError.OutOfMemory;
                return;
            }
            if (entry->IsSwap)
            {
                if (!SwapIn.Handle(space, area, address, entry, isWrite, ref outcome)) continue;
            }
            else if (!entry->IsNone)
            {
                if (!CopyOnWrite.Present(space, area, address, entry, isWrite, ref outcome)) continue;
            }
            else if (area.Source == null) DemandZero(space, area, address, entry, isWrite, ref outcome);
            else if (!FilePage.Handle(space, area, address, entry, isWrite, ref outcome)) continue;
            if (hasGrown) outcome.Kind = FaultKind.Stack;
            return;
        }
    }

    /// <summary>Anonymous memory on first touch: the shared zero page for a read, a zeroed frame for a write.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void DemandZero(AddressSpace space, VmArea area, ulong address, PageTableEntry* entry, bool isWrite, ref FaultOutcome outcome)
    {
        outcome.Kind = FaultKind.DemandZero;
        if (CollapseScan.HasRested && TransparentHugePages.Allows(area)) CollapseScan.Expect();
        if (!isWrite)
        {
            *entry = new PageTableEntry(PageTable.ZeroFrame, area.EntryFlags(writable: false));
            return;
        }
        uint frame = FrameAllocator.AllocateForUser();
        if (frame == 0)
        {
            outcome.Error = FaultError.OutOfMemory;
            return;
        }
        Memory.ClearPage(Physical.FramePointer(frame));
        AnonymousPage.Install(area, address, entry, frame);
        space.AddResident(1);
    }
}
