using X64Emu.Debugging.Guest.Layout;
using X64Emu.Debugging.Guest.Readers;
using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Symbols;
using X64Emu.Debugging.Symbols.Elf;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Guest;

/// <summary>
/// The C# kernel's own structures, read from guest memory with the layouts in the kernel image's debug information. The kernel takes no part in it,
/// and nothing in the machine changes.
/// </summary>
/// <remarks>
/// Each look reads anew; use it only while the machine does not run. The guest may have written anything: lists that loop, wild pointers and changed
/// structures give a partial answer, never an exception, and in bounded time. Early in the boot there is nothing to see.
/// </remarks>
public sealed class GuestKernel
{
    private readonly KernelTypes types;
    private readonly KernelMemory kernelMemory;
    private readonly ProcessReader processes;
    private readonly ThreadReader threads;
    private readonly AreaReader areas;
    private readonly FileReader files;
    private readonly FrameReader frames;
    private readonly SwapReader swap;
    private readonly SystemCallReader systemCalls;

    private GuestKernel(PcMachine machine, DebugMemory memory, KernelTypes types, MethodTables methodTables)
    {
        this.types = types;
        kernelMemory = new KernelMemory(memory, methodTables);
        files = new FileReader(types, kernelMemory);
        threads = new ThreadReader(types, kernelMemory, machine.Processor.Registers, new WaitReader(types, kernelMemory));
        processes = new ProcessReader(types, kernelMemory, threads, files);
        areas = new AreaReader(types, files);
        frames = new FrameReader(types, kernelMemory);
        swap = new SwapReader(types, kernelMemory, frames);
        systemCalls = new SystemCallReader(types, kernelMemory);
    }

    /// <summary>Names of members that this reader looks for and the kernel does not have; what they would tell is missing from the answers.</summary>
    public IReadOnlyCollection<string> MissingNames => types.Missing;

    /// <summary>All processes in order of number, the kernel's own and zombies included.</summary>
    public IReadOnlyList<GuestProcess> Processes => processes.ReadAll();

    /// <summary>The thread on the CPU; null before the scheduler has started.</summary>
    public GuestThread? CurrentThread
    {
        get
        {
            KernelObject thread = threads.Current;
            KernelObject process = threads.ProcessOf(thread);
            return process.IsNull ? null : threads.Read(thread, processes.PidOf(process), processes.HasMemory(process));
        }
    }

    /// <summary>The process on the CPU; null before the scheduler has started.</summary>
    public GuestProcess? CurrentProcess => threads.ProcessOf(threads.Current) is { IsNull: false } process ? processes.Read(process) : null;

    /// <summary>Numbers of the process and thread on the CPU; null before the scheduler has started. Quicker than reading all about them.</summary>
    public (int Pid, int Tid)? CurrentIds
    {
        get
        {
            KernelObject thread = threads.Current;
            KernelObject process = threads.ProcessOf(thread);
            return process.IsNull ? null : (processes.PidOf(process), threads.IdOf(thread));
        }
    }

    /// <summary>Frames of usable RAM, and those nobody uses.</summary>
    public (ulong Total, ulong Free) FrameCounts => (frames.TotalFrames, frames.FreeFrames);

    /// <summary>The frame that untouched anonymous memory shows to readers; its mappings are not counted. 0 when there is none.</summary>
    public ulong ZeroFrame => frames.ZeroFrame;

    /// <summary>True for <see cref="ZeroFrame"/> and the frames of the zero page of 2 MiB, which exists while it is mapped.</summary>
    public bool IsZeroFrame(ulong frame) =>
        (frame != 0 && frame == ZeroFrame) || (frames.HugeZeroFrame is not 0 and var first && frame >= first && frame - first < FrameReader.FramesPerHugePage);

    /// <summary>Numbers of the system calls that the kernel has.</summary>
    public IReadOnlyList<int> ImplementedSystemCalls => [.. systemCalls.Implemented()];

    /// <summary>Calls that programs made and the kernel does not have, and how often, since boot.</summary>
    public IReadOnlyList<(int Number, ulong Calls)> UnknownSystemCalls => [.. systemCalls.Unknown()];

    /// <summary>Connects to a machine whose kernel the image is.</summary>
    /// <param name="machine">The machine, booted or not.</param>
    /// <param name="memory">Its memory.</param>
    /// <param name="kernelElf">The kernel's ELF file, with debug information.</param>
    /// <returns>Null for every other kernel.</returns>
    public static GuestKernel? TryAttach(PcMachine machine, DebugMemory memory, byte[] kernelElf)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(kernelElf);
        try
        {
            ElfFile elf = ElfFile.Parse(kernelElf);
            return KernelTypes.TryLoad(elf) is { } types ? new GuestKernel(machine, memory, types, new MethodTables(elf)) : null;
        }
        catch (SymbolDataException)
        {
            return null;
        }
    }

    /// <summary>A process by number; null when there is none.</summary>
    public GuestProcess? FindProcess(int pid) => Processes.FirstOrDefault(process => process.Pid == pid);

    /// <summary>The areas of a process's memory in ascending order; empty for those that have none.</summary>
    public IReadOnlyList<GuestArea> Areas(GuestProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return areas.Read(new KernelObject(kernelMemory, process.SpaceAddress));
    }

    /// <summary>How many references the kernel counts for a frame: one per mapping, one of the page cache, one per use by the kernel itself. Null when
    /// it keeps no count of the frame.</summary>
    /// <param name="frame">Physical address divided by 4096.</param>
    public uint? FrameReferences(ulong frame) => frames.References(frame);

    /// <summary>What the kernel keeps in a page-table entry that is not present; null when that is nothing.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="level">Its level, 1 for a page table's.</param>
    public AbsentPage? Absent(PageTableEntry entry, int level) => swap.Read(entry, level);

    /// <summary>True when a write to a frame by one of its users has to copy it.</summary>
    /// <param name="frame">Physical address divided by 4096.</param>
    internal bool IsShared(ulong frame) => FrameUse.IsSharedBy(FrameReferences(frame), SwapSlotOf(frame));

    /// <summary>The slot of swap space whose page is in a frame; null when the frame is none of the swap cache's.</summary>
    /// <param name="frame">Physical address divided by 4096.</param>
    public SwapSlot? SwapSlotOf(ulong frame) => swap.SlotOf(frame);

    /// <summary>The frame that caches the page behind an address of a file mapping; null when none does.</summary>
    public ulong? CachedFrame(GuestArea area, VirtualAddress address)
    {
        ArgumentNullException.ThrowIfNull(area);
        if (area.SourceAddress == 0 || !area.Contains(address)) return null;
        ulong page = (area.FileOffset + (address.Value - area.Start.Value)) >> 12;
        return files.FindCached(new KernelObject(kernelMemory, area.SourceAddress), page) is not 0 and var frame ? frame : null;
    }

    /// <summary>The pages of files that a frame caches: path and page number.</summary>
    internal IEnumerable<(string Path, ulong PageIndex)> CachedPages(ulong frame) => files.CachedPages(frame);
}
