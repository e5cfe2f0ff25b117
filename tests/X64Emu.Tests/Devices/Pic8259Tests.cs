using X64Emu.Devices;
using Xunit;

namespace X64Emu.Tests.Devices;

public sealed class Pic8259Tests
{
    private readonly Wire output = new();
    private readonly Pic8259 pic;

    public Pic8259Tests() => pic = new Pic8259(output);

    [Fact]
    public void Line_BeforeInitialization_IsMasked()
    {
        pic.Lines[4].SetLevel(true);
        Assert.False(output.Level);
    }

    [Fact]
    public void Acknowledge_SeveralLines_GoesByPriorityAndNests()
    {
        Initialize();
        pic.Lines[4].SetLevel(true);
        pic.Lines[1].SetLevel(true);
        Assert.True(output.Level);
        Assert.Equal(0x21, pic.AcknowledgeInterrupt());
        Assert.False(output.Level);
        pic.Lines[0].SetLevel(true);
        Assert.Equal(0x20, pic.AcknowledgeInterrupt());
        pic.Write(0x20, 1, 0x0b);
        Assert.Equal(0x03u, pic.Read(0x20, 1));
        pic.Write(0x20, 1, 0x0a);
        Assert.Equal(0x10u, pic.Read(0x20, 1));
        pic.Write(0x20, 1, 0x20);
        Assert.False(output.Level);
        pic.Write(0x20, 1, 0x20);
        Assert.Equal(0x24, pic.AcknowledgeInterrupt());
    }

    [Fact]
    public void Acknowledge_SlaveLine_ComesThroughTheCascade()
    {
        Initialize();
        pic.Lines[12].SetLevel(true);
        Assert.Equal(0x2c, pic.AcknowledgeInterrupt());
        pic.Lines[8].SetLevel(true);
        // The master's line 2 is in service until its own end.
        Assert.False(output.Level);
        pic.Write(0xa0, 1, 0x20);
        pic.Write(0x20, 1, 0x20);
        Assert.Equal(0x28, pic.AcknowledgeInterrupt());
    }

    [Fact]
    public void Line_FallsBeforeAcknowledge_GivesTheSpuriousVector()
    {
        Initialize();
        pic.Lines[3].SetLevel(true);
        pic.Lines[3].SetLevel(false);
        Assert.False(output.Level);
        Assert.Equal(0x27, pic.AcknowledgeInterrupt());
        pic.Write(0x20, 1, 0x0b);
        Assert.Equal(0u, pic.Read(0x20, 1));
    }

    [Fact]
    public void EdgeLine_StaysHigh_InterruptsOnceAndLevelLineAgain()
    {
        Initialize();
        pic.Write(0x4d0, 1, 0xff);
        Assert.Equal(0xf8u, pic.Read(0x4d0, 1));
        pic.Write(0x4d0, 1, 0x20);
        pic.Lines[1].SetLevel(true);
        Assert.Equal(0x21, pic.AcknowledgeInterrupt());
        pic.Write(0x20, 1, 0x20);
        Assert.False(output.Level);
        pic.Lines[5].SetLevel(true);
        Assert.Equal(0x25, pic.AcknowledgeInterrupt());
        pic.Write(0x20, 1, 0x20);
        Assert.True(output.Level);
        pic.Lines[5].SetLevel(false);
        Assert.False(output.Level);
    }

    [Fact]
    public void Mask_Line_HoldsItBackUntilUnmasked()
    {
        Initialize();
        pic.Write(0x21, 1, 0x10);
        pic.Lines[4].SetLevel(true);
        Assert.False(output.Level);
        Assert.Equal(0x10u, pic.Read(0x21, 1));
        pic.Write(0x21, 1, 0);
        Assert.True(output.Level);
    }

    [Fact]
    public void Rotation_OnEnd_MakesTheEndedLineLowest()
    {
        Initialize();
        pic.Lines[1].SetLevel(true);
        Assert.Equal(0x21, pic.AcknowledgeInterrupt());
        pic.Write(0x20, 1, 0xa0);
        pic.Lines[1].SetLevel(false);
        pic.Lines[1].SetLevel(true);
        pic.Lines[6].SetLevel(true);
        Assert.Equal(0x26, pic.AcknowledgeInterrupt());
        pic.Write(0x20, 1, 0x66);
        Assert.Equal(0x21, pic.AcknowledgeInterrupt());
    }

    [Fact]
    public void AutomaticEnd_LeavesNothingInService()
    {
        Initialize(word4: 3);
        pic.Lines[1].SetLevel(true);
        Assert.Equal(0x21, pic.AcknowledgeInterrupt());
        pic.Write(0x20, 1, 0x0b);
        Assert.Equal(0u, pic.Read(0x20, 1));
    }

    [Fact]
    public void Poll_Command_AcknowledgesByReading()
    {
        Initialize();
        pic.Lines[6].SetLevel(true);
        pic.Write(0x20, 1, 0x0c);
        Assert.Equal(0x86u, pic.Read(0x20, 1));
        Assert.False(output.Level);
        pic.Write(0x20, 1, 0x0c);
        Assert.Equal(0u, pic.Read(0x20, 1));
    }

    [Fact]
    public void AnyAccess_Random_NeverThrows()
    {
        Random random = new(3);
        ushort[] ports = [0x20, 0x21, 0xa0, 0xa1, 0x4d0, 0x4d1];
        for (int step = 0; step < 50_000; step++)
        {
            pic.Write(ports[random.Next(6)], 1, (uint)random.Next(256));
            pic.Read(ports[random.Next(6)], 1);
            pic.Lines[random.Next(16)].SetLevel(random.Next(2) == 0);
            Assert.InRange(pic.AcknowledgeInterrupt(), 0, 255);
        }
    }

    private void Initialize(uint word4 = 1)
    {
        foreach ((ushort port, uint vector, uint cascade) in ((ushort, uint, uint)[])[(0x20, 0x20, 4), (0xa0, 0x28, 2)])
        {
            pic.Write(port, 1, 0x11);
            pic.Write((ushort)(port + 1), 1, vector);
            pic.Write((ushort)(port + 1), 1, cascade);
            pic.Write((ushort)(port + 1), 1, word4);
        }
    }
}
