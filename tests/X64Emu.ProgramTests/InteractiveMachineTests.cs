using System.Collections.Concurrent;
using System.Text;
using X64Emu.Boot;
using X64Emu.Devices;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests;

/// <summary>The guest's terminal with somebody typing, in this process: the machine, the kernel's tty and the program together.</summary>
public sealed class InteractiveMachineTests : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(1);
    private readonly TypedKeys keys = new();
    private readonly Screen screen = new();
    private readonly PcMachine machine;

    public InteractiveMachineTests()
    {
        InteractiveSerialBackend terminal = new(keys, screen);
        machine = new PcMachine(new PcMachineOptions { Machine = new MachineOptions { MemoryBytes = 64 << 20 }, Serial1 = terminal });
        terminal.HostInputArrived += machine.HostInputArrived;
        terminal.Start();
        BootModule program = new(File.ReadAllBytes(CompiledProgram.Glibc("read-lines")));
        machine.LoadKernel(File.ReadAllBytes(Repository.Kernel), "stdio=console -- /program", [program]);
    }

    /// <summary>The machine goes first: keys that come later must do no harm.</summary>
    public void Dispose()
    {
        machine.Dispose();
        keys.Dispose();
        screen.Dispose();
    }

    [Fact]
    public async Task Run_LinesTyped_AreEchoedAndRead()
    {
        Task<PcStop> run = Task.Run(() => machine.Run());
        await screen.Shows("ready\n");
        keys.Type("abd\u007fc\r");
        await screen.Shows("1: abc\n");
        keys.Type("\u0004");
        Assert.Equal(new PcStop(PcStopReason.DebugExit, 0), await run.WaitAsync(patience));
        Assert.Contains("ready\nabd\b \bc\n1: abc\n", screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NobodyTypes_WaitsWithoutSpendingTime()
    {
        Task<PcStop> run = Task.Run(() => machine.Run());
        await screen.Shows("ready\n");
        await Task.Delay(500);
        machine.RequestStop();
        Assert.Equal(PcStopReason.Requested, (await run.WaitAsync(patience)).Reason);
        Assert.True(machine.Clock.NowNanoseconds < 1_000_000_000, $"{machine.Clock.NowNanoseconds} ns went by");
    }

    [Fact]
    public async Task Run_ControlCTyped_EndsTheProgramBySignal()
    {
        Task<PcStop> run = Task.Run(() => machine.Run());
        await screen.Shows("ready\n");
        keys.Type("\u0003");
        Assert.Equal(new PcStop(PcStopReason.DebugExit, 128 + 2), await run.WaitAsync(patience));
    }

    /// <summary>A keyboard: reading waits for the next key.</summary>
    private sealed class TypedKeys : MemoryStream
    {
        private readonly BlockingCollection<byte> waiting = [];

        public void Type(string text)
        {
            foreach (byte key in Encoding.ASCII.GetBytes(text)) waiting.Add(key);
        }

        public override int Read(Span<byte> buffer)
        {
            if (!waiting.TryTake(out byte key, Timeout.Infinite)) return 0;
            buffer[0] = key;
            return 1;
        }

        protected override void Dispose(bool disposing)
        {
            waiting.CompleteAdding();
            base.Dispose(disposing);
        }
    }

    /// <summary>What the guest wrote, with line ends as programs write them.</summary>
    private sealed class Screen : MemoryStream
    {
        private readonly StringBuilder written = new();

        public string Text
        {
            get
            {
                lock (written) return written.ToString().ReplaceLineEndings("\n");
            }
        }

        public async Task Shows(string text)
        {
            using CancellationTokenSource timeout = new(patience);
            while (!Text.Contains(text, StringComparison.Ordinal)) await Task.Delay(5, timeout.Token);
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            lock (written) written.Append(Encoding.Latin1.GetString(buffer, offset, count));
        }
    }
}
