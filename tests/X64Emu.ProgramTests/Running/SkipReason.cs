using System.Runtime.InteropServices;

namespace X64Emu.ProgramTests.Running;

/// <summary>Why a test does not run here; null when it does.</summary>
internal static class SkipReason
{
    public static string? For(string tool, string package) =>
        HostTool.IsContinuousIntegration ? null : HostTool.MissingMessage(tool, package);

    public static string? ForNativePrograms() =>
        OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64
            ? null
            : "the samples run natively on x86-64 Linux only";
}
