using System.Text;
using X64Emu.Devices.NineP;
using Xunit;

namespace X64Emu.Tests.Devices.NineP;

public sealed class NinePServerTests : IDisposable
{
    private const byte StatFs = 8, Open = 12, Create = 14, SymLink = 16, MakeNode = 18, Rename = 20, ReadLink = 22, GetAttr = 24, SetAttr = 26;
    private const byte XattrWalk = 30;
    private const byte ReadDir = 40, Sync = 50, Lock = 52, GetLock = 54, HardLink = 70, MakeDir = 72, RenameAt = 74, UnlinkAt = 76;
    private const byte Version = 100, Auth = 102, Flush = 108, WalkType = 110, Read = 116, Write = 118, Clunk = 120, Remove = 122;
    private const int NoEntry = 2, BadDescriptor = 9, NoDevice = 6, Exists = 17, NotDirectory = 20, IsDirectory = 21, Invalid = 22;
    private const int ReadOnly = 30, NotSupported = 95;
    private readonly TemporaryTree tree = new();

    public static TheoryData<bool> Hosts => OperatingSystem.IsLinux() ? [false, true] : [true];

    public void Dispose() => tree.Dispose();

    [Fact]
    public void Version_MessageSize_IsClampedAndUnknownDialectSaidSo()
    {
        using NinePServer server = tree.Serve(isReadOnly: true, isManaged: true);
        NinePClient client = new(server);
        NinePClient.Answer answer = client.Call(Version, uint.MaxValue, "9P2000.L");
        Assert.Equal(512u << 10, answer.UInt32());
        Assert.Equal("9P2000.L", answer.Text());
        answer = client.Call(Version, 8192u, "9P2000.u");
        Assert.Equal(8192u, answer.UInt32());
        Assert.Equal("unknown", answer.Text());
        Assert.Equal(Invalid, client.ErrorOf(Version, 100u, "9P2000.L"));
        Assert.Equal(NotSupported, client.ErrorOf(Auth, 1u, "root", "", 0u));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Read_RegularFile_GivesItsBytes(bool isManaged)
    {
        using NinePServer server = tree.Serve(isReadOnly: true, isManaged);
        NinePClient client = NinePClient.Attach(server);
        Assert.Equal(0, client.Walk(0, 1, "hello.txt"));
        Assert.Equal(BadDescriptor, client.ErrorOf(Read, 1u, 0UL, 100u));
        Assert.Equal(0, client.Call(Open, 1u, 0u).Qid().Type);
        NinePClient.Answer answer = client.Call(Read, 1u, 7UL, 100u);
        Assert.Equal(4u, answer.UInt32());
        Assert.Equal("9p!\n", Encoding.ASCII.GetString(answer.Bytes(4)));
        Assert.Equal(0u, client.Call(Read, 1u, 1000UL, 100u).UInt32());
        Assert.Equal(Invalid, client.ErrorOf(Read, 1u, ulong.MaxValue, 100u));
        client.Call(Clunk, 1u);
        Assert.Equal(BadDescriptor, client.ErrorOf(Clunk, 1u));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Walk_SeveralNames_FollowsTheProtocolOnFailure(bool isManaged)
    {
        using NinePServer server = tree.Serve(isReadOnly: true, isManaged);
        NinePClient client = NinePClient.Attach(server);
        NinePClient.Answer answer = client.Call(WalkType, 0u, 1u, (ushort)2, "sub", "missing");
        Assert.Equal(1, answer.UInt16());
        Assert.Equal(0x80, answer.Qid().Type);
        Assert.Equal(BadDescriptor, client.ErrorOf(GetAttr, 1u, 0x7ffUL));
        Assert.Equal(NoEntry, client.Walk(0, 1, "missing"));
        Assert.Equal(0, client.Walk(0, 1, "sub", "inner"));
        Assert.Equal(Invalid, client.Walk(0, 1, "sub"));
        Assert.Equal(NotDirectory, client.Walk(1, 2, "x"));
        Assert.Equal(0, client.Walk(0, 2));
        Assert.Equal(BadDescriptor, client.Walk(99, 3));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Walk_DotDot_NeverLeavesTheRoot(bool isManaged)
    {
        using NinePServer server = tree.Serve(isReadOnly: true, isManaged);
        NinePClient client = NinePClient.Attach(server);
        (byte, ulong) root = RootQid(client);
        Assert.Equal(0, client.Walk(0, 1, "..", "..", ".."));
        Assert.Equal(root, Attributes(client, 1).Qid);
        Assert.Equal(NoEntry, client.Walk(1, 2, "secret"));
        Assert.Equal(0, client.Walk(0, 2, "sub", "deep", "..", "..", "..", "hello.txt"));
        Assert.Equal(11UL, Attributes(client, 2).Size);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Walk_NamesThatAreMoreThanNames_AreRefused(bool isManaged)
    {
        using NinePServer server = tree.Serve(isReadOnly: true, isManaged);
        NinePClient client = NinePClient.Attach(server);
        string[] hostile = ["../secret", "/etc/passwd", "sub/inner", "sub\0", "", ".", tree.Outside + "/secret", new string('n', 300)];
        foreach (string name in hostile) Assert.NotEqual(0, client.Walk(0, 1, name));
        Assert.NotEqual(0, client.ErrorOf(WalkType, 0u, 1u, (ushort)17, new byte[100]));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void SymbolicLink_IsTextForTheClient_AndNeverFollowed(bool isManaged)
    {
        using NinePServer server = tree.Serve(isReadOnly: false, isManaged);
        NinePClient client = NinePClient.Attach(server);
        Assert.Equal(0, client.Walk(0, 1, "escape"));
        (uint mode, (byte Type, ulong Path) qid, _) = Attributes(client, 1);
        Assert.Equal(0xa000u, mode & 0xf000);
        Assert.Equal(0x02, qid.Type);
        Assert.Equal(Path.Combine(tree.Outside, "secret"), client.Call(ReadLink, 1u).Text());
        Assert.Equal(NoDevice, client.ErrorOf(Open, 1u, 0u));
        Assert.Equal(0, client.Walk(0, 2, "escape-dir"));
        Assert.Equal(NotDirectory, client.Walk(2, 5, "secret"));
        Assert.NotEqual(0, client.ErrorOf(Create, CloneRoot(client, 3), "escape", 0x42u, 0x1a4u, 0u));
        Assert.Equal(0, client.Walk(0, 4, "hello.txt"));
        Assert.Equal(Invalid, client.ErrorOf(ReadLink, 4u));
        Assert.Equal("secret", File.ReadAllText(Path.Combine(tree.Outside, "secret")));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Directory_SwappedForALink_IsNotFollowed(bool isManaged)
    {
        using NinePServer server = tree.Serve(isReadOnly: false, isManaged);
        NinePClient client = NinePClient.Attach(server);
        Assert.Equal(0, client.Walk(0, 1, "sub"));
        Directory.Move(Path.Combine(tree.Root, "sub"), Path.Combine(tree.Root, "moved"));
        Directory.CreateSymbolicLink(Path.Combine(tree.Root, "sub"), tree.Outside);
        Assert.NotEqual(0, client.Walk(1, 2, "secret"));
        Assert.NotEqual(0, client.ErrorOf(UnlinkAt, 1u, "secret", 0u));
        Assert.True(File.Exists(Path.Combine(tree.Outside, "secret")));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void GetAttributes_File_MatchesTheHost(bool isManaged)
    {
        using NinePServer server = tree.Serve(isReadOnly: true, isManaged);
        NinePClient client = NinePClient.Attach(server);
        string path = Path.Combine(tree.Root, "hello.txt");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, (UnixFileMode)0x1a0);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(1_234_567_890).AddTicks(1_234_567));
        client.Walk(0, 1, "hello.txt");
        NinePClient.Answer answer = client.Call(GetAttr, 1u, 0x7ffUL);
        Assert.Equal(0x7ffUL, answer.UInt64());
        Assert.Equal(0, answer.Qid().Type);
        uint mode = answer.UInt32();
        if (!OperatingSystem.IsWindows()) Assert.Equal(0x81a0u, mode);
        answer.Bytes(8);
        Assert.Equal(1UL, answer.UInt64());
        answer.UInt64();
        Assert.Equal(11UL, answer.UInt64());
        Assert.Equal(4096UL, answer.UInt64());
        Assert.InRange(answer.UInt64(), 0UL, 16UL);
        answer.Bytes(16);
        Assert.Equal(1_234_567_890UL, answer.UInt64());
        Assert.Equal(123_456_700UL, answer.UInt64());
        answer.Bytes(16 + 32);
        Assert.Empty(answer.Bytes(1));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void ReadDirectory_SmallPieces_ListsEachNameOnce(bool isManaged)
    {
        for (int index = 0; index < 100; index++) File.WriteAllText(Path.Combine(tree.Root, "sub", $"file{index:d3}"), "");
        using NinePServer server = tree.Serve(isReadOnly: true, isManaged);
        NinePClient client = NinePClient.Attach(server);
        client.Walk(0, 1, "sub");
        Assert.Equal(0x80, client.Call(Open, 1u, 0x1_0000u).Qid().Type);
        for (int pass = 0; pass < 2; pass++)
        {
            Dictionary<string, byte> names = [];
            ulong offset = 0;
            while (true)
            {
                NinePClient.Answer answer = client.Call(ReadDir, 1u, offset, 200u);
                uint remaining = answer.UInt32();
                Assert.True(remaining <= 200);
                if (remaining == 0) break;
                while (remaining > 0)
                {
                    (byte Type, ulong Path) qid = answer.Qid();
                    offset = answer.UInt64();
                    byte kind = answer.Byte();
                    string name = answer.Text();
                    Assert.Equal(kind == 4 ? 0x80 : 0, qid.Type);
                    names.Add(name, kind);
                    remaining -= (uint)(13 + 8 + 1 + 2 + name.Length);
                }
            }
            Assert.Equal(104, names.Count);
            Assert.Equal(4, names["."]);
            Assert.Equal(4, names["deep"]);
            Assert.Equal(8, names["file042"]);
        }
        Assert.Equal(Invalid, client.ErrorOf(ReadDir, 1u, 0UL, 10u));
        Assert.Equal(IsDirectory, client.ErrorOf(Read, 1u, 0UL, 10u));
        Assert.Equal(ReadOnly, client.ErrorOf(Open, CloneRoot(client, 2), 1u));
    }

    [Fact]
    public void ReadDirectory_Root_DoesNotTellTheParentsInode()
    {
        using NinePServer server = SharedDirectory.Serve(tree.Root);
        NinePClient client = NinePClient.Attach(server);
        ulong root = RootQid(client).Path;
        client.Call(Open, CloneRoot(client, 1), 0u);
        NinePClient.Answer answer = client.Call(ReadDir, 1u, 0UL, 8000u);
        Dictionary<string, ulong> paths = [];
        for (uint remaining = answer.UInt32(); remaining > 0;)
        {
            ulong path = answer.Qid().Path;
            answer.Bytes(9);
            string name = answer.Text();
            paths[name] = path;
            remaining -= (uint)(24 + Encoding.UTF8.GetByteCount(name));
        }
        Assert.Equal(root, paths["."]);
        Assert.Equal(root, paths[".."]);
        client.Walk(0, 2, "hello.txt");
        Assert.Equal(Attributes(client, 2).Qid.Path, paths["hello.txt"]);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void ReadOnlyServer_EveryChange_IsRefused(bool isManaged)
    {
        using NinePServer server = tree.Serve(isReadOnly: true, isManaged);
        NinePClient client = NinePClient.Attach(server);
        client.Walk(0, 1, "hello.txt");
        client.Walk(0, 2, "hello.txt");
        client.Call(Open, 2u, 0u);
        Assert.Equal(ReadOnly, client.ErrorOf(Open, 1u, 1u));
        Assert.Equal(ReadOnly, client.ErrorOf(Open, 1u, 2u));
        Assert.Equal(ReadOnly, client.ErrorOf(Open, 1u, 0x200u));
        Assert.Equal(ReadOnly, client.ErrorOf(Write, 2u, 0UL, 1u, (byte)1));
        Assert.Equal(ReadOnly, client.ErrorOf(Create, 0u, "new", 0x42u, 0x1a4u, 0u));
        Assert.Equal(ReadOnly, client.ErrorOf(MakeDir, 0u, "new", 0x1edu, 0u));
        Assert.Equal(ReadOnly, client.ErrorOf(SymLink, 0u, "new", "x", 0u));
        Assert.Equal(ReadOnly, client.ErrorOf(MakeNode, 0u, "new", 0x1000u, 0u, 0u, 0u));
        Assert.Equal(ReadOnly, client.ErrorOf(HardLink, 0u, 1u, "new"));
        Assert.Equal(ReadOnly, client.ErrorOf(Rename, 1u, 0u, "new"));
        Assert.Equal(ReadOnly, client.ErrorOf(RenameAt, 0u, "hello.txt", 0u, "new"));
        Assert.Equal(ReadOnly, client.ErrorOf(UnlinkAt, 0u, "hello.txt", 0u));
        Assert.Equal(ReadOnly, client.ErrorOf(SetAttr, 1u, 8u, 0u, 0u, 0u, 0UL, 0UL, 0UL, 0UL, 0UL));
        Assert.Equal(ReadOnly, client.ErrorOf(Remove, 1u));
        Assert.Equal("Hello, 9p!\n", File.ReadAllText(Path.Combine(tree.Root, "hello.txt")));
        Assert.Equal(5, Directory.GetFileSystemEntries(tree.Root).Length);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void WritableServer_Changes_ReachTheHost(bool isManaged)
    {
        using NinePServer server = tree.Serve(isReadOnly: false, isManaged);
        NinePClient client = NinePClient.Attach(server);
        client.Call(Create, CloneRoot(client, 1), "new", 0xc2u, 0x1a4u, 0u);
        Assert.Equal(5u, client.Call(Write, 1u, 0UL, 5u, "abcde"u8.ToArray()).UInt32());
        Assert.Equal(2u, client.Call(Write, 1u, 3UL, 2u, "XY"u8.ToArray()).UInt32());
        client.Call(Sync, 1u, 0u);
        Assert.Equal("abcXY", File.ReadAllText(Path.Combine(tree.Root, "new")));
        Assert.Equal(Exists, client.ErrorOf(Create, CloneRoot(client, 2), "new", 0xc2u, 0x1a4u, 0u));
        client.Call(SetAttr, 1u, 8u, 0u, 0u, 0u, 2UL, 0UL, 0UL, 0UL, 0UL);
        Assert.Equal("ab", File.ReadAllText(Path.Combine(tree.Root, "new")));
        client.Call(SetAttr, 1u, 0x120u, 0u, 0u, 0u, 0UL, 0UL, 0UL, 1_000_000UL, 0UL);
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1_000_000), File.GetLastWriteTimeUtc(Path.Combine(tree.Root, "new")));
        Assert.Equal(0x80, client.Call(MakeDir, 0u, "dir", 0x1edu, 0u).Qid().Type);
        Assert.Equal(Exists, client.ErrorOf(MakeDir, 0u, "dir", 0x1edu, 0u));
        client.Walk(0, 3, "dir");
        client.Call(RenameAt, 0u, "new", 3u, "renamed");
        Assert.True(File.Exists(Path.Combine(tree.Root, "dir", "renamed")));
        Assert.Equal(0x02, client.Call(SymLink, 0u, "link", "dir/renamed", 0u).Qid().Type);
        client.Walk(0, 4, "link");
        Assert.Equal("dir/renamed", client.Call(ReadLink, 4u).Text());
        client.Walk(0, 5, "dir", "renamed");
        client.Call(Rename, 5u, 0u, "back");
        Assert.Equal("ab", File.ReadAllText(Path.Combine(tree.Root, "back")));
        Assert.Equal(IsDirectory, client.ErrorOf(UnlinkAt, 0u, "dir", 0u));
        Assert.Equal(NotDirectory, client.ErrorOf(UnlinkAt, 0u, "back", 0x200u));
        client.Call(UnlinkAt, 0u, "dir", 0x200u);
        client.Call(Remove, 5u);
        Assert.Equal(BadDescriptor, client.ErrorOf(Clunk, 5u));
        Assert.False(File.Exists(Path.Combine(tree.Root, "back")));
        Assert.Equal(1, client.ErrorOf(MakeNode, 0u, "pipe", 0x1000u, 0u, 0u, 0u));
        foreach (string name in (string[])["..", "a/b", ".", ""])
        {
            Assert.Equal(Invalid, client.ErrorOf(MakeDir, 0u, name, 0x1edu, 0u));
            Assert.Equal(Invalid, client.ErrorOf(Create, 0u, name, 0x42u, 0x1a4u, 0u));
            Assert.Equal(Invalid, client.ErrorOf(RenameAt, 0u, "hello.txt", 0u, name));
            Assert.Equal(Invalid, client.ErrorOf(UnlinkAt, 0u, name, 0x200u));
        }
    }

    [Fact]
    public void Link_OnLinux_AddsANameAndNeverFollows()
    {
        if (!OperatingSystem.IsLinux()) return;
        using NinePServer server = tree.Serve(isReadOnly: false, isManaged: false);
        NinePClient client = NinePClient.Attach(server);
        client.Walk(0, 1, "hello.txt");
        client.Call(HardLink, 0u, 1u, "second");
        Assert.Equal("Hello, 9p!\n", File.ReadAllText(Path.Combine(tree.Root, "second")));
        client.Walk(0, 2, "escape");
        client.Call(HardLink, 0u, 2u, "escape2");
        Assert.NotNull(new FileInfo(Path.Combine(tree.Root, "escape2")).LinkTarget);
        client.Call(SetAttr, 1u, 1u, 0x180u, 0u, 0u, 0UL, 0UL, 0UL, 0UL, 0UL);
        Assert.Equal((UnixFileMode)0x180, File.GetUnixFileMode(Path.Combine(tree.Root, "hello.txt")));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void SmallVerbs_AnswerAsLinuxExpects(bool isManaged)
    {
        using NinePServer server = tree.Serve(isReadOnly: true, isManaged);
        NinePClient client = NinePClient.Attach(server);
        client.Call(Flush, (ushort)7);
        Assert.Equal(0, client.Call(Lock, 0u, (byte)0, 0u, 0UL, 0UL, 1u, "me").Byte());
        NinePClient.Answer answer = client.Call(GetLock, 0u, (byte)1, 5UL, 6UL, 7u, "me");
        Assert.Equal(2, answer.Byte());
        Assert.Equal(5UL, answer.UInt64());
        Assert.Equal(NotSupported, client.ErrorOf(XattrWalk, 0u, 9u, "user.x"));
        answer = client.Call(StatFs, 0u);
        answer.UInt32();
        Assert.NotEqual(0u, answer.UInt32());
        Assert.NotEqual(0UL, answer.UInt64());
        Assert.Equal(NotSupported, client.ErrorOf(255));
    }

    [Fact]
    public void Create_OnAPipe_DoesNotOpenIt()
    {
        if (!OperatingSystem.IsLinux()) return;
        using System.Diagnostics.Process made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(tree.Root, "pipe"));
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
        using NinePServer server = tree.Serve(isReadOnly: false, isManaged: false);
        NinePClient client = NinePClient.Attach(server);
        client.Walk(0, 1, "pipe");
        Assert.Equal(NoDevice, client.ErrorOf(Open, 1u, 0u));
        Assert.Equal(NoDevice, client.ErrorOf(Create, CloneRoot(client, 2), "pipe", 0x42u, 0x1a4u, 0u));
    }

    [Fact]
    public void Attach_TooManyFids_AreRefused()
    {
        using NinePServer server = tree.Serve(isReadOnly: true, isManaged: true);
        NinePClient client = NinePClient.Attach(server);
        int error = 0;
        for (uint fid = 1; fid < 10_000 && error == 0; fid++) error = client.Walk(0, fid);
        Assert.Equal(23, error);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Process_MutatedMessages_NeverThrowAndNeverReachTheSecret(bool isManaged)
    {
        using NinePServer server = tree.Serve(isReadOnly: false, isManaged);
        NinePClient client = NinePClient.Attach(server);
        client.Walk(0, 1, "sub");
        client.Walk(0, 2, "hello.txt");
        client.Call(Open, 2u, 2u);
        byte[][] seeds =
        [
            NinePClient.Encode(WalkType, 0u, 3u, (ushort)2, "sub", ".."), NinePClient.Encode(Read, 2u, 0UL, 100u),
            NinePClient.Encode(Write, 2u, 0UL, 3u, "abc"u8.ToArray()),
            NinePClient.Encode(MakeDir, 1u, "d", 0x1edu, 0u), NinePClient.Encode(UnlinkAt, 1u, "d", 0x200u), NinePClient.Encode(RenameAt, 0u, "a", 1u, "b"),
            NinePClient.Encode(Create, 3u, "c", 0x42u, 0x1a4u, 0u), NinePClient.Encode(ReadDir, 1u, 0UL, 4000u),
            NinePClient.Encode(SymLink, 1u, "l", "../../secret", 0u),
            NinePClient.Encode(GetAttr, 0u, 0x7ffUL), NinePClient.Encode(SetAttr, 2u, 8u, 0u, 0u, 0u, 1UL, 0UL, 0UL, 0UL, 0UL), NinePClient.Encode(Clunk, 3u),
            NinePClient.Encode(Open, 3u, 2u), NinePClient.Encode(HardLink, 1u, 2u, "h"), NinePClient.Encode(Remove, 3u), NinePClient.Encode(ReadLink, 3u),
        ];
        Random random = new(11);
        byte[] reply = new byte[8192];
        for (int round = 0; round < 20_000; round++)
        {
            byte[] message = [.. seeds[random.Next(seeds.Length)]];
            for (int change = random.Next(4); change > 0; change--) message[random.Next(message.Length)] = (byte)random.Next(random.Next(2) == 0 ? 256 : 4);
            ReadOnlySpan<byte> sent = random.Next(10) == 0 ? message.AsSpan(0, random.Next(message.Length)) : message;
            int length = server.Process(sent, reply.AsSpan(0, random.Next(10) == 0 ? random.Next(reply.Length) : reply.Length));
            Assert.InRange(length, 0, reply.Length);
            Assert.True(reply.AsSpan(0, length).IndexOf("secret"u8) < 0 || message[4] is ReadLink or 40, "the secret's text left the host");
        }
        Assert.Equal("secret", File.ReadAllText(Path.Combine(tree.Outside, "secret")));
        Assert.Equal(2, Directory.GetFileSystemEntries(tree.Outside).Length);
    }

    [Fact]
    public void Serve_MissingDirectory_SaysSo()
    {
        IOException refusal = Assert.Throws<IOException>(() => SharedDirectory.Serve(Path.Combine(tree.Root, "nowhere")));
        Assert.Contains("no such directory", refusal.Message, StringComparison.Ordinal);
    }

    private static uint CloneRoot(NinePClient client, uint fid)
    {
        Assert.Equal(0, client.Walk(0, fid));
        return fid;
    }

    private static (byte Type, ulong Path) RootQid(NinePClient client) => Attributes(client, 0).Qid;

    private static (uint Mode, (byte Type, ulong Path) Qid, ulong Size) Attributes(NinePClient client, uint fid)
    {
        NinePClient.Answer answer = client.Call(GetAttr, fid, 0x7ffUL);
        answer.UInt64();
        (byte, ulong) qid = answer.Qid();
        uint mode = answer.UInt32();
        answer.Bytes(8 + 8 + 8);
        return (mode, qid, answer.UInt64());
    }
}
