using System.Runtime.Intrinsics;

namespace X64Emu.Tests.Cpu.Native;

/// <summary>Registers for failure messages.</summary>
internal static class Hex
{
    /// <summary>High half, then low half.</summary>
    public static string Of(Vector128<byte> value) => $"{value.AsUInt64()[1]:x16}:{value.AsUInt64()[0]:x16}";

    /// <summary>From the high end on.</summary>
    public static string Of(Vector256<byte> value) => $"{Of(value.GetUpper())}:{Of(value.GetLower())}";
}
