using System.CommandLine;
using X64Emu.Cli.Options;
using X64Emu.Cpu;

namespace X64Emu.Cli.Commands;

/// <summary><c>x64emu isa</c>: which instructions the processor implements, and how.</summary>
internal static class IsaCommand
{
    public static Command Create()
    {
        Command command = new("isa", "Lists the instructions of 64-bit mode as implemented, privileged or not advertised, and counts them by CPUID feature.");
        Option<string?> cpu = MachineCommandOptions.CreateCpuOption();
        Option<bool> handlers = new("--handlers") { Description = "Lists the implemented instructions by how they are executed." };
        command.Options.Add(cpu);
        command.Options.Add(handlers);
        command.SetAction(result =>
        {
            IReadOnlyList<InstructionForm> forms = InstructionForm.All(MachineCommandOptions.ReadCpu(result, cpu));
            if (result.GetValue(handlers)) WriteHandlers(Console.Out, forms);
            else WriteForms(Console.Out, forms);
        });
        return command;
    }

    /// <summary>One line for each form, then one for each feature.</summary>
    internal static void WriteForms(TextWriter writer, IReadOnlyList<InstructionForm> forms)
    {
        foreach (InstructionForm form in forms.OrderBy(form => form.Features, StringComparer.Ordinal))
            writer.WriteLine($"{NameOf(form.Status),-15} {form.Features,-24} {form.Syntax}");
        writer.WriteLine();
        InstructionStatus[] columns = [InstructionStatus.Implemented, InstructionStatus.Privileged, InstructionStatus.NotAdvertised, InstructionStatus.Missing];
        WriteTotals(writer, forms, [.. columns.Select(NameOf)], form => Array.IndexOf(columns, form.Status));
    }

    /// <summary>The forms on the generic path, one line for each feature and mnemonic, then the totals of each feature.</summary>
    internal static void WriteHandlers(TextWriter writer, IReadOnlyList<InstructionForm> forms)
    {
        List<InstructionForm> running = [.. forms.Where(form => form.Handler != HandlerKind.None)];
        foreach (IGrouping<string, InstructionForm> feature in ByFeature(running.Where(form => form.Handler == HandlerKind.Generic)))
        {
            string[] mnemonics = [.. feature.Select(form => form.Syntax.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal)];
            writer.WriteLine($"generic         {feature.Key,-24} {string.Join(' ', mnemonics)}");
        }
        writer.WriteLine();
        WriteTotals(writer, running, ["direct", "generic"], form => form.Handler == HandlerKind.Direct ? 0 : 1);
    }

    private static void WriteTotals(TextWriter writer, IReadOnlyList<InstructionForm> forms, string[] columns, Func<InstructionForm, int> columnOf)
    {
        writer.WriteLine($"{"",-40}{string.Concat(columns.Select(column => $" {column,15}"))} {"forms",8}");
        foreach (IGrouping<string, InstructionForm> feature in ByFeature(forms)) WriteLine(feature.Key, [.. feature]);
        WriteLine("in all", forms);

        void WriteLine(string name, IReadOnlyList<InstructionForm> counted)
        {
            IEnumerable<string> counts = columns.Select((_, column) => $" {counted.Count(form => columnOf(form) == column),15}");
            writer.WriteLine($"{name,-40}{string.Concat(counts)} {counted.Count,8}");
        }
    }

    private static IEnumerable<IGrouping<string, InstructionForm>> ByFeature(IEnumerable<InstructionForm> forms) =>
        forms.GroupBy(form => form.Features).OrderBy(group => group.Key, StringComparer.Ordinal);

    private static string NameOf(InstructionStatus status) => status switch
    {
        InstructionStatus.Implemented => "implemented",
        InstructionStatus.Privileged => "privileged",
        InstructionStatus.NotAdvertised => "not advertised",
        _ => "missing",
    };
}
