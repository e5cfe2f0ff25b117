using X64Emu.Devices.NineP;
using Xunit;

namespace X64Emu.Tests.Devices.NineP;

/// <summary>What the host refuses reaches the guest with the host's reason, and the session goes on.</summary>
public sealed class HostErrorTests
{
    private const byte Open = 12, Create = 14, SymLink = 16, ReadLink = 22, GetAttr = 24, SetAttr = 26, Sync = 50, HardLink = 70, MakeDir = 72;
    private const byte RenameAt = 74, UnlinkAt = 76, Read = 116, Write = 118;
    private const uint ReadWrite = 2, SetSize = 8;

    [Theory]
    [InlineData(1)]     // EPERM
    [InlineData(5)]     // EIO
    [InlineData(13)]    // EACCES
    [InlineData(27)]    // EFBIG
    [InlineData(28)]    // ENOSPC
    [InlineData(30)]    // EROFS
    [InlineData(122)]   // EDQUOT
    public void Refusal_OfEveryChange_ReachesTheClientAndLeavesTheSessionWhole(int error)
    {
        using NinePServer server = new(new RefusingNode(error), isReadOnly: false);
        NinePClient client = NinePClient.Attach(server);
        Assert.Equal(0, client.Walk(0, 1, "file"));
        Assert.Equal(0, client.Walk(0, 2));
        client.Call(Open, 1u, ReadWrite).Dispose();
        int[] answers =
        [
            client.ErrorOf(Write, 1u, 0UL, 4u, "data"u8.ToArray()),
            client.ErrorOf(Read, 1u, 0UL, 4u),
            client.ErrorOf(Sync, 1u, 0u),
            client.ErrorOf(SetAttr, 1u, SetSize, 0u, 0u, 0u, 100UL, 0UL, 0UL, 0UL, 0UL),
            client.ErrorOf(ReadLink, 1u),
            client.ErrorOf(Create, 2u, "new", ReadWrite, 0u, 0u),
            client.ErrorOf(MakeDir, 0u, "new", 0u, 0u),
            client.ErrorOf(SymLink, 0u, "new", "target", 0u),
            client.ErrorOf(HardLink, 0u, 1u, "new"),
            client.ErrorOf(RenameAt, 0u, "file", 0u, "new"),
            client.ErrorOf(UnlinkAt, 0u, "file", 0u),
        ];
        Assert.All(answers, answer => Assert.Equal(error, answer));
        // The fid of a creation that failed is still the directory's.
        client.Call(GetAttr, 2u, 0x7ffUL).Dispose();
        Assert.Equal(0, client.Walk(2, 3, "file"));
    }

    [Theory]
    [InlineData(28, 28)]
    [InlineData(unchecked((int)0x8007_0070), 28)]
    [InlineData(unchecked((int)0x8007_0027), 28)]
    [InlineData(30, 30)]
    [InlineData(unchecked((int)0x8007_0013), 30)]
    [InlineData(122, 122)]
    [InlineData(5, 5)]
    public void ClassLibraryException_OfAFullOrProtectedDisk_KeepsItsReason(int code, int error) =>
        Assert.Equal(error, HostError.Of(new IOException("refused", code)));

    [Fact]
    public void ClassLibraryException_OfPermission_IsAccessDenied()
    {
        const int accessDenied = 13;
        Assert.Equal(accessDenied, HostError.Of(new UnauthorizedAccessException()));
        Assert.False(HostError.IsRefusal(new InvalidOperationException()));
    }
}
