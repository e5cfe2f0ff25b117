using System.Runtime.InteropServices;

namespace X64Emu.ProgramTests.Running;

/// <summary>Why a test does not run here; null when it does.</summary>
internal static class SkipReason
{
    public static string? For(string tool, string package) =>
        HostTool.IsContinuousIntegration ? null : HostTool.MissingMessage(tool, package);

    /// <summary>For programs that change their user: only root may, natively.</summary>
    public static string? ForNativeRoot() => ForNativePrograms() ?? (Environment.IsPrivilegedProcess ? null : "only root can run this natively");

    /// <summary>For tests that mount file systems in a namespace of their own.</summary>
    public static string? ForMounts() => ForNativePrograms() ?? (HostTool.IsContinuousIntegration ? null : Namespace.MissingMessage);

    public static string? ForNativePrograms() =>
        OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64
            ? null
            : "the samples run natively on x86-64 Linux only";
}
