using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Drivers;

/// <summary>The character devices, and the disk.</summary>
internal enum DeviceKind
{
    Null,
    Zero,
    Full,
    Random,

    /// <summary>The kernel's log, a line at a read.</summary>
    KernelLog,
    Console,

    /// <summary>/dev/tty: the opener's controlling terminal.</summary>
    ControllingTerminal,

    /// <summary>COM1 as a stream: standard input and output under stdio=split.</summary>
    Stream,

    /// <summary>COM2 as a stream: standard error under stdio=split.</summary>
    ErrorStream,

    /// <summary>The first virtio disk.</summary>
    Disk,
}

/// <summary>A device file.</summary>
internal sealed class DeviceInode : Inode
{
    private readonly DeviceKind _device;

    /// <summary>Device numbers as Linux gives them.</summary>
    public DeviceInode(DeviceKind device, uint major, uint minor)
    {
        _device = device;
        Kind = device == DeviceKind.Disk ? InodeKind.BlockDevice : InodeKind.CharacterDevice;
        Mode = device switch
        {
            DeviceKind.Console => 0x180,
            DeviceKind.Disk => 0x1b0,
            DeviceKind.KernelLog => 0x1a4,
            _ => 0x1b6,
        };
        DeviceNumber = major << 8 | minor;
        Touch();
        Accessed = Modified;
    }

    /// <summary>The terminal on COM1; null under stdio=split.</summary>
    public static Terminal Terminal { get; set; }

    public override int Open(uint flags, out OpenFile file)
    {
        file = null;
        switch (_device)
        {
            case DeviceKind.Console:
                if (Terminal == null) return -Errno.NoDevice;
                Acquire(flags);
                break;
            case DeviceKind.ControllingTerminal:
                if (Terminal == null || Terminal.SessionId == 0 || Terminal.SessionId != Scheduler.Current.Process.SessionId) return -Errno.NoDevice;
                break;
            case DeviceKind.KernelLog:
                file = new KernelLogFile(this, flags);
                return 0;
            case DeviceKind.Disk:
                // Whoever wants the disk alone cannot have what the kernel swaps to.
                if ((flags & OpenFlags.Exclusive) != 0 && SwapArea.IsActive) return -Errno.Busy;
                file = new BlockFile(this, VirtioBlock.First, flags);
                return 0;
            case DeviceKind.Stream:
                file = new SerialStream(this, Uart16550.Com1, flags);
                return 0;
            case DeviceKind.ErrorStream:
                file = new SerialStream(this, Uart16550.Com2, flags);
                return 0;
            default:
                file = new MemoryDevice(this, _device, flags);
                return 0;
        }
        file = new TerminalFile(this, Terminal, flags);
        return 0;
    }

    protected override void Destroy() => KernelHeap.Free(this);

    /// <summary>A session leader without a controlling terminal gets the first one it opens.</summary>
    private static void Acquire(uint flags)
    {
        Process process = Scheduler.Current.Process;
        if ((flags & OpenFlags.NoControllingTerminal) != 0 || Terminal.SessionId != 0 || process.Pid != process.SessionId) return;
        Terminal.SessionId = process.SessionId;
        Terminal.ForegroundGroup = process.GroupId;
    }
}
