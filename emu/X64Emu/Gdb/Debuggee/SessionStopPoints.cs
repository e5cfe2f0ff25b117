using X64Emu.Cpu;
using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Running;
using X64Emu.Gdb.Target;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Debuggee;

/// <summary>gdb's breakpoints and watchpoints in the session's table.</summary>
internal sealed class SessionStopPoints(DebugSession session)
{
    /// <summary>As many as a client may set, so that a broken one cannot fill memory.</summary>
    private const int Capacity = 4096;

    private const ulong MaximumWatchedBytes = 1 << 20;
    private readonly Dictionary<TargetPoint, StopPoint> points = [];

    public bool Insert(TargetPoint point)
    {
        if (points.ContainsKey(point)) return true;
        if (points.Count == Capacity || !point.Address.IsCanonical) return false;
        // The kernel half is the same in all processes.
        int? pid = (long)point.Address.Value < 0 ? null : point.Pid;
        if (IsBreakpoint(point))
        {
            bool isReachable = pid is null || IsExecutable(point);
            Add(point, isReachable ? new Breakpoint(point.Address) { Pid = pid } : new ExceptionCatchpoint(ExceptionVector.PageFault)
            {
                Pid = pid,
                Condition = () => FetchFault.IsAt(session, point.Address),
            });
            return true;
        }
        if (point.LengthBytes is 0 or > MaximumWatchedBytes || !(point.Address + (point.LengthBytes - 1)).IsCanonical) return false;
        WatchAccess access = point.Kind switch
        {
            TargetPointKind.WriteWatchpoint => WatchAccess.Write,
            TargetPointKind.ReadWatchpoint => WatchAccess.Read,
            _ => WatchAccess.ReadWrite,
        };
        Add(point, new Watchpoint(point.Address, point.LengthBytes, access) { Pid = pid });
        return true;
    }

    public void Remove(TargetPoint point)
    {
        if (points.Remove(point, out StopPoint? known)) session.Breakpoints.Remove(known);
    }

    public void RemoveAll(int? pid)
    {
        foreach (TargetPoint point in points.Keys.Where(point => pid is null || point.Pid == pid).ToArray()) Remove(point);
    }

    /// <summary>What gdb knows a stop point of the session as; null when it is not gdb's.</summary>
    public TargetPoint? Find(StopPoint known)
    {
        foreach ((TargetPoint point, StopPoint candidate) in points)
        {
            if (ReferenceEquals(candidate, known)) return point;
        }
        return null;
    }

    /// <summary>gdb sets breakpoints elsewhere too: on the stack, when it is to call a function.</summary>
    private bool IsExecutable(TargetPoint point)
    {
        if (session.Guest?.FindProcess(point.Pid) is not { } process) return true;
        GuestArea? found = session.Guest.Areas(process).FirstOrDefault(area => area.Contains(point.Address));
        return found is null || (found.Flags & GuestAreaRights.Execute) != 0;
    }

    private static bool IsBreakpoint(TargetPoint point) => point.Kind is TargetPointKind.SoftwareBreakpoint or TargetPointKind.HardwareBreakpoint;

    private void Add(TargetPoint point, StopPoint added)
    {
        session.Breakpoints.Add(added);
        points.Add(point, added);
    }
}
