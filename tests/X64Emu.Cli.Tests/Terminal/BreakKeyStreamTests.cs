using X64Emu.Cli.Terminal;
using Xunit;

namespace X64Emu.Cli.Tests.Terminal;

public sealed class BreakKeyStreamTests
{
    private sealed class ManualClock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }

    /// <summary>Types each key at its time and says how often the break came.</summary>
    private static int Breaks(params (long Milliseconds, byte Key)[] typed)
    {
        ManualClock clock = new();
        int breaks = 0;
        using MemoryStream keys = new([.. typed.Select(stroke => stroke.Key)]);
        using BreakKeyStream stream = new(keys, clock, () => breaks++);
        byte[] one = new byte[1];
        foreach ((long milliseconds, byte key) in typed)
        {
            clock.Milliseconds = milliseconds;
            Assert.Equal(1, stream.Read(one));
            Assert.Equal(key, one[0]);
        }
        return breaks;
    }

    [Fact]
    public void Read_ThreeControlCWithinASecond_Breaks() => Assert.Equal(1, Breaks((0, 3), (400, 3), (1000, 3)));

    [Fact]
    public void Read_ThreeControlCOverMoreThanASecond_DoesNot() => Assert.Equal(0, Breaks((0, 3), (600, 3), (1001, 3)));

    [Fact]
    public void Read_LastThreeWithinASecond_Breaks() => Assert.Equal(1, Breaks((0, 3), (900, 3), (1500, 3), (1800, 3)));

    [Fact]
    public void Read_OtherKeyBetween_StartsOver() => Assert.Equal(0, Breaks((0, 3), (1, 3), (2, (byte)'a'), (3, 3)));
}
