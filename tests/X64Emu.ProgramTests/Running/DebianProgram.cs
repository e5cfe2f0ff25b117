namespace X64Emu.ProgramTests.Running;

/// <summary>Runs the distribution's own programs in the guest, unmodified: its root is the host's.</summary>
internal static class DebianProgram
{
    /// <summary>
    /// Runs the program at <paramref name="path"/> with further <paramref name="options"/> of the tool. The folder of the compiled programs is mounted for
    /// shells that start them: below /tmp the root does not show it.
    /// </summary>
    public static ProgramResult Run(string path, string[] arguments, params string[] options)
    {
        // There is none before the first is compiled.
        string programs = Directory.CreateDirectory(CompiledProgram.Folder).FullName;
        return EmulatedProgram.Run(
            path, arguments, options: ["--root", "/", "--mount", $"{programs}:{programs}", "--env", "PATH=/usr/bin:/bin:/usr/sbin:/sbin", "--env", "HOME=/", .. options]);
    }

    /// <summary>Runs a script of bash.</summary>
    public static ProgramResult Shell(string script, params string[] options) => Run("/bin/bash", ["-c", script], options);
}
