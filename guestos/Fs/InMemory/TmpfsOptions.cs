using System;

namespace GuestOs.Fs;

/// <summary>What a tmpfs was mounted with (tmpfs(5)). 0 pages or inodes: the usual limit.</summary>
internal struct TmpfsOptions
{
    private const ulong MaximumPages = 1UL << 50;
    private const uint UsualMode = 0x3ff;

    private uint _mode;
    private uint _user;
    private uint _group;
    private bool _hasMode;
    private bool _hasUser;
    private bool _hasGroup;

    public ulong Pages { get; private set; }

    public ulong Inodes { get; private set; }

    /// <summary>Takes what a text says; false for unknown options and bad values.</summary>
    public bool TryParse(ReadOnlySpan<byte> text)
    {
        MountOptions options = new MountOptions(text);
        while (options.Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            // Inode numbers have 64 bits in any case.
            if (KernelNode.IsEqual(name, "inode64"u8)) continue;
            ulong number;
            if (KernelNode.IsEqual(name, "mode"u8))
            {
                if (!TryParseOctal(value, out _mode)) return false;
                _hasMode = true;
            }
            else if (!MountOptions.TryParseSize(value, out number)) return false;
            else if (KernelNode.IsEqual(name, "size"u8)) Pages = (number + 4095) >> 12;
            else if (KernelNode.IsEqual(name, "nr_blocks"u8)) Pages = number;
            else if (KernelNode.IsEqual(name, "nr_inodes"u8)) Inodes = number;
            else if (KernelNode.IsEqual(name, "uid"u8))
            {
                _user = (uint)number;
                _hasUser = true;
            }
            else if (KernelNode.IsEqual(name, "gid"u8))
            {
                _group = (uint)number;
                _hasGroup = true;
            }
            else return false;
            if (Pages > MaximumPages) return false;
        }
        return true;
    }

    /// <summary>Gives the root directory the owner and mode that were asked for.</summary>
    public readonly void Apply(Inode root)
    {
        if (_hasMode) root.Mode = _mode;
        if (_hasUser) root.UserId = _user;
        if (_hasGroup) root.GroupId = _group;
    }

    /// <summary>As /proc/mounts shows them.</summary>
    public readonly void Write(ref TextWriter writer)
    {
        if (Pages != 0)
        {
            writer.Text(",size="u8);
            writer.Decimal(Pages << 2);
            writer.Byte((byte)'k');
        }
        if (Inodes != 0)
        {
            writer.Text(",nr_inodes="u8);
            writer.Decimal(Inodes);
        }
        if (_hasMode && _mode != UsualMode)
        {
            writer.Text(",mode="u8);
            writer.PowerOfTwo(_mode, 3, 3);
        }
        if (_user != 0)
        {
            writer.Text(",uid="u8);
            writer.Decimal(_user);
        }
        if (_group == 0) return;
        writer.Text(",gid="u8);
        writer.Decimal(_group);
    }

    private static bool TryParseOctal(ReadOnlySpan<byte> text, out uint value)
    {
        const uint ModeMask = 0xfff;
        value = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] < '0' || text[i] > '7') return false;
            value = value << 3 | (uint)(text[i] - '0');
            if (value > ModeMask) return false;
        }
        return text.Length != 0;
    }
}
