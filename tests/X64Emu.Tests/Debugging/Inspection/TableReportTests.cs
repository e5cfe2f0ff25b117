using X64Emu.Cpu;
using X64Emu.Debugging.Inspection;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Debugging.Inspection;

/// <summary>Descriptor tables and task state as text.</summary>
public sealed class TableReportTests : IDisposable
{
    private const ulong Gdt = 0x2000, Idt = 0x3000, TaskState = 0x5000;
    private readonly PagedPc pc = new();

    public void Dispose() => pc.Dispose();

    [Fact]
    public void Gdt_CodeDataAndTask_AreDecoded()
    {
        pc.Write(Gdt + 8, 0x00af_9b00_0000_ffff);
        pc.Write(Gdt + 16, 0x00cf_f300_0000_ffff);
        pc.Write(Gdt + 40, 0x0000_8b00_5000_0067);
        pc.Write(Gdt + 48, 0xffff_ff80);
        pc.Registers.Gdtr = new DescriptorTable(Gdt, 55);
        IReadOnlyList<string> lines = DescriptorTableReport.Lines(pc.Registers, pc.Memory);
        Assert.Equal(
            [
                "GDT at 0x2000, 7 entries of 8 bytes",
                "        1 empty entry",
                "0x0008  0x00af9b000000ffff  base 0x0000000000000000  limit 0xffffffff  64-bit code, readable, ring 0, accessed",
                "0x0010  0x00cff3000000ffff  base 0x0000000000000000  limit 0xffffffff  data, writable, ring 3, accessed",
                "        2 empty entries",
                "0x0028  0x00008b0050000067  base 0xffffff8000005000  limit 0x00000067  TSS, busy, ring 0",
            ],
            lines);
    }

    [Fact]
    public void Gdt_NotMapped_SaysWhere()
    {
        pc.Registers.Gdtr = new DescriptorTable(0x4000_0000, 0x17);
        Assert.Equal(
            ["GDT at 0x40000000, 3 entries of 8 bytes", "0x0000  not mapped: no memory at 0x40000000"],
            DescriptorTableReport.Lines(pc.Registers, pc.Memory));
    }

    [Fact]
    public void Idt_GatesAndGaps_ShowHandlers()
    {
        pc.Write(Idt + 14 * 16, 0x0006_8e00_0008_0000);
        pc.Write(Idt + 8 * 16, 0x0006_8e02_0008_0010);
        pc.Registers.Idtr = new DescriptorTable(Idt, 0xfff);
        IReadOnlyList<string> lines = InterruptTableReport.Lines(pc.Registers, pc.Memory, address => address.Value == PagedPc.Code ? "PageFaultEntry" : null);
        Assert.Equal(
            [
                "IDT at 0x3000, 256 gates of 16 bytes",
                "0x00 to 0x07: no gates",
                "0x08  0x0008:0x0000000000060010  interrupt gate, ring 0, IST2  #DF double fault",
                "0x09 to 0x0d: no gates",
                "0x0e  0x0008:0x0000000000060000  interrupt gate, ring 0  PageFaultEntry  #PF page fault",
                "0x0f to 0xff: no gates",
            ],
            lines);
        Assert.Equal(["0x03  no gate"], InterruptTableReport.Lines(pc.Registers, pc.Memory, vector: 3));
        pc.Registers.Idtr = new DescriptorTable(Idt, 0);
        Assert.Single(InterruptTableReport.Lines(pc.Registers, pc.Memory));
    }

    [Fact]
    public void Tss_StacksAndPorts_AreShown()
    {
        pc.Write(TaskState + 4, 0x8000);
        pc.Write(TaskState + 0x24, 0x9000);
        pc.Write(TaskState + 0x60, 0x68UL << 48);
        pc.Write(TaskState + 0x68, ~0UL & ~(0xffUL << 8 | 1UL << 60));
        pc.Registers.TaskRegister = new SegmentRegister(0x30, TaskState, 0x6f, 0x8b);
        IReadOnlyList<string> lines = TaskStateReport.Lines(pc.Registers, pc.Memory);
        Assert.Equal("TSS at 0x5000, limit 0x6f (TR 0x0030)", lines[0]);
        Assert.Equal("rsp0    0x0000000000008000  32768  stack of ring 0", lines[1]);
        Assert.Equal("ist1    0x0000000000009000  36864", lines[4]);
        Assert.Equal("i/o map offset 0x68: ring 3 may use ports 0x8-0xf, 0x3c", lines[^1]);
        pc.Registers.TaskRegister = pc.Registers.TaskRegister with { Limit = 0x67 };
        Assert.Equal("i/o map offset 0x68: no map; ring 3 may use no ports unless IOPL is 3", TaskStateReport.Lines(pc.Registers, pc.Memory)[^1]);
        pc.Registers.TaskRegister = default;
        Assert.Equal(["no task state segment is loaded (TR is null)"], TaskStateReport.Lines(pc.Registers, pc.Memory));
    }

    [Fact]
    public void Devices_OfAPc_AreListedWithTimersAndInterrupts()
    {
        Assert.Contains("COM1 (ports 0x3f8 to 0x3ff, interrupt 4)", DeviceReport.Devices(pc.Pc));
        Assert.Equal("PIT (ports 0x40 to 0x43, interrupt 0)", DeviceReport.Devices(pc.Pc, "pit")[0]);
        Assert.Empty(DeviceReport.Devices(pc.Pc, "toaster"));
        Assert.Equal(["virtual time 0 ns", "  no timer is set"], DeviceReport.Timers(pc.Pc));
        pc.Pc.Clock.Schedule(500, () => { }, "a test");
        Assert.Equal("              500 ns  in 500 ns            a test", DeviceReport.Timers(pc.Pc)[1]);
        Assert.StartsWith("processor: interrupts off (IF = 0)", DeviceReport.Interrupts(pc.Pc)[0], StringComparison.Ordinal);
    }
}
