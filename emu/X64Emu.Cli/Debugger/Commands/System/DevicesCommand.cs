using X64Emu.Debugging.Inspection;

namespace X64Emu.Cli.Debugger.Commands.System;

/// <summary>Shows the registers of the machine's chips.</summary>
internal sealed class DevicesCommand() : ReportCommand(
    "devices", CommandTopic.System, "devices [NAME]", "Shows the registers of the machine's chips",
    "NAME is the beginning of a chip's name, such as COM1, PIC or virtio; looking changes nothing in the chips.",
    "devices COM1")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<string> Report(DebuggerContext context, CommandArguments arguments)
    {
        string name = arguments.TakeRest().Text;
        IReadOnlyList<string> lines = DeviceReport.Devices(context.Session.Machine, name.Length == 0 ? null : name);
        return lines.Count > 0 ? lines : throw new CommandException($"no chip is called '{name}': {string.Join(", ", Names(context))}");
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) => Names(context);

    private static IEnumerable<string> Names(DebuggerContext context) => context.Session.Machine.Devices.Select(device => device.Name);
}
