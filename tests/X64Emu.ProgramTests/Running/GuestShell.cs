namespace X64Emu.ProgramTests.Running;

/// <summary>A busybox shell in the guest, which finds the programs compiled so far in /programs.</summary>
internal static class GuestShell
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(4);

    /// <summary>Runs a script in a machine with these options.</summary>
    public static ProgramResult Run(string script, IEnumerable<string> options)
    {
        Directory.CreateDirectory(CompiledProgram.Folder);
        string shell = HostTool.Require("busybox", "busybox-static");
        return EmulatedProgram.Run(shell, ["sh", "-c", script], options: [.. options, "--mount", $"{CompiledProgram.Folder}:/programs"], timeout: patience);
    }
}
