using X64Emu.Gdb.Handlers;
using X64Emu.Gdb.Protocol;
using X64Emu.Gdb.Session;
using X64Emu.Gdb.Target;

namespace X64Emu.Gdb;

/// <summary>Serves one connection of gdb's: takes packets, answers them, and runs the target between.</summary>
/// <remarks>The machine runs on the caller's thread. A second thread reads, so that Ctrl-C and the connection's end reach a running machine.</remarks>
public sealed class GdbServer
{
    private readonly IDebugTarget target;
    private readonly GdbSession session;
    private readonly PacketWriter writer;
    private PacketQueue packets = null!;

    // What the reading thread does with an arrival while the target runs: nothing, stop it for Ctrl-C and the end, stop it for anything.
    private volatile RunState running;

    private enum RunState
    {
        Stopped,
        Attached,
        Free,
    }

    private GdbServer(IDebugTarget target, Stream output)
    {
        this.target = target;
        session = new GdbSession(target);
        writer = new PacketWriter(output);
    }

    /// <summary>Serves until the connection or the debugging ends. The streams stay the caller's.</summary>
    /// <param name="target">The machine, standing.</param>
    /// <param name="input">From gdb.</param>
    /// <param name="output">To gdb.</param>
    public static ConnectionEnd Serve(IDebugTarget target, Stream input, Stream output)
    {
        ArgumentNullException.ThrowIfNull(target);
        GdbServer server = new(target, output);
        using PacketQueue packets = new(input, server.Arriving);
        server.packets = packets;
        try
        {
            return server.Serve();
        }
        finally
        {
            server.session.Files.Dispose();
            target.RemoveAll(null);
        }
    }

    private ConnectionEnd Serve()
    {
        Attach();
        while (session.End is null)
        {
            if (TryNext(out PacketEvent next)) Handle(next);
            else RunFree();
        }
        return session.End.Value;
    }

    /// <summary>A new connection finds the processes of the last one, without its stop points.</summary>
    private void Attach()
    {
        EventSelection events = target.Events;
        events.SystemCalls.Clear();
        events.PassedSignals.Clear();
        HashSet<int> living = [.. target.Threads.Select(thread => thread.Id.Pid)];
        events.Attached.IntersectWith(living);
        if (events.Attached.Count == 0 && target.IsAlive) events.Attached.Add(target.LastStop.Thread.Pid);
    }

    /// <summary>Waits for the next event, unless gdb has let everything go and the machine may run meanwhile.</summary>
    private bool TryNext(out PacketEvent next)
    {
        if (target.IsAlive && target.Events.Attached.Count == 0) return packets.TryTake(out next);
        next = packets.Take();
        return true;
    }

    private void Handle(PacketEvent next)
    {
        switch (next.Kind)
        {
            case PacketEventKind.End:
                session.End = target.IsAlive && target.Events.Attached.Count > 0 ? ConnectionEnd.Disconnected
                    : target.IsAlive ? ConnectionEnd.Detached : ConnectionEnd.Finished;
                break;
            case PacketEventKind.ResendRequest:
                writer.Resend();
                break;
            case PacketEventKind.BadChecksum when writer.AcknowledgesPackets:
                writer.Acknowledge(isGood: false);
                break;
            case PacketEventKind.BadChecksum or PacketEventKind.Oversized:
                writer.Acknowledge(isGood: true);
                writer.Send(Reply.Malformed);
                break;
            // gdb sends a packet again when the answer takes long, as on a slow start; it wants one answer.
            case PacketEventKind.Packet when writer.AcknowledgesPackets && packets.IsNext(next):
                break;
            case PacketEventKind.Packet:
                writer.Acknowledge(isGood: true);
                Answer(next.Payload);
                break;
            default:
                // Ctrl-C that came too late: the target stands already.
                break;
        }
    }

    private void Answer(string packet)
    {
        if (PacketTable.Handle(session, packet) is { } reply) writer.Send(reply);
        if (session.WantsNoAcknowledgements) writer.AcknowledgesPackets = false;
        if (session.PendingResume is { } request)
        {
            session.PendingResume = null;
            Run(request);
        }
    }

    /// <summary>Runs to the next stop and reports it.</summary>
    private void Run(ResumeRequest request)
    {
        packets.DropsSurplus = true;
        TargetStop? stop = null;
        PacketEventKind interruption = PacketEventKind.Packet;
        while (stop is null)
        {
            running = RunState.Attached;
            bool isInterrupted = packets.TryTakeStop(out interruption);
            stop = isInterrupted ? target.LastStop with { Kind = TargetStopKind.Paused } : target.Proceed(request);
            running = RunState.Stopped;
            // A pause for which there is no Ctrl-C any more: another stop has answered it.
            if (stop.Kind == TargetStopKind.Paused && !isInterrupted && !packets.TryTakeStop(out interruption)) stop = null;
        }
        packets.DropsSurplus = false;
        if (stop.Kind == TargetStopKind.Paused && interruption == PacketEventKind.End)
            session.End = target.IsAlive ? ConnectionEnd.Disconnected : ConnectionEnd.Finished;
        else Report(stop);
    }

    private void Report(TargetStop stop)
    {
        HashSet<int> attached = target.Events.Attached;
        session.General = session.Resumed = new ThreadSelector(stop.Thread.Pid, stop.Thread.Tid);
        if (stop.Kind is TargetStopKind.Exited or TargetStopKind.Terminated) attached.Remove(stop.Thread.Pid);
        else attached.Add(stop.Thread.Pid);
        if (stop.Kind == TargetStopKind.Fork) attached.Add(stop.Child.Pid);
        writer.Send(StopReply.Of(session, stop));
    }

    /// <summary>gdb has let all processes go but is still there: the machine runs until gdb says something.</summary>
    private void RunFree()
    {
        running = RunState.Free;
        if (packets.IsEmpty) target.Proceed(new ResumeRequest(ResumeKind.Continue, target.LastStop.Thread));
        running = RunState.Stopped;
    }

    private void Arriving(PacketEventKind kind)
    {
        bool stops = running switch
        {
            RunState.Attached => kind is PacketEventKind.Interrupt or PacketEventKind.End,
            RunState.Free => true,
            _ => false,
        };
        if (stops) target.Interrupt();
    }
}
