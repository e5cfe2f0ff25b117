using X64Emu.Debugging.Running;
using X64Emu.Primitives;

namespace X64Emu.Cli.Tracing;

/// <summary>Names addresses in the process that runs, while it runs: follows the switches between processes.</summary>
internal sealed class RunningProcessNames : IDisposable
{
    private readonly DebugSession session;
    private int? pid;

    public RunningProcessNames(DebugSession session)
    {
        this.session = session;
        pid = session.LastStop.Pid;
        session.ProcessReported += Follow;
    }

    /// <summary>The function or variable at an address and the offset into it; null when nothing there has a name.</summary>
    public string? Name(VirtualAddress address) => session.Symbols.NameOf(address, pid);

    /// <inheritdoc/>
    public void Dispose() => session.ProcessReported -= Follow;

    private void Follow(ProcessEvent happened)
    {
        if (happened.Kind is ProcessEventKind.Switch or ProcessEventKind.Exec) pid = happened.Pid;
    }
}
