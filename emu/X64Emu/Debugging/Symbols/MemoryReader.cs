using X64Emu.Primitives;

namespace X64Emu.Debugging.Symbols;

/// <summary>Reads guest memory of one address space without side effect.</summary>
/// <returns>The bytes read before the first unmapped one; fewer than asked for when there is one.</returns>
public delegate int MemoryReader(VirtualAddress address, Span<byte> target);
