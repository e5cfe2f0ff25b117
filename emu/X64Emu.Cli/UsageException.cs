namespace X64Emu.Cli;

/// <summary>Something the user asked for cannot be done. The message is one line: what is wrong, where, and what to do about it.</summary>
internal sealed class UsageException(string message) : Exception(message);
