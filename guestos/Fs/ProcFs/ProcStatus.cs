using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/PID/status (proc_pid_status(5)).</summary>
internal static class ProcStatus
{
    public static void Write(Process process, ProcOwner owner, ref TextWriter writer)
    {
        ulong pid = (ulong)process.Pid;
        writer.Text("Name:\t"u8);
        writer.Text(ProcProcessText.NameOf(process, owner));
        writer.Byte((byte)'\n');
        if (process.FileContext != null)
        {
            writer.Text("Umask:\t"u8);
            writer.PowerOfTwo(process.FileContext.Umask, 3, 4);
            writer.Byte((byte)'\n');
        }
        WriteState(process, owner, ref writer);
        writer.Line("Tgid:\t", pid);
        writer.Line("Ngid:\t", 0);
        writer.Line("Pid:\t", (ulong)owner.ShownId);
        writer.Line("PPid:\t", process.Parent == null ? 0 : (ulong)process.Parent.Pid);
        writer.Line("TracerPid:\t", 0);
        Thread thread = owner.Thread;
        ref Credentials credentials = ref thread != null ? ref thread.Credentials : ref process.Credentials;
        Identity(ref writer, "Uid:", credentials.User);
        Identity(ref writer, "Gid:", credentials.Group);
        writer.Line("FDSize:\t", process.Files == null ? 0 : (ulong)process.Files.Capacity);
        WriteGroups(credentials.Groups, ref writer);
        writer.Line("NStgid:\t", pid);
        writer.Line("NSpid:\t", (ulong)owner.ShownId);
        writer.Line("NSpgid:\t", (ulong)process.GroupId);
        writer.Line("NSsid:\t", (ulong)process.SessionId);
        writer.Line("Kthread:\t", process.Space == null && !process.IsZombie ? 1u : 0);
        if (process.Space != null) WriteMemory(process, ref writer);
        writer.Line("Threads:\t", (ulong)process.ThreadCount);
        WriteSignals(process, owner.Thread, ref writer);
        Mask(ref writer, "CapInh:\t", credentials.Capabilities.Inheritable);
        Mask(ref writer, "CapPrm:\t", credentials.Capabilities.Permitted);
        Mask(ref writer, "CapEff:\t", credentials.Capabilities.Effective);
        Mask(ref writer, "CapBnd:\t", credentials.Capabilities.Bounding);
        Mask(ref writer, "CapAmb:\t", credentials.Capabilities.Ambient);
        writer.Line("NoNewPrivs:\t", credentials.HasNoNewPrivileges ? 1u : 0);
        writer.Text("Seccomp:\t0\nSeccomp_filters:\t0\n"u8);
        writer.Text("Cpus_allowed:\t1\nCpus_allowed_list:\t0\nMems_allowed:\t1\nMems_allowed_list:\t0\n"u8);
        ResourceUsage usage = ProcAccounting.UsageOf(process, owner);
        writer.Line("voluntary_ctxt_switches:\t", usage.VoluntarySwitches);
        writer.Line("nonvoluntary_ctxt_switches:\t", usage.InvoluntarySwitches);
    }

    private static void WriteState(Process process, ProcOwner owner, ref TextWriter writer)
    {
        byte state = ProcProcessText.StateOf(process, owner);
        writer.Text("State:\t"u8);
        writer.Byte(state);
        writer.Text(state switch
        {
            (byte)'R' => " (running)\n",
            (byte)'S' => " (sleeping)\n",
            (byte)'D' => " (disk sleep)\n",
            (byte)'T' => " (stopped)\n",
            _ => " (zombie)\n",
        });
    }

    private static void WriteMemory(Process process, ref TextWriter writer)
    {
        AddressSpace space = process.Space;
        MemorySizes sizes = MemorySizes.Of(space);
        ulong total = space.Totals.Pages << 12;
        Size(ref writer, "VmPeak:\t", space.PeakPages << 12);
        Size(ref writer, "VmSize:\t", total);
        Size(ref writer, "VmLck:\t", space.Totals.LockedPages << 12);
        Size(ref writer, "VmPin:\t", 0);
        Size(ref writer, "VmHWM:\t", space.PeakResidentPages << 12);
        Size(ref writer, "VmRSS:\t", space.ResidentPages << 12);
        Size(ref writer, "RssAnon:\t", sizes.AnonymousPages(space) << 12);
        Size(ref writer, "RssFile:\t", sizes.FilePages << 12);
        Size(ref writer, "RssShmem:\t", sizes.SharedMemoryPages << 12);
        Size(ref writer, "VmData:\t", sizes.DataBytes);
        Size(ref writer, "VmStk:\t", sizes.StackBytes);
        Size(ref writer, "VmExe:\t", sizes.CodeBytes);
        Size(ref writer, "VmLib:\t", sizes.LibraryBytes);
        Size(ref writer, "VmPTE:\t", space.TablePages << 12);
        Size(ref writer, "VmSwap:\t", space.SwapPages << 12);
        Size(ref writer, "HugetlbPages:\t", space.HugeTlbPages * HugePage.Bytes);
        writer.Text("CoreDumping:\t0\nTHP_enabled:\t"u8);
        writer.Text(space.HugePagesDisabled ? "0"u8 : "1"u8);
        writer.Text("\nuntag_mask:\t0xffffffffffffffff\n"u8);
    }

    private static void WriteSignals(Process process, Thread thread, ref TextWriter writer)
    {
        ProcProcessText.SignalMasks(process, out ulong ignored, out ulong caught);
        writer.Text("SigQ:\t"u8);
        writer.Decimal((ulong)process.Credentials.Account.QueuedSignalCount);
        writer.Byte((byte)'/');
        writer.Decimal(process.Limits.Get(ResourceLimits.PendingSignals).Soft);
        writer.Byte((byte)'\n');
        Mask(ref writer, "SigPnd:\t", thread == null ? 0 : thread.Pending.Mask);
        Mask(ref writer, "ShdPnd:\t", process.Signals == null ? 0 : process.Signals.Pending.Mask);
        Mask(ref writer, "SigBlk:\t", thread == null ? 0 : thread.BlockedSignals);
        Mask(ref writer, "SigIgn:\t", ignored);
        Mask(ref writer, "SigCgt:\t", caught);
    }

    private static void Identity(ref TextWriter writer, string name, in Identity identity)
    {
        writer.Text(name);
        Number(ref writer, identity.Real);
        Number(ref writer, identity.Effective);
        Number(ref writer, identity.Saved);
        Number(ref writer, identity.OfFiles);
        writer.Byte((byte)'\n');
    }

    private static void Number(ref TextWriter writer, uint value)
    {
        writer.Byte((byte)'\t');
        writer.Decimal(value);
    }

    /// <summary>Each with a space behind it; a list that is empty is one space, as Linux writes it.</summary>
    private static void WriteGroups(GroupList list, ref TextWriter writer)
    {
        writer.Text("Groups:\t"u8);
        for (int i = 0; list != null && i < list.Groups.Length; i++)
        {
            if (i != 0) writer.Byte((byte)' ');
            writer.Decimal(list.Groups[i]);
        }
        writer.Text(" \n"u8);
    }

    private static void Size(ref TextWriter writer, string name, ulong bytes) => writer.SizeLine(name, bytes >> 10);

    private static void Mask(ref TextWriter writer, string name, ulong mask)
    {
        writer.Text(name);
        writer.Hex(mask, 16);
        writer.Byte((byte)'\n');
    }
}
