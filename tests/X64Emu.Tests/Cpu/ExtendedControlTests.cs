using X64Emu.Cpu;
using X64Emu.Cpu.Floating;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu;

/// <summary>XCR0, XGETBV, XSETBV and what they let run.</summary>
public sealed class ExtendedControlTests
{
    private const int InvalidOpcode = 6, GeneralProtection = 13;

    /// <summary>The value in EDX:EAX, the register's number in ECX, and the vector that follows: none when it is taken.</summary>
    [Theory]
    [InlineData(1UL, 0u, -1)]
    [InlineData(3UL, 0u, -1)]
    [InlineData(7UL, 0u, -1)]
    [InlineData(0UL, 0u, GeneralProtection)]
    [InlineData(2UL, 0u, GeneralProtection)]     // x87 cannot be left out
    [InlineData(5UL, 0u, GeneralProtection)]     // AVX needs SSE
    [InlineData(0xfUL, 0u, GeneralProtection)]   // no such component
    [InlineData(0x1_0000_0007UL, 0u, GeneralProtection)]
    [InlineData(7UL, 1u, GeneralProtection)]     // no such register
    public void SetExtendedControl_ByKernel_TakesValidValuesOnly(ulong value, uint number, int vector)
    {
        using SystemMachine machine = new();
        machine.Registers.Cr4 |= SystemRegisters.Cr4OsXsave;
        machine.Registers[GeneralRegister.Rax] = value & uint.MaxValue;
        machine.Registers[GeneralRegister.Rdx] = value >> 32;
        machine.Registers[GeneralRegister.Rcx] = number;
        machine.Load(a =>
        {
            a.xsetbv();
            a.xor(ecx, ecx);
            a.mov(rax, ulong.MaxValue);
            a.mov(rdx, rax);
            a.xgetbv();
            a.shl(rdx, 32);
            a.or(rdx, rax);
            a.hlt();
        });
        if (vector >= 0)
        {
            Assert.Equal(vector, machine.RunToHandler());
            Assert.Equal(1UL, machine.Registers.Xcr0);
            return;
        }
        Assert.Equal(StopReason.Halted, machine.Processor.Run(100));
        Assert.Equal(value, machine.Registers[GeneralRegister.Rdx]);
        Assert.Equal(value, machine.Registers.Xcr0);
    }

    [Theory]
    [InlineData(false, false, false, InvalidOpcode)]
    [InlineData(false, true, false, InvalidOpcode)]
    [InlineData(false, true, true, InvalidOpcode)]      // #UD comes before #GP for the privilege
    [InlineData(true, true, true, GeneralProtection)]
    [InlineData(true, false, true, -1)]
    public void ExtendedControl_ByModeAndPrivilege_FaultsAsDocumented(bool announced, bool sets, bool user, int vector)
    {
        using SystemMachine machine = new();
        if (announced) machine.Registers.Cr4 |= SystemRegisters.Cr4OsXsave;
        if (user) machine.EnterUser();
        machine.Registers[GeneralRegister.Rax] = 1;
        machine.Load(a =>
        {
            if (sets) a.xsetbv();
            else a.xgetbv();
            a.div(ecx);   // by zero: #DE where nothing faulted before
        });
        Assert.Equal(vector < 0 ? 0 : vector, machine.RunToHandler());
    }

    [Fact]
    public void GetExtendedControl_OfUnknownRegister_Faults()
    {
        using SystemMachine machine = new();
        machine.Registers.Cr4 |= SystemRegisters.Cr4OsXsave;
        machine.Registers[GeneralRegister.Rcx] = 2;
        machine.Load(a => a.xgetbv());
        Assert.Equal(GeneralProtection, machine.RunToHandler());
    }

    /// <summary>Intel SDM Vol. 2A, table 2-15 on: VEX instructions ask CR4.OSXSAVE, XCR0 and CR0.TS, and nothing else.</summary>
    [Theory]
    [InlineData(0UL, 0UL, 7UL, nameof(Denial.InvalidOpcode))]
    [InlineData(0UL, SystemRegisters.Cr4OsXsave, 1UL, nameof(Denial.InvalidOpcode))]
    [InlineData(0UL, SystemRegisters.Cr4OsXsave, 3UL, nameof(Denial.InvalidOpcode))]
    [InlineData(SystemRegisters.Cr0TaskSwitched, SystemRegisters.Cr4OsXsave, 3UL, nameof(Denial.InvalidOpcode))]
    [InlineData(0UL, SystemRegisters.Cr4OsXsave, 7UL, nameof(Denial.None))]
    [InlineData(SystemRegisters.Cr0Emulation, SystemRegisters.Cr4OsXsave, 7UL, nameof(Denial.None))]
    [InlineData(SystemRegisters.Cr0TaskSwitched, SystemRegisters.Cr4OsXsave, 7UL, nameof(Denial.DeviceNotAvailable))]
    public void Check_AvxUnit_FollowsItsControlBits(ulong cr0, ulong cr4, ulong xcr0, string denial) =>
        Assert.Equal(denial, FloatingAvailability.Check(ExecutionUnit.Avx, FloatingAvailability.ModesOf(cr0, cr4, xcr0)).ToString());

    [Theory]
    [InlineData(0UL, 0UL, nameof(Denial.InvalidOpcode))]
    [InlineData(SystemRegisters.Cr0Emulation, SystemRegisters.Cr4OsXsave, nameof(Denial.None))]
    [InlineData(SystemRegisters.Cr0TaskSwitched, SystemRegisters.Cr4OsXsave, nameof(Denial.DeviceNotAvailable))]
    public void Check_ExtendedStateUnit_FollowsItsControlBits(ulong cr0, ulong cr4, string denial) =>
        Assert.Equal(denial, FloatingAvailability.Check(ExecutionUnit.ExtendedState, FloatingAvailability.ModesOf(cr0, cr4, 1)).ToString());

    [Theory]
    [InlineData(0UL, nameof(Denial.None))]
    [InlineData(SystemRegisters.Cr0Emulation, nameof(Denial.InvalidOpcode))]
    [InlineData(SystemRegisters.Cr0TaskSwitched, nameof(Denial.DeviceNotAvailable))]
    public void Check_MmxUnit_FollowsItsControlBits(ulong cr0, string denial) =>
        Assert.Equal(denial, FloatingAvailability.Check(ExecutionUnit.Mmx, FloatingAvailability.ModesOf(cr0, 0, 1)).ToString());
}
