using Xunit;

namespace X64Emu.ProgramTests.Running;

/// <summary>A fact that needs a tool of the host: skipped with the package's name where it is missing, but run (and failed) under CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresToolFactAttribute : FactAttribute
{
    public RequiresToolFactAttribute(string tool, string package) => Skip = SkipReason.For(tool, package);
}

/// <summary>A theory that needs a tool of the host: skipped with the package's name where it is missing, but run (and failed) under CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresToolTheoryAttribute : TheoryAttribute
{
    public RequiresToolTheoryAttribute(string tool, string package) => Skip = SkipReason.For(tool, package);
}

/// <summary>A fact that needs file systems of its own, mounted in a namespace: skipped where the host lets nobody do that, but run (and failed) under CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresMountsFactAttribute : FactAttribute
{
    public RequiresMountsFactAttribute() => Skip = SkipReason.ForMounts();
}

/// <summary>A fact that compares with programs running natively: skipped on hosts that are not x86-64 Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute() => Skip = SkipReason.ForNativePrograms();
}

/// <summary>A fact that compares with programs which only root can run natively.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeRootFactAttribute : FactAttribute
{
    public NativeRootFactAttribute() => Skip = SkipReason.ForNativeRoot();
}

/// <summary>A theory that compares with programs which only root can run natively.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeRootTheoryAttribute : TheoryAttribute
{
    public NativeRootTheoryAttribute() => Skip = SkipReason.ForNativeRoot();
}

/// <summary>A theory that compares with programs running natively: skipped on hosts that are not x86-64 Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeTheoryAttribute : TheoryAttribute
{
    public NativeTheoryAttribute() => Skip = SkipReason.ForNativePrograms();
}
