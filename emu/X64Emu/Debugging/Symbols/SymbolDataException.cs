namespace X64Emu.Debugging.Symbols;

/// <summary>Debug information that is not what its format says: cut short, out of range, or of an unknown version. The message is one line.</summary>
public sealed class SymbolDataException(string message) : Exception(message);
