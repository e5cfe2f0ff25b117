namespace X64Emu.Cli.Debugger;

/// <summary>A command that cannot do what was asked. The message is one line that names the problem; the session goes on.</summary>
internal sealed class CommandException(string message) : Exception(message);
