using System.Text;
using X64Emu.Gdb.Protocol;
using Xunit;

namespace X64Emu.Tests.Gdb;

/// <summary>Framing, checksums, escapes and run lengths.</summary>
public sealed class PacketCodecTests
{
    [Theory]
    [InlineData("OK", "$OK#9a")]
    [InlineData("", "$#00")]
    [InlineData("a#$}*b", "$a}\u0003}\u0004}]}\nb#25")]
    [InlineData("0000", "$0* #7a")]
    [InlineData("000", "$000#90")]
    [InlineData("0000000", "$0*\"0#ac")]
    public void Frame_OfPayload_IsAsTheProtocolSays(string payload, string frame) => Assert.Equal(frame, Encoding.Latin1.GetString(PacketEncoding.Frame(payload)));

    [Fact]
    public void Frame_OfAnyRun_IsUndoneByReader()
    {
        for (int length = 1; length < 300; length++)
        {
            foreach (char value in "0#}*~")
            {
                string payload = "<" + new string(value, length) + ">";
                string frame = Encoding.Latin1.GetString(PacketEncoding.Frame(payload));
                Assert.Equal(payload, Encoding.Latin1.GetString(PacketEncoding.Unescape(Expand(frame[1..^3]))));
                Assert.DoesNotContain('#', frame[1..^3]);
                Assert.DoesNotContain('$', frame[1..]);
            }
        }
    }

    [Fact]
    public void Next_ManyKindsOfInput_AreToldApart()
    {
        PacketReader reader = new(new MemoryStream(Encoding.Latin1.GetBytes("++noise$OK#9a\u0003-$OK#00$lost$g#67$OK#zz$tail")));
        Assert.Equal(new PacketEvent(PacketEventKind.Packet, "OK"), reader.Next());
        Assert.Equal(PacketEventKind.Interrupt, reader.Next().Kind);
        Assert.Equal(PacketEventKind.ResendRequest, reader.Next().Kind);
        Assert.Equal(PacketEventKind.BadChecksum, reader.Next().Kind);
        Assert.Equal(new PacketEvent(PacketEventKind.Packet, "g"), reader.Next());
        Assert.Equal(PacketEventKind.BadChecksum, reader.Next().Kind);
        Assert.Equal(PacketEventKind.End, reader.Next().Kind);
        Assert.Equal(PacketEventKind.End, reader.Next().Kind);
    }

    [Fact]
    public void Next_OversizedPacket_IsDroppedAndTheNextIsRead()
    {
        string payload = new('a', PacketReader.MaximumPayloadBytes + 1);
        PacketReader reader = new(new MemoryStream(Encoding.Latin1.GetBytes($"${payload}#00$g#67")));
        Assert.Equal(new PacketEvent(PacketEventKind.Oversized), reader.Next());
        Assert.Equal(new PacketEvent(PacketEventKind.Packet, "g"), reader.Next());
    }

    [Fact]
    public void Unescape_EscapeAtTheEnd_IsDropped() => Assert.Equal("a"u8.ToArray(), PacketEncoding.Unescape("a}"));

    [Theory]
    [InlineData("p1.2", 1, 2)]
    [InlineData("p3", 3, -1)]
    [InlineData("p-1.-1", -1, -1)]
    [InlineData("-1", -1, -1)]
    [InlineData("0", 0, 0)]
    [InlineData("1f", 0, 31)]
    public void TryThread_EveryForm_IsRead(string text, int pid, int tid)
    {
        Assert.True(new PacketArguments(text).TryThread(out ThreadSelector selector));
        Assert.Equal(new ThreadSelector(pid, tid), selector);
    }

    [Theory]
    [InlineData("")]
    [InlineData("p")]
    [InlineData("px")]
    [InlineData("p1.")]
    [InlineData("80000000")]
    [InlineData("11111111111111111")]
    public void TryThread_NoThread_IsRefused(string text) => Assert.False(new PacketArguments(text).TryThread(out _));

    private static string Expand(string text)
    {
        StringBuilder expanded = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '*') expanded.Append(text[i - 1], text[++i] - 29);
            else expanded.Append(text[i]);
        }
        return expanded.ToString();
    }
}
