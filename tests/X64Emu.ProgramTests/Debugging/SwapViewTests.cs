using System.Globalization;
using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Guest.Reports;
using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Memory.Reports;
using X64Emu.Debugging.Running;
using X64Emu.Devices;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>What the debugger says of pages in swap space: the program sends 40 pages there and reads them one after the other.</summary>
public sealed class SwapViewTests : IDisposable
{
    private const int Pages = 40;
    private readonly DebuggedGuest guest = new(CompiledProgram.Glibc("fault-kinds"), 64 << 20, ["swap-in", Pages.ToString(CultureInfo.InvariantCulture)]);

    public SwapViewTests()
    {
        guest.Session.RunToProgram();
        guest.Session.Breakpoints.Add(new FaultCatchpoint { Kind = GuestFaultKind.SwapIn, Traits = GuestFaultTraits.Major });
    }

    private DebugMemory Memory => guest.Session.Memory;

    private GuestKernel Kernel => guest.Session.Guest!;

    private GuestProcess Program => Kernel.CurrentProcess!;

    public void Dispose() => guest.Dispose();

    [Fact]
    public void CatchFault_SwapIn_StopsAsOftenAsTheKernelCounts()
    {
        Assert.Equal(Pages, guest.RunToEnd().Count);
        Assert.Contains($"pgmajfault {Pages}\npswpin {Pages}\n", guest.Output, StringComparison.Ordinal);
        Assert.Equal(Pages, guest.Session.Measurement.Counts["page-faults.swap-in"]);
    }

    [Fact]
    public void Reports_OfASwappedPage_NameItsSlot()
    {
        VirtualAddress address = FirstFault() + 4096;
        AbsentPage page = Assert.NotNull(Kernel.Absent(Memory.PageTables.Walk(address, Program.Cr3!.Value).Levels[^1].Entry, 1));
        Assert.Equal((AbsentPageKind.Swapped, 1u, null), (page.Kind, page.Slot!.Value.References, page.Slot.Value.CachedFrame));
        string slot = $"in swap space: slot 0x{page.Number:x}, 1 reference, not in the swap cache";
        IReadOnlyList<string> walk = PageWalkText.Lines(
            Memory.PageTables.Walk(address, Program.Cr3!.Value), (entry, level) => AbsentPageText.Describe(Kernel, entry, level));
        Assert.EndsWith($"not present, {slot}", walk[^2], StringComparison.Ordinal);
        IReadOnlyList<string> sharing = CopyOnWriteText.Lines(Memory, Kernel, Program, address);
        Assert.EndsWith(slot, sharing[0], StringComparison.Ordinal);
        Assert.Contains($"0x{address.Value:x16}", sharing[2], StringComparison.Ordinal);
        Assert.Equal("The next access is a major fault: the page is read from the disk.", sharing[^1]);
    }

    [Fact]
    public void Maps_OfASwappedArea_CountsItsPages()
    {
        VirtualAddress address = FirstFault();
        IReadOnlyList<string> lines = MapsText.Lines(Memory, Kernel, Program);
        int column = Array.IndexOf(Words(lines[2]), "swapped");
        GuestArea area = Kernel.Areas(Program).Single(area => area.Contains(address));
        Assert.Equal(Pages - 1, int.Parse(Words(lines.Single(line => line.StartsWith($"{area.Start.Value:x8}-", StringComparison.Ordinal)))[column], CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Frame_JustRead_IsInTheSwapCache()
    {
        VirtualAddress address = FirstFault();
        Assert.True(Memory.TryTranslate(address, out PhysicalAddress physical, Program.Cr3));
        IReadOnlyList<string> lines = FrameText.Lines(Memory, Kernel, physical.Value >> 12);
        Assert.EndsWith(": 2 references", lines[0], StringComparison.Ordinal);
        Assert.Matches(@"^The frame is in the swap cache: slot 0x[0-9a-f]+, 0 references, in the swap cache as frame 0x", lines[^2]);
        Assert.Equal("2 = 1 mapping by processes + 0 page cache + 0 page table + 1 swap cache", lines[^1]);
    }

    private VirtualAddress FirstFault()
    {
        StopEvent stop = guest.Session.Continue();
        Assert.Equal(StopEventReason.Catch, stop.Reason);
        return guest.Session.Faults.Recent(1)[0].Address.PageBase;
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
