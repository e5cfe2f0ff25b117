using System.Runtime.InteropServices;
using Xunit;

namespace X64Emu.Tests.Cpu.Native;

/// <summary>A test that runs instructions on the host's own processor; skipped where that is not x86-64 Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute() => Skip = NativeHost.ReasonToSkip;
}

/// <summary>The same for theories.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeTheoryAttribute : TheoryAttribute
{
    public NativeTheoryAttribute() => Skip = NativeHost.ReasonToSkip;
}

internal static class NativeHost
{
    public static string? ReasonToSkip =>
        RuntimeInformation.ProcessArchitecture == Architecture.X64 && OperatingSystem.IsLinux()
            ? null
            : "compares with the host's own processor: needs x86-64 Linux";
}
