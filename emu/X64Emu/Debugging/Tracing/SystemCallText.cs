using X64Emu.Debugging.Running;

namespace X64Emu.Debugging.Tracing;

/// <summary>Names and results of system calls in strace's words.</summary>
internal static class SystemCallText
{
    private const int ResultColumn = 40;
    private static readonly HashSet<string> s_addressResults = ["brk", "mmap", "mremap", "shmat"];

    /// <summary>A call with its result, as <c>close(3) = 0</c> with the result in a column of its own; an error with name and message.</summary>
    /// <param name="callText">Name and arguments.</param>
    /// <param name="call">The call at its end; at its beginning the result is a question mark.</param>
    public static string WithResult(string callText, in SystemCallEvent call) =>
        $"{callText.PadRight(ResultColumn - 1)} = {(call.Phase == SystemCallPhase.Entry ? "?" : Result(call))}";

    private static string Result(in SystemCallEvent call)
    {
        if (ErrorNames.DescribeInterruption(call.Result) is { } interruption) return $"? {interruption}";
        if (ErrorNames.IsError(call.Result)) return $"-1 {ErrorNames.Describe((int)-call.Result)}";
        string name = NameOf(call.Number);
        if (s_addressResults.Contains(name)) return $"0x{call.Result:x}";
        return name == "umask" ? StructureText.Octal((ulong)call.Result) : $"{call.Result}";
    }

    /// <summary>A call's name, also of one that does not exist.</summary>
    public static string NameOf(int number) => SystemCallNames.NameOf(number) ?? $"syscall_0x{number:x}";
}
