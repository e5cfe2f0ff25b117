using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu;

/// <summary>SYSCALL and SYSRET, SYSENTER and SYSEXIT, IRET, far transfers and the way into long mode.</summary>
public sealed class SystemCallTests
{
    private const ulong Entry = SystemMachine.Code + 0x800;

    private static SystemMachine WithSystemCalls(ulong mask = 0x4_4700)
    {
        SystemMachine machine = new();
        Assert.True(machine.Registers.TryWriteMsr(0xc000_0081, 0x001b_0008_0000_0000));
        Assert.True(machine.Registers.TryWriteMsr(0xc000_0082, Entry));
        Assert.True(machine.Registers.TryWriteMsr(0xc000_0084, mask));
        machine.EnterUser();
        return machine;
    }

    [Fact]
    public void SystemCall_AndReturn_RoundTrip()
    {
        using SystemMachine machine = WithSystemCalls();
        machine.Load(a =>
        {
            a.syscall();
            a.hlt();
        });
        machine.LoadAt(Entry, a =>
        {
            a.push(rax);
            a.mov(r8, cs);
            a.mov(r9, ss);
            a.sysretq();
        });
        machine.Registers.RFlags = 0x4_0ad7;   // AC, IF and the arithmetic flags but DF
        Assert.Equal(13, machine.RunToHandler());
        ProcessorRegisters registers = machine.Registers;
        Assert.Equal(SystemMachine.User + 2, registers[GeneralRegister.Rcx]);
        Assert.Equal(0x4_0ad7UL, registers[GeneralRegister.R11]);
        Assert.Equal(SystemMachine.KernelCode, registers[GeneralRegister.R8]);
        Assert.Equal(SystemMachine.KernelData, registers[GeneralRegister.R9]);
        Assert.Equal(SystemMachine.User + 2, machine.Pushed(1));
        Assert.Equal(SystemMachine.UserCode, machine.Pushed(2));
        Assert.Equal(0x5_0ad7UL, machine.Pushed(3));
        Assert.Equal(SystemMachine.UserStack - 8, machine.Pushed(4));
        Assert.Equal(SystemMachine.UserData64, machine.Pushed(5));
        Assert.Equal(1, machine.Processor.Counters.SystemCalls);
        Assert.Equal(1, machine.Processor.Counters.UserInstructions);
    }

    [Fact]
    public void SystemCall_FlagMask_ClearsFlagsForTheKernel()
    {
        using SystemMachine machine = WithSystemCalls();
        machine.Load(a => a.syscall());
        machine.LoadAt(Entry, a => a.ud2());
        machine.Registers.RFlags = 0x4_4ed7;   // AC, NT, IF, DF and the arithmetic flags
        Assert.Equal(6, machine.RunToHandler());
        Assert.Equal(0x1_08d7UL, machine.Pushed(2));
    }

    [Theory]
    [InlineData(SystemMachine.NonCanonical)]
    [InlineData(0x8000_0000_0000_0000)]
    public void SystemReturn_ToNonCanonicalAddress_FaultsThereInRing3(ulong address)
    {
        using SystemMachine machine = WithSystemCalls();
        machine.EnterKernel();
        machine.Load(a => a.sysretq());
        machine.Registers[GeneralRegister.Rcx] = address;
        Assert.Equal(13, machine.RunToHandler());
        Assert.Equal(address, machine.Pushed(1));
        Assert.Equal(SystemMachine.UserCode, machine.Pushed(2));
    }

    [Fact]
    public void SystemReturn_Without64BitOperand_EntersCompatibilityMode()
    {
        using SystemMachine machine = WithSystemCalls();
        machine.EnterKernel();
        machine.Load(a => a.db(0x0f, 0x07));
        machine.Registers[GeneralRegister.Rcx] = 0xffff_ffff_0000_0000 | SystemMachine.User;
        machine.LoadAt(SystemMachine.User, a => a.hlt(), bits: 32);
        Assert.Equal(13, machine.RunToHandler());
        Assert.Equal(SystemMachine.UserCode32, machine.Pushed(2));
        Assert.Equal(SystemMachine.User, machine.Pushed(1));
    }

    [Fact]
    public void SystemCall_WithoutEnable_IsUndefined()
    {
        using SystemMachine machine = WithSystemCalls();
        machine.Registers.Efer = 0x900;
        machine.Load(a => a.syscall());
        Assert.Equal(6, machine.RunToHandler());
    }

    [Theory]
    [InlineData(HookResult.Handled, StopReason.Halted)]
    [InlineData(HookResult.Stop, StopReason.SystemCall)]
    public void SystemCallHook_Answer_DecidesWhatFollows(HookResult answer, StopReason reason)
    {
        using SystemMachine machine = WithSystemCalls();
        machine.Load(a =>
        {
            a.syscall();
            a.hlt();
        });
        ulong seen = 0;
        machine.Processor.SystemCallHook = () =>
        {
            seen = machine.Registers.Rip.Value;
            return answer;
        };
        Assert.Equal(reason, machine.Processor.Run(10));
        Assert.Equal(SystemMachine.User + 2, seen);
        if (answer == HookResult.Stop) Assert.Equal(SystemMachine.User + 2, machine.Registers.Rip.Value);
    }

    [Fact]
    public void SystemEnter_AndExit_RoundTripInProtectedMode()
    {
        using SystemMachine machine = new();
        machine.Processor.EnterProtectedMode();
        ProcessorRegisters registers = machine.Registers;
        // SYSEXIT takes CS from SYSENTER_CS + 16: 0x1b with 8.
        Assert.True(registers.TryWriteMsr(0x174, SystemMachine.KernelCode));
        Assert.True(registers.TryWriteMsr(0x175, SystemMachine.KernelStack));
        Assert.True(registers.TryWriteMsr(0x176, Entry));
        registers.SetSegment(SegmentName.Cs, new SegmentRegister(SystemMachine.UserCode32, 0, uint.MaxValue, 0xc0fb));
        registers.SetSegment(SegmentName.Ss, new SegmentRegister(SystemMachine.UserData64, 0, uint.MaxValue, 0xc0f3));
        registers.Rip = new(SystemMachine.User);
        machine.Load(a =>
        {
            a.sysenter();
            a.hlt();
        }, bits: 32);
        machine.LoadAt(Entry, a =>
        {
            a.push(eax);
            a.mov(ecx, (uint)SystemMachine.UserStack - 64);
            a.mov(edx, (uint)SystemMachine.User + 2);
            a.db(0x0f, 0x35);   // SYSEXIT
        }, bits: 32);
        machine.Processor.ExceptionHook = _ => HookResult.Stop;
        Assert.Equal(StopReason.Exception, machine.Processor.Run(100));
        Assert.Equal(ExceptionVector.GeneralProtection, machine.Processor.LastException!.Value.Vector);
        Assert.Equal(SystemMachine.User + 2, registers.Rip.Value);
        Assert.Equal(SystemMachine.UserCode32, registers.GetSegment(SegmentName.Cs).Selector);
        Assert.Equal(SystemMachine.UserData64, registers.GetSegment(SegmentName.Ss).Selector);
        Assert.Equal(SystemMachine.UserStack - 64, registers[GeneralRegister.Rsp]);
        Assert.Equal(0UL, machine.Read(SystemMachine.KernelStack - 4) & uint.MaxValue);
    }

    [Fact]
    public void InterruptReturn_ToUserMode_LoadsFrameAndDropsKernelSegments()
    {
        using SystemMachine machine = new();
        machine.Registers.SetSegment(SegmentName.Ds, new SegmentRegister(SystemMachine.KernelData, 0, uint.MaxValue, 0xc093));
        machine.Registers.FsBase = new(0x1234_5678_9000);
        machine.Load(a =>
        {
            a.push(SystemMachine.UserData64);
            a.mov(rax, SystemMachine.UserStack);
            a.push(rax);
            a.push(0x3ed7);
            a.push(SystemMachine.UserCode);
            a.mov(rax, SystemMachine.User);
            a.push(rax);
            a.iretq();
        });
        machine.LoadAt(SystemMachine.User, a => a.ud2());
        Assert.Equal(6, machine.RunToHandler());
        Assert.Equal(SystemMachine.User, machine.Pushed(0));
        Assert.Equal(SystemMachine.UserCode, machine.Pushed(1));
        Assert.Equal(0x1_3ed7UL, machine.Pushed(2));
        Assert.Equal(SystemMachine.UserStack, machine.Pushed(3));
        Assert.Equal(0, machine.Registers.GetSegment(SegmentName.Ds).Selector);
        Assert.Equal(0x1234_5678_9000UL, machine.Registers.FsBase.Value);
    }

    /// <summary>Frames IRETQ refuses: RIP, CS, SS; the vector and error code.</summary>
    public static TheoryData<ulong, ulong, ulong, int, ulong> BadFrames => new()
    {
        { SystemMachine.NonCanonical, SystemMachine.UserCode, SystemMachine.UserData64, 13, 0 },
        { SystemMachine.User, 0, SystemMachine.UserData64, 13, 0 },
        { SystemMachine.User, 0x1003, SystemMachine.UserData64, 13, 0x1000 },
        { SystemMachine.User, SystemMachine.UserData64, SystemMachine.UserData64, 13, 0x20 },
        { SystemMachine.User, 0x28, SystemMachine.UserData64, 13, 0x28 },
        { SystemMachine.User, SystemMachine.UserCode, SystemMachine.KernelData, 13, 0x10 },
        { SystemMachine.User, SystemMachine.UserCode, 0, 13, 0 },
        { SystemMachine.User, SystemMachine.AbsentCode, SystemMachine.KernelData, 11, 0x48 },
    };

    [Theory]
    [MemberData(nameof(BadFrames))]
    public void InterruptReturn_BadFrame_FaultsWithNothingChanged(ulong rip, ulong cs, ulong ss, int vector, ulong errorCode)
    {
        using SystemMachine machine = new();
        ulong frame = SystemMachine.KernelStack - 40;
        machine.Registers[GeneralRegister.Rsp] = frame;
        ulong[] words = [rip, cs, 0x2, SystemMachine.UserStack, ss];
        for (int index = 0; index < 5; index++) machine.Write(frame + (ulong)index * 8, words[index]);
        machine.Load(a => a.iretq());
        Assert.Equal(vector, machine.RunToHandler());
        Assert.Equal(errorCode, machine.Pushed(0));
        Assert.Equal(SystemMachine.Code, machine.Pushed(1));
        Assert.Equal(frame, machine.Pushed(4));
    }

    [Fact]
    public void InterruptReturn_WithNestedTask_FaultsInLongMode()
    {
        using SystemMachine machine = new();
        machine.Registers.RFlags = 0x4002;
        machine.Load(a => a.iretq());
        Assert.Equal(13, machine.RunToHandler());
    }

    [Fact]
    public void FarReturn_ToCompatibilityMode_AndFarJumpBack_ChangeCodeWidth()
    {
        using SystemMachine machine = new();
        machine.Load(a =>
        {
            a.push(SystemMachine.KernelCode32);
            a.push((int)Entry);
            a.db(0x48, 0xcb);
        });
        ulong back = SystemMachine.Code + 0x900;
        machine.LoadAt(Entry, a =>
        {
            a.mov(eax, -1);
            a.db(0x40);          // INC EAX here, a REX prefix in 64-bit mode
            a.db(0x89, 0xc0);    // MOV EAX, EAX
            a.db([0xea, (byte)back, (byte)(back >> 8), (byte)(back >> 16), 0, (byte)SystemMachine.KernelCode, 0]);
        }, bits: 32);
        machine.LoadAt(back, a =>
        {
            a.mov(rbx, 0x1122_3344_5566_7788);
            a.ud2();
        });
        machine.Processor.ExceptionHook = _ => HookResult.Stop;
        Assert.Equal(StopReason.Exception, machine.Processor.Run(100));
        Assert.Equal(back + 10, machine.Registers.Rip.Value);
        Assert.Equal(0UL, machine.Registers[GeneralRegister.Rax]);
        Assert.Equal(0x1122_3344_5566_7788UL, machine.Registers[GeneralRegister.Rbx]);
    }

    [Fact]
    public void FarCall_ThroughGate_FromUserMode_PushesOnTheInnerStackAndReturns()
    {
        using SystemMachine machine = new();
        machine.EnterUser();
        machine.LoadAt(SystemMachine.Handlers, a =>
        {
            a.mov(r8, __[rsp]);
            a.mov(r9, __[rsp + 8]);
            a.mov(r10, __[rsp + 16]);
            a.mov(r11, __[rsp + 24]);
            a.db(0x48, 0xcb);
        });
        machine.Write(SystemMachine.UserData, (ulong)(SystemMachine.CallGate | 3) << 32);
        machine.Load(a =>
        {
            a.mov(rax, SystemMachine.UserData);
            a.call(__fword_ptr[rax]);
            a.hlt();
        });
        Assert.Equal(13, machine.RunToHandler());
        Assert.Equal(SystemMachine.User + 12, machine.Registers[GeneralRegister.R8]);
        Assert.Equal(SystemMachine.UserCode, machine.Registers[GeneralRegister.R9]);
        Assert.Equal(SystemMachine.UserStack, machine.Registers[GeneralRegister.R10]);
        Assert.Equal(SystemMachine.UserData64, machine.Registers[GeneralRegister.R11]);
        Assert.Equal(SystemMachine.User + 12, machine.Pushed(1));
        Assert.Equal(SystemMachine.UserStack, machine.Pushed(4));
    }

    /// <summary>The way of every PVH kernel: 32-bit protected mode, PAE, CR3, LME, PG, far jump.</summary>
    [Fact]
    public void ProtectedModeEntry_EnablingPagingWithLongMode_Reaches64BitCode()
    {
        using SystemMachine machine = new();
        machine.Processor.EnterProtectedMode();
        machine.Registers.Rip = new(SystemMachine.Code);
        machine.Registers[GeneralRegister.Rsp] = SystemMachine.KernelStack;
        machine.Write(0x7000, SystemMachine.Gdt << 16 | SystemMachine.GdtLimit);
        ulong target = SystemMachine.Code + 0x400;
        machine.Load(a =>
        {
            a.mov(eax, cr4);
            a.or(eax, 0x620);
            a.mov(cr4, eax);
            a.mov(eax, (uint)SystemMachine.Pml4);
            a.mov(cr3, eax);
            a.mov(ecx, 0xc000_0080);
            a.rdmsr();
            a.or(eax, 0x901);
            a.wrmsr();
            a.mov(eax, cr0);
            a.or(eax, 0x8001_0022);
            a.mov(cr0, eax);
            a.lgdt(__[0x7000]);
            a.db([0xea, (byte)target, (byte)(target >> 8), (byte)(target >> 16), 0, (byte)SystemMachine.KernelCode, 0]);
        }, bits: 32);
        machine.LoadAt(target, a =>
        {
            a.mov(eax, SystemMachine.KernelData);
            a.mov(ss, eax);
            a.mov(rax, 0x1234_5678_9abc_def0);
            a.hlt();
        });
        Assert.Equal(StopReason.Halted, machine.Processor.Run(100));
        Assert.Equal(0x1234_5678_9abc_def0UL, machine.Registers[GeneralRegister.Rax]);
        Assert.Equal(0xd01UL, machine.Registers.Efer);
        Assert.Equal(0x8001_0033UL, machine.Registers.Cr0);
        Assert.Equal(SystemMachine.KernelData, machine.Registers.GetSegment(SegmentName.Ss).Selector);
    }

    [Fact]
    public void ProtectedMode_InterruptGate_DeliversAndReturns()
    {
        using SystemMachine machine = new();
        machine.Processor.EnterProtectedMode();
        ProcessorRegisters registers = machine.Registers;
        registers.Rip = new(SystemMachine.Code);
        registers[GeneralRegister.Rsp] = SystemMachine.KernelStack;
        machine.Write(SystemMachine.Idt + 8 * 6, (ulong)SystemMachine.KernelCode32 << 16 | 0x8e00UL << 32 | (Entry & 0xffff) | (Entry >> 16) << 48);
        machine.LoadAt(Entry, a =>
        {
            a.mov(eax, __[esp]);
            a.mov(ebx, __[esp + 8]);
            a.add(__dword_ptr[esp], 2);
            a.iretd();
        }, bits: 32);
        machine.Load(a =>
        {
            a.ud2();
            a.hlt();
        }, bits: 32);
        Assert.Equal(StopReason.Halted, machine.Processor.Run(100));
        Assert.Equal(SystemMachine.Code, registers[GeneralRegister.Rax]);
        Assert.Equal(0x1_0002UL, registers[GeneralRegister.Rbx]);
        Assert.Equal(SystemMachine.Code + 3, registers.Rip.Value);
        Assert.Equal(SystemMachine.KernelStack, registers[GeneralRegister.Rsp]);
    }

    [Fact]
    public void EnablingPaging_WithoutLongMode_IsRefused()
    {
        using SystemMachine machine = new();
        machine.Processor.EnterProtectedMode();
        machine.Registers.Cr4 = 0x20;
        Assert.Throws<ArgumentException>(() => machine.Registers.Cr0 = 0x8000_0011);
        Assert.Equal(0x11UL, machine.Registers.Cr0);
    }

    /// <summary>Control-register values MOV refuses in long mode.</summary>
    [Theory]
    [InlineData(0, 0x1_0000_0000UL | 0x8001_0033)]
    [InlineData(0, 0x8001_0032UL)]                  // PG without PE
    [InlineData(0, 0x0001_0033UL)]                  // PG off in 64-bit code
    [InlineData(0, 0xa001_0033UL)]                  // NW without CD
    [InlineData(3, 1UL << 46)]
    [InlineData(3, 1UL << 63)]                      // no PCIDE
    [InlineData(4, 0x680UL)]                        // PAE off in long mode
    [InlineData(4, 0x16a0UL)]                       // LA57 does not exist
    [InlineData(8, 16UL)]
    public void MoveToControlRegister_BadValue_FaultsWithNothingChanged(int number, ulong value)
    {
        using SystemMachine machine = new();
        ProcessorRegisters registers = machine.Registers;
        (ulong cr0, ulong cr3, ulong cr4, ulong cr8) = (registers.Cr0, registers.Cr3, registers.Cr4, registers.Cr8);
        registers[GeneralRegister.Rax] = value;
        machine.Load(a =>
        {
            switch (number)
            {
                case 0: a.mov(Iced.Intel.AssemblerRegisters.cr0, rax); break;
                case 3: a.mov(Iced.Intel.AssemblerRegisters.cr3, rax); break;
                case 4: a.mov(Iced.Intel.AssemblerRegisters.cr4, rax); break;
                default: a.mov(Iced.Intel.AssemblerRegisters.cr8, rax); break;
            }
        });
        Assert.Equal(13, machine.RunToHandler());
        Assert.Equal((cr0, cr3, cr4, cr8), (registers.Cr0, registers.Cr3, registers.Cr4, registers.Cr8));
    }
}
