using X64Emu.Cli.Guest;
using X64Emu.Devices.NineP;
using X64Emu.Devices.Virtio;

namespace X64Emu.Cli.Running;

/// <summary>The 9p devices that show host directories to the guest.</summary>
internal sealed class SharedDirectories : IDisposable
{
    private readonly List<NinePServer> servers = [];
    private readonly List<VirtioDevice> devices = [];

    private SharedDirectories()
    {
    }

    /// <summary>One device for each directory, in their order.</summary>
    public IReadOnlyList<VirtioDevice> Devices => devices;

    /// <summary>Opens the directories.</summary>
    /// <exception cref="UsageException">One cannot be opened.</exception>
    public static SharedDirectories Open(IEnumerable<HostShare> shares)
    {
        SharedDirectories opened = new();
        try
        {
            foreach (HostShare share in shares) opened.Add(share);
            return opened;
        }
        catch (IOException failure)
        {
            opened.Dispose();
            throw new UsageException(failure.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (NinePServer server in servers) server.Dispose();
    }

    private void Add(HostShare share)
    {
        NinePServer server = SharedDirectory.Serve(share.HostPath, isReadOnly: !share.IsWritable);
        servers.Add(server);
        devices.Add(new Virtio9p(share.Tag, server));
    }
}
