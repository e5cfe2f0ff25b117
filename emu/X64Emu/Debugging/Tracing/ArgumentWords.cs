namespace X64Emu.Debugging.Tracing;

/// <summary>Puts one argument of a system call into words.</summary>
/// <param name="call">The call.</param>
/// <param name="index">Which argument, 0..5.</param>
/// <returns>Null when the argument does not exist for these values of the others, and none behind it.</returns>
internal delegate string? ArgumentWords(SystemCallView call, int index);

/// <summary>The kinds of arguments.</summary>
internal static class Arguments
{
    private const int CurrentDirectory = -100;

    /// <summary>A signed 32-bit number, such as a descriptor or a pid.</summary>
    public static string Number(SystemCallView call, int index) => $"{(int)call[index]}";

    /// <summary>A signed 64-bit number.</summary>
    public static string Long(SystemCallView call, int index) => $"{(long)call[index]}";

    /// <summary>A size.</summary>
    public static string Size(SystemCallView call, int index) => $"{call[index]}";

    /// <summary>An address.</summary>
    public static string Address(SystemCallView call, int index) => SystemCallView.Pointer(call[index]);

    /// <summary>A number in hexadecimal.</summary>
    public static string Hexadecimal(SystemCallView call, int index) => SystemCallView.Hexadecimal(call[index]);

    /// <summary>A directory descriptor of the calls whose names end in at.</summary>
    public static string Directory(SystemCallView call, int index) => (int)call[index] == CurrentDirectory ? "AT_FDCWD" : Number(call, index);

    /// <summary>A path.</summary>
    public static string Path(SystemCallView call, int index) => call.Path(call[index]);

    /// <summary>A vector of strings.</summary>
    public static string Texts(SystemCallView call, int index) => call.Texts(call[index]);

    /// <summary>The environment, of which strace tells the size alone.</summary>
    public static string Environment(SystemCallView call, int index)
    {
        int count = call.CountPointers(call[index]);
        return count < 0 ? Address(call, index) : $"{Address(call, index)} /* {count} {(count == 1 ? "var" : "vars")} */";
    }

    /// <summary>A file mode in octal.</summary>
    public static string Mode(SystemCallView call, int index) => StructureText.Octal(call[index] & 0xffff);

    /// <summary>A mode for mknod, with its type.</summary>
    public static string TypedMode(SystemCallView call, int index) => StructureText.Mode((uint)call[index]);

    /// <summary>The mode of open, which is there only when a file may be made.</summary>
    /// <param name="flagsIndex">Where the flags are.</param>
    public static ArgumentWords ModeWhenCreating(int flagsIndex) => (call, index) =>
        (call[flagsIndex] & 0x40) != 0 || (call[flagsIndex] & 0x41_0000) == 0x41_0000 ? Mode(call, index) : null;

    /// <summary>The flags of open: access mode and the rest.</summary>
    public static string OpenFlags(SystemCallView call, int index)
    {
        ulong rest = call[index] & 0xffff_fffc;
        string mode = LinuxConstants.AccessMode.Value(call[index] & 3);
        return rest == 0 ? mode : $"{mode}|{LinuxConstants.OpenFlags.Flags(rest)}";
    }

    /// <summary>A set of flags of 32 bits.</summary>
    public static ArgumentWords Flags(NamedFlags flags) => (call, index) => flags.Flags(call[index] & uint.MaxValue);

    /// <summary>One of several values of 32 bits.</summary>
    public static ArgumentWords Value(NamedFlags values) => (call, index) => values.Value(call[index] & uint.MaxValue);

    /// <summary>A signal.</summary>
    public static string Signal(SystemCallView call, int index) => call[index] == 0 ? "0" : LinuxConstants.Signal(call[index]);

    /// <summary>A buffer that the call reads; its length is the argument of that index.</summary>
    public static ArgumentWords Input(int lengthIndex) => (call, index) => call.Buffer(call[index], call[lengthIndex]);

    /// <summary>A buffer that the call has filled with as many bytes as its result says.</summary>
    public static string Output(SystemCallView call, int index) => call.HasOutput ? call.Buffer(call[index], (ulong)call.Result) : Address(call, index);

    /// <summary>Random bytes.</summary>
    public static string RandomOutput(SystemCallView call, int index) =>
        call.HasOutput ? call.HexadecimalBuffer(call[index], (ulong)call.Result) : Address(call, index);

    /// <summary>A string that the call has stored.</summary>
    public static string StoredText(SystemCallView call, int index) => call.HasOutput ? call.Path(call[index]) : Address(call, index);

    /// <summary>A structure that the call reads.</summary>
    public static ArgumentWords Reads(Func<SystemCallView, ulong, string> structure) =>
        (call, index) => call[index] == 0 ? "NULL" : structure(call, call[index]);

    /// <summary>A structure that the call has filled.</summary>
    public static ArgumentWords Fills(Func<SystemCallView, ulong, string> structure) =>
        (call, index) => call.HasOutput && call[index] != 0 ? structure(call, call[index]) : Address(call, index);

    /// <summary>What is left of a time-out when a signal ends the call.</summary>
    public static string Remaining(SystemCallView call, int index) =>
        !call.HasOutput && call.IsInterrupted && call[index] != 0 ? StructureText.Timespec(call, call[index]) : Address(call, index);

    /// <summary>The signal mask that rt_sigreturn puts back: its only argument is the frame on the stack (struct ucontext).</summary>
    public static string ReturnFrame(SystemCallView call, int index)
    {
        const ulong maskOffset = 296;
        return $"{{mask={StructureText.SignalSet(call, call.StackPointer + maskOffset)}}}";
    }

    /// <summary>An I/O vector that the call writes from; its length is the next argument.</summary>
    public static string InputVectors(SystemCallView call, int index) => StructureText.Vectors(call, call[index], call[index + 1], ulong.MaxValue);

    /// <summary>An I/O vector that the call has read into.</summary>
    public static string OutputVectors(SystemCallView call, int index) =>
        StructureText.Vectors(call, call[index], call[index + 1], call.HasOutput ? (ulong)call.Result : 0);

    /// <summary>What poll waits for; the count is the next argument.</summary>
    public static string Polls(SystemCallView call, int index) => StructureText.Polls(call, call[index], call[index + 1]);

    /// <summary>What getdents64 has stored.</summary>
    public static string DirectoryEntries(SystemCallView call, int index) =>
        call.HasOutput ? StructureText.DirectoryEntries(call, call[index], call.Result) : Address(call, index);

    /// <summary>The status that wait4 stores when it has found a child.</summary>
    public static string WaitStatus(SystemCallView call, int index) =>
        call.HasOutput && call.Result > 0 && call[index] != 0 ? StructureText.WaitStatus(call, call[index]) : Address(call, index);

    /// <summary>A futex operation with its flags.</summary>
    public static string FutexOperation(SystemCallView call, int index)
    {
        string operation = LinuxConstants.FutexOperation.Value(call[index] & 0x7f);
        ulong flags = call[index] & 0x180;
        // FUTEX_WAIT_PRIVATE and its kin have names of their own.
        if (flags == 0x80) return operation + "_PRIVATE";
        return flags == 0 ? operation : $"{operation}{((flags & 0x80) != 0 ? "_PRIVATE" : "")}|FUTEX_CLOCK_REALTIME";
    }

    /// <summary>What a waiting futex call gives up after; other operations have no such argument.</summary>
    public static string? FutexTimeout(SystemCallView call, int index) =>
        (call[1] & 0x7f) is 0 or 9 ? Reads(StructureText.Timespec)(call, index) : null;

    /// <summary>The bits of futex calls that wait or wake by them; other operations have no such argument.</summary>
    public static string? FutexBits(SystemCallView call, int index) =>
        (call[1] & 0x7f) != 9 ? null : (uint)call[5] == uint.MaxValue ? "FUTEX_BITSET_MATCH_ANY" : SystemCallView.Hexadecimal((uint)call[5]);

    /// <summary>The third argument of fcntl, which depends on the command.</summary>
    public static string? FileCommandArgument(SystemCallView call, int index) => (call[1] & uint.MaxValue) switch
    {
        1 or 3 or 9 or 1032 or 1034 => null,
        2 => LinuxConstants.DescriptorFlags.Flags(call[index]),
        4 => OpenFlags(call, index),
        0 or 1030 => Number(call, index),
        _ => Hexadecimal(call, index),
    };

    /// <summary>The argument of arch_prctl.</summary>
    public static string ArchArgument(SystemCallView call, int index) =>
        (call[0] & uint.MaxValue) is 0x1003 or 0x1004 && call.HasOutput && call.TryRead(call[index], out ulong value) ? $"[0x{value:x}]" : Address(call, index);
}
