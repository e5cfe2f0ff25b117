using GuestOs.Arch;

namespace GuestOs.Proc;

/// <summary>
/// The registers of user threads that are not in a <see cref="TrapFrame"/>: x87, SSE and AVX state, FS and GS bases. They stay in the CPU while
/// the kernel runs, and through switches to kernel threads and back; they are saved when another user thread needs them.
/// </summary>
internal static unsafe class UserRegisters
{
    /// <summary>The thread whose registers the CPU holds.</summary>
    private static Thread s_owner;

    /// <summary>Makes the CPU hold a thread's registers.</summary>
    public static void Load(Thread thread)
    {
        if (s_owner == thread) return;
        if (s_owner != null) Save(s_owner);
        ExtendedState.Restore(thread.StateArea);
        Cpu.WriteMsr(Msr.FsBase, thread.FsBase);
        Cpu.WriteMsr(Msr.KernelGsBase, thread.GsBase);
        s_owner = thread;
    }

    /// <summary>The thread is about to be freed.</summary>
    public static void Forget(Thread thread)
    {
        if (s_owner == thread) s_owner = null;
    }

    /// <summary>Brings the running thread's state area and bases up to date, and returns the area.</summary>
    public static byte* Capture()
    {
        Thread thread = Scheduler.Current;
        Save(thread);
        byte* area = thread.StateArea;
        // What the kernel uses itself was saved on entry.
        ulong* saved = TrapFrame.ScratchVectors(thread.UserFrame);
        ulong* xmm0 = ExtendedState.Xmm(area, 0), xmm8 = ExtendedState.Xmm(area, 8);
        xmm0[0] = saved[0];
        xmm0[1] = saved[1];
        xmm8[0] = saved[2];
        xmm8[1] = saved[3];
        if (ExtendedState.HasXsave) ExtendedState.Present(area) |= ExtendedState.Sse;
        return area;
    }

    /// <summary>Gives the running thread the registers of an area that <see cref="ExtendedState.IsValid"/>.</summary>
    public static void Replace(byte* area)
    {
        Thread thread = Scheduler.Current;
        ulong* saved = TrapFrame.ScratchVectors(thread.UserFrame);
        bool hasVectors = !ExtendedState.HasXsave || (ExtendedState.Present(area) & ExtendedState.Sse) != 0;
        ulong* xmm0 = ExtendedState.Xmm(area, 0), xmm8 = ExtendedState.Xmm(area, 8);
        saved[0] = hasVectors ? xmm0[0] : 0;
        saved[1] = hasVectors ? xmm0[1] : 0;
        saved[2] = hasVectors ? xmm8[0] : 0;
        saved[3] = hasVectors ? xmm8[1] : 0;
        Memory.Copy(thread.StateArea, area, ExtendedState.AreaBytes);
        if (s_owner == thread) ExtendedState.Restore(thread.StateArea);
        else Load(thread);
    }

    /// <summary>Gives the running thread the registers of a program's start, but for the bases.</summary>
    public static void Reset()
    {
        byte* area = stackalloc byte[(int)ExtendedState.MaximumBytes];
        ExtendedState.MakeInitial(area);
        Replace(area);
    }

    private static void Save(Thread thread)
    {
        ExtendedState.Save(thread.StateArea);
        // Programs that may write the bases themselves do not tell.
        if (!CpuFeatures.HasFsGsBase) return;
        thread.FsBase = Cpu.ReadMsr(Msr.FsBase);
        thread.GsBase = Cpu.ReadMsr(Msr.KernelGsBase);
    }
}
