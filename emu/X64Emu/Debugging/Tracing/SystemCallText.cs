using X64Emu.Debugging.Running;

namespace X64Emu.Debugging.Tracing;

/// <summary>A system call on one line in strace's format.</summary>
internal static class SystemCallText
{
    private const int CloneNumber = 56;
    private const int ResultColumn = 40;
    private static readonly HashSet<string> s_addressResults = ["brk", "mmap", "mremap", "shmat"];

    /// <summary>Name and arguments, as <c>openat(AT_FDCWD, "x", O_RDONLY)</c>. At its end what the call has stored is shown, before it the addresses.</summary>
    public static string Call(SystemCallView call) => $"{NameOf(call.Number)}({string.Join(", ", Words(call))})";

    /// <summary>As much of a call that has not ended as strace shows: up to the first argument that depends on how it ends.</summary>
    /// <returns>The text, and how many arguments are in it.</returns>
    public static (string Text, int Count) Beginning(SystemCallView call)
    {
        List<string> known = [];
        bool hasMore = false;
        foreach (string word in Words(call))
        {
            if (hasMore = call.IsEndWanted) break;
            known.Add(word);
        }
        string separator = hasMore && known.Count > 0 && call.Number != CloneNumber ? ", " : "";
        return ($"{NameOf(call.Number)}({string.Join(", ", known)}{separator}", known.Count);
    }

    /// <summary>A call at its end, when <see cref="Beginning"/> has shown so many of its arguments: <c>&lt;... read resumed&gt;"x", 1)</c>.</summary>
    public static string Resumed(SystemCallView call, int count)
    {
        string rest = string.Join(", ", Words(call).Skip(count));
        return $"<... {NameOf(call.Number)} resumed>{(rest.Length > 0 && call.Number == CloneNumber ? ", " : "")}{rest})";
    }

    /// <summary>A call with its result, as <c>close(3) = 0</c> with the result in a column of its own; an error with name and message.</summary>
    /// <param name="callText">What <see cref="Call"/> said.</param>
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

    private static string NameOf(int number) => SystemCallNames.NameOf(number) ?? $"syscall_0x{number:x}";

    private static IEnumerable<string> Words(SystemCallView call) =>
        SystemCallSignatures.Of(call.Number).Select((argument, index) => argument(call, index)).TakeWhile(word => word is not null)!;
}
