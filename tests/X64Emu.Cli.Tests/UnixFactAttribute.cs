using Xunit;

namespace X64Emu.Cli.Tests;

/// <summary>A fact about terminals and signals as Unix has them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "needs Unix terminals and signals" : null;
}
