using X64Emu.Bus;
using X64Emu.Cli.Debugger.Expressions;
using X64Emu.Debugging.Inspection;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Commands.State;

/// <summary>Shows physical memory, in gdb's formats.</summary>
internal sealed class ExaminePhysicalCommand() : ReportCommand(
    "xp", CommandTopic.State, "xp[/FORMAT] [ADDRESS]", "Shows memory at a physical address",
    "The formats are those of x, but for instructions. Only RAM is shown: reading a device's registers could change them.",
    "xp/4gx cr3")
{
    private const string Missing = "no RAM here; devices are not read ('devices' shows them)";
    private MemoryFormat format = MemoryFormat.Default;
    private ulong next;

    /// <inheritdoc/>
    public override bool TakesFormat => true;

    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => NameCompletion.Expression(context, words[^1]);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        if (MemoryFormat.TryParse(arguments.Format ?? "", format, out MemoryFormat asked) is { } wrong) throw new CommandException(wrong);
        if (asked.Letter == 'i') throw new CommandException("xp shows no instructions: they depend on the mode; use x/i");
        ulong address = arguments.IsEmpty ? next : context.Evaluate(arguments.TakeRest());
        format = asked;
        MemoryDump dump = new((at, bytes) => Read(context, at, bytes.Span), namer: null, Missing);
        IReadOnlyList<string> lines = dump.Lines(address, asked);
        next = dump.NextAddress;
        return lines;
    }

    /// <summary>Frame by frame, since RAM may end within the range.</summary>
    private static int Read(DebuggerContext context, ulong address, Span<byte> bytes)
    {
        int done = 0;
        while (done < bytes.Length)
        {
            PhysicalAddress at = new(address + (ulong)done);
            int part = Math.Min(bytes.Length - done, GuestRam.FrameBytes - at.FrameOffset);
            if (at.Value < address || !context.Session.Memory.ReadPhysical(at, bytes.Slice(done, part))) break;
            done += part;
        }
        return done;
    }
}
