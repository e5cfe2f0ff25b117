using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Cpu;

/// <summary>Which accesses a watchpoint is for.</summary>
[Flags]
public enum WatchAccess
{
    /// <summary>None; no watchpoint has it.</summary>
    None = 0,

    /// <summary>Reads, also those of instructions that read and write.</summary>
    Read = 1,

    /// <summary>Writes.</summary>
    Write = 2,

    /// <summary>Both.</summary>
    ReadWrite = Read | Write,
}

/// <summary>Who made a data access.</summary>
public enum AccessOrigin
{
    /// <summary>An instruction, for its operands.</summary>
    Instruction,

    /// <summary>The processor itself: descriptor tables, task states, the frames of exceptions and interrupts.</summary>
    Processor,

    /// <summary>A device that writes memory by itself; there is no virtual address.</summary>
    Device,
}

/// <summary>A data access as a watchpoint or <see cref="Processor.MemoryHook"/> sees it. One across two pages is two of them.</summary>
/// <param name="Id">The watchpoint's number; 0 when the hook is told.</param>
/// <param name="Address">Virtual address of the first byte.</param>
/// <param name="Physical">Physical address of the first byte.</param>
/// <param name="LengthBytes">How many bytes of one page were accessed.</param>
/// <param name="Kind"><see cref="AccessKind.Read"/> or <see cref="AccessKind.Write"/>; an instruction that reads and writes is told as a write.</param>
/// <param name="Rip">The instruction that was running, or that an exception or interrupt came at.</param>
public readonly record struct WatchHit(
    int Id, VirtualAddress Address, PhysicalAddress Physical, int LengthBytes, AccessKind Kind, VirtualAddress Rip)
{
    /// <summary>Who made the access.</summary>
    public AccessOrigin Origin { get; init; }

    /// <summary>CR3 at the access: which page tables the virtual address belongs to.</summary>
    public ulong Cr3 { get; init; }
}
