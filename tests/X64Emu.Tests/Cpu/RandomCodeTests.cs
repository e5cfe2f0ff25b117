using System.Globalization;
using X64Emu.Cpu;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Cpu;

/// <summary>Random bytes executed as user-mode code, which may also overwrite itself: nothing but architectural exceptions comes of it.</summary>
public sealed class RandomCodeTests
{
    private const ulong CodeBase = 0x400000, DataBase = 0x10_0000_0000;
    private const int CodeBytes = 1 << 20, DataBytes = 1 << 20;
    private const int LongestBurst = 2_000;

    /// <summary>How many bytes are executed; X64EMU_RANDOM_CODE_BYTES sets another number.</summary>
    private static readonly long TotalBytes = long.Parse(
        Environment.GetEnvironmentVariable("X64EMU_RANDOM_CODE_BYTES") ?? "100000000", CultureInfo.InvariantCulture);

    /// <summary>Together a hundred million bytes. The four parts are separate machines.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Run_RandomBytes_EndsInExceptionsAlone(int seed)
    {
        long bytes = TotalBytes / 4;
        using RandomCode code = new(seed);
        long executed = 0;
        while (executed < bytes) executed += code.RunChunk();
        Assert.True(code.Exceptions > bytes / 100);
        Assert.True(code.Instructions > bytes / 20);
    }

    private sealed class RandomCode : IDisposable
    {
        private readonly Machine machine = new(new MachineOptions { MemoryBytes = 16 << 20 });
        private readonly UserAddressSpace space;
        private readonly Random random;
        private readonly byte[] bytes = new byte[CodeBytes];
        private ulong next;

        public RandomCode(int seed)
        {
            random = new Random(seed);
            space = machine.EnterUserMode();
            space.Map(new(CodeBase), CodeBytes, PageRights.Write | PageRights.Execute);
            space.Map(new(DataBase), DataBytes, PageRights.Write);
            machine.Processor.ExceptionHook = info =>
            {
                Exceptions++;
                GoOnBehind(info.InstructionPointer.Value);
                return next < CodeBytes ? HookResult.Handled : HookResult.Stop;
            };
            machine.Processor.SystemCallHook = () =>
            {
                GoOnBehind(machine.Processor.Registers.Rip.Value);
                return HookResult.Handled;
            };
        }

        public long Exceptions { get; private set; }

        public long Instructions => machine.Processor.Counters.Instructions;

        /// <summary>Executes fresh random bytes from the first to the last; returns how many.</summary>
        public long RunChunk()
        {
            random.NextBytes(bytes);
            Assert.True(space.Write(new(CodeBase), bytes));
            next = 0;
            GoOnBehind(0);
            while (next < CodeBytes)
            {
                // Stopping by the clock ends at a block boundary; an exact instruction limit would be reached one by one.
                machine.Clock.Schedule(machine.Clock.NowNanoseconds + LongestBurst, machine.Processor.RequestStop);
                Assert.Contains(machine.Processor.Run(), (StopReason[])[StopReason.Requested, StopReason.Exception]);
                // An endless loop, or just a long way without a fault.
                GoOnBehind(machine.Processor.Registers.Rip.Value);
            }
            return CodeBytes;
        }

        public void Dispose() => machine.Dispose();

        /// <summary>Goes on behind the bytes that were executed, with registers of which half point into memory.</summary>
        private void GoOnBehind(ulong rip)
        {
            ulong offset = rip - CodeBase;
            // A jump far ahead does not mean that the bytes on the way were executed. The next start is up to an instruction's length on.
            next = (offset >= next && offset < next + 64 ? offset : next) + 1 + (ulong)random.Next(7);
            ProcessorRegisters registers = machine.Processor.Registers;
            for (GeneralRegister register = GeneralRegister.Rax; register <= GeneralRegister.R15; register++)
            {
                ulong value = (ulong)random.NextInt64();
                registers[register] = (value & 1) == 0 ? DataBase + (value >> 8) % DataBytes : (value & 2) == 0 ? CodeBase + (value >> 8) % CodeBytes : value;
            }
            registers[GeneralRegister.Rsp] = DataBase + DataBytes / 2;
            registers.RFlags = RFlags.Fixed;
            registers.Rip = new VirtualAddress(CodeBase + Math.Min(next, CodeBytes - 1));
        }
    }
}
