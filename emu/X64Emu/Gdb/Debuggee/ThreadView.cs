using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using X64Emu.Cpu;
using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Running;
using X64Emu.Gdb.Registers;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Debuggee;

/// <summary>
/// The user registers of a thread that is in the kernel or waits for the processor, as Linux shows them to debuggers. They lie in the trap frame on its
/// kernel stack, in its state area, and for the thread that used them last still in the processor.
/// </summary>
internal sealed class ThreadView(DebugSession session)
{
    private const int ScratchBytes = 32, FirstScratch = 0, SecondScratch = 8;
    private const ulong Cr4OsXsave = 1 << 18;

    private ProcessorRegisters Registers => session.Machine.Processor.Registers;

    private DebugMemory Memory => session.Memory;

    private bool HasXsave => (Registers.Cr4 & Cr4OsXsave) != 0;

    private int AreaBytes => HasXsave ? SavedStateArea.LengthBytes : SavedStateArea.LegacyBytes;

    /// <summary>Reads them; null when the thread has never been in user mode.</summary>
    public RegisterValues? Read(GuestThread thread)
    {
        if (thread.UserFrame is not { IsFromUser: true } frame) return null;
        RegisterValues values = new() { Rip = frame.Rip, RFlags = frame.RFlags };
        for (int number = 0; number < values.General.Length; number++) values.General[number] = frame[(GeneralRegister)number];
        values.SystemCallNumber = frame.SystemCall is { } call ? (ulong)call : RegisterValues.NoSystemCall;
        (values.Selectors[(int)SegmentName.Cs], values.Selectors[(int)SegmentName.Ss]) = (frame.Cs, frame.Ss);
        ReadState(thread, frame, values);
        ProcessorView.ReadSystem(Registers, values);
        // The kernel has exchanged the two bases (SWAPGS).
        if (Registers.PrivilegeLevel == 0) values.KernelGsBase = Registers.GsBase.Value;
        return values;
    }

    /// <summary>Writes them; false when they cannot be reached.</summary>
    public bool Write(GuestThread thread, RegisterValues values)
    {
        if (thread.UserFrame is not { IsFromUser: true } frame || !values.Rip.IsCanonical) return false;
        bool isWritten = true;
        for (int number = 0; number < values.General.Length; number++) isWritten &= WriteWord(frame.AddressOf((GeneralRegister)number), values.General[number]);
        Registers.Cr2 = new VirtualAddress(values.Cr2);
        isWritten &= WriteWord(frame.RipAddress, values.Rip.Value);
        isWritten &= WriteWord(frame.RFlagsAddress, ProcessorView.Merge(frame.RFlags, values.RFlags));
        return isWritten && WriteState(thread, frame, values);
    }

    private void ReadState(GuestThread thread, GuestTrapFrame frame, RegisterValues values)
    {
        if (thread.OwnsProcessorState)
        {
            ProcessorView.ReadVectors(Registers, values);
            values.FsBase = Registers.FsBase.Value;
            values.GsBase = Registers.TryReadMsr(KernelGsBaseMsr, out ulong gsBase) ? gsBase : 0;
        }
        else
        {
            byte[] area = new byte[AreaBytes];
            if (Memory.Read(frame.StateArea, area) == area.Length) SavedStateArea.Read(area, HasXsave, values);
            (values.FsBase, values.GsBase) = (thread.FsBase.Value, thread.GsBase.Value);
        }
        byte[] scratch = new byte[ScratchBytes];
        if (Memory.Read(frame.ScratchVectors, scratch) != ScratchBytes) return;
        values.Ymm[FirstScratch] = values.Ymm[FirstScratch].WithLower(Vector128.Create(scratch.AsSpan(0, ScratchBytes / 2)));
        values.Ymm[SecondScratch] = values.Ymm[SecondScratch].WithLower(Vector128.Create(scratch.AsSpan(ScratchBytes / 2)));
    }

    private bool WriteState(GuestThread thread, GuestTrapFrame frame, RegisterValues values)
    {
        if (thread.OwnsProcessorState)
        {
            if (!new VirtualAddress(values.FsBase).IsCanonical || !new VirtualAddress(values.GsBase).IsCanonical) return false;
            ProcessorView.WriteVectors(Registers, values);
            Registers.FsBase = new VirtualAddress(values.FsBase);
            if (!Registers.TryWriteMsr(KernelGsBaseMsr, values.GsBase)) return false;
        }
        else
        {
            byte[] area = new byte[AreaBytes];
            if (Memory.Read(frame.StateArea, area) != area.Length) return false;
            SavedStateArea.Write(area, HasXsave, values);
            if (!Memory.Write(frame.StateArea, area)) return false;
        }
        byte[] scratch = new byte[ScratchBytes];
        values.Ymm[FirstScratch].GetLower().CopyTo(scratch.AsSpan(0));
        values.Ymm[SecondScratch].GetLower().CopyTo(scratch.AsSpan(ScratchBytes / 2));
        return Memory.Write(frame.ScratchVectors, scratch);
    }

    private bool WriteWord(VirtualAddress address, ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Memory.Write(address, bytes);
    }

    private const uint KernelGsBaseMsr = 0xc000_0102;
}
