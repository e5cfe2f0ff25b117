using System;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>An open text file of a process in /proc.</summary>
internal sealed unsafe class ProcFile : TextFile
{
    private readonly ProcNode _node;
    private readonly ProcOwner _owner;

    public ProcFile(ProcInode inode, uint flags)
        : base(inode, flags)
    {
        _node = inode.Node;
        _owner = inode.Owner;
    }

    protected override int Show(ref TextWriter writer)
    {
        Process process = _owner.Process;
        if (process == null) return -Errno.NoProcess;
        switch (_node)
        {
            case ProcNode.Auxiliary: ProcProcessText.WriteAuxiliary(process, ref writer); break;
            case ProcNode.ControlGroup: writer.Text("0::/\n"u8); break;
            case ProcNode.CommandLine: ProcProcessText.WriteArguments(process, ref writer); break;
            case ProcNode.Comm: ProcProcessText.WriteComm(process, _owner, ref writer); break;
            case ProcNode.DescriptorInfo: return WriteDescriptor(ref writer);
            case ProcNode.Environment: ProcProcessText.WriteEnvironment(process, ref writer); break;
            case ProcNode.InputOutput: ProcAccounting.WriteIo(process, _owner, ref writer); break;
            case ProcNode.Limits: ProcLimits.Write(process, ref writer); break;
            case ProcNode.MountInfo: ProcMounts.WriteInfo(ref writer); break;
            case ProcNode.Mounts: ProcMounts.Write(ref writer); break;
            case ProcNode.MountStatistics: ProcMounts.WriteStatistics(ref writer); break;
            case ProcNode.NumaMaps: ProcNumaMaps.Write(process, ref writer); break;
            case ProcNode.OutOfMemoryScore: WriteNumber((long)OutOfMemory.Score(process), ref writer); break;
            case ProcNode.OutOfMemoryAdjustment: WriteNumber(process.OutOfMemoryAdjustment, ref writer); break;
            case ProcNode.Personality: WritePersonality(process, ref writer); break;
            case ProcNode.ScheduleStatistics: ProcAccounting.WriteSchedule(_owner, ref writer); break;
            case ProcNode.SmapsRollup: ProcSmaps.WriteRollup(process, ref writer); break;
            case ProcNode.ProcessStat: ProcProcessText.WriteStat(process, _owner, ref writer); break;
            case ProcNode.Statm: ProcProcessText.WriteStatm(process, ref writer); break;
            case ProcNode.Status: ProcStatus.Write(process, _owner, ref writer); break;
            case ProcNode.SystemCall: ProcSystemCall.Write(_owner.Thread, ref writer); break;
            // All users and groups are their own: there are no user namespaces.
            case ProcNode.UserMap or ProcNode.GroupMap: writer.Text("         0          0 4294967295\n"u8); break;
            case ProcNode.WaitChannel: ProcWaitChannel.Write(process, _owner, ref writer); break;
        }
        return 0;
    }

    protected override int Store(ReadOnlySpan<byte> text)
    {
        Process process = _owner.Process;
        if (process == null) return -Errno.NoProcess;
        if (_node == ProcNode.Comm)
        {
            if (process != Scheduler.Current.Process) return -Errno.Invalid;
            ReadOnlySpan<byte> line = FirstLine(text);
            fixed (byte* name = line) _owner.Thread?.SetName(name, (ulong)line.Length);
            return 0;
        }
        // Who may pass over permissions can open the others for writing, too.
        if (_node is not (ProcNode.ClearReferences or ProcNode.OutOfMemoryAdjustment)) return -Errno.Invalid;
        if (!NumberText.TryParse(text, out ulong value, out bool isNegative)) return -Errno.Invalid;
        if (_node == ProcNode.ClearReferences) return isNegative ? -Errno.Invalid : ClearReferences.Of(process.Space, value);
        if (value > OutOfMemory.MaximumAdjustment) return -Errno.Invalid;
        int adjustment = isNegative ? -(int)value : (int)value;
        if (adjustment < process.LeastOutOfMemoryAdjustment && !Credentials.CurrentHas(Capability.ExceedResources)) return -Errno.Access;
        if (Credentials.CurrentHas(Capability.ExceedResources)) process.LeastOutOfMemoryAdjustment = adjustment;
        process.OutOfMemoryAdjustment = adjustment;
        return 0;
    }

    /// <summary>Offset, flags of open(2) in octal, number of the mount, inode.</summary>
    private int WriteDescriptor(ref TextWriter writer)
    {
        OpenFile file = _owner.File;
        if (file == null) return -Errno.NoEntry;
        uint flags = file.Flags | OpenFlags.LargeFile;
        if (_owner.Process.Files.IsCloseOnExec(_owner.Descriptor)) flags |= OpenFlags.CloseOnExec;
        writer.Text("pos:\t"u8);
        writer.Decimal(file.Position);
        writer.Text("\nflags:\t0"u8);
        writer.PowerOfTwo(flags, 3, 1);
        writer.Text("\nmnt_id:\t"u8);
        writer.Decimal(file.Inode?.FileSystem?.Mount is Mount mount ? mount.Id : 0);
        writer.Text("\nino:\t"u8);
        writer.Decimal(file.Inode == null ? 0 : file.Inode.Number);
        writer.Byte((byte)'\n');
        if (file is ProcessFile child) WritePid(child.Process, ref writer);
        return 0;
    }

    /// <summary>The process of a pidfd; -1 when it has been waited for.</summary>
    private static void WritePid(Process process, ref TextWriter writer)
    {
        long pid = process == null ? -1 : process.Pid;
        writer.Text("Pid:\t"u8);
        writer.Signed(pid);
        writer.Text("\nNSpid:\t"u8);
        writer.Signed(pid);
        writer.Byte((byte)'\n');
    }

    private static void WritePersonality(Process process, ref TextWriter writer)
    {
        writer.Hex(process.Personality, 8);
        writer.Byte((byte)'\n');
    }

    private static void WriteNumber(long value, ref TextWriter writer)
    {
        writer.Signed(value);
        writer.Byte((byte)'\n');
    }
}
