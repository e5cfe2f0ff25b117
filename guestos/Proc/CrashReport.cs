using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>The lines that an exception's death leaves in the kernel log, in Linux's words: what and where, and for dmesg the code there.</summary>
internal static unsafe class CrashReport
{
    // As many bytes as Linux shows before the instruction and from it on.
    private const int BytesBefore = 42;
    private const int BytesShown = 64;

    public static void Write(Thread thread, TrapFrame* frame, in SignalInfo info)
    {
        LogLine line;
        if (thread.TrapNumber == Trap.PageFaultVector && info.Signal == SignalNumber.SegmentationFault)
        {
            line = Name(KernelLog.Warn(""), thread).Text(": segfault at ").Hex(info.Address).Text(" ip ").Hex(frame->Rip, 16).Text(" sp ").Hex(frame->Rsp, 16)
                .Text(" error ").Hex(thread.TrapError);
            WritePlace(line, thread.Process.Space, frame->Rip);
            line.Text(" likely on CPU 0 (core 0, socket 0)").End();
            WriteCode(frame->Rip);
            return;
        }
        line = Name(KernelLog.Warn("traps: "), thread);
        if (thread.TrapNumber == Trap.PageFaultVector) line.Text(" bus error at ").Hex(info.Address);
        else line.Text(" trap ").Text(UserTraps.NameOf(thread.TrapNumber));
        line.Text(" ip:").Hex(frame->Rip).Text(" sp:").Hex(frame->Rsp).Text(" error:").Hex(thread.TrapError);
        WritePlace(line, thread.Process.Space, frame->Rip);
        line.End();
    }

    private static LogLine Name(LogLine line, Thread thread) =>
        line.Bytes(ProcProcessText.NameOf(thread)).Text("[").Decimal((ulong)thread.Id).Text("]");

    /// <summary>The mapping of the instruction: its file, the place in the file, where it starts and its length.</summary>
    private static void WritePlace(LogLine line, AddressSpace space, ulong rip)
    {
        VmArea area = space.Find(rip);
        if (area?.Source is not PageCache pages || pages.Inode.Alias == null) return;
        line.Text(" in ").Bytes(pages.Inode.Alias.Name).Text("[").Hex(rip - area.Start + (area.PageIndex(area.Start) << 12)).Text(",").Hex(area.Start)
            .Text("+").Hex(area.LengthBytes).Text("]");
    }

    private static void WriteCode(ulong rip)
    {
        byte* code = stackalloc byte[BytesShown];
        LogLine line = KernelLog.Info("Code:");
        if (!UserMemory.CopyFrom(code, rip - BytesBefore, BytesShown))
        {
            line.Text(" Unable to access opcode bytes at 0x").Hex(rip - BytesBefore).Text(".").End();
            return;
        }
        for (int i = 0; i < BytesShown; i++)
        {
            line.Text(i == BytesBefore ? " <" : " ").Hex(code[i], 2);
            if (i == BytesBefore) line.Text(">");
        }
        line.End();
    }
}
