namespace X64Emu.Paging;

/// <summary>What a memory access does.</summary>
public enum AccessKind
{
    /// <summary>A data read.</summary>
    Read,

    /// <summary>A data write, or the read of a read-modify-write.</summary>
    Write,

    /// <summary>An instruction fetch.</summary>
    Fetch,
}

/// <summary>Who makes an access.</summary>
public enum AccessMode
{
    /// <summary>An instruction at CPL 3.</summary>
    User,

    /// <summary>An instruction at CPL 0..2.</summary>
    Supervisor,

    /// <summary>The same with EFLAGS.AC set: SMAP lets it reach user pages.</summary>
    SupervisorAlignmentCheck,

    /// <summary>The processor itself, for descriptors and interrupt frames, at any CPL: SMAP always applies.</summary>
    System,
}

/// <summary>The permissions of a translation: each right holds when every level of the walk grants it.</summary>
/// <param name="IsWritable">R/W at every level.</param>
/// <param name="IsUser">U/S at every level.</param>
/// <param name="IsNoExecute">XD at any level, with EFER.NXE on.</param>
public readonly record struct PagePermissions(bool IsWritable, bool IsUser, bool IsNoExecute)
{
    /// <summary>Decides whether an access is allowed (Intel SDM Vol. 3A, 4.6.1).</summary>
    /// <param name="kind">What it does.</param>
    /// <param name="mode">Who makes it.</param>
    /// <param name="controls">CR0.WP, CR4.SMEP and CR4.SMAP.</param>
    public bool Allow(AccessKind kind, AccessMode mode, in PagingControls controls)
    {
        if (kind == AccessKind.Fetch && IsNoExecute) return false;
        if (mode == AccessMode.User) return IsUser && (kind != AccessKind.Write || IsWritable);
        if (IsUser)
        {
            if (kind == AccessKind.Fetch) return !controls.Smep;
            if (controls.Smap && mode != AccessMode.SupervisorAlignmentCheck) return false;
        }
        return kind != AccessKind.Write || IsWritable || !controls.WriteProtect;
    }
}

/// <summary>The control bits that paging obeys, gathered from CR0, CR4 and EFER.</summary>
/// <param name="Enabled">CR0.PG with EFER.LMA: four-level paging is on.</param>
/// <param name="WriteProtect">CR0.WP: supervisor writes obey R/W.</param>
/// <param name="Smep">CR4.SMEP: no supervisor fetches from user pages.</param>
/// <param name="Smap">CR4.SMAP: no supervisor data accesses to user pages unless EFLAGS.AC is set.</param>
/// <param name="NoExecute">EFER.NXE: XD bits count.</param>
/// <param name="GlobalPages">CR4.PGE: G bits count.</param>
/// <param name="ProcessContexts">CR4.PCIDE: TLB entries carry CR3's low 12 bits.</param>
public readonly record struct PagingControls(
    bool Enabled, bool WriteProtect, bool Smep, bool Smap, bool NoExecute, bool GlobalPages, bool ProcessContexts);
