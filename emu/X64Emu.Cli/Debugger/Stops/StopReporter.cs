using System.Globalization;
using X64Emu.Cpu;
using X64Emu.Debugging.Inspection;
using X64Emu.Debugging.Running;
using X64Emu.Primitives;

namespace X64Emu.Cli.Debugger.Stops;

/// <summary>Says where and why the machine stands: reason, place, source line, code around RIP, registers that changed.</summary>
/// <param name="context">The session and the console.</param>
internal sealed class StopReporter(DebuggerContext context)
{
    private const int LinesBefore = 1, LinesAfter = 2, MostChanges = 6;
    private readonly StopText text = new(context.Names);

    private ProcessorRegisters Registers => context.Session.Machine.Processor.Registers;

    /// <summary>Reports a stop.</summary>
    /// <param name="stop">The stop.</param>
    /// <param name="before">The registers as they were when the run began; null when they mean nothing any more.</param>
    public void Report(StopEvent stop, RegisterSnapshot? before)
    {
        foreach (string line in text.Lines(stop)) context.Output.Heading(line);
        if (stop.IsEnd) return;
        ReportPlace();
        if (before is not null) ReportChanges(RegisterSnapshot.Take(Registers).ChangesSince(before, context.Names.Namer));
    }

    /// <summary>A few changes are shown; of many, as after a change between program and kernel, only the names.</summary>
    private void ReportChanges(IReadOnlyList<string> changes)
    {
        if (changes.Count <= MostChanges) context.Output.Lines(changes);
        else context.Output.Line($"{changes.Count} registers have changed: {string.Join(' ', changes.Select(line => line.Split(' ')[0]))}");
    }

    /// <summary>Says where the machine stands, with source line and code.</summary>
    public void ReportPlace()
    {
        VirtualAddress rip = Registers.Rip;
        context.Output.Line($"{Mode()}  {context.Names.Describe(rip)}  instruction {Thousands(context.Session.InstructionCount)}");
        if (context.Names.Source(rip) is { } source && context.Names.Listing.Line(source) is { } sourceText)
            context.Output.Line($"{source.Line,6}  {sourceText}".TrimEnd());
        Disassembler disassembler = new(context.Session.Memory, context.Names.Namer) { Bits = CodeBits() };
        DisassemblyReport report = new() { Arrow = rip, Namer = context.Names.Namer };
        context.Output.Lines(report.Lines(DisassemblyReport.Around(disassembler, rip, context.Names.FunctionStart(rip), LinesBefore, LinesAfter)));
    }

    /// <summary>The process and the privilege: <c>pid 2 user</c>, <c>pid 2 kernel</c>, <c>kernel</c>.</summary>
    public string Mode()
    {
        string mode = Registers.PrivilegeLevel == 3 ? "user" : "kernel";
        return context.Session.LastStop.Pid is { } pid ? $"pid {pid} {mode}" : mode;
    }

    /// <summary>The prompt: process, mode and instruction count.</summary>
    public string Prompt() => context.Session.HasEnded ? "(ended)" : $"({Mode()} {Thousands(context.Session.InstructionCount)})";

    /// <summary>A number with separators, as people read it.</summary>
    public static string Thousands(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private int CodeBits()
    {
        SegmentRegister code = Registers.GetSegment(SegmentName.Cs);
        return code.IsLong ? 64 : code.IsDefault32 ? 32 : 16;
    }
}
