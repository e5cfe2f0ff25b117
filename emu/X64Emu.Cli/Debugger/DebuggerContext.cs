using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Cli.Debugger.Guest;
using X64Emu.Cli.Debugger.Stops;
using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger;

/// <summary>What commands work with.</summary>
internal sealed class DebuggerContext
{
    /// <summary>Joins the parts of a console.</summary>
    /// <param name="commands">All commands, for <c>help</c> and for commands that call others.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="guest">The guest.</param>
    public DebuggerContext(CommandRegistry commands, DebuggerOutput output, DebuggedGuest guest)
    {
        Commands = commands;
        Output = output;
        Guest = guest;
        Scope = new SessionScope(guest.Session);
        Evaluator = new Evaluator(Scope);
        Names = new PlaceNames(guest.Session);
        Displays = new DisplayList(this);
        Runner = new GuestRunner(this);
        Script = new ScriptRunner(this);
    }

    /// <summary>All commands.</summary>
    public CommandRegistry Commands { get; }

    /// <summary>Where answers go.</summary>
    public DebuggerOutput Output { get; }

    /// <summary>The guest with its input and output.</summary>
    public DebuggedGuest Guest { get; }

    /// <summary>The debugging session: the machine and what it stops at.</summary>
    public DebugSession Session => Guest.Session;

    /// <summary>What names in expressions mean.</summary>
    public SessionScope Scope { get; }

    /// <summary>Evaluates parts of command lines.</summary>
    public Evaluator Evaluator { get; }

    /// <summary>Names and source lines of addresses.</summary>
    public PlaceNames Names { get; }

    /// <summary>What each stop shows besides the place.</summary>
    public DisplayList Displays { get; }

    /// <summary>Lets the guest run and reports where it stops.</summary>
    public GuestRunner Runner { get; }

    /// <summary>Runs command lines from files and of breakpoints.</summary>
    public ScriptRunner Script { get; }

    /// <summary>The tool's exit status once <see cref="Quit"/> was called; null before.</summary>
    public int? RequestedExit { get; private set; }

    /// <summary>The value of an expression.</summary>
    /// <exception cref="CommandException">It has none.</exception>
    public ulong Evaluate(ArgumentText text) => Evaluator.Value(text);

    /// <summary>Ends the console after this command.</summary>
    /// <param name="exitStatus">The tool's exit status.</param>
    public void Quit(int exitStatus) => RequestedExit ??= exitStatus;
}
