using System.Text;
using Iced.Intel;
using X64Emu.Primitives;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>Tells how the outcomes of a case differ.</summary>
internal static unsafe class OutcomeComparison
{
    /// <summary>All flags but IOPL and RF: what a fault's context shows of RF is not the register.</summary>
    private const ulong ComparedFlags = 0x3e_4fd7;

    private const ushort ErrorSummary = 0x80;

    /// <summary>Where Linux's own part of the address space begins: with the last page of the lower half.</summary>
    private const ulong KernelSpace = 0x7fff_ffff_f000;

    private static readonly string[] selectorNames = ["DS", "ES", "FS", "GS"];

    /// <summary>What XSAVE shows of the x87 pointers: they are zero but while an unmasked exception is pending (AMD APM Vol. 2, 11.4.4.3).</summary>
    public static void ShowX87Pointers(byte* xsave)
    {
        if ((*(ushort*)(xsave + XsaveLayout.Status) & ErrorSummary) != 0) return;
        *(ushort*)(xsave + XsaveLayout.Opcode) = 0;
        *(ulong*)(xsave + XsaveLayout.InstructionPointer) = *(ulong*)(xsave + XsaveLayout.DataPointer) = 0;
    }

    /// <summary>Brings the host's outcome into the form of the emulator's, and takes out what the host's kernel changed.</summary>
    public static void Normalize(CaseOutcome* host)
    {
        ShowX87Pointers(host->Xsave);
        if (host->Vector == (uint)ExceptionVector.Breakpoint) host->Rip--;   // a trap: the context is behind INT3
        if (host->Vector != (uint)ExceptionVector.PageFault) host->Cr2 = 0;
        // The kernel conceals from programs which of its pages are present.
        else if (host->Cr2 >= KernelSpace) host->ErrorCode &= ~1u;
        if (host->Vector is not ((uint)ExceptionVector.PageFault or (uint)ExceptionVector.GeneralProtection or (uint)ExceptionVector.StackFault
            or (uint)ExceptionVector.SegmentNotPresent or (uint)ExceptionVector.AlignmentCheck)) host->ErrorCode = 0;
    }

    /// <summary>Whether all state agrees.</summary>
    public static bool Agrees(CaseOutcome* host, CaseOutcome* emulated) =>
        new ReadOnlySpan<byte>(host->Registers, 128).SequenceEqual(new ReadOnlySpan<byte>(emulated->Registers, 128))
        && host->Rip == emulated->Rip && ((host->Flags ^ emulated->Flags) & ComparedFlags) == 0
        && *(ulong*)host->Selectors == *(ulong*)emulated->Selectors && host->FsBase == emulated->FsBase && host->GsBase == emulated->GsBase
        && host->Vector == emulated->Vector && host->ErrorCode == emulated->ErrorCode && host->Cr2 == emulated->Cr2
        && host->ChangeCount == emulated->ChangeCount && host->Hash == emulated->Hash
        && XsaveDifference(host->Xsave, emulated->Xsave) < 0;

    /// <summary>Every difference, in one line.</summary>
    public static string Describe(CaseInput* input, CaseOutcome* host, CaseOutcome* emulated)
    {
        StringBuilder text = new();
        for (int number = 0; number < 16; number++) Append(text, $"{Register.RAX + number}", input->Registers[number], host->Registers[number], emulated->Registers[number]);
        Append(text, "RIP", input->Rip, host->Rip, emulated->Rip);
        Append(text, "RFLAGS", input->Flags, host->Flags & ComparedFlags, emulated->Flags & ComparedFlags);
        Append(text, "FSBASE", input->FsBase, host->FsBase, emulated->FsBase);
        Append(text, "GSBASE", input->GsBase, host->GsBase, emulated->GsBase);
        for (int index = 0; index < selectorNames.Length; index++) Append(text, selectorNames[index], 0, host->Selectors[index], emulated->Selectors[index]);
        Append(text, "vector", 0, host->Vector, emulated->Vector);
        Append(text, "error code", 0, host->ErrorCode, emulated->ErrorCode);
        Append(text, "CR2", 0, host->Cr2, emulated->Cr2);
        DescribeXsave(text, input->Xsave, host->Xsave, emulated->Xsave);
        DescribeMemory(text, host, emulated);
        return text.ToString();
    }

    /// <summary>The state a case began with.</summary>
    public static string DescribeInput(CaseInput* input)
    {
        StringBuilder text = new();
        for (int number = 0; number < 16; number++) text.Append($" {Register.RAX + number}={input->Registers[number]:x}");
        text.Append($" RFLAGS={input->Flags:x} FSBASE={input->FsBase:x} GSBASE={input->GsBase:x}");
        byte* xsave = input->Xsave;
        text.Append($" FCW={*(ushort*)xsave:x} FSW={*(ushort*)(xsave + 2):x} tags={xsave[4]:x2} MXCSR={*(uint*)(xsave + XsaveLayout.Mxcsr):x}");
        text.Append($" patch {input->PatchOffset[0]:x}: {Convert.ToHexString(new ReadOnlySpan<byte>(input->Patch, (int)Math.Min(input->PatchLength[0], 64)))}");
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, ulong before, ulong host, ulong emulated)
    {
        if (host != emulated) text.Append($" {name}: host {host:x} emulator {emulated:x} (before {before:x})");
    }

    /// <summary>The first place where images differ among those that the processor keeps; negative when there is none.</summary>
    private static int XsaveDifference(byte* host, byte* emulated)
    {
        const int stackEnd = XsaveLayout.Stack + 128;
        if (*(ulong*)host != *(ulong*)emulated) return 0;
        if (*(ulong*)(host + 8) != *(ulong*)(emulated + 8)) return 8;
        if (*(ulong*)(host + 16) != *(ulong*)(emulated + 16)) return 16;
        if (*(uint*)(host + 24) != *(uint*)(emulated + 24)) return 24;
        for (int offset = XsaveLayout.Stack; offset < stackEnd; offset += 16)
        {
            if (*(ulong*)(host + offset) != *(ulong*)(emulated + offset) || *(ushort*)(host + offset + 8) != *(ushort*)(emulated + offset + 8)) return offset;
        }
        int vectors = new ReadOnlySpan<byte>(host + XsaveLayout.Xmm, 256).CommonPrefixLength(new ReadOnlySpan<byte>(emulated + XsaveLayout.Xmm, 256));
        if (vectors < 256) return XsaveLayout.Xmm + vectors;
        vectors = new ReadOnlySpan<byte>(host + XsaveLayout.YmmHigh, 256).CommonPrefixLength(new ReadOnlySpan<byte>(emulated + XsaveLayout.YmmHigh, 256));
        return vectors < 256 ? XsaveLayout.YmmHigh + vectors : -1;
    }

    private static void DescribeXsave(StringBuilder text, byte* before, byte* host, byte* emulated)
    {
        Append(text, "FCW", *(ushort*)before, *(ushort*)host, *(ushort*)emulated);
        Append(text, "FSW", *(ushort*)(before + 2), *(ushort*)(host + 2), *(ushort*)(emulated + 2));
        Append(text, "tags", before[4], host[4], emulated[4]);
        Append(text, "FOP", *(ushort*)(before + 6), *(ushort*)(host + 6), *(ushort*)(emulated + 6));
        Append(text, "FIP", *(ulong*)(before + 8), *(ulong*)(host + 8), *(ulong*)(emulated + 8));
        Append(text, "FDP", *(ulong*)(before + 16), *(ulong*)(host + 16), *(ulong*)(emulated + 16));
        Append(text, "MXCSR", *(uint*)(before + 24), *(uint*)(host + 24), *(uint*)(emulated + 24));
        for (int index = 0; index < 8; index++)
        {
            int offset = XsaveLayout.Stack + 16 * index;
            string wanted = Extended(host + offset), found = Extended(emulated + offset);
            if (wanted != found) text.Append($" ST{index}: host {wanted} emulator {found} (before {Extended(before + offset)})");
        }
        for (int number = 0; number < 16; number++)
        {
            string wanted = Vector(host, number), found = Vector(emulated, number);
            if (wanted != found) text.Append($" YMM{number}: host {wanted} emulator {found} (before {Vector(before, number)})");
        }
    }

    private static void DescribeMemory(StringBuilder text, CaseOutcome* host, CaseOutcome* emulated)
    {
        if (host->ChangeCount == emulated->ChangeCount && host->Hash == emulated->Hash) return;
        text.Append($" memory: host {Changes(host)} emulator {Changes(emulated)}");
    }

    private static string Changes(CaseOutcome* outcome)
    {
        StringBuilder text = new($"[{outcome->ChangeCount}");
        for (int change = 0; change < Math.Min(outcome->ChangeCount, 14); change++)
            text.Append($" +{outcome->Changes[2 * change]:x}={outcome->Changes[2 * change + 1]:x16}");
        return text.Append(']').ToString();
    }

    private static string Extended(byte* image) => $"{*(ushort*)(image + 8):x4}:{*(ulong*)image:x16}";

    private static string Vector(byte* xsave, int number) =>
        $"{*(UInt128*)(xsave + XsaveLayout.YmmHigh + 16 * number):x32}:{*(UInt128*)(xsave + XsaveLayout.Xmm + 16 * number):x32}";
}
