using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu;

/// <summary>Segment registers, descriptor-table registers, and the questions about descriptors.</summary>
public sealed class SystemSegmentTests
{
    /// <summary>Register, selector, ring; vector and error code, or -1 when it loads.</summary>
    [Theory]
    [InlineData("ds", 0, 0, -1, 0)]
    [InlineData("ds", SystemMachine.KernelData, 0, -1, 0)]
    [InlineData("ds", SystemMachine.UserData64, 0, -1, 0)]
    [InlineData("ds", SystemMachine.UserData64, 3, -1, 0)]
    [InlineData("ds", SystemMachine.KernelData, 3, 13, 0x10)]
    [InlineData("ds", SystemMachine.KernelData | 3, 0, 13, 0x10)]      // RPL above DPL
    [InlineData("ds", SystemMachine.ConformingCode | 3, 3, -1, 0)]     // readable conforming code may be read from everywhere
    [InlineData("ds", SystemMachine.AbsentCode, 0, 11, 0x48)]
    [InlineData("ds", SystemMachine.TaskSelector, 0, 13, 0x30)]
    [InlineData("ds", 0x14, 0, 13, 0x14)]                             // no LDT is loaded
    [InlineData("ss", 0, 0, -1, 0)]
    [InlineData("ss", 3, 3, 13, 0)]
    [InlineData("ss", SystemMachine.KernelData, 0, -1, 0)]
    [InlineData("ss", SystemMachine.UserData64, 0, 13, 0x20)]
    [InlineData("ss", SystemMachine.UserData64, 3, -1, 0)]
    [InlineData("ss", SystemMachine.ReadOnlyData | 3, 3, 13, 0x68)]
    [InlineData("ss", SystemMachine.KernelCode, 0, 13, 8)]
    public void MoveToSegmentRegister_EachSelector_LoadsOrFaults(string name, int selector, int ring, int vector, int errorCode)
    {
        using SystemMachine machine = new();
        if (ring == 3) machine.EnterUser();
        machine.Registers[GeneralRegister.Rax] = (ulong)selector;
        machine.Load(a =>
        {
            if (name == "ds") a.mov(ds, eax);
            else a.mov(ss, eax);
            a.mov(ebx, ds);
            a.mov(ecx, ss);
            a.ud2();
        });
        int raised = machine.RunToHandler();
        if (vector >= 0)
        {
            Assert.Equal(vector, raised);
            Assert.Equal((ulong)errorCode, machine.Pushed(0));
            return;
        }
        Assert.Equal(6, raised);
        Assert.Equal((ulong)selector, machine.Registers[name == "ds" ? GeneralRegister.Rbx : GeneralRegister.Rcx]);
    }

    [Fact]
    public void LoadingSegment_SetsTheAccessedBitInTheTable()
    {
        using SystemMachine machine = new();
        machine.Registers[GeneralRegister.Rax] = SystemMachine.ReadOnlyData | 3;
        ulong before = machine.Read(SystemMachine.Gdt + SystemMachine.ReadOnlyData) & ~(1UL << 40);
        machine.Write(SystemMachine.Gdt + SystemMachine.ReadOnlyData, before);
        machine.Load(a =>
        {
            a.mov(ds, eax);
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(10));
        Assert.Equal(before | 1UL << 40, machine.Read(SystemMachine.Gdt + SystemMachine.ReadOnlyData));
    }

    [Fact]
    public void LoadingFs_TakesTheDescriptorsBase_AndPopRestoresIt()
    {
        using SystemMachine machine = new();
        machine.Write(SystemMachine.Gdt + SystemMachine.ReadOnlyData, 0x12cf_f334_5678_ffff);
        machine.Registers[GeneralRegister.Rax] = SystemMachine.ReadOnlyData;
        machine.Load(a =>
        {
            a.push(fs);
            a.mov(fs, eax);
            a.push(fs);
            a.pop(rbx);
            a.pop(fs);
            a.hlt();
        });
        machine.Processor.Run(2);
        Assert.Equal(0x1234_5678UL, machine.Registers.FsBase.Value);
        Assert.Equal(StopReason.Halted, machine.Processor.Run(10));
        Assert.Equal(SystemMachine.ReadOnlyData, machine.Registers[GeneralRegister.Rbx]);
        Assert.Equal(SystemMachine.KernelData, machine.Registers.GetSegment(SegmentName.Fs).Selector);
    }

    /// <summary>LAR, LSL, VERR, VERW of a selector in a ring: whether ZF is set, and the value loaded.</summary>
    [Theory]
    [InlineData("lar", SystemMachine.KernelCode, 0, true, 0x00af_9b00U)]
    [InlineData("lar", SystemMachine.KernelCode, 3, false, 0U)]
    [InlineData("lar", SystemMachine.TaskSelector, 0, true, 0x0000_8b00U)]
    [InlineData("lar", SystemMachine.CallGate, 3, true, 0x0000_ec00U)]
    [InlineData("lar", 0, 0, false, 0U)]
    [InlineData("lar", 0x1000, 0, false, 0U)]
    [InlineData("lsl", SystemMachine.UserData64, 3, true, 0xffff_ffffU)]
    [InlineData("lsl", SystemMachine.TaskSelector, 0, true, 0x67U)]
    [InlineData("lsl", SystemMachine.CallGate, 3, false, 0U)]
    [InlineData("verr", SystemMachine.UserCode, 3, true, 0U)]
    [InlineData("verr", SystemMachine.TaskSelector, 0, false, 0U)]
    [InlineData("verw", SystemMachine.UserData64, 3, true, 0U)]
    [InlineData("verw", SystemMachine.ReadOnlyData, 0, false, 0U)]
    [InlineData("verw", SystemMachine.UserCode, 0, false, 0U)]
    public void DescriptorQuestion_EachSelector_AnswersInZeroFlag(string what, int selector, int ring, bool accepted, uint value)
    {
        using SystemMachine machine = new();
        if (ring == 3) machine.EnterUser();
        machine.Registers[GeneralRegister.Rax] = (ulong)selector;
        machine.Load(a =>
        {
            switch (what)
            {
                case "lar": a.db(0x0f, 0x02, 0xd8); break;   // LAR EBX, EAX
                case "lsl": a.db(0x0f, 0x03, 0xd8); break;   // LSL EBX, EAX
                case "verr": a.verr(ax); break;
                default: a.verw(ax); break;
            }
            a.ud2();
        });
        Assert.Equal(6, machine.RunToHandler());
        Assert.Equal(accepted, (machine.Pushed(2) & 0x40) != 0);
        if (what[0] == 'l') Assert.Equal(value, machine.Registers[GeneralRegister.Rbx]);
    }

    [Fact]
    public void DescriptorTables_StoredAndLoaded_RoundTrip()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            a.sgdt(__[0x7000]);
            a.sidt(__[0x7010]);
            a.str(ebx);
            a.sldt(ecx);
            a.lgdt(__[0x7020]);
            a.lidt(__[0x7030]);
            a.hlt();
        });
        machine.Write(0x7020, 0x5555_6666_1234);
        machine.Write(0x7028, 0);
        machine.Write(0x7030, 0x7777_8888_0fff);
        machine.Write(0x7038, 0);
        Assert.Equal(StopReason.Halted, machine.Processor.Run(20));
        Assert.Equal(SystemMachine.Gdt << 16 | SystemMachine.GdtLimit, machine.Read(0x7000));
        Assert.Equal(SystemMachine.Idt << 16 | 0xfff, machine.Read(0x7010));
        Assert.Equal(SystemMachine.TaskSelector, machine.Registers[GeneralRegister.Rbx]);
        Assert.Equal(0UL, machine.Registers[GeneralRegister.Rcx]);
        Assert.Equal(new DescriptorTable(0x5555_6666, 0x1234), machine.Registers.Gdtr);
        Assert.Equal(new DescriptorTable(0x7777_8888, 0x0fff), machine.Registers.Idtr);
    }

    [Fact]
    public void LoadTaskRegister_MarksTheDescriptorBusy_AndRefusesABusyOne()
    {
        using SystemMachine machine = new();
        ulong entry = SystemMachine.Gdt + SystemMachine.TaskSelector;
        machine.Write(entry, machine.Read(entry) & ~(2UL << 40));
        machine.Registers.TaskRegister = default;
        machine.Registers[GeneralRegister.Rax] = SystemMachine.TaskSelector;
        machine.Load(a =>
        {
            a.ltr(ax);
            a.ltr(ax);
        });
        Assert.Equal(13, machine.RunToHandler());
        Assert.Equal(SystemMachine.TaskSelector, machine.Pushed(0));
        Assert.Equal(SystemMachine.Code + 4, machine.Pushed(1));
        Assert.Equal(11UL, machine.Read(entry) >> 40 & 0xf);
        Assert.Equal(SystemMachine.TaskState, machine.Registers.TaskRegister.Base);
        Assert.Equal(0x67U, machine.Registers.TaskRegister.Limit);
    }

    [Fact]
    public void LoadLdt_LetsSelectorsReachIt()
    {
        using SystemMachine machine = new();
        ulong entry = SystemMachine.Gdt + SystemMachine.CallGate;
        machine.Write(entry, 0x0000_8200_0000_000f | 0x7000UL << 16);   // an LDT of two entries at 0x7000
        machine.Write(entry + 8, 0);
        machine.Write(0x7008, 0x00cf_9300_0000_ffff);
        machine.Registers[GeneralRegister.Rax] = SystemMachine.CallGate;
        machine.Registers[GeneralRegister.Rbx] = 0xc;
        machine.Load(a =>
        {
            a.lldt(ax);
            a.mov(ds, ebx);
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(10));
        Assert.Equal(0xc, machine.Registers.GetSegment(SegmentName.Ds).Selector);
    }

    [Theory]
    [InlineData(false, 6)]
    [InlineData(true, 13)]
    public void StoringTables_FromUserMode_IsForbiddenByUmip(bool umip, int vector)
    {
        foreach (int which in (int[])[0, 1, 2, 3, 4])
        {
            using SystemMachine machine = new();
            if (umip) machine.Registers.Cr4 |= 0x800;
            machine.EnterUser();
            machine.Registers[GeneralRegister.Rdi] = SystemMachine.UserData;
            machine.Load(a =>
            {
                switch (which)
                {
                    case 0: a.sgdt(__[rdi]); break;
                    case 1: a.sidt(__[rdi]); break;
                    case 2: a.sldt(eax); break;
                    case 3: a.str(eax); break;
                    default: a.smsw(eax); break;
                }
                a.ud2();
            });
            Assert.Equal(vector, machine.RunToHandler());
        }
    }
}
