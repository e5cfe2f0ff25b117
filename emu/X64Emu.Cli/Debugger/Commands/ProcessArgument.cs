using System.Globalization;
using X64Emu.Debugging.Guest;

namespace X64Emu.Cli.Debugger.Commands;

/// <summary>The process that a command is about: the one named, or the one that runs.</summary>
internal static class ProcessArgument
{
    /// <summary>The guest kernel's structures.</summary>
    /// <exception cref="CommandException">The kernel is another one.</exception>
    public static GuestKernel NeedGuest(DebuggerContext context) =>
        context.Session.Guest ?? throw new CommandException("this kernel's processes cannot be read: it is not the built-in one, or lacks debug information");

    /// <summary>A process by its number.</summary>
    /// <exception cref="CommandException">The word is no number, or no process has it.</exception>
    public static GuestProcess Find(DebuggerContext context, string word)
    {
        if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int pid)) throw new CommandException($"'{word}' is no process number");
        return NeedGuest(context).Processes.FirstOrDefault(process => process.Pid == pid)
            ?? throw new CommandException($"there is no process {pid}; 'ps' lists them");
    }

    /// <summary>Takes <c>pid N</c> if it is next.</summary>
    /// <exception cref="CommandException">There is no such process, or the number is missing.</exception>
    public static GuestProcess? TakeOptional(DebuggerContext context, CommandArguments arguments) =>
        arguments.TakeKeyword("pid") ? Find(context, arguments.NeedWord("a process number")) : null;

    /// <summary>The page tables of a process, as CR3 holds them; null, which stands for those of CR3, when no process is named.</summary>
    /// <exception cref="CommandException">The process has none.</exception>
    public static ulong? TablesOf(GuestProcess? process) => process is null ? null
        : process.Cr3 ?? throw new CommandException($"process {process.Pid} has no page tables: it has ended, or is the kernel's own");

    /// <summary>Takes a process number if one is next, else the process on the CPU.</summary>
    /// <exception cref="CommandException">There is no such process, or none runs yet.</exception>
    public static GuestProcess TakeOrCurrent(DebuggerContext context, CommandArguments arguments) => arguments.TakeWord() is { } word
        ? Find(context, word)
        : NeedGuest(context).CurrentProcess ?? throw new CommandException("no process runs yet; name one, or let the machine run");

    /// <summary>The numbers of all processes, for the Tab key.</summary>
    public static IEnumerable<string> Numbers(DebuggerContext context) =>
        context.Session.Guest?.Processes.Select(process => process.Pid.ToString(CultureInfo.InvariantCulture)) ?? [];
}
