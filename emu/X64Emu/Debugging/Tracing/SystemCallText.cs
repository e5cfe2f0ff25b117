using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Running;

namespace X64Emu.Debugging.Tracing;

/// <summary>A system call on one line in strace's format.</summary>
public static class SystemCallText
{
    private const int CloneNumber = 56;
    private const int ResultColumn = 40;
    private static readonly HashSet<string> s_addressResults = ["brk", "mmap", "mremap", "shmat"];

    /// <summary>Name and arguments, as <c>openat(AT_FDCWD, "x", O_RDONLY)</c>. At its end what the call has stored is shown, before it the addresses.</summary>
    /// <param name="call">The call.</param>
    /// <param name="memory">The memory; the process of the call must be the one that runs.</param>
    public static string Call(in SystemCallEvent call, DebugMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        string name = NameOf(call.Number);
        SystemCallView view = new(call, memory);
        return $"{name}({(call.Number == CloneNumber ? SystemCallSignatures.Clone(view) : Words(view, SystemCallSignatures.Find(name)))})";
    }

    /// <summary>A call with its result, as <c>close(3) = 0</c> with the result in a column of its own; an error with name and message.</summary>
    /// <param name="callText">What <see cref="Call"/> said.</param>
    /// <param name="call">The call at its end; at its beginning the result is a question mark.</param>
    public static string WithResult(string callText, in SystemCallEvent call)
    {
        ArgumentNullException.ThrowIfNull(callText);
        return $"{callText.PadRight(ResultColumn - 1)} = {(call.Phase == SystemCallPhase.Entry ? "?" : Result(call))}";
    }

    private static string Result(in SystemCallEvent call)
    {
        if (ErrorNames.IsError(call.Result)) return $"-1 {ErrorNames.Describe((int)-call.Result)}";
        string name = NameOf(call.Number);
        if (s_addressResults.Contains(name)) return $"0x{call.Result:x}";
        return name == "umask" ? StructureText.Octal((ulong)call.Result) : $"{call.Result}";
    }

    private static string NameOf(int number) => SystemCallNames.NameOf(number) ?? $"syscall_0x{number:x}";

    private static string Words(SystemCallView call, ArgumentWords[]? signature)
    {
        if (signature is null) return string.Join(", ", Enumerable.Range(0, SystemCallArguments.Count).Select(index => Arguments.Hexadecimal(call, index)));
        IEnumerable<string?> words = signature.Select((argument, index) => argument(call, index));
        return string.Join(", ", words.TakeWhile(word => word is not null));
    }
}
