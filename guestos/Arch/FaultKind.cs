namespace GuestOs.Arch;

/// <summary>What kind of work a page fault was; the numbers are the trace port's.</summary>
internal enum FaultKind : ulong
{
    DemandZero = 1,
    File = 2,
    CopyOnWrite = 3,
    Stack = 4,
    Protection = 5,
    Killed = 6,
    SwapIn = 7,
    Bus = 8,
    BadAddress = 9,
    Vsyscall = 10,
    OutOfMemory = 11,
}

/// <summary>More about a page fault; the bits are the trace port's.</summary>
[System.Flags]
internal enum FaultTraits : ulong
{
    None = 0,
    Major = 1,

    /// <summary>Has the place it has in the CPU's error code.</summary>
    Write = 2,
    FromKernel = 4,

    /// <summary>A transparent huge page.</summary>
    Huge = 8,

    /// <summary>A page of the hugetlb pool.</summary>
    HugeTlb = 16,
}
