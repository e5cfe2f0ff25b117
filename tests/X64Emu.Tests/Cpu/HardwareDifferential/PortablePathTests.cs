using System.Diagnostics;
using X64Emu.Tests.Cpu.Native;
using Xunit;
using Xunit.Abstractions;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>The same comparison in processes whose runtime denies hardware intrinsics, so that the portable paths of all operations run too.</summary>
public sealed class PortablePathTests(ITestOutputHelper output)
{
    private const int CasesPerCode = 64;

    [NativeTheory]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    [InlineData("DOTNET_EnableAVX")]
    public void Instruction_WithoutIntrinsics_AgreesWithHardware(string denied)
    {
        if (Environment.GetEnvironmentVariable(DifferentialSettings.CodeVariable) is not null) return;
        ProcessStartInfo start = new(Environment.ProcessPath ?? "dotnet") { RedirectStandardOutput = true };
        if (!Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.Ordinal)) start.FileName = "dotnet";
        start.ArgumentList.Add(typeof(PortablePathTests).Assembly.Location);
        start.Environment[denied] = "0";
        start.Environment.TryAdd(DifferentialSettings.CasesVariable, $"{CasesPerCode}");
        using Process process = Process.Start(start)!;
        string report = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        output.WriteLine(report);
        Assert.True(process.ExitCode == 0, report);
    }
}
