using System.CommandLine;
using X64Emu.Cpu;

namespace X64Emu.Cli.Commands;

/// <summary><c>x64emu isa</c>: which instructions the processor implements.</summary>
internal static class IsaCommand
{
    public static Command Create()
    {
        Command command = new("isa", "Lists the instructions that are implemented, and how many there are of each CPUID feature.");
        Option<bool> missing = new("--missing") { Description = "Lists those that are not: they raise #UD." };
        command.Options.Add(missing);
        command.SetAction(result => Print(Console.Out, implemented: !result.GetValue(missing)));
        return command;
    }

    private static void Print(TextWriter writer, bool implemented)
    {
        IReadOnlyList<InstructionForm> all = InstructionForm.All();
        foreach (InstructionForm form in all.Where(form => form.IsImplemented == implemented).OrderBy(form => form.Features, StringComparer.Ordinal))
            writer.WriteLine($"{form.Features,-24} {form.Syntax}");
        writer.WriteLine();
        foreach (IGrouping<string, InstructionForm> feature in all.GroupBy(form => form.Features).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            int done = feature.Count(form => form.IsImplemented);
            if (done > 0 || !implemented) writer.WriteLine($"{feature.Key,-24} {done,5} of {feature.Count(),5} forms");
        }
        writer.WriteLine($"{"in all",-24} {all.Count(form => form.IsImplemented),5} of {all.Count,5} forms");
    }
}
