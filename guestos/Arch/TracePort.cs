using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GuestOs.Arch;

/// <summary>Reports what the kernel does to a machine that listens on port 0xc50; others ignore the write.</summary>
internal static unsafe class TracePort
{
    private const ushort Port = 0xc50;
    private const uint PageFaultKind = 1;
    private const uint SwitchKind = 2;
    private const uint ExecKind = 3;
    private const uint ExitKind = 4;
    private const uint ForkKind = 5;

    [StructLayout(LayoutKind.Sequential)]
    private struct Record
    {
        public uint Kind;
        public uint Pid;
        public ulong Address;
        public ulong Ip;
        public ulong Arg0;
        public ulong Arg1;
        public ulong NameLow;
        public ulong NameHigh;
        public ulong Reserved;
    }

    private static Record s_record;

    public static void PageFault(int pid, ulong address, ulong ip, FaultKind kind, FaultTraits traits) =>
        Send(PageFaultKind, pid, address, ip, (ulong)kind, (ulong)traits);

    public static void ContextSwitch(int nextPid, int previousPid, ulong cr3) => Send(SwitchKind, nextPid, cr3, 0, (ulong)previousPid, 0);

    /// <param name="name">16 bytes, NUL padded.</param>
    public static void Exec(int pid, ulong entry, ulong cr3, byte* name)
    {
        s_record.NameLow = *(ulong*)name;
        s_record.NameHigh = *(ulong*)(name + 8);
        Send(ExecKind, pid, entry, 0, cr3, 0);
        s_record.NameLow = 0;
        s_record.NameHigh = 0;
    }

    /// <param name="status">As wait4 reports it.</param>
    public static void Exit(int pid, int status) => Send(ExitKind, pid, 0, 0, (uint)status, 0);

    public static void Fork(int childPid, int parentPid, ulong childCr3) => Send(ForkKind, childPid, 0, 0, (ulong)parentPid, childCr3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Send(uint kind, int pid, ulong address, ulong ip, ulong arg0, ulong arg1)
    {
        Record* record = (Record*)Unsafe.AsPointer(ref s_record);
        record->Kind = kind;
        record->Pid = (uint)pid;
        record->Address = address;
        record->Ip = ip;
        record->Arg0 = arg0;
        record->Arg1 = arg1;
        Cpu.Out32(Port, (uint)Physical.AddressOf(record));
    }
}
