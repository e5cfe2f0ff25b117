using System.Buffers.Binary;
using X64Emu.Cpu;
using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Running;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Stops;

/// <summary>What happened, in words: the first lines of a stop's report.</summary>
/// <param name="names">Names addresses.</param>
internal sealed class StopText(PlaceNames names)
{
    private const int MostValueBytes = 16;

    /// <summary>One or more lines; none for steps, whose place says enough.</summary>
    public IEnumerable<string> Lines(StopEvent stop) => stop.Hits.Count > 0 ? stop.Hits.SelectMany(Lines) : Reason(stop) is { } line ? [line] : [];

    /// <summary>How a process ended, from its wait status.</summary>
    public static string Ending(int waitStatus)
    {
        int signal = waitStatus & 0x7f;
        return signal == 0 ? $"exited with status {waitStatus >> 8 & 0xff}" : $"was ended by {SignalNames.Of(signal)}";
    }

    private static string? Reason(StopEvent stop) => stop.Reason switch
    {
        StopEventReason.Ready => "The machine is about to run its first instruction, in the kernel.",
        StopEventReason.ProgramStart => "The program is about to run its first instruction.",
        StopEventReason.Interrupted => "Interrupted.",
        StopEventReason.InstructionLimit => "The machine has run all the instructions it may (--timeout-instructions).",
        StopEventReason.Exited when stop.WaitStatus is { } status => $"The program {Ending(status)}.",
        StopEventReason.Exited => $"The guest ended with status {stop.ExitStatus}.",
        StopEventReason.Panicked => "The guest kernel panicked; its own report stands above.",
        StopEventReason.Reset => "The guest reset the machine.",
        StopEventReason.TripleFault => "The guest crashed the machine (triple fault).",
        StopEventReason.Halted => "The guest halted for good: nothing can interrupt it.",
        StopEventReason.Killed => "The machine was ended.",
        _ => null,
    };

    private IEnumerable<string> Lines(StopHit hit)
    {
        string number = hit.Point.IsTemporary ? "Temporary stop" : $"{Kind(hit.Point)} {hit.Point.Number}";
        switch (hit)
        {
            case BreakpointHit:
                yield return hit.Point.Label is { } label ? $"{number}, {label}" : number;
                break;
            case WatchpointHit watch:
                yield return $"{number}: {Access(watch)}";
                yield return $"  by {Origin(watch.Access)}";
                if (watch.Access.Kind != AccessKind.Read && watch.OldValue is not null && watch.NewValue is not null)
                    yield return $"  {Value(watch.OldValue)} -> {Value(watch.NewValue)}{(watch.OldValue.AsSpan().SequenceEqual(watch.NewValue) ? " (the same)" : "")}";
                else if (watch.NewValue is not null)
                    yield return $"  value {Value(watch.NewValue)}";
                break;
            case SystemCallHit call:
                yield return $"{number}: {Call(call.Call)}";
                break;
            case ProcessHit process:
                yield return $"{number}: {Process(process.Event)}";
                break;
            case ExceptionHit exception:
                yield return $"{number}: {Exception(exception.Exception)}";
                break;
            case SignalHit signal:
                yield return $"{number}: {SignalNames.Of(signal.Signal)}, {(signal.IsHandled ? "for the program's handler" : "with its default action")}";
                break;
            case FaultHit fault:
                yield return $"{number}: {FaultText.Describe(fault.Fault)}";
                yield return $"  by {names.Describe(fault.Fault.Rip)}";
                break;
            default:
                yield return number;
                break;
        }
    }

    private static string Kind(StopPoint point) => point switch
    {
        Breakpoint => "Breakpoint",
        Watchpoint => "Watchpoint",
        _ => "Catchpoint",
    };

    private static string Access(WatchpointHit hit)
    {
        string verb = hit.Access.Kind == AccessKind.Read ? "read" : "written";
        string place = hit.Watchpoint.Physical is null ? hit.Access.Address.ToString() : $"{hit.Access.Address} (physical {hit.Access.Physical})";
        return $"{hit.Access.LengthBytes} byte{(hit.Access.LengthBytes == 1 ? "" : "s")} {verb} at {place}";
    }

    private string Origin(WatchHit access) => access.Origin switch
    {
        AccessOrigin.Device => "a device",
        AccessOrigin.Processor => $"the processor itself, at {names.Describe(access.Rip)}",
        _ => names.Describe(access.Rip),
    };

    private static string Value(byte[] bytes)
    {
        if (bytes.Length is not (1 or 2 or 4 or 8))
            return string.Join(' ', bytes.Take(MostValueBytes).Select(value => $"{value:x2}")) + (bytes.Length > MostValueBytes ? " ..." : "");
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        wide.Clear();
        bytes.CopyTo(wide);
        return $"0x{BinaryPrimitives.ReadUInt64LittleEndian(wide):x}";
    }

    private static string Call(SystemCallEvent call)
    {
        string name = SystemCallNames.NameOf(call.Number) ?? $"system call {call.Number}";
        if (call.Phase == SystemCallPhase.Return)
            return call.Result is < 0 and >= -4095 ? $"{name} returned {call.Result} (an error)" : $"{name} returned {call.Result} (0x{call.Result:x})";
        List<string> arguments = [];
        for (int i = 0; i < SystemCallArguments.Count; i++) arguments.Add($"0x{call.Arguments[i]:x}");
        return $"{name}({string.Join(", ", arguments)})";
    }

    private static string Process(ProcessEvent happened) => happened.Kind switch
    {
        ProcessEventKind.Exec => $"process {happened.Pid} starts {happened.Name}, entry {happened.EntryPoint}",
        ProcessEventKind.Fork => $"process {happened.OtherPid} has forked process {happened.Pid}",
        ProcessEventKind.Exit => $"process {happened.Pid} {Ending(happened.WaitStatus)}",
        _ => $"process {happened.Pid} runs after process {happened.OtherPid}",
    };

    private string Exception(ExceptionInfo exception)
    {
        string text = $"exception {(int)exception.Vector}, {exception.Vector}";
        if (exception.Vector == ExceptionVector.PageFault) text += $" at {exception.Address}, error code 0x{exception.ErrorCode:x}";
        else if (exception.Vector.HasErrorCode()) text += $", error code 0x{exception.ErrorCode:x}";
        return $"{text}, by {names.Describe(exception.InstructionPointer)}";
    }
}
