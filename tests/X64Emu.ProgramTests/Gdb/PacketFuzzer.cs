using System.Text;

namespace X64Emu.ProgramTests.Gdb;

/// <summary>Makes packets that gdb would never send: mutated ones, cut ones, oversized ones, plain noise. The same seed gives the same packets.</summary>
internal sealed class PacketFuzzer(int seed)
{
    private const int CostlyEvery = 500;

    private static readonly string[] corpus =
    [
        "?", "g", "p10", "P0=1122334455667788", "m401000,40", "mffffffff80000000,100", "M7ffffffff000,4:00000000", "X4c0000,3:}\u0003ab",
        "Z0,401000,1", "z0,401000,1", "Z2,4c5310,8", "z2,4c5310,8", "Z4,4c5310,ffff", "vCont;c", "vCont;s:p2.2;c:p2.-1", "vCont;r401000,401100:p2.2",
        "vCont?", "s", "c", "bc", "Hgp0.0", "Hcp2.-1", "Tp2.2", "qC", "qfThreadInfo", "qsThreadInfo", "qThreadExtraInfo,p2.2",
        "qXfer:features:read:target.xml:0,ffb", "qXfer:threads:read::0,1000", "qXfer:auxv:read::0,1000", "qXfer:exec-file:read:2:0,1000",
        "qXfer:memory-map:read::0,1000", "qXfer:osdata:read:processes:0,1000", "qXfer:libraries:read::0,10", "vFile:setfs:0",
        "vFile:open:2f6574632f706173737764,0,0", "vFile:open:2f2e2e2f2e2e2f6574632f736861646f77,0,0", "vFile:pread:0,1000,0", "vFile:fstat:0",
        "vFile:close:0", "vFile:readlink:2f", "vFile:unlink:2f61", "vAttach;3", "vAttach;2", "D;2", "qAttached:2", "QCatchSyscalls:1;0;1",
        "QCatchSyscalls:0", "QPassSignals:e;14;17", "qRcmd,6d617073", "qRcmd,70742030", "qRcmd,746c62", "qRcmd,6661756c7473", "qRcmd,6672616d652031",
        "qRcmd,636f772030", "qRcmd,70", "Qqemu.PhyMemMode:1", "Qqemu.PhyMemMode:0", "qqemu.PhyMemMode",
        "qSupported:multiprocess+;fork-events+;exec-events+", "G00", "!", "QNonStop:1", "QAgent:1", "vMustReplyEmpty",
    ];

    /// <summary>Packets that end a machine or start another one, which takes its time.</summary>
    private static readonly string[] costly = ["bs", "R00", "k", "vKill;2"];

    private readonly Random random = new(seed);

    /// <summary>The next bytes to send, a character for each.</summary>
    public string Next()
    {
        string[] source = random.Next(CostlyEvery) == 0 ? costly : corpus;
        string packet = source[random.Next(source.Length)];
        return random.Next(10) switch
        {
            0 => Noise(random.Next(1, 40)),
            1 => Frame(Noise(random.Next(0, 60))),
            2 => Frame(packet + Noise(random.Next(1, 20))),
            3 => Frame(packet[..random.Next(packet.Length)]),
            4 or 5 => Frame(Mutate(packet)),
            6 => $"${packet}#{random.Next(256):x2}",
            7 => $"${packet}",
            8 when random.Next(100) == 0 => Frame(new string((char)random.Next(1, 256), 70_000)),
            _ => Frame(packet),
        };
    }

    /// <summary>A packet with a right checksum.</summary>
    public static string Frame(string packet) => $"${packet}#{packet.Sum(value => value) & 0xff:x2}";

    private string Mutate(string packet)
    {
        StringBuilder mutated = new(packet);
        for (int i = random.Next(1, 4); i > 0 && mutated.Length > 0; i--)
        {
            int at = random.Next(mutated.Length);
            switch (random.Next(4))
            {
                case 0:
                    mutated[at] = (char)random.Next(256);
                    break;
                case 1:
                    mutated.Insert(at, "ffffffffffffffff"[..random.Next(17)]);
                    break;
                case 2:
                    mutated.Remove(at, 1);
                    break;
                default:
                    mutated[at] = ":;,.=-+0f"[random.Next(9)];
                    break;
            }
        }
        return mutated.ToString();
    }

    private string Noise(int length) => string.Create(length, random, (text, source) =>
    {
        for (int i = 0; i < text.Length; i++) text[i] = (char)source.Next(256);
    });
}
