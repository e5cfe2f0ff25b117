using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using X64Emu.ProgramTests.Running;
using Xunit;
using Xunit.Abstractions;

namespace X64Emu.ProgramTests.Gdb;

/// <summary>A client that has gone mad: the tool lives on, and a sane client finds everything in order.</summary>
public sealed class PacketFuzzTests(ITestOutputHelper log)
{
    private const int PacketCount = 100_000, PacketsPerProgram = 1000, PacketsUnderWay = 100;
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Packets_HundredThousandBadOnes_LeaveAWorkingSession()
    {
        int seed = Environment.TickCount;
        log.WriteLine($"seed {seed}");
        string program = CompiledProgram.Debuggable("debug-loop");
        ProcessStartInfo start = new(Repository.Tool)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program)!,
        };
        foreach (string word in (string[])["gdb", "--stdio", program]) start.ArgumentList.Add(word);
        using Process tool = Process.Start(start) ?? throw new InvalidOperationException("the tool did not start");
        Task<string> errors = tool.StandardError.ReadToEndAsync();
        Replies replies = new(tool.StandardOutput.BaseStream);
        Stream input = tool.StandardInput.BaseStream;
        PacketFuzzer fuzzer = new(seed);
        using CancellationTokenSource timeout = new(patience);

        try
        {
            for (int i = 0; i < PacketCount; i++)
            {
                await Send(fuzzer.Next() + "\u0003");
                // A program that was killed must live again.
                if (i % PacketsPerProgram == 0) await StartAgain();
                // The tool drops packets when too many come while the program runs.
                if (i % PacketsUnderWay == 0) await Synchronise($"sync {i}");
            }

            await StartAgain();
            await Synchronise("end");
            Assert.StartsWith("T05", await Ask("?"), StringComparison.Ordinal);
            Assert.StartsWith("QC", await Ask("qC"), StringComparison.Ordinal);
            Assert.Equal("OK", await Ask("Qqemu.PhyMemMode:0"));
            string first = await Ask("g");
            Assert.StartsWith("T05", await Ask("vCont;s"), StringComparison.Ordinal);
            Assert.NotEqual(first, await Ask("g"));
            await Send(PacketFuzzer.Frame("vCont;c"));
            await Task.Delay(100, timeout.Token);
            await Send("\u0003");
            Assert.StartsWith("T02", await replies.Next(timeout.Token), StringComparison.Ordinal);
            await Send(PacketFuzzer.Frame("vKill;2"));
            input.Close();
            await tool.WaitForExitAsync(timeout.Token);
            Assert.DoesNotContain("internal error", await errors, StringComparison.Ordinal);
        }
        finally
        {
            // A program that gdb has let go would run for ever.
            tool.Kill();
        }

        async Task Send(string bytes) => await input.WriteAsync(Encoding.Latin1.GetBytes(bytes), timeout.Token);

        // The first packet may fall to the rest of a bad one.
        async Task StartAgain() => await Send($"\u0003{PacketFuzzer.Frame("!")}\u0003{PacketFuzzer.Frame("!")}{PacketFuzzer.Frame("vRun;")}");

        async Task<string> Ask(string packet)
        {
            await Send(PacketFuzzer.Frame(packet));
            return await replies.Next(timeout.Token);
        }

        // The answer to this command names its words, so that it can be told from all that came before.
        async Task Synchronise(string mark)
        {
            await Send($"\u0003{PacketFuzzer.Frame("!")}\u0003{PacketFuzzer.Frame("!")}");
            await Send(PacketFuzzer.Frame($"qRcmd,{Convert.ToHexStringLower(Encoding.ASCII.GetBytes(mark.Replace(' ', '-')))}"));
            string expected = Convert.ToHexStringLower(Encoding.ASCII.GetBytes($"no monitor command {mark.Replace(' ', '-')};"));
            while (!(await replies.Next(timeout.Token)).StartsWith(expected, StringComparison.Ordinal))
            {
                // Answers to what was sent before.
            }
        }
    }

    /// <summary>Reads what the tool answers all the time, so that it never waits for its reader; run lengths are expanded.</summary>
    private sealed class Replies
    {
        private readonly Channel<string> waiting = Channel.CreateUnbounded<string>();
        private readonly Stream output;
        private readonly byte[] buffer = new byte[65536];
        private int next, filled;

        public Replies(Stream output)
        {
            this.output = output;
            _ = Task.Factory.StartNew(Pump, TaskCreationOptions.LongRunning);
        }

        public ValueTask<string> Next(CancellationToken token) => waiting.Reader.ReadAsync(token);

        private void Pump()
        {
            StringBuilder text = new();
            while (true)
            {
                int value = ReadByte();
                while (value is not ('$' or -1)) value = ReadByte();
                text.Clear();
                for (value = ReadByte(); value is not ('#' or -1); value = ReadByte())
                {
                    if (value == '*') text.Append(text[^1], ReadByte() - 29);
                    else text.Append((char)value);
                }
                if (value < 0) break;
                waiting.Writer.TryWrite(text.ToString());
            }
            waiting.Writer.Complete();
        }

        private int ReadByte()
        {
            if (next == filled)
            {
                filled = output.Read(buffer);
                next = 0;
                if (filled == 0) return -1;
            }
            return buffer[next++];
        }
    }
}
