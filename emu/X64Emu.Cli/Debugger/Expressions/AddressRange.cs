using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Expressions;

/// <summary>A range of addresses, virtual or physical as the command has it.</summary>
/// <param name="Start">The first address.</param>
/// <param name="LengthBytes">At least 1; start and length together do not go beyond the last address.</param>
internal readonly record struct AddressRange(ulong Start, ulong LengthBytes)
{
    /// <summary>The last address in it.</summary>
    public ulong Last => Start + (LengthBytes - 1);

    /// <inheritdoc/>
    public override string ToString() => $"{new VirtualAddress(Start)}, {LengthBytes} byte{(LengthBytes == 1 ? "" : "s")}";
}
