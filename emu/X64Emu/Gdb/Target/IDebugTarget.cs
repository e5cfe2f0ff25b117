using X64Emu.Gdb.Registers;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Target;

/// <summary>A machine as gdb sees it. All members but <see cref="Interrupt"/> are called on one thread, while the machine stands.</summary>
public interface IDebugTarget
{
    /// <summary>Where and why it stands.</summary>
    TargetStop LastStop { get; }

    /// <summary>False once the guest's first program has ended, and with it the machine.</summary>
    bool IsAlive { get; }

    /// <summary>Every thread of the guest that has user mode, in order of their numbers.</summary>
    IReadOnlyList<TargetThread> Threads { get; }

    /// <summary>Which events stop it.</summary>
    EventSelection Events { get; }

    /// <summary>Memory, virtual and physical.</summary>
    ITargetMemory Memory { get; }

    /// <summary>Programs, their files and arguments.</summary>
    ITargetPrograms Programs { get; }

    /// <summary>A thread's registers, or null when there is no such thread.</summary>
    RegisterValues? ReadRegisters(GuestThreadId thread);

    /// <summary>Writes a thread's registers; false when that is not possible.</summary>
    bool WriteRegisters(GuestThreadId thread, RegisterValues values);

    /// <summary>Adds a stop point; true also when it was there. False when it cannot be watched.</summary>
    bool Insert(TargetPoint point);

    /// <summary>Takes a stop point out; nothing happens when it is not there.</summary>
    void Remove(TargetPoint point);

    /// <summary>Takes out all stop points of a process, or of all for null.</summary>
    void RemoveAll(int? pid);

    /// <summary>Runs to the next stop, which it returns.</summary>
    TargetStop Proceed(ResumeRequest request);

    /// <summary>Ends <see cref="Proceed"/> soon with <see cref="TargetStopKind.Paused"/>; called just before, it still does. May be called from any
    /// thread.</summary>
    void Interrupt();

    /// <summary>The answer to a `monitor` command, line by line.</summary>
    /// <param name="pid">The process gdb looks at.</param>
    /// <param name="command">The words behind `monitor`.</param>
    IReadOnlyList<string> Monitor(int pid, string command);
}

/// <summary>A target's memory. No access changes TLB, counters or page tables.</summary>
public interface ITargetMemory
{
    /// <summary>Reads virtual memory of a process and returns how many bytes could be read before the first that is not there.</summary>
    int Read(int pid, VirtualAddress address, Span<byte> destination);

    /// <summary>Writes virtual memory of a process; false, with nothing written, when a part is not there or shared with others.</summary>
    bool Write(int pid, VirtualAddress address, ReadOnlySpan<byte> source);

    /// <summary>Reads RAM and returns how many bytes could be read.</summary>
    int ReadPhysical(PhysicalAddress address, Span<byte> destination);

    /// <summary>Writes RAM; false, with nothing written, when a part is not RAM.</summary>
    bool WritePhysical(PhysicalAddress address, ReadOnlySpan<byte> source);
}

/// <summary>A target's programs.</summary>
public interface ITargetPrograms
{
    /// <summary>The guest path of the program a process runs, or null.</summary>
    string? ExecutablePath(int pid);

    /// <summary>A process's auxiliary vector (System V ABI for x86-64, 3.4.3), or null.</summary>
    byte[]? AuxiliaryVector(int pid);

    /// <summary>Opens a file that the guest may read.</summary>
    /// <param name="guestPath">An absolute path.</param>
    /// <param name="file">The content; the caller disposes it.</param>
    /// <returns>0 or a Linux error number.</returns>
    int OpenFile(string guestPath, out Stream? file);

    /// <summary>The text of a symbolic link that the guest may read.</summary>
    /// <returns>0 or a Linux error number.</returns>
    int ReadLink(string guestPath, out string text);

    /// <summary>Starts over with a new machine.</summary>
    /// <param name="words">The program and its arguments; empty for those it was started with.</param>
    /// <param name="problem">Why it is not possible, in one line.</param>
    bool TryStart(IReadOnlyList<string> words, out string problem);

    /// <summary>Ends the machine.</summary>
    void Kill();
}
