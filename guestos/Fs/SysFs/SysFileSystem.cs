namespace GuestOs.Fs;

/// <summary>/sys: the nodes of <see cref="SysTree"/>.</summary>
internal sealed class SysFileSystem : FileSystem
{
    private const ulong SysMagic = 0x62656572;

    private static KernelNode s_tree;

    public SysFileSystem()
    {
        if (s_tree == null) s_tree = SysTree.Build();
        Root = new Dentry(null, ""u8, new KernelNodeInode(this, s_tree));
    }

    public override ulong Magic => SysMagic;

    public override string Name => "sysfs";

    public override bool CachesNames => false;

    public override bool IsEvictable => false;

    protected override void Dismantle() => FileSystemTypes.Keep(this);
}
