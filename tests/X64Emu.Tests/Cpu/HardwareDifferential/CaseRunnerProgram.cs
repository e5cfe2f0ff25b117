using System.ComponentModel;
using System.Diagnostics;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>The C program that runs cases on the host's processor, compiled when a test first asks for it.</summary>
internal static class CaseRunnerProgram
{
    private static readonly Lazy<string> program = new(Compile);

    /// <summary>The executable.</summary>
    public static string Path => program.Value;

    private static string Compile()
    {
        string folder = AppContext.BaseDirectory, source = System.IO.Path.Combine(folder, "case-runner.c");
        string result = System.IO.Path.Combine(folder, "case-runner"), fresh = $"{result}-{Environment.ProcessId}";
        if (File.Exists(result) && File.GetLastWriteTimeUtc(result) >= File.GetLastWriteTimeUtc(source)) return result;
        string[] arguments =
            ["-O2", "-Wall", "-Wextra", "-Werror", "-fno-stack-protector", "-fcf-protection=none", "-fno-tree-loop-distribute-patterns", "-o", fresh, source];
        try
        {
            using Process gcc = Process.Start(new ProcessStartInfo("gcc", arguments) { RedirectStandardError = true })!;
            string errors = gcc.StandardError.ReadToEnd();
            gcc.WaitForExit();
            if (gcc.ExitCode != 0) throw new InvalidOperationException($"gcc cannot compile {source}: {errors}");
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException("these tests need gcc, from the package 'gcc' with 'libc6-dev'");
        }
        File.Move(fresh, result, overwrite: true);   // another test process may be doing the same
        return result;
    }
}
