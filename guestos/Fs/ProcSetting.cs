using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>The numbers below /proc/sys that can be read and set.</summary>
internal static class ProcSetting
{
    public static bool IsSetting(ProcNode node) => node is ProcNode.RandomizeAddresses or >= ProcNode.DropCaches and <= ProcNode.PanicOnOutOfMemory;

    /// <summary>True for those that can only be written.</summary>
    public static bool IsCommand(ProcNode node) => node == ProcNode.DropCaches;

    public static ulong Get(ProcNode node) => node switch
    {
        ProcNode.LegacyLayout => ProgramLayout.LegacyLayout,
        ProcNode.MaximumMaps => (ulong)AddressSpace.MaximumAreas,
        ProcNode.MinimumMapAddress => Map.MinimumAddress,
        ProcNode.OutOfMemoryDumpsTasks => OutOfMemory.ListsProcesses ? 1u : 0,
        ProcNode.OutOfMemoryKillsRequester => OutOfMemory.KillsRequester ? 1u : 0,
        ProcNode.OvercommitKilobytes => CommitCharge.LimitKilobytes,
        ProcNode.OvercommitMemory => (ulong)CommitCharge.Policy,
        ProcNode.OvercommitRatio => CommitCharge.RatioPercent,
        ProcNode.PanicOnOutOfMemory => OutOfMemory.Panics ? 1u : 0,
        ProcNode.RandomizeAddresses => ProgramLayout.RandomizeLevel,
        _ => 0,
    };

    /// <summary>0, or -EINVAL for a value the setting cannot have, -EACCES for one that cannot be set.</summary>
    public static int Set(ProcNode node, ulong value)
    {
        switch (node)
        {
            case ProcNode.DropCaches when value is >= 1 and <= 4:
                DentryCache.WriteBackAll();
                DentryCache.DropCaches((value & 1) != 0, (value & 2) != 0);
                return 0;
            case ProcNode.LegacyLayout when value <= int.MaxValue:
                ProgramLayout.LegacyLayout = (uint)value;
                return 0;
            case ProcNode.MaximumMaps when value <= int.MaxValue:
                AddressSpace.MaximumAreas = (int)value;
                return 0;
            case ProcNode.OutOfMemoryDumpsTasks when value <= int.MaxValue:
                OutOfMemory.ListsProcesses = value != 0;
                return 0;
            case ProcNode.OutOfMemoryKillsRequester when value <= int.MaxValue:
                OutOfMemory.KillsRequester = value != 0;
                return 0;
            case ProcNode.PanicOnOutOfMemory when value <= 2:
                OutOfMemory.Panics = value != 0;
                return 0;
            case ProcNode.OvercommitKilobytes when value <= ulong.MaxValue >> 12:
                CommitCharge.LimitKilobytes = value;
                return 0;
            case ProcNode.OvercommitMemory when value <= (ulong)OvercommitPolicy.Never:
                CommitCharge.Policy = (OvercommitPolicy)value;
                return 0;
            case ProcNode.OvercommitRatio when value <= int.MaxValue:
                CommitCharge.RatioPercent = (uint)value;
                CommitCharge.LimitKilobytes = 0;
                return 0;
            case ProcNode.RandomizeAddresses when value <= int.MaxValue:
                ProgramLayout.RandomizeLevel = (uint)value;
                return 0;
            case ProcNode.MinimumMapAddress: return -Errno.Access;
            default: return -Errno.Invalid;
        }
    }
}
