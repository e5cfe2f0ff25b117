using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu.Floating;
using X64Emu.Tests.Cpu.Native;
using Xunit;

namespace X64Emu.Tests.Cpu.Floating;

/// <summary>An SSE floating-point instruction as the emulator runs it: false when it faults.</summary>
internal unsafe delegate bool EmulatedInstruction(byte* destination, byte* source, uint* mxcsr);

/// <summary>Runs one instruction on the host's processor and in the emulator and compares results, flags and faults.</summary>
internal sealed unsafe class FloatDifferential(string name, Action<Assembler> emit)
{
    private readonly NativeInstruction _native = new(emit);

    /// <summary>Runs all <paramref name="emulations"/> against the processor.</summary>
    public void Check(Vector128<byte> destination, Vector128<byte> source, uint mxcsr, params ReadOnlySpan<EmulatedInstruction> emulations)
    {
        var frame = new NativeFrame { Xmm0 = destination, Xmm1 = source, MxcsrBefore = mxcsr };
        _native.Run(ref frame);
        foreach (EmulatedInstruction emulation in emulations)
        {
            Vector128<byte> result = destination;
            uint after = mxcsr;
            bool faulted = !emulation((byte*)&result, (byte*)&source, &after);
            bool same = result == frame.Result && ((after ^ frame.MxcsrAfter) & Mxcsr.ExceptionFlags) == 0 && faulted == (frame.Faulted != 0);
            if (!same)
            {
                Assert.Fail($"{name} xmm0={Hex.Of(destination)} xmm1={Hex.Of(source)} mxcsr={mxcsr:x4}: "
                    + $"processor {Hex.Of(frame.Result)} flags {frame.MxcsrAfter & 0x3F:x2} fault {frame.Faulted}, "
                    + $"emulator ({emulation.Method.Name}) {Hex.Of(result)} flags {after & 0x3F:x2} fault {faulted}");
            }
        }
    }

    /// <summary>All pairs of samples in all rounding modes with and without DAZ and FTZ, then random operands under random control bits.</summary>
    /// <returns>The number of cases.</returns>
    public int CheckMany(bool isDouble, int randomCases, int seed, params EmulatedInstruction[] emulations)
    {
        int cases = 0;
        for (uint control = 0; control < 16; control++)
        {
            uint mxcsr = Mxcsr.ExceptionMasks | ((control & 3) << 13) | ((control & 4) != 0 ? Mxcsr.DenormalsAreZero : 0)
                | ((control & 8) != 0 ? Mxcsr.FlushToZero : 0);
            int count = isDouble ? FloatSamples.Doubles.Length : FloatSamples.Singles.Length;
            for (int i = 0; i < count * count; i++, cases++)
            {
                uint stickyPrecision = (uint)(i & 1) * (uint)FloatExceptions.Precision;
                Check(Lanes(isDouble, i / count), Lanes(isDouble, i % count), mxcsr | stickyPrecision, emulations);
            }
        }
        var random = new Random(seed);
        for (int i = 0; i < randomCases; i++, cases++)
        {
            // Half of the cases under the usual control bits, where the host's result may be used.
            uint mxcsr = random.Next(2) == 0 ? Mxcsr.ResetValue : (uint)random.Next(0x10000);
            if (random.Next(2) == 0)
                mxcsr |= (uint)FloatExceptions.Precision;
            Check(RandomLanes(isDouble, random), RandomLanes(isDouble, random), mxcsr, emulations);
        }
        return cases;
    }

    /// <summary>Four singles or two doubles of any kind.</summary>
    public static Vector128<byte> RandomLanes(bool isDouble, Random random)
    {
        // Related elements, now and then, so that sums cancel and all elements are ordinary at once.
        ulong a = FloatSamples.NextDouble(random), b = random.Next(4) == 0 ? a ^ 1 : FloatSamples.NextDouble(random);
        if (isDouble)
            return Vector128.Create(a, b).AsByte();
        uint c = FloatSamples.NextSingle(random), d = random.Next(4) == 0 ? c ^ 1 : FloatSamples.NextSingle(random);
        return random.Next(4) == 0
            ? Vector128.Create(c, d, c ^ 0x8000_0000, d).AsByte()
            : Vector128.Create(c, d, FloatSamples.NextSingle(random), FloatSamples.NextSingle(random)).AsByte();
    }

    private static Vector128<byte> Lanes(bool isDouble, int index)
    {
        uint[] singles = FloatSamples.Singles;
        ulong[] doubles = FloatSamples.Doubles;
        return isDouble
            ? Vector128.Create(doubles[index], doubles[(index * 7 + 3) % doubles.Length]).AsByte()
            : Vector128.Create(singles[index], singles[(index * 7 + 3) % singles.Length], singles[(index * 5 + 1) % singles.Length], 0x3F80_0000).AsByte();
    }
}
