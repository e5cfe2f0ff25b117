using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Instructions.Simd;

// ANDPS, ANDPD and PAND do the same to the bits, and so do their three kin.
internal readonly struct Pand : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => a & b; }
internal readonly struct Pandn : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.AndNot(b, a); }
internal readonly struct Por : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => a | b; }
internal readonly struct Pxor : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => a ^ b; }

internal readonly struct Pcmpeqb : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Equals(a, b); }
internal readonly struct Pcmpeqw : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Equals(a.AsInt16(), b.AsInt16()).AsByte(); }
internal readonly struct Pcmpeqd : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Equals(a.AsInt32(), b.AsInt32()).AsByte(); }
internal readonly struct Pcmpgtb : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.GreaterThan(a.AsSByte(), b.AsSByte()).AsByte(); }
internal readonly struct Pcmpgtw : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.GreaterThan(a.AsInt16(), b.AsInt16()).AsByte(); }
internal readonly struct Pcmpgtd : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.GreaterThan(a.AsInt32(), b.AsInt32()).AsByte(); }
internal readonly struct Pcmpeqq : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Equals(a.AsInt64(), b.AsInt64()).AsByte(); }
internal readonly struct Pcmpgtq : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.GreaterThan(a.AsInt64(), b.AsInt64()).AsByte(); }
