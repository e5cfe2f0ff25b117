using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using X64Emu.Cli.Options;
using X64Emu.Cli.Running;
using X64Emu.Cpu;
using X64Emu.Devices;
using X64Emu.Measurement;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>One run of a program on the guest kernel, in this process, and all that can be compared of it afterwards.</summary>
internal sealed class MachineRun : IDisposable
{
    private readonly PreparedMachine prepared;
    private readonly Output serial = new();
    private readonly ProgramMeasurement measurement;

    public MachineRun(IReadOnlyList<string> words, MachineSettings settings)
    {
        prepared = new ProgramPlan(words, settings).CreateMachine(serial, new Output(), isTerminal: false);
        measurement = ProgramMeasurement.Attach(Machine);
    }

    public PcMachine Machine => prepared.Machine;

    /// <summary>Runs to the end without a stop.</summary>
    public PcStop RunFreely() => Machine.Run();

    /// <summary>Every counter, virtual time, registers, the program's counts and output, and a hash of RAM; a line each.</summary>
    public string Describe()
    {
        StringBuilder text = new();
        Processor processor = Machine.Processor;
        Add(text, processor.Counters);
        Add(text, processor.Paging);
        text.Append(CultureInfo.InvariantCulture, $"exceptions {string.Join(' ', processor.Counters.Exceptions)}\n");
        text.Append(CultureInfo.InvariantCulture, $"time {Machine.Clock.NowNanoseconds}\n");
        foreach (MeasuredEvent measured in MeasuredEvent.All) text.Append(CultureInfo.InvariantCulture, $"{measured.Name} {measurement.Counts[measured]}\n");
        ProcessorRegisters registers = processor.Registers;
        foreach (GeneralRegister name in Enum.GetValues<GeneralRegister>()) text.Append(CultureInfo.InvariantCulture, $"{name} {registers[name]:x}\n");
        text.Append(CultureInfo.InvariantCulture, $"rip {registers.Rip} flags {registers.RFlags:x} cr3 {registers.Cr3:x} cr2 {registers.Cr2}\n");
        foreach (TlbEntryInfo entry in processor.TlbEntries()) text.Append(CultureInfo.InvariantCulture, $"{entry}\n");
        Machine.Ram.TryGetSpan(new(0), (int)Machine.Ram.LowLengthBytes, out Span<byte> memory);
        text.Append(CultureInfo.InvariantCulture, $"memory {Convert.ToHexString(SHA256.HashData(memory))}\n");
        return text.Append(serial.Text).ToString();
    }

    public void Dispose() => prepared.Dispose();

    private static void Add(StringBuilder text, object counters)
    {
        foreach (PropertyInfo property in counters.GetType().GetProperties().Where(property => property.PropertyType == typeof(long)))
            text.Append(CultureInfo.InvariantCulture, $"{property.Name} {property.GetValue(counters)}\n");
    }

    private sealed class Output : ISerialBackend
    {
        private readonly StringBuilder text = new();

        public string Text => text.ToString();

        public bool CarrierPresent => false;

        public bool DeliversOnRequestOnly => true;

        public void Transmit(byte value) => text.Append((char)value);

        public bool TryReceive(out byte value)
        {
            value = 0;
            return false;
        }

        public void RequestInput()
        {
        }

        public void Flush()
        {
        }
    }
}
