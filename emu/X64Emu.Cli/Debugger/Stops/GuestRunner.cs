using X64Emu.Debugging.Inspection;
using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger.Stops;

/// <summary>Lets the guest run for a command, then reports the stop, shows the displays and queues the commands of the breakpoint that was hit.</summary>
/// <param name="context">The session and the console.</param>
internal sealed class GuestRunner(DebuggerContext context)
{
    /// <summary>The first command of a breakpoint that keeps its stop from being reported.</summary>
    public const string Silent = "silent";

    /// <summary>Reports stops.</summary>
    public StopReporter Reporter { get; } = new(context);

    /// <summary>Raised before the guest goes on.</summary>
    public event Action? Starting;

    /// <summary>Runs the guest from where it stands, and shows which registers have changed.</summary>
    /// <param name="run">The run; null means that it could not begin.</param>
    /// <returns>False when the run could not begin.</returns>
    /// <exception cref="CommandException">The guest has ended, or the condition of a stop point has no value.</exception>
    public bool Run(Func<DebugSession, StopEvent?> run)
    {
        if (context.Session.HasEnded) throw new CommandException("the guest has ended; 'run' starts it again, 'icount N' goes back");
        return Run(run, takesKeys: true, RegisterSnapshot.Take(context.Session.Machine.Processor.Registers));
    }

    /// <summary>Goes to another moment, perhaps of a new machine. What is typed meanwhile is for the console.</summary>
    /// <param name="run">Goes there.</param>
    /// <exception cref="CommandException">The condition of a stop point has no value.</exception>
    public void Go(Func<DebugSession, StopEvent> run) => Run(run, takesKeys: false, before: null);

    private bool Run(Func<DebugSession, StopEvent?> run, bool takesKeys, RegisterSnapshot? before)
    {
        StopEvent? stop;
        Starting?.Invoke();
        try
        {
            stop = context.Guest.Run(run, takesKeys);
        }
        catch (CommandException)
        {
            Reporter.ReportPlace();
            throw;
        }
        if (stop is null) return false;
        string[] commands = [.. stop.Hits.SelectMany(hit => hit.Point.Commands)];
        bool isSilent = commands.Length > 0 && commands[0] == Silent;
        if (!isSilent)
        {
            Reporter.Report(stop, before);
            if (!stop.IsEnd) context.Displays.Show();
        }
        context.Script.Attach(commands.Where(command => command != Silent));
        return true;
    }
}
