namespace X64Emu.Cli.Guest;

/// <summary>A host directory on its way into the guest: one virtio-9p device.</summary>
/// <param name="Tag">The mount tag that joins the device and the kernel's mount.</param>
/// <param name="HostPath">The directory; absolute.</param>
/// <param name="GuestPath">Where it appears; absolute.</param>
/// <param name="IsWritable">Whether the guest may change it.</param>
internal sealed record HostShare(string Tag, string HostPath, string GuestPath, bool IsWritable)
{
    /// <summary>Whether the guest sees the host's file of this path under the same path here.</summary>
    public bool ShowsAtOwnPath(string path) => HostPath == GuestPath && PathPrefix.Covers(GuestPath, path);
}
