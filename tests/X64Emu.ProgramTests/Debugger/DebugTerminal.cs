using X64Emu.ProgramTests.Running;

namespace X64Emu.ProgramTests.Debugger;

/// <summary>`x64emu debug` at a pseudo-terminal.</summary>
internal sealed class DebugTerminal : HostTerminal
{
    public DebugTerminal(string program, string stateFolder, bool hasColour = true)
        : base($"'{Repository.Tool}' debug '{program}'", Environment(stateFolder, hasColour))
    {
    }

    private static Dictionary<string, string?> Environment(string stateFolder, bool hasColour) =>
        new() { ["TERM"] = "xterm", ["XDG_STATE_HOME"] = stateFolder, ["NO_COLOR"] = hasColour ? null : "1" };
}
