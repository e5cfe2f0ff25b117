namespace GuestOs.Fs;

/// <summary>/sys: the nodes of <see cref="SysTree"/>.</summary>
internal sealed class SysFileSystem : FileSystem
{
    private const ulong SysMagic = 0x62656572;

    public SysFileSystem() => Root = new Dentry(null, ""u8, new KernelNodeInode(this, SysTree.Build()));

    public override ulong Magic => SysMagic;

    public override string Name => "sysfs";

    public override bool CachesNames => false;

    public override bool IsEvictable => false;
}
