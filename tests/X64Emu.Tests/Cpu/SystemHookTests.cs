using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Cpu;

/// <summary>Hooks that see a kernel at work, and pauses they ask for.</summary>
public sealed class SystemHookTests : IDisposable
{
    private const ulong Entry = SystemMachine.Code + 0x800;
    private readonly SystemMachine machine = new();

    public SystemHookTests()
    {
        Assert.True(machine.Registers.TryWriteMsr(0xc000_0081, 0x001b_0008_0000_0000));
        Assert.True(machine.Registers.TryWriteMsr(0xc000_0082, Entry));
        machine.EnterUser();
        machine.Load(a =>
        {
            a.syscall();
            a.nop();
            a.hlt();
        });
        machine.LoadAt(Entry, a => a.sysretq());
    }

    public void Dispose() => machine.Dispose();

    [Fact]
    public void UserModeHook_ReturnFromTheKernel_IsCalledBeforeAnythingRunsThere()
    {
        List<ulong> places = [];
        machine.Processor.UserModeHook = () => places.Add(machine.Registers.Rip.Value);
        machine.RunToHandler();
        Assert.Equal([SystemMachine.User + 2], places);
    }

    [Fact]
    public void Pause_FromUserModeHook_StopsThereAndChangesNoCount()
    {
        machine.Processor.UserModeHook = machine.Processor.Pause;
        Assert.Equal(StopReason.Paused, machine.Processor.Run(100));
        Assert.Equal(SystemMachine.User + 2, machine.Registers.Rip.Value);
        machine.RunToHandler();
        using SystemHookTests other = new();
        other.machine.RunToHandler();
        Assert.Equal(other.machine.Processor.Counters.Instructions, machine.Processor.Counters.Instructions);
        Assert.Equal(other.machine.Processor.Counters.FetchLookups, machine.Processor.Counters.FetchLookups);
    }

    [Fact]
    public void Pause_FromSystemCallHook_StopsAtTheKernelsEntry()
    {
        machine.Processor.SystemCallHook = () =>
        {
            machine.Processor.Pause();
            return HookResult.Default;
        };
        Assert.Equal(StopReason.Paused, machine.Processor.Run(100));
        Assert.Equal(Entry, machine.Registers.Rip.Value);
        Assert.Equal(SystemMachine.User + 2, machine.Registers[GeneralRegister.Rcx]);
    }

    [Fact]
    public void Pause_FromExceptionHook_StopsAtTheHandler()
    {
        machine.Processor.ExceptionHook = _ =>
        {
            machine.Processor.Pause();
            return HookResult.Default;
        };
        Assert.Equal(StopReason.Paused, machine.Processor.Run(100));
        Assert.Equal(SystemMachine.Handlers + 16 * (ulong)ExceptionVector.GeneralProtection, machine.Registers.Rip.Value);
        Assert.Equal(SystemMachine.User + 3, machine.Pushed(1));
    }
}
