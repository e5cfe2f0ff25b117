using System.Buffers.Binary;
using X64Emu.Cpu;
using X64Emu.Debugging.Running;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>Running and stepping programs, across the border to the kernel and back.</summary>
public sealed class RunControlTests
{
    private static readonly string hello = Repository.Sample("hello");

    [Fact]
    public void RunToProgram_StaticProgram_StopsAtItsEntryPoint()
    {
        using DebuggedGuest guest = new(hello);
        StopEvent stop = guest.Session.RunToProgram();
        Assert.Equal(StopEventReason.ProgramStart, stop.Reason);
        Assert.Equal(BinaryPrimitives.ReadUInt64LittleEndian(File.ReadAllBytes(hello).AsSpan(24)), stop.Rip.Value);
        Assert.Equal(3, guest.Session.Machine.Processor.Registers.PrivilegeLevel);
        Assert.NotNull(stop.Pid);
        Assert.Equal(0, guest.Session.Measurement.Counts["instructions:u"]);
    }

    [Fact]
    public void Continue_ProgramEnds_TellsItsStatus()
    {
        using DebuggedGuest guest = new(hello);
        StopEvent stop = guest.Session.Continue();
        Assert.Equal((StopEventReason.Exited, 0, 0), (stop.Reason, stop.ExitStatus, stop.WaitStatus));
        using DebuggedGuest killed = new(Repository.Sample("null-write"));
        stop = killed.Session.Continue();
        Assert.Equal((StopEventReason.Exited, 139, 11), (stop.Reason, stop.ExitStatus, stop.WaitStatus!.Value & 0x7f));
    }

    [Fact]
    public void StepUser_WholeProgram_SeesEveryUserInstruction()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(hello);
        long steps = 0;
        while (!guest.Session.HasEnded)
        {
            long before = guest.Session.Machine.Processor.Counters.UserInstructions;
            StopEvent stop = guest.Session.StepUser();
            if (stop.IsEnd) break;
            Assert.Equal((StopEventReason.Step, 3), (stop.Reason, guest.Session.Machine.Processor.Registers.PrivilegeLevel));
            Assert.Equal(1, guest.Session.Machine.Processor.Counters.UserInstructions - before);
            steps++;
        }
        Assert.Equal(guest.Session.Measurement.Counts["instructions:u"], steps + 1);   // the last is exit's SYSCALL, which does not return
        Assert.Contains("hello", guest.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_AtSyscall_StopsBehindIt()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(hello);
        guest.Session.Breakpoints.Add(new SystemCallCatchpoint { Numbers = new HashSet<int> { 1 }, CatchesReturn = false, IsTemporary = true });
        VirtualAddress call = Assert.IsType<SystemCallHit>(Assert.Single(guest.Session.Continue().Hits)).Call.Rip;
        guest.Session.RunToInstruction(guest.Session.InstructionCount - 1);
        Assert.Equal(call, guest.Session.LastStop.Rip);
        StopEvent stop = guest.Session.Next();
        Assert.Equal((StopEventReason.Step, call + 2), (stop.Reason, stop.Rip));
        Assert.True((long)guest.Session.Machine.Processor.Registers[GeneralRegister.Rax] > 0);
        Assert.NotEmpty(guest.Output);
    }

    [Fact]
    public void Next_AtCall_PassesOverTheFunction()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(hello);
        guest.Session.Until(guest.Symbol("main"));
        while (guest.Session.Memory.Read(guest.Session.LastStop.Rip, new byte[1]) == 1 && !IsCall(guest.Session)) guest.Session.Step();
        VirtualAddress call = guest.Session.LastStop.Rip;
        StopEvent stop = guest.Session.Next();
        Assert.Equal((StopEventReason.Step, call + 5), (stop.Reason, stop.Rip));
    }

    [Theory]
    [InlineData("cow-fork")]
    [InlineData("signal-segv")]
    public void RunToInstruction_Backwards_RestoresTheMoment(string sample)
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample(sample));
        guest.Session.Step(40_000);
        List<string> moments = [];
        for (int moment = 0; moment < 5; moment++)
        {
            moments.Add(State(guest.Session));
            guest.Session.Step(10_007);
        }
        long end = guest.Session.InstructionCount;
        for (int moment = 4; moment >= 0; moment--)
        {
            StopEvent stop = guest.Session.RunToInstruction(end - (5 - moment) * 10_007);
            Assert.Equal(StopEventReason.Reached, stop.Reason);
            Assert.Equal(moments[moment], State(guest.Session));
        }
    }

    [Fact]
    public void RunToInstruction_Backwards_EndsAsAFreeRun()
    {
        using DebuggedGuest free = new(Repository.Sample("cow-fork")), guest = new(Repository.Sample("cow-fork"));
        free.Session.Continue();
        guest.Session.Step(700_000);
        guest.Session.RunToInstruction(650_000);
        guest.Session.Continue();
        Assert.Equal(free.Result(), guest.Result());
    }

    [Fact]
    public void Restart_AfterTheEnd_RunsTheProgramAgain()
    {
        using DebuggedGuest guest = new(hello);
        guest.Session.Continue();
        IReadOnlyList<string> first = guest.Result();
        Assert.Equal(StopEventReason.Ready, guest.Session.Restart().Reason);
        guest.Session.RunToProgram();
        guest.Session.Continue();
        Assert.Equal(first, guest.Result());
    }

    private static bool IsCall(DebugSession session)
    {
        byte[] code = new byte[1];
        session.Memory.Read(session.LastStop.Rip, code);
        return code[0] == 0xe8;
    }

    private static string State(DebugSession session)
    {
        ProcessorRegisters registers = session.Machine.Processor.Registers;
        string general = string.Join(' ', Enum.GetValues<GeneralRegister>().Select(register => registers[register].ToString("x")));
        return $"{session.InstructionCount} {registers.Rip} {general} {registers.RFlags:x} {registers.Cr3:x} {session.LastStop.Pid} "
            + $"{session.Faults.Total} {session.Machine.Processor.Counters.FetchLookups}";
    }
}
