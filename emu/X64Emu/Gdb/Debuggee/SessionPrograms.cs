using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Running;
using X64Emu.Gdb.Target;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Debuggee;

/// <summary>Where programs and their files come from: what the tool that made the session knows about the host.</summary>
public interface IProgramSource
{
    /// <summary>Opens a file that the guest may read; see <see cref="ITargetPrograms.OpenFile"/>.</summary>
    int OpenFile(string guestPath, out Stream? file);

    /// <summary>Reads a symbolic link that the guest may read; see <see cref="ITargetPrograms.ReadLink"/>.</summary>
    int ReadLink(string guestPath, out string text);

    /// <summary>Chooses the program of the machines that are made from now on.</summary>
    /// <param name="words">The program and its arguments; an empty first word means the present program, no word at all everything as it is.</param>
    /// <param name="problem">Why it cannot run, in one line.</param>
    bool TryChoose(IReadOnlyList<string> words, out string problem);
}

/// <summary>Programs of the guest's processes.</summary>
internal sealed class SessionPrograms(DebugSession session, IProgramSource source) : ITargetPrograms
{
    private const ulong MaximumVectorBytes = 4096;

    /// <summary>Called before a new machine is made.</summary>
    public Action? Starting { get; set; }

    /// <summary>Called when a new machine stands in front of its program's first instruction.</summary>
    public Action? Started { get; set; }

    /// <summary>Called when the machine was ended.</summary>
    public Action? Killed { get; set; }

    /// <inheritdoc/>
    public string? ExecutablePath(int pid) => session.Guest?.FindProcess(pid)?.ExecutablePath;

    /// <inheritdoc/>
    public byte[]? AuxiliaryVector(int pid)
    {
        if (session.Guest?.FindProcess(pid) is not { } process) return null;
        (VirtualAddress start, VirtualAddress end) = process.AuxiliaryVector;
        if (end.Value <= start.Value || end.Value - start.Value > MaximumVectorBytes) return null;
        byte[] vector = new byte[end.Value - start.Value];
        return session.Memory.Read(start, vector, process.Cr3) == vector.Length ? vector : null;
    }

    /// <inheritdoc/>
    public int OpenFile(string guestPath, out Stream? file) => source.OpenFile(guestPath, out file);

    /// <inheritdoc/>
    public int ReadLink(string guestPath, out string text) => source.ReadLink(guestPath, out text);

    /// <inheritdoc/>
    public bool TryStart(IReadOnlyList<string> words, out string problem)
    {
        if (!source.TryChoose(words, out problem)) return false;
        Starting?.Invoke();
        session.Restart();
        // Ctrl-C during the boot would leave a machine without a program.
        while (session.RunToProgram().Reason == StopEventReason.Interrupted)
        {
        }
        Started?.Invoke();
        return true;
    }

    /// <inheritdoc/>
    public void Kill()
    {
        session.Kill();
        Killed?.Invoke();
    }
}
