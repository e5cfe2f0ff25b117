namespace X64Emu.Debugging.Expressions;

/// <summary>A register under the name that expressions use.</summary>
/// <param name="Name">The name.</param>
/// <param name="Bits">Its width; values read are zero-extended from it.</param>
/// <param name="Read">Its value now.</param>
/// <param name="Write">Changes it, or null when it cannot be changed. Throws <see cref="ArgumentException"/> for a value the processor would refuse.</param>
public sealed record RegisterBinding(string Name, int Bits, Func<ulong> Read, Action<ulong>? Write);
