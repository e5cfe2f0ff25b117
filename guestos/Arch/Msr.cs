namespace GuestOs.Arch;

/// <summary>Model-specific registers (Intel SDM Vol. 4) and the SYSCALL set-up.</summary>
internal static unsafe class Msr
{
    public const uint ApicBase = 0x1b;
    public const uint Efer = 0xc0000080;
    public const uint Star = 0xc0000081;
    public const uint LStar = 0xc0000082;
    public const uint SyscallFlagMask = 0xc0000084;
    public const uint FsBase = 0xc0000100;
    public const uint GsBase = 0xc0000101;
    public const uint KernelGsBase = 0xc0000102;

    /// <summary>Points SYSCALL at its entry. TF, IF, DF, NT and AC are clear when the kernel starts.</summary>
    public static void EnableSyscall()
    {
        Cpu.WriteMsr(Star, ((ulong)Selectors.SysretBase << 48) | ((ulong)Selectors.KernelCode << 32));
        Cpu.WriteMsr(LStar, (ulong)KernelImage.SyscallEntry());
        Cpu.WriteMsr(SyscallFlagMask, 0x44700);
    }
}
