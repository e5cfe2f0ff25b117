namespace X64Emu.Cli.Guest;

/// <summary>A shared directory as the kernel sees it.</summary>
/// <param name="Tag">The 9p mount tag.</param>
/// <param name="GuestPath">Where the kernel mounts it; absolute.</param>
/// <param name="IsWritable">Whether the guest may change it.</param>
internal sealed record KernelMount(string Tag, string GuestPath, bool IsWritable);
