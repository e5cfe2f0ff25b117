namespace X64Emu.Tests.Paging;

/// <summary>One access to decide about.</summary>
/// <param name="Entries">PML4, PDPT, directory and table entry of the address, as the tables hold them; those behind the one that maps a
/// 1 GiB or 2 MiB page do not matter.</param>
/// <param name="Write">A data write.</param>
/// <param name="Fetch">An instruction fetch.</param>
/// <param name="UserMode">CPL is 3.</param>
/// <param name="Implicit">The processor's own access to a descriptor table or task state.</param>
/// <param name="AlignmentCheck">EFLAGS.AC.</param>
/// <param name="WriteProtect">CR0.WP.</param>
/// <param name="Smep">CR4.SMEP.</param>
/// <param name="Smap">CR4.SMAP.</param>
/// <param name="NoExecute">EFER.NXE.</param>
internal readonly record struct OracleAccess(
    ulong[] Entries, bool Write, bool Fetch, bool UserMode, bool Implicit, bool AlignmentCheck, bool WriteProtect, bool Smep, bool Smap, bool NoExecute);

/// <summary>
/// Says which #PF error code an access gets, straight from the text of Intel SDM Vol. 3A, 4.5.4 (tables 4-15 to 4-20: reserved bits), 4.6.1
/// (access rights) and 4.7 (error code), sentence by sentence and without any of the emulator's code.
/// </summary>
internal static class PageFaultOracle
{
    /// <summary>The error code, or null when the access succeeds.</summary>
    public static uint? Decide(in OracleAccess access)
    {
        bool everyUser = true, everyWritable = true, anyExecuteDisable = false;
        for (int level = 0; level < 4; level++)
        {
            ulong entry = access.Entries[level];
            bool present = (entry & 1) == 1;
            if (!present) return Code(access, presentFlag: false, reserved: false);
            if (HasReservedBit(entry, level, access.NoExecute)) return Code(access, presentFlag: true, reserved: true);
            if ((entry & 2) == 0) everyWritable = false;
            if ((entry & 4) == 0) everyUser = false;
            if (entry >> 63 == 1) anyExecuteDisable = true;
            bool mapsPage = level == 3 || (level > 0 && (entry >> 7 & 1) == 1);
            if (mapsPage) break;
        }
        bool allowed = IsUserModeAccess(access)
            ? UserModeAllowed(access, everyUser, everyWritable, anyExecuteDisable)
            : SupervisorModeAllowed(access, everyUser, everyWritable, anyExecuteDisable);
        return allowed ? null : Code(access, presentFlag: true, reserved: false);
    }

    private static bool HasReservedBit(ulong entry, int level, bool noExecute)
    {
        const int physicalAddressBits = 46;
        for (int bit = physicalAddressBits; bit <= 51; bit++)
        {
            if ((entry >> bit & 1) == 1) return true;
        }
        if (!noExecute && entry >> 63 == 1) return true;
        bool pageSize = (entry >> 7 & 1) == 1;
        if (level == 0) return pageSize;   // PS is reserved in a PML4 entry
        if (!pageSize || level == 3) return false;
        // Between the PAT bit and the page's address: bits 29..13 of a PDPTE that maps 1 GiB, 20..13 of a PDE that maps 2 MiB.
        for (int bit = 13; bit <= (level == 1 ? 29 : 20); bit++)
        {
            if ((entry >> bit & 1) == 1) return true;
        }
        return false;
    }

    /// <summary>Accesses at CPL 3 are user-mode accesses, but for the implicit ones to system structures.</summary>
    private static bool IsUserModeAccess(in OracleAccess access) => access.UserMode && !access.Implicit;

    private static bool UserModeAllowed(in OracleAccess access, bool everyUser, bool everyWritable, bool anyExecuteDisable)
    {
        if (!everyUser) return false;
        if (access.Fetch) return !access.NoExecute || !anyExecuteDisable;
        return !access.Write || everyWritable;
    }

    private static bool SupervisorModeAllowed(in OracleAccess access, bool everyUser, bool everyWritable, bool anyExecuteDisable)
    {
        bool userPage = everyUser;
        if (access.Fetch)
        {
            if (userPage && access.Smep) return false;
            return !access.NoExecute || !anyExecuteDisable;
        }
        if (userPage && access.Smap && !(access.AlignmentCheck && !access.Implicit)) return false;
        if (!access.Write) return true;
        return !access.WriteProtect || everyWritable;
    }

    private static uint Code(in OracleAccess access, bool presentFlag, bool reserved)
    {
        uint code = 0;
        if (presentFlag) code += 1;
        if (access.Write) code += 2;
        if (IsUserModeAccess(access)) code += 4;
        if (reserved) code += 8;
        if (access.Fetch && (access.Smep || access.NoExecute)) code += 16;
        return code;
    }
}
