using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.System;

/// <summary>Writes a file into guest memory.</summary>
internal sealed class LoadCommand() : ReportCommand(
    "load", CommandTopic.System, "load memory FILE ADDRESS [pid N]", "Writes a file of the host into memory",
    "The file has at most 1 GiB. All of the memory must be mapped; permissions do not matter. This changes what the program does from here on.",
    "load memory stack.bin rsp")
{
    private const long MostBytes = 1 << 30;

    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => MemoryFile.Complete(context, words);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        string file = MemoryFile.TakeName(arguments);
        ArgumentText text = arguments.TakeUntil("pid");
        if (text.Text.Length == 0) throw new CommandException("an address is missing");
        VirtualAddress address = new(context.Evaluate(text));
        ulong? cr3 = ProcessArgument.TablesOf(ProcessArgument.TakeOptional(context, arguments));
        arguments.ExpectEnd();
        byte[] bytes = [];
        MemoryFile.Try(file, "read", () =>
        {
            using FileStream stream = File.OpenRead(file);
            // A pipe or device has no length, and may never end.
            if (!stream.CanSeek || stream.Length == 0) throw new CommandException($"{file} is empty, or no regular file");
            if (stream.Length > MostBytes) throw new CommandException($"{file} has {stream.Length} bytes; at most {MostBytes} are loaded");
            bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
        });
        if (!context.Session.Memory.Write(address, bytes, cr3))
            throw new CommandException($"not all of the {bytes.Length} bytes from {address} on are mapped");
        return [$"{bytes.Length} bytes of {file} loaded at {address}"];
    }
}
