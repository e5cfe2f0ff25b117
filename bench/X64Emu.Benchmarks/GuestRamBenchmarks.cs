using BenchmarkDotNet.Attributes;
using X64Emu.Bus;
using X64Emu.Primitives;

namespace X64Emu.Benchmarks;

/// <summary>What a page-table read and a page copy cost when they go through the bounds checks of <see cref="GuestRam"/>.</summary>
public class GuestRamBenchmarks : IDisposable
{
    private readonly GuestRam ram = new(64UL << 20);
    private readonly byte[] page = new byte[GuestRam.FrameBytes];

    /// <summary>One page-table entry from each of 512 tables.</summary>
    [Benchmark(OperationsPerInvoke = 512)]
    public ulong ReadEntry()
    {
        ulong sum = 0;
        for (ulong table = 0; table < 512; table++)
        {
            ram.TryReadUInt64(new PhysicalAddress(table * GuestRam.FrameBytes), out ulong entry);
            sum += entry;
        }
        return sum;
    }

    /// <summary>One frame into RAM and out again.</summary>
    [Benchmark]
    public bool CopyFrame() => ram.Write(new PhysicalAddress(0x10000), page) && ram.Read(new PhysicalAddress(0x20000), page);

    /// <summary>Gives the RAM back.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        ram.Dispose();
        GC.SuppressFinalize(this);
    }
}
