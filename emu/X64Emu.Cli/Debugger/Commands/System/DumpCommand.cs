using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.System;

/// <summary>Writes guest memory into a file.</summary>
internal sealed class DumpCommand() : ReportCommand(
    "dump", CommandTopic.System, "dump memory FILE RANGE [pid N]", "Writes memory into a file of the host",
    "RANGE is START..END without END itself, or START,LENGTH, at most 1 GiB, of virtual addresses. All of it must be mapped. A file that exists is replaced.",
    "dump memory stack.bin rsp,4096")
{
    private const ulong MostBytes = 1 << 30;
    private const int PieceBytes = 1 << 16;

    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => MemoryFile.Complete(context, words);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        string file = MemoryFile.TakeName(arguments);
        AddressRange range = context.Evaluator.Range(arguments.TakeUntil("pid"), 0);
        ulong? cr3 = ProcessArgument.TablesOf(ProcessArgument.TakeOptional(context, arguments));
        arguments.ExpectEnd();
        if (range.LengthBytes > MostBytes) throw new CommandException($"the range has {range.LengthBytes} bytes; at most {MostBytes} are written");
        // Looked at first, so that a range with a hole leaves no half file behind.
        Copy(context, range, cr3, Stream.Null);
        MemoryFile.Try(file, "written", () =>
        {
            using FileStream stream = File.Create(file);
            Copy(context, range, cr3, stream);
        });
        return [$"{range.LengthBytes} bytes written to {file}"];
    }

    private static void Copy(DebuggerContext context, AddressRange range, ulong? cr3, Stream target)
    {
        byte[] piece = new byte[(int)Math.Min(PieceBytes, range.LengthBytes)];
        for (ulong done = 0; done < range.LengthBytes;)
        {
            int length = (int)Math.Min((ulong)piece.Length, range.LengthBytes - done);
            int read = context.Session.Memory.Read(new VirtualAddress(range.Start + done), piece.AsSpan(0, length), cr3);
            if (read < length) throw new CommandException($"no memory is mapped at 0x{range.Start + done + (ulong)read:x}");
            target.Write(piece, 0, length);
            done += (ulong)length;
        }
    }
}
