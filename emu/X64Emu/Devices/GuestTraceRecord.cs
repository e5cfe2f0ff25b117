using System.Buffers.Binary;
using System.Text;

namespace X64Emu.Devices;

/// <summary>What a guest kernel reports through the trace port.</summary>
public enum GuestTraceKind : uint
{
    /// <summary>A page fault was handled. Address: where; Arg0: a <see cref="GuestFaultKind"/>; Arg1: <see cref="GuestFaultTraits"/>.</summary>
    PageFault = 1,

    /// <summary>Another process runs now. Pid: the next one; Arg0: the previous; Address: the new CR3.</summary>
    ContextSwitch = 2,

    /// <summary>A program starts. Name: its base name; Address: entry point; Arg0: CR3.</summary>
    Exec = 3,

    /// <summary>A process ended. Arg0: its wait status in Linux's encoding.</summary>
    Exit = 4,

    /// <summary>A process was born. Pid: the child; Arg0: the parent; Arg1: the child's CR3.</summary>
    Fork = 5,
}

/// <summary>How the guest kernel resolved a page fault.</summary>
public enum GuestFaultKind : ulong
{
    /// <summary>A fresh zeroed page, or the shared zero page.</summary>
    DemandZero = 1,

    /// <summary>A page of a file.</summary>
    File = 2,

    /// <summary>A shared page was copied for its writer.</summary>
    CopyOnWrite = 3,

    /// <summary>The stack grew.</summary>
    Stack = 4,

    /// <summary>The permission was put right without a copy.</summary>
    Protection = 5,

    /// <summary>Nothing is mapped there, or it forbids the access: the process got SIGSEGV.</summary>
    Killed = 6,

    /// <summary>A page came back from the swap area.</summary>
    SwapIn = 7,

    /// <summary>The mapping has no page there, as beyond a file's end: the process got SIGBUS.</summary>
    Bus = 8,

    /// <summary>A system call was given a bad address: it failed with EFAULT.</summary>
    BadAddress = 9,

    /// <summary>A call of the vsyscall page, which the kernel executed.</summary>
    Vsyscall = 10,

    /// <summary>There was no memory; the access runs again when some has been found, or a process killed.</summary>
    OutOfMemory = 11,
}

/// <summary>Bits of Arg1 of a page fault record.</summary>
[Flags]
public enum GuestFaultTraits : ulong
{
    /// <summary>None of them: a minor fault on a read by the program itself.</summary>
    None = 0,

    /// <summary>The page had to be read from a device.</summary>
    Major = 1,

    /// <summary>The access was a write.</summary>
    Write = 2,

    /// <summary>The kernel touched user memory, as in a system call's copy.</summary>
    FromKernel = 4,

    /// <summary>It was about a transparent huge page.</summary>
    Huge = 8,

    /// <summary>It was about a page of the hugetlb pool.</summary>
    HugeTlb = 16,
}

/// <summary>One record of the trace port, as the guest laid it out in its RAM.</summary>
/// <param name="Kind">What happened; unknown values are passed on.</param>
/// <param name="ProcessId">The process concerned.</param>
/// <param name="Address">See <see cref="GuestTraceKind"/>.</param>
/// <param name="InstructionPointer">The RIP at which it happened, where that means something.</param>
/// <param name="Argument0">See <see cref="GuestTraceKind"/>.</param>
/// <param name="Argument1">See <see cref="GuestTraceKind"/>.</param>
/// <param name="Name">At most 16 ASCII characters; empty for most kinds.</param>
public readonly record struct GuestTraceRecord(
    GuestTraceKind Kind, uint ProcessId, ulong Address, ulong InstructionPointer, ulong Argument0, ulong Argument1, string Name)
{
    /// <summary>The size of a record in guest RAM.</summary>
    public const int LengthBytes = 64;

    private const int NameOffset = 40;
    private const int NameBytes = 16;

    /// <summary>Decodes the <see cref="LengthBytes"/> bytes of a record. Never fails: every bit pattern means something.</summary>
    public static GuestTraceRecord Parse(ReadOnlySpan<byte> record)
    {
        ReadOnlySpan<byte> name = record.Slice(NameOffset, NameBytes);
        int end = name.IndexOf((byte)0);
        if (end >= 0) name = name[..end];
        return new GuestTraceRecord(
            (GuestTraceKind)BinaryPrimitives.ReadUInt32LittleEndian(record),
            BinaryPrimitives.ReadUInt32LittleEndian(record[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(record[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(record[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(record[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(record[32..]),
            name.IsEmpty ? "" : Encoding.ASCII.GetString(name));
    }
}
