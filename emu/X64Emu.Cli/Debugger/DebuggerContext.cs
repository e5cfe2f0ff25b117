namespace X64Emu.Cli.Debugger;

/// <summary>What commands work with.</summary>
/// <param name="commands">All commands, for <c>help</c> and for commands that call others.</param>
/// <param name="output">Where answers go.</param>
internal sealed class DebuggerContext(CommandRegistry commands, DebuggerOutput output)
{
    /// <summary>All commands.</summary>
    public CommandRegistry Commands => commands;

    /// <summary>Where answers go.</summary>
    public DebuggerOutput Output => output;

    /// <summary>The tool's exit status once <see cref="Quit"/> was called; null before.</summary>
    public int? RequestedExit { get; private set; }

    /// <summary>Ends the console after this command.</summary>
    /// <param name="exitStatus">The tool's exit status.</param>
    public void Quit(int exitStatus) => RequestedExit ??= exitStatus;
}
