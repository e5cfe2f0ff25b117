using System.Text;
using X64Emu.Gdb;
using X64Emu.Gdb.Target;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Gdb;

/// <summary>Scripted connections with a target that is easy to look into.</summary>
public sealed class GdbServerTests : IDisposable
{
    private readonly FakeTarget target = new();
    private readonly GdbClient gdb;

    public GdbServerTests() => gdb = new GdbClient(target);

    public void Dispose() => gdb.Dispose();

    [Fact]
    public void Answer_UnknownPacket_IsEmpty()
    {
        foreach (string packet in (string[])["vMustReplyEmpty", "qFoo", "Z9,0,1", "_m", "", "qXfer:nothing:read::0,10", "vFile:nothing:1"])
            Assert.Equal("", gdb.Ask(packet));
    }

    [Fact]
    public void Answer_BadChecksum_AsksForThePacketAgain()
    {
        gdb.SendRaw("$?#00");
        Assert.Equal('-', gdb.ReadByte());
        Assert.StartsWith("T05thread:1;", gdb.Ask("?"), StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_ResendRequest_RepeatsTheReply()
    {
        string reply = gdb.Ask("?");
        gdb.SendRaw("-");
        Assert.Equal(reply, gdb.Receive());
    }

    [Fact]
    public void Answer_NoAckMode_EndsAcknowledgements()
    {
        Assert.Equal("OK", gdb.Ask("QStartNoAckMode"));
        gdb.Send("vMustReplyEmpty");
        Assert.Equal('$', gdb.ReadByte());
    }

    [Fact]
    public void Answer_OversizedPacket_IsAnError()
    {
        gdb.Send(new string('m', 0x10001));
        Assert.Equal("E16", gdb.Receive());
        Assert.Equal("OK", gdb.Ask("Hg0"));
    }

    [Fact]
    public void Threads_WithProcesses_AreThoseOfAttachedOnes()
    {
        Assert.Contains("multiprocess+", gdb.Ask("qSupported:multiprocess+;fork-events+"), StringComparison.Ordinal);
        Assert.Equal("mp1.1", gdb.Ask("qfThreadInfo"));
        Assert.Equal("l", gdb.Ask("qsThreadInfo"));
        Assert.StartsWith("T05thread:p7.8;", gdb.Ask("vAttach;7"), StringComparison.Ordinal);
        Assert.Equal("mp1.1,p7.8", gdb.Ask("qfThreadInfo"));
        Assert.Equal("QCp7.8", gdb.Ask("qC"));
        Assert.Equal("OK", gdb.Ask("Tp7.8"));
        Assert.Equal("E03", gdb.Ask("Tp7.9"));
        Assert.Contains("<thread id=\"p7.8\" core=\"0\" name=\"a&lt;b\">sleeps</thread>", gdb.Ask("qXfer:threads:read::0,fff"), StringComparison.Ordinal);
        Assert.Equal("E.the guest has no process 9", gdb.Ask("vAttach;9"));
    }

    [Fact]
    public void Memory_ReadAndWritten_IsThatOfTheTarget()
    {
        Assert.Equal("00010203", gdb.Ask("m1000,4"));
        Assert.Equal("fe", gdb.Ask("m10fe,1"));
        Assert.Equal("E0e", gdb.Ask("m0,4"));
        Assert.Equal("feff", gdb.Ask("m2ffe,10"));
        Assert.Equal("OK", gdb.Ask("M1000,2:abcd"));
        Assert.Equal("OK", gdb.Ask("X1002,3:}\u0003}\u0004z"));
        Assert.Equal("abcd23247a05", gdb.Ask("m1000,6"));
        Assert.Equal("OK", gdb.Ask("Qqemu.PhyMemMode:1"));
        Assert.Equal("abcd", gdb.Ask("m0,2"));
        Assert.Equal("1", gdb.Ask("qqemu.PhyMemMode"));
    }

    [Fact]
    public void Registers_OneOrAll_AreReadAndWritten()
    {
        Assert.Equal("0010400000000000", gdb.Ask("p10"));
        Assert.Equal("OK", gdb.Ask("P0=0100000000000000"));
        Assert.StartsWith("0100000000000000", gdb.Ask("g"), StringComparison.Ordinal);
        Assert.Equal("OK", gdb.Ask("G0200000000000000"));
        Assert.Equal("0200000000000000", gdb.Ask("p0"));
        Assert.Equal("E16", gdb.Ask("pffff"));
        Assert.Equal("E16", gdb.Ask("P0=01"));
    }

    [Fact]
    public void Resume_Stops_AreReportedWithTheirReasons()
    {
        gdb.Ask("qSupported:multiprocess+;fork-events+");
        TargetPoint breakpoint = new(TargetPointKind.SoftwareBreakpoint, 1, new VirtualAddress(0x401000), 1);
        target.Stops.Enqueue(new TargetStop(TargetStopKind.StopPoint, FakeTarget.First) { Point = breakpoint });
        target.Stops.Enqueue(new TargetStop(TargetStopKind.Fork, FakeTarget.First) { Child = FakeTarget.Second });
        target.Stops.Enqueue(new TargetStop(TargetStopKind.Signal, FakeTarget.Second) { Number = 11 });
        target.Stops.Enqueue(new TargetStop(TargetStopKind.Exited, FakeTarget.First) { Number = 3 });
        Assert.Equal("OK", gdb.Ask("Z0,401000,1"));
        Assert.Equal([breakpoint], target.Points);
        Assert.StartsWith("T05swbreak:;thread:p1.1;core:0;06:", gdb.Ask("vCont;c:p1.-1"), StringComparison.Ordinal);
        Assert.StartsWith("T05fork:p7.8;thread:p1.1;", gdb.Ask("vCont;s:p1.1;c"), StringComparison.Ordinal);
        Assert.StartsWith("T0bthread:p7.8;", gdb.Ask("vCont;r401000,401010:p1.1;c"), StringComparison.Ordinal);
        Assert.Equal("W03;process:1", gdb.Ask("c"));
        Assert.Equal([ResumeKind.Continue, ResumeKind.Step, ResumeKind.StepRange, ResumeKind.Continue], target.Requests.Select(request => request.Kind));
        Assert.Equal(new VirtualAddress(0x401010), target.Requests[2].RangeEnd);
        Assert.Equal(ConnectionEnd.Finished, gdb.Close());
    }

    [Fact]
    public void Resume_Backwards_IsByOneInstructionOnly()
    {
        target.Stops.Enqueue(new TargetStop(TargetStopKind.Step, FakeTarget.First));
        Assert.StartsWith("T05thread:1;", gdb.Ask("bs"), StringComparison.Ordinal);
        Assert.Equal(ResumeKind.StepBack, target.Requests.Single().Kind);
        Assert.StartsWith("E.the machine cannot run backwards to a stop", gdb.Ask("bc"), StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_SamePacketTwiceWithoutWaiting_IsOneAnswer()
    {
        string packet = "$qC#b4";
        gdb.SendRaw(packet + packet + packet + "$vMustReplyEmpty#3a");
        string[] replies = [gdb.Receive(), gdb.Receive()];
        // gdb sends again what is not acknowledged in time. How many of the three are seen together is chance.
        Assert.Equal("QC1", replies[0]);
        while (replies[1] == "QC1") replies[1] = gdb.Receive();
        Assert.Equal("", replies[1]);
    }

    [Fact]
    public void Registers_ReadOnlyOnes_AcceptTheirOwnValue()
    {
        string number = X64Emu.Gdb.Registers.RegisterLayout.NumberOf("cr3").ToString("x", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("OK", gdb.Ask($"P{number}={gdb.Ask($"p{number}")}"));
        Assert.Equal("E16", gdb.Ask($"P{number}=0100000000000000"));
    }

    [Fact]
    public void Resume_ControlC_StopsARunningTarget()
    {
        for (int i = 0; i < 100; i++)
        {
            gdb.Send("vCont;c");
            gdb.SendRaw("\u0003");
            Assert.StartsWith("T02thread:1;", gdb.Receive(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Resume_ControlCWhileStopped_IsIgnored()
    {
        gdb.SendRaw("\u0003");
        target.Stops.Enqueue(new TargetStop(TargetStopKind.Step, FakeTarget.First));
        Assert.StartsWith("T05thread:1;", gdb.Ask("s"), StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_ConnectionBreaks_LeavesTheTargetStanding()
    {
        gdb.Send("vCont;c");
        Assert.Equal(ConnectionEnd.Disconnected, gdb.Close());
        Assert.True(target.IsAlive);
    }

    [Fact]
    public void Detach_LastProcess_EndsTheConnection()
    {
        gdb.Ask("Z0,401000,1");
        Assert.Equal("OK", gdb.Ask("D"));
        Assert.Equal(ConnectionEnd.Detached, gdb.Close());
        Assert.Empty(target.Points);
    }

    [Fact]
    public void Detach_Extended_RunsUntilGdbSpeaks()
    {
        Assert.Equal("OK", gdb.Ask("!"));
        Assert.Equal("OK", gdb.Ask("D;1"));
        Assert.Equal("W00", gdb.Ask("?"));
        Assert.StartsWith("T05thread:8;", gdb.Ask("vAttach;7"), StringComparison.Ordinal);
    }

    [Fact]
    public void Kill_Extended_LetsGdbStartAgain()
    {
        gdb.Ask("!");
        Assert.Equal("OK", gdb.Ask("vKill;1"));
        Assert.Equal("X09", gdb.Ask("?"));
        Assert.Equal("E.bad: no such file", gdb.Ask("vRun;626164"));
        Assert.StartsWith("T05thread:1;", gdb.Ask("vRun;2f62696e2f6c73;2d6c"), StringComparison.Ordinal);
        Assert.Equal(["bad", "/bin/ls", "-l"], target.Started);
    }

    [Fact]
    public void Kill_OneOfTwoProcesses_IsRefused()
    {
        gdb.Ask("vAttach;7");
        Assert.StartsWith("E.one process of the guest cannot be killed alone", gdb.Ask("vKill;7"), StringComparison.Ordinal);
        Assert.Equal("OK", gdb.Ask("vKill;1"));
        Assert.False(target.IsAlive);
        Assert.Equal("OK", gdb.Ask("vKill;7"));
        Assert.Equal("E03", gdb.Ask("vKill;7"));
    }

    [Fact]
    public void Objects_InPieces_AreWhole()
    {
        StringBuilder xml = new();
        string piece;
        do
        {
            piece = gdb.Ask($"qXfer:features:read:target.xml:{xml.Length:x},100");
            xml.Append(piece.AsSpan(1));
        }
        while (piece[0] == 'm');
        Assert.EndsWith("</target>\n", xml.ToString(), StringComparison.Ordinal);
        Assert.Equal("l/bin/program1", gdb.Ask("qXfer:exec-file:read:1:0,100"));
        Assert.Equal("l\u0001\u0002\u0003", gdb.Ask("qXfer:auxv:read::0,100"));
        Assert.Contains("0xffff800000000000", gdb.Ask("qXfer:memory-map:read::0,1000"), StringComparison.Ordinal);
        Assert.Contains("<column name=\"pid\">7</column>", gdb.Ask("qXfer:osdata:read:processes:0,1000"), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_OfTheGuest_AreReadOnly()
    {
        Assert.Equal("F0", gdb.Ask("vFile:setfs:0"));
        Assert.Equal("F-1,2", gdb.Ask($"vFile:open:{Convert.ToHexString("/no"u8)},0,0"));
        Assert.Equal("F-1,1e", gdb.Ask($"vFile:open:{Convert.ToHexString("/file"u8)},1,0"));
        Assert.Equal("F0", gdb.Ask($"vFile:open:{Convert.ToHexString("/file"u8)},0,0"));
        Assert.Equal("F4;tent", gdb.Ask("vFile:pread:0,10,3"));
        Assert.StartsWith("F40;", gdb.Ask("vFile:fstat:0"), StringComparison.Ordinal);
        Assert.Equal("F9;elsewhere", gdb.Ask($"vFile:readlink:{Convert.ToHexString("/link"u8)}"));
        Assert.Equal("F0", gdb.Ask("vFile:close:0"));
        Assert.Equal("F-1,9", gdb.Ask("vFile:pread:0,10,3"));
    }

    [Fact]
    public void Monitor_Answer_ComesAsHexadecimalText() =>
        Assert.Equal("you said pt 0\n#$}*\n", Encoding.ASCII.GetString(Convert.FromHexString(gdb.Ask($"qRcmd,{Convert.ToHexString("pt 0"u8)}"))));

    [Fact]
    public void Events_SystemCallsAndSignals_AreChosen()
    {
        Assert.Equal("OK", gdb.Ask("QCatchSyscalls:1;1;3c"));
        Assert.True(target.Events.Catches(1, 60));
        Assert.False(target.Events.Catches(1, 59));
        Assert.False(target.Events.Catches(7, 60));
        Assert.Equal("OK", gdb.Ask("QCatchSyscalls:0"));
        Assert.False(target.Events.Catches(1, 60));
        Assert.Equal("OK", gdb.Ask("QPassSignals:e;14"));
        Assert.Equal([14, 17], target.Events.PassedSignals.Order());
    }
}
