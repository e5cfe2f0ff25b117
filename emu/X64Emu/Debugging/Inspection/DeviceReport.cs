using X64Emu.Bus;
using X64Emu.Devices;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Inspection;

/// <summary>The machine's chips, its timers and its interrupts.</summary>
public static class DeviceReport
{
    private const int InterruptFlagBit = 9;
    private static readonly string[] s_isaNames =
    [
        "timer", "keyboard", "timer (pin 2)", "COM2", "COM1", "virtio 0", "virtio 1", "virtio 2", "RTC and virtio 3",
        "virtio 4", "virtio 5", "virtio 6", "virtio 7",
    ];

    /// <summary>Every chip with its registers, or those whose name begins with a word.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="name">The beginning of a name, in any case; null for all.</param>
    /// <returns>No lines when no chip has that name.</returns>
    public static IReadOnlyList<string> Devices(PcMachine machine, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        List<string> lines = [];
        foreach (InspectableDevice device in machine.Devices)
        {
            if (name is not null && !device.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase)) continue;
            lines.Add($"{device.Name} ({device.Place})");
            lines.AddRange(device.Chip.Inspect().Select(row => $"  {row.Name,-20} {row.Value}".TrimEnd()));
        }
        return lines;
    }

    /// <summary>Virtual time, then what waits for its time, soonest first.</summary>
    public static IReadOnlyList<string> Timers(PcMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ulong now = machine.Clock.NowNanoseconds;
        List<string> lines = [$"virtual time {now} ns"];
        foreach (PendingCallback pending in machine.Clock.Pending)
        {
            string distance = pending.DeadlineNanoseconds > now ? $"in {pending.DeadlineNanoseconds - now} ns" : "due now";
            lines.Add($"  {pending.DeadlineNanoseconds,15} ns  {distance,-20} {(pending.Purpose.Length == 0 ? "unnamed" : pending.Purpose)}");
        }
        if (lines.Count == 1) lines.Add("  no timer is set");
        return lines;
    }

    /// <summary>Whether the processor takes interrupts, what waits in the local APIC, and each wire that is high, open, requested or in service.</summary>
    public static IReadOnlyList<string> Interrupts(PcMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        LocalApic apic = machine.Interrupts.LocalApic;
        bool accepts = (machine.Processor.Registers.RFlags >> InterruptFlagBit & 1) != 0;
        List<string> lines =
        [
            $"processor: interrupts {(accepts ? "on (IF = 1)" : "off (IF = 0)")}, task priority 0x{apic.TaskPriority:x2}",
            $"local APIC: requested {Vectors(apic.RequestedVectors)}; in service {Vectors(apic.InServiceVectors)}; "
                + (apic.NextVector is { } next ? $"next is 0x{next:x2}" : "nothing outranks the processor's priority"),
            "line  source            wire  PIC                           I/O APIC pin",
        ];
        for (int line = 0; line < IoApic.PinCount; line++)
        {
            PicLine? pic = line < Pic8259.LineCount ? machine.Interrupts.Pic.GetLine(line) : null;
            IoApicPin pin = machine.Interrupts.IoApic.GetPin(line);
            bool isQuietThere = pic is null or { IsMasked: true, IsAsserted: false, IsRequested: false, IsInService: false };
            if (isQuietThere && pin is { IsMasked: true, IsAsserted: false }) continue;
            string source = line < s_isaNames.Length ? s_isaNames[line] : "";
            lines.Add($"{line,4}  {source,-16}  {(pin.IsAsserted || pic is { IsAsserted: true } ? "high" : "low"),-4}  {Pic(pic),-28}  {Pin(pin)}");
        }
        return lines;
    }

    private static string Pic(PicLine? line) => line is not { } state ? "-"
        : $"{(state.IsMasked ? "masked" : "open")} 0x{state.Vector:x2}{(state.IsRequested ? " requested" : "")}{(state.IsInService ? " in service" : "")}";

    private static string Pin(IoApicPin pin) =>
        $"{(pin.IsMasked ? "masked" : "open")} 0x{pin.Vector:x2} {(pin.IsLevelTriggered ? "level" : "edge")}{(pin.IsWaitingForEnd ? " waits for EOI" : "")}";

    private static string Vectors(IReadOnlyList<int> vectors) => vectors.Count == 0 ? "none" : string.Join(' ', vectors.Select(vector => $"0x{vector:x2}"));
}
